import { assertEquals } from "@std/assert";
import { clockText, dateTimeText, dayText } from "../../../../../client/web/page/views/moments.ts";

Deno.test("times are those of the reader's zone, to the minute, the day and the second", () => {
  const at = new Date(2026, 10, 1, 8, 5, 9).toISOString();
  assertEquals(clockText(at), "08:05");
  assertEquals(dayText(at), "Sunday 1 November 2026");
  assertEquals(dateTimeText(at), "Sunday 1 November 2026 at 08:05:09");
});

Deno.test("what is no time is shown as none", () => {
  assertEquals([clockText("never"), dayText(""), dateTimeText("2026-13-01")], ["–", "–", "–"]);
});
