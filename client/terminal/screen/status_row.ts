/**
 * The row that tells how things stand.
 *
 * @module
 */
import { Line, styled } from "../../lines/safe_line.ts";
import { columnsAtMost } from "../../../lib/text/text_width.ts";

const separator = styled("dim", " · ");

/**
 * Joins the parts, the most important first, in at most `columns` columns.
 *
 * What does not fit is left out from the end; a first part that is too wide alone is cut.
 */
export function statusRow(parts: readonly Line[], columns: number): Line {
  const [first, ...others] = parts.filter(({ plain }) => plain !== "");
  if (first === undefined) return Line.of("");
  let row = first;
  for (const part of others) {
    const longer = Line.join([row, separator, part]);
    if (columnsAtMost(longer.plain) > columns) break;
    row = longer;
  }
  return row.cut(columns);
}
