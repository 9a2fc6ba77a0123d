/**
 * Times, spans and numbers of messages in words.
 *
 * @module
 */
import { formatDuration } from "../../lib/text/durations.ts";

/** When and where it is read. */
export interface Reading {
  /** The time now, by which what is today needs no date. */
  readonly nowMs: number;
  /** IANA name; absent: that of the system. */
  readonly timeZone?: string | undefined;
}

/** What a clock and a calendar show. */
export interface DateWords {
  /** As `Saturday`. */
  readonly weekday: string;
  readonly day: number;
  /** As `November`. */
  readonly month: string;
  readonly year: number;
  /** As `18:30:00`. */
  readonly clock: string;
}

const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months = ("January February March April May June July August September October November " +
  "December").split(" ");

/**
 * What they show at `ms` milliseconds since 1970 UTC.
 *
 * Without a name of the zone, `Intl` has no part in it: to get that ready takes longer than all else
 * that a page must do until it shows something.
 */
export function dateWords(ms: number, timeZone?: string): DateWords {
  const date = timeZone === undefined ? new Date(ms) : dateIn(timeZone, ms);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return {
    weekday: weekdays[date.getDay()] ?? "",
    day: date.getDate(),
    month: months[date.getMonth()] ?? "",
    year: date.getFullYear(),
    clock: clock.map((count) => String(count).padStart(2, "0")).join(":"),
  };
}

/** A date that shows here what clocks and calendars show there; not to be calculated with. */
function dateIn(timeZone: string, ms: number): Date {
  // Swedes write `2026-11-21 18:30:00`.
  return new Date(new Date(ms).toLocaleString("sv", { timeZone }).replace(" ", "T"));
}

/** A time as `18:30`; with its date, as `Sat 21 Nov 18:30`, unless it is today. */
export function momentText(at: string | number, { nowMs, timeZone }: Reading): string {
  const atMs = typeof at === "number" ? at : Date.parse(at);
  // What a server calls a time may be none.
  if (Number.isNaN(atMs)) return "some time";
  const [then, now] = [dateWords(atMs, timeZone), dateWords(nowMs, timeZone)];
  const clock = then.clock.slice(0, 5);
  const isSameYear = then.year === now.year;
  if (isSameYear && then.month === now.month && then.day === now.day) return clock;
  const date = `${then.weekday.slice(0, 3)} ${then.day} ${then.month.slice(0, 3)}`;
  return `${date}${isSameYear ? "" : ` ${then.year}`} ${clock}`;
}

/** Seconds as `1h`, `90s`, `30d`. */
export function spanText(seconds: number): string {
  return formatDuration(Math.round(seconds * 1000));
}

/** The server counts unread messages no further than this. */
export const unreadCountedMax = 1000;

/** A number of unread messages; `1000 or more` where they were not counted to the end. */
export function unreadText(unread: number): string {
  return unread >= unreadCountedMax ? `${unreadCountedMax} or more` : String(unread);
}
