/**
 * The one row at the bottom: the prompt and the part of the input around the cursor.
 *
 * @module
 */
import { terminalSafe } from "../../lib/text/terminal.ts";
import { Line, line } from "../lines/safe_line.ts";
import { columnsOf } from "../lines/text_width.ts";
import type { Draft } from "./line_editor.ts";

/** A row, and in which of its columns the cursor stands. */
export interface PromptRow {
  readonly row: Line;
  readonly cursorColumn: number;
}

/** Fewest columns for the input; a prompt that leaves less gives way. */
const inputColumnsMin = 10;

/**
 * Fits prompt and input into `columns`, scrolled so that the cursor is seen.
 *
 * One row, whatever its input: so a screen of any width can be drawn over without counting rows.
 */
export function promptRow(prompt: Line, draft: Draft, columns: number): PromptRow {
  // The last column stays free: terminals differ in what they do when it is filled.
  const width = Math.max(1, columns - 1);
  const fits = columnsOf(prompt.plain) + inputColumnsMin <= width;
  const shown = fits ? prompt : line`> `;
  const room = Math.max(1, width - columnsOf(shown.plain));
  const before = draft.before.map(visible);
  const after = draft.after.map(visible);
  const beforeColumns = before.map(columnsOf);
  let start = 0;
  let used = beforeColumns.reduce((sum, each) => sum + each, 0);
  // Half of the room is given back at once, so that the row does not jump with every key.
  const target = used < room ? room : Math.floor(room / 2);
  while (used >= target && start < before.length) {
    used -= beforeColumns[start] ?? 0;
    start++;
  }
  let text = before.slice(start).join("");
  if (start > 0 && before.length > start) {
    const first = beforeColumns[start] ?? 1;
    text = "…".padEnd(first) + before.slice(start + 1).join("");
  }
  let left = room - used;
  for (const character of after) {
    left -= columnsOf(character);
    if (left < 0) break;
    text += character;
  }
  return { row: Line.join([shown, Line.of(text)]), cursorColumn: columnsOf(shown.plain) + used };
}

/** How a character of the input is drawn; a pasted one may be anything. */
function visible(character: string): string {
  return terminalSafe(character);
}
