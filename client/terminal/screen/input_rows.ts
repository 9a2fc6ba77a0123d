/**
 * The rows of the input: the prompt and what is being typed, wrapped and scrolled to the cursor.
 *
 * @module
 */
import { terminalSafe } from "../../../lib/text/terminal.ts";
import { Line, line, styled } from "../../lines/safe_line.ts";
import { columnsAtMost } from "../../../lib/text/text_width.ts";
import type { Draft } from "../editor/line_editor.ts";

/** Fewest columns for the input beside its prompt; a prompt that leaves less is shortened. */
const inputColumnsMin = 10;

/** Fewest columns in which a prompt tells anything; with less, only its sign is left. */
const promptColumnsMin = 6;

/** Fewest columns of a row that has room for a sign before its text. */
const signedColumnsMin = 4;

const loneMark = /^\p{M}/u;

const empty = line``;
const sign = line`> `;
/** Before a row that begins where the typist has begun a line. */
const lineMark = styled("dim", "│ ");
/** Before a row that begins only because the one above was full. */
const wrapMark = line`  `;

export interface InputRows {
  readonly rows: readonly Line[];
  readonly cursorRow: number;
  /** What stands before the cursor in its row. */
  readonly beforeCursor: Line;
}

/** A row of the input. */
interface Row {
  readonly mark: Line;
  text: string;
}

/**
 * Lays the input out in at most so many columns and rows, the row of the cursor among them.
 *
 * Where rows are hidden, a row says how many: above beside the prompt, and below if three fit.
 * Measured by {@linkcode columnsAtMost}: a row may be narrower than it could be, never too wide.
 */
export function inputRows(
  prompt: Line,
  draft: Draft,
  { columns, rows: rowsMax }: { readonly columns: number; readonly rows: number },
): InputRows {
  const first = shortPrompt(prompt, columns);
  const { rows, cursorRow, before } = wrapped(first, draft, columns);
  const beforeCursor = line`${rows[cursorRow]?.mark ?? first}${before}`;
  const { from, to } = windowAround(cursorRow, rows.length, rowsMax);
  const shown = rows.slice(from, to).map(({ mark, text }) => line`${mark}${text}`);
  const above = from > 0 && rowsMax > 1
    ? [line`${first}${styled("dim", `↑ ${from} more`)}`.cut(columns)]
    : [];
  const below = to < rows.length && shown.length + above.length < rowsMax
    ? [line`${styled("dim", `↓ ${rows.length - to} more`)}`.cut(columns)]
    : [];
  return {
    rows: [...above, ...shown, ...below],
    cursorRow: above.length + cursorRow - from,
    beforeCursor,
  };
}

/** Which of `count` rows are shown, so that marks for the hidden ones fit into `rowsMax` too. */
function windowAround(
  cursorRow: number,
  count: number,
  rowsMax: number,
): { readonly from: number; readonly to: number } {
  if (count <= rowsMax) return { from: 0, to: count };
  const besideMark = Math.max(1, rowsMax - 1);
  if (cursorRow < besideMark) return { from: 0, to: besideMark };
  if (cursorRow >= count - besideMark) return { from: count - besideMark, to: count };
  const betweenMarks = Math.max(1, rowsMax - 2);
  const from = cursorRow - Math.floor(betweenMarks / 2);
  return { from, to: from + betweenMarks };
}

function wrapped(
  prompt: Line,
  draft: Draft,
  columns: number,
): { readonly rows: readonly Row[]; readonly cursorRow: number; readonly before: string } {
  let row: Row = { mark: prompt, text: "" };
  const rows = [row];
  let free = columns - columnsAtMost(prompt.plain);
  const begin = (mark: Line) => {
    row = { mark: columns < signedColumnsMin ? empty : mark, text: "" };
    rows.push(row);
    free = columns - columnsAtMost(row.mark.plain);
  };
  let cursor: { readonly cursorRow: number; readonly before: string } | undefined;
  for (const [at, character] of [...draft.before, ...draft.after].entries()) {
    const breaks = character === "\n" || character === "\r\n";
    const text = breaks ? "" : drawn(character, columns);
    const width = columnsAtMost(text);
    if (width > free) begin(wrapMark);
    if (at === draft.before.length) cursor = { cursorRow: rows.length - 1, before: row.text };
    if (breaks) begin(lineMark);
    row.text += text;
    free -= width;
  }
  // At the end of a full row the cursor has the last column, which is free.
  return { rows, ...cursor ?? { cursorRow: rows.length - 1, before: row.text } };
}

/** How a character of the input is drawn; a pasted one may be anything. */
function drawn(character: string, columns: number): string {
  // A mark that has nothing to be combined with would be drawn upon what it does not belong to.
  const safe = (loneMark.test(character) ? "◌" : "") + terminalSafe(character);
  const columnsMax = columns < signedColumnsMin ? columns : columns - 2;
  return columnsAtMost(safe) <= columnsMax ? safe : "…";
}

function shortPrompt(prompt: Line, columns: number): Line {
  const room = columns - inputColumnsMin;
  if (columnsAtMost(prompt.plain) <= room) return prompt;
  if (room >= promptColumnsMin) return line`${prompt.cut(room - 2)}${sign}`;
  return columns < signedColumnsMin ? empty : sign;
}
