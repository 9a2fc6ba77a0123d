/**
 * Times as the log shows them, in the reader's zone.
 *
 * @module
 */
import { type DateWords, dateWords } from "../../../lines/quantities.ts";

/** As `18:30`. */
export function clockText(at: string): string {
  return written(at, ({ clock }) => clock.slice(0, 5));
}

/** As `Saturday 21 November 2026`. */
export function dayText(at: string): string {
  return written(at, dayOf);
}

/** As `Saturday 21 November 2026 at 18:30:00`. */
export function dateTimeText(at: string): string {
  return written(at, (words) => `${dayOf(words)} at ${words.clock}`);
}

function dayOf({ weekday, day, month, year }: DateWords): string {
  return `${weekday} ${day} ${month} ${year}`;
}

function written(at: string, write: (words: DateWords) => string): string {
  const atMs = Date.parse(at);
  // What a server calls a time may be none.
  return Number.isNaN(atMs) ? "–" : write(dateWords(atMs));
}
