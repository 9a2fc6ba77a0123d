import { assert, assertEquals } from "@std/assert";
import { progressBar } from "../../../client/lines/progress_bar.ts";
import {
  dateWords,
  momentText,
  spanText,
  unreadCountedMax,
  unreadText,
} from "../../../client/lines/quantities.ts";
import { columnsOf } from "../../../lib/text/text_width.ts";

Deno.test("momentText() tells a date only where it is not today", () => {
  const reading = { nowMs: Date.UTC(2026, 10, 20, 10), timeZone: "UTC" };
  const moments: readonly (readonly [at: string, text: string])[] = [
    ["2026-11-20T18:30:00.000Z", "18:30"],
    ["2026-11-21T00:00:00.000Z", "Sat 21 Nov 00:00"],
    ["2027-01-01T09:05:00.000Z", "Fri 1 Jan 2027 09:05"],
    ["never", "some time"],
  ];
  for (const [at, text] of moments) assertEquals(momentText(at, reading), text);
  const east = { ...reading, timeZone: "Asia/Tokyo" };
  assertEquals(momentText("2026-11-20T18:30:00.000Z", east), "Sat 21 Nov 03:30");
});

Deno.test("dateWords() says the same with and without a name of the zone", () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  for (let month = 0; month < 24; month++) {
    const ms = Date.UTC(2026, month, 5 + month, month, 7 * month % 60, month);
    assertEquals(dateWords(ms), dateWords(ms, timeZone));
  }
  assertEquals(dateWords(Date.UTC(2026, 10, 21, 23, 5, 9), "Asia/Tokyo"), {
    weekday: "Sunday",
    day: 22,
    month: "November",
    year: 2026,
    clock: "08:05:09",
  });
});

Deno.test("spanText() takes the unit that fits", () => {
  assertEquals(spanText(3600), "1h");
  assertEquals(spanText(0.5), "500ms");
});

Deno.test("progressBar() shows how far it is, within its bounds and without control characters", () => {
  const bar = (doneBytes: number, totalBytes?: number, name = "notes.txt") =>
    progressBar({ name, doneBytes, totalBytes }).plain;
  assertEquals(bar(0, 2048), "notes.txt ────────────────────   0% of 2 KB");
  assertEquals(bar(1024, 2048), "notes.txt ██████████──────────  50% of 2 KB");
  assertEquals(bar(4096, 2048), "notes.txt ████████████████████ 100% of 2 KB");
  assertEquals(bar(4096), "notes.txt 4 KB");
  assertEquals(bar(0, 0), "notes.txt 0 bytes");
  const long = bar(1, 2, `${"漢".repeat(60)}\x1b[2J`);
  assert(columnsOf(long) < 70 && !long.includes("\x1b"));
});

Deno.test("unreadText() tells where the server has stopped to count", () => {
  const texts = [-1, 0, 1].map((more) => unreadText(unreadCountedMax + more));
  assertEquals(texts, ["999", "1000 or more", "1000 or more"]);
});
