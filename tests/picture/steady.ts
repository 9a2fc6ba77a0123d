/**
 * Puts fixed times, dates and ids in place of those that differ each time a screen is shown.
 *
 * @module
 */

/** When the first message on the screen was said, in minutes of the day. */
const firstMinute = 18 * 60 + 2;
/** After how many messages a minute has gone by. */
const messagesPerMinute = 2;
const resetTime = "19:00";
const day = "Friday 20 November 2026";
/** What the smallest id becomes; the others follow it. */
const firstId = 41;

// deno-lint-ignore no-control-regex -- styles may stand before the time of a message.
const messageTime = /^((?:\x1b\[[\d;]*m)*)\d\d:\d\d(?![\d:])/;
const otherTime = /(?<![\d:])\d\d:\d\d(?![\d:])/g;
const date = /\b\w+day \d{1,2} \w+ \d{4}\b/g;
// Messages, rooms and files have ids of one log; what stands before them tells that they are ids.
const id = /(#|↳ |\/room |\/accept |\[file )(\d+)\b/g;

/**
 * The same rows, as they would be at any other time.
 *
 * Times at the start of rows, which are those of messages, go on from row to row; all others are
 * when the limit is reset. Ids keep their order.
 */
export function steady(rows: readonly string[]): string[] {
  const ids = [...new Set(rows.flatMap((row) => [...row.matchAll(id)].map(([, , n]) => Number(n))))]
    .sort((a, b) => a - b);
  let messages = 0;
  return rows.map((row) => {
    const [all = "", styles = ""] = messageTime.exec(row) ?? [];
    const time = all === "" ? "" : styles + clockText(firstMinute + messages++ / messagesPerMinute);
    const rest = row.slice(all.length)
      .replace(otherTime, resetTime)
      .replace(date, day)
      .replace(id, (_, mark, number) => `${mark}${firstId + ids.indexOf(Number(number))}`);
    return time + rest;
  });
}

function clockText(minuteOfDay: number): string {
  const [hours, minutes] = [Math.floor(minuteOfDay / 60), Math.floor(minuteOfDay % 60)];
  return [hours, minutes].map((part) => String(part).padStart(2, "0")).join(":");
}
