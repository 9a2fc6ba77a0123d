/**
 * Times to come, as fields of the reader's own clock hold them.
 *
 * @module
 */

export const minuteMs = 60_000;

/** A time as such a field holds it: `2026-11-20T18:30`, without a zone. */
export function localText(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * minuteMs;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}

/** The time that such a field holds, in ISO 8601; `undefined` if it is none, or is past. */
export function comingMoment(text: string, nowMs: number): string | undefined {
  const atMs = Date.parse(text);
  return atMs > nowMs ? new Date(atMs).toISOString() : undefined;
}

/** The next day at nine by the reader's clock, also where clocks are put forward in that night. */
export function tomorrowMorningMs(nowMs: number): number {
  const day = new Date(nowMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 9).getTime();
}
