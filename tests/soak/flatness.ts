/**
 * Says of what was sampled over a time whether it stays as it is, or grows.
 *
 * @module
 */

/** A value at a time. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** What came of it. */
export type Flatness =
  | { readonly kind: "flat" | "grows"; readonly perHour: number }
  /** There is too little to say anything. */
  | { readonly kind: "unknown" };

/** How much of the beginning does not count: caches fill, and the collector learns what is needed. */
export const settlingShare = 1 / 3;

/**
 * Spans of the rest, of each of which the least counts.
 *
 * A heap is a sawtooth: it grows until it is collected. What a leak raises is its foot.
 */
export const spansCount = 6;

/** The shortest time that tells something: what grows by a bound within an hour must show in it. */
export const judgedMsMin = 15 * 60_000;

/**
 * Judges by the slope, by least squares, of the least of each of {@linkcode spansCount} spans.
 *
 * @param points In the order of time.
 * @param growthPerHourMax How much it may grow in an hour, as time goes on like this.
 */
export function flatnessOf(points: readonly Point[], growthPerHourMax: number): Flatness {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return { kind: "unknown" };
  const wholeMs = last.atMs - first.atMs;
  if (wholeMs < judgedMsMin) return { kind: "unknown" };
  const fromMs = first.atMs + wholeMs * settlingShare;
  const spanMs = (last.atMs - fromMs) / spansCount;
  const feet = Array.from({ length: spansCount }, (_, at) => {
    const beginMs = fromMs + at * spanMs;
    const endMs = at === spansCount - 1 ? Infinity : beginMs + spanMs;
    return footOf(points.filter(({ atMs }) => atMs >= beginMs && atMs < endMs));
  });
  const told = feet.filter((foot) => foot !== undefined);
  if (told.length < spansCount) return { kind: "unknown" };
  const perHour = slopeOf(told) * 3_600_000;
  return { kind: perHour <= growthPerHourMax ? "flat" : "grows", perHour };
}

function footOf(points: readonly Point[]): Point | undefined {
  return points.toSorted((a, b) => a.value - b.value)[0];
}

/** Of the line that comes closest to all, by a millisecond. */
function slopeOf(points: readonly Point[]): number {
  const middle = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const atMs = middle(points.map((point) => point.atMs));
  const value = middle(points.map((point) => point.value));
  let rise = 0;
  let run = 0;
  for (const point of points) {
    rise += (point.atMs - atMs) * (point.value - value);
    run += (point.atMs - atMs) ** 2;
  }
  return run === 0 ? 0 : rise / run;
}
