/**
 * Spans of time in requests: `10m`, `90s`, or a number of seconds.
 *
 * @module
 */
import { parseDuration } from "../text/durations.ts";

/** In milliseconds; the schema has checked that it is a span. */
export function spanMs(span: string | number): number {
  if (typeof span === "number") return Math.round(span * 1000);
  return parseDuration(span) ?? NaN;
}
