/**
 * The part of the terminal that changes: what is typed, what it could become, and how things stand.
 *
 * @module
 */
import { Line, styled } from "../../lines/safe_line.ts";
import { inputRows } from "./input_rows.ts";
import type { Draft } from "../editor/line_editor.ts";
import { statusRow } from "./status_row.ts";

/** Most rows of the input; what is beyond scrolls. Never more than half of the terminal's. */
export const inputRowsMax = 8;

/** Most rows of suggestions. */
export const suggestionRowsMax = 8;

/** All that the live area tells. */
export interface LiveView {
  /** Before the first row of the input, as `common> `. */
  readonly prompt: Line;
  readonly draft: Draft;
  /** What the draft could become, or how its command is used; at most a few rows. */
  readonly suggestions: readonly Line[];
  /** How far a file has come. */
  readonly progress: Line | undefined;
  /** How things stand, the most important first: what does not fit is left out from the end. */
  readonly status: readonly Line[];
}

/** How large a terminal is. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Rows to be drawn, none wider than the terminal, and where among them the cursor stands. */
export interface Frame {
  readonly rows: readonly Line[];
  readonly cursorRow: number;
  /**
   * What stands before the cursor in its row.
   *
   * No number of columns: only the terminal knows how wide it draws a text.
   */
  readonly beforeCursor: Line;
}

/**
 * Lays a view out, from top to bottom: progress, suggestions, input, status.
 *
 * In a small terminal the suggestions give way first, then rows of the input but one, then
 * progress, then status. The last column stays free, and so does a row for what is said.
 */
export function layOut(view: LiveView, size: TerminalSize): Frame {
  // Terminals differ in what they do when the last column is filled.
  const columns = Math.max(1, size.columns - 1);
  let free = Math.max(1, size.rows - 1) - 1;
  const status = view.status.length > 0 && free > 0 ? [statusRow(view.status, columns)] : [];
  free -= status.length;
  const progress = view.progress !== undefined && free > 0 ? [view.progress.cut(columns)] : [];
  free -= progress.length;
  const rowsMax = Math.max(1, Math.min(inputRowsMax, Math.floor(size.rows / 2), free + 1));
  const input = inputRows(view.prompt, view.draft, { columns, rows: rowsMax });
  free -= input.rows.length - 1;
  const suggestions = suggestionRows(view.suggestions, { columns, rows: free });
  return {
    rows: [...progress, ...suggestions, ...input.rows, ...status],
    cursorRow: progress.length + suggestions.length + input.cursorRow,
    beforeCursor: input.beforeCursor,
  };
}

/** The suggestions that fit, the last row telling how many do not. */
function suggestionRows(lines: readonly Line[], { columns, rows }: TerminalSize): Line[] {
  const rowsMax = Math.min(suggestionRowsMax, rows);
  if (rowsMax <= 0) return [];
  if (lines.length <= rowsMax) return lines.map((each) => each.cut(columns));
  const shown = lines.slice(0, rowsMax - 1);
  const more = styled("dim", `… ${lines.length - shown.length} more`);
  return [...shown, more].map((each) => each.cut(columns));
}
