/**
 * What becomes of rows that were drawn when their terminal becomes narrower.
 *
 * @module
 */
import { columnsOf, graphemes } from "../../lines/text_width.ts";
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

/**
 * How many rows a text takes on a terminal of `columns` columns that wraps it; at least one.
 *
 * Measured by {@linkcode columnsOf}: it may be more rows, never fewer. Who goes up so many does not
 * reach what stands above.
 */
export function rowsOf(text: string, columns: number): number {
  let rows = 1;
  let used = 0;
  for (const grapheme of graphemes(text)) {
    const width = columnsOf(grapheme);
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
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
