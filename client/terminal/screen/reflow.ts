/**
 * What becomes of rows that were drawn when their terminal becomes narrower.
 *
 * @module
 */
import { Line } from "../../lines/safe_line.ts";
import { columnsOf, graphemes } from "../../../lib/text/text_width.ts";
import type { Frame } from "./live_area.ts";

/**
 * Whether a terminal wraps anew what it shows when its width changes, as most do.
 *
 * Xterm and GNU screen cut it off instead. Where the environment was inherited from another
 * terminal this may be wrong.
 */
export function reflows(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment["TMUX"] !== undefined) return true;
  return environment["XTERM_VERSION"] === undefined && environment["STY"] === undefined;
}

/** Where each row begins of a text that a terminal wraps, in UTF-16 units; the first at 0. */
function rowStarts(text: string, columns: number): number[] {
  const starts = [0];
  let used = 0;
  let at = 0;
  for (const grapheme of graphemes(text)) {
    const width = columnsOf(grapheme);
    if (used > 0 && used + width > columns) {
      starts.push(at);
      used = 0;
    }
    used += width;
    at += grapheme.length;
  }
  return starts;
}

/**
 * How many rows a text takes on a terminal of `columns` columns that wraps it; at least one.
 *
 * Measured by {@linkcode columnsOf}: it may be more rows, never fewer. Who goes up so many does not
 * reach what stands above.
 */
export function rowsOf(text: string, columns: number): number {
  return rowStarts(text, columns).length;
}

/** How many rows above the cursor a frame begins that was drawn on a wider or equal terminal. */
export function rowsAboveCursor(frame: Frame, columns: number): number {
  const { rows, cursorRow, beforeCursor } = frame;
  const above = rows.slice(0, cursorRow)
    .reduce((sum, { plain }) => sum + rowsOf(plain, columns), 0);
  // The cursor goes where the character goes on which it stands; behind the last one it stays.
  const [under = ""] = graphemes((rows[cursorRow]?.plain ?? "").slice(beforeCursor.plain.length));
  return above + rowsOf(beforeCursor.plain + under, columns) - 1;
}

/** The frame with the cursor at the start of what is row `row` of it on such a terminal. */
export function withCursorAt(frame: Frame, row: number, columns: number): Frame {
  let left = row;
  for (const [cursorRow, { plain }] of frame.rows.entries()) {
    const starts = rowStarts(plain, columns);
    const start = starts[left];
    if (start !== undefined) {
      return { ...frame, cursorRow, beforeCursor: Line.of(plain.slice(0, start)) };
    }
    left -= starts.length;
  }
  throw new RangeError(`Cannot find row ${row} of ${row - left}`);
}

/** What stands there of a frame that was drawn, without wrapping, on such a terminal. */
export function cutOff({ rows, cursorRow, beforeCursor }: Frame, columns: number): Frame {
  const cut = (row: Line) => {
    const end = rowStarts(row.plain, columns)[1];
    return end === undefined ? row : Line.of(row.plain.slice(0, end));
  };
  return { rows: rows.map(cut), cursorRow, beforeCursor: cut(beforeCursor) };
}
