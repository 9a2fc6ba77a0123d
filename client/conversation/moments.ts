/**
 * Times that someone types: of today or tomorrow, or in full.
 *
 * @module
 */
import { isoTime, Misunderstood, timeOfDay } from "./command_parser.ts";

/**
 * The time that `18:30` means, in milliseconds: the next time that clocks here show it. A time in
 * ISO 8601 is local unless it tells its offset.
 *
 * @throws {Misunderstood} if there is no such time.
 */
export function readMoment(text: string, nowMs: number): number {
  const [, hours, minutes] = timeOfDay.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) {
    const atMs = isoTime.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(atMs)) {
      throw new Misunderstood(`${text} is no time like 18:30 or 2026-11-20T18:30`);
    }
    return atMs;
  }
  const now = new Date(nowMs);
  const at = new Date(nowMs);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  // By days and not by 24 hours: some days have 23 or 25.
  if (at <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}
