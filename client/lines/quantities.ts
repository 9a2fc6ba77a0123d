/**
 * Times, spans and sizes in words.
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

const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const day = { weekday: "short", day: "numeric", month: "short" } as const;
const year = { year: "numeric" } as const;

/** A time as `18:30`; with its date, as `Sat 21 Nov 18:30`, unless it is today. */
export function momentText(at: string | number, { nowMs, timeZone }: Reading): string {
  const atMs = typeof at === "number" ? at : Date.parse(at);
  // What a server calls a time may be none.
  if (Number.isNaN(atMs)) return "some time";
  const write = (ms: number, shape: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...shape, ...(timeZone !== undefined && { timeZone }) })
      .format(ms).replaceAll(",", "");
  const clock = write(atMs, time);
  if (write(atMs, { ...day, ...year }) === write(nowMs, { ...day, ...year })) return clock;
  const sameYear = write(atMs, year) === write(nowMs, year);
  return `${write(atMs, sameYear ? day : { ...day, ...year })} ${clock}`;
}

/** Seconds as `1h`, `90s`, `30d`. */
export function spanText(seconds: number): string {
  return formatDuration(Math.round(seconds * 1000));
}

/** Bytes as `512 bytes`, `3 KB`, `1.5 MB`; a KB has 1024 bytes. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const units = ["KB", "MB", "GB"];
  let amount = bytes / 1024;
  let unit = 0;
  while (Math.round(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  const shown = amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount);
  return `${shown} ${units[unit]}`;
}

/** As `1 message`, `2 messages`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The server counts unread messages no further than this. */
export const unreadCountedMax = 1000;

/** A number of unread messages; `1000 or more` where they were not counted to the end. */
export function unreadText(unread: number): string {
  return unread >= unreadCountedMax ? `${unreadCountedMax} or more` : String(unread);
}
