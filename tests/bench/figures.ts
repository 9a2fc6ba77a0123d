/**
 * What is made of many measurements: medians with their spread, and tables in Markdown.
 *
 * @module
 */

/** The middle of `values`, of which there must be one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error("There is nothing to measure by");
  return (low + high) / 2;
}

/** The least of the values that `part` of all do not exceed; NaN if there are none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1] ?? NaN;
}

/** Each of `own` divided by the one of `other` that was measured next to it. */
export function ratios(own: readonly number[], other: readonly number[]): number[] {
  return own.flatMap((value, at) => {
    const beside = other[at];
    return beside === undefined ? [] : [value / beside];
  });
}

/** `1.03 (0.98–1.10)`: the median, the least and the most. */
export function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const text = [median(values), least, most].map((value) => value.toFixed(digits));
  return `${text[0]} (${text[1]}–${text[2]})`;
}

/** `56,548`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** A table as `deno fmt` leaves it; all columns but the first are aligned to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((title, at) =>
    Math.max(3, title.length, ...rows.map((row) => row[at]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      widths.map((width, at) => {
        const cell = cells[at] ?? "";
        return at === 0 ? cell.padEnd(width) : cell.padStart(width);
      }).join(" | ")
    } |`;
  const rule = widths.map((width, at) =>
    at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** `met: 323 MB/s of 300 MB/s`. */
export function verdict(
  goal: string,
  { value, least, most, unit }: {
    readonly value: number;
    readonly least?: number;
    readonly most?: number;
    readonly unit: string;
  },
): string {
  const met = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
  const bound = least === undefined ? `at most ${most}` : `at least ${least}`;
  const text = value < 10 ? value.toFixed(2) : value.toFixed(1);
  return `- ${met ? "met" : "NOT MET"}: ${goal}: ${text} ${unit}, the goal is ${bound} ${unit}`;
}
