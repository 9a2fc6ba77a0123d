/**
 * Tables for a terminal: columns that stand under each other whatever script they are in.
 *
 * @module
 */
import { terminalSafe } from "../../lib/text/terminal.ts";
import { columnsAtMost } from "../../lib/text/text_width.ts";

/** What stands in a cell; nothing is shown as a dash. */
export type Cell = string | number | undefined;

const gap = "  ";

/** A heading and rows as lines; numbers stand to the right. */
export function tableLines(
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
): readonly string[] {
  const texts = rows.map((row) => row.map(textOf));
  const widths = heading.map((head, at) =>
    Math.max(columnsAtMost(head), ...texts.map((row) => columnsAtMost(row[at] ?? "")))
  );
  const isNumber = heading.map((_, at) =>
    rows.some((row) => row[at] !== undefined) &&
    rows.every((row) => row[at] === undefined || typeof row[at] === "number")
  );
  return [heading, ...texts].map((row) =>
    row.map((text, at) => {
      const fill = " ".repeat((widths[at] ?? 0) - columnsAtMost(text));
      return isNumber[at] ? fill + text : text + fill;
    }).join(gap).trimEnd()
  );
}

function textOf(cell: Cell): string {
  return cell === undefined ? "-" : terminalSafe(String(cell));
}

/** A time as tables and JSON show it: to the second, in UTC. */
export function momentOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
