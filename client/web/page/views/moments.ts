/**
 * Times as the log shows them, in the reader's zone.
 *
 * @module
 */

// Formats are dear to make and free to use.
const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});

const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** As `18:30`. */
export function clockText(at: string): string {
  return written(clock, at);
}

/** As `Saturday 21 November 2026`. */
export function dayText(at: string): string {
  // Versions of the locale's data differ in this comma.
  return written(day, at).replace(",", "");
}

/** As `Saturday 21 November 2026 at 18:30:00`. */
export function momentText(at: string): string {
  return written(whole, at);
}

function written(format: Intl.DateTimeFormat, at: string): string {
  const atMs = Date.parse(at);
  // What a server calls a time may be none.
  return Number.isNaN(atMs) ? "–" : format.format(atMs);
}
