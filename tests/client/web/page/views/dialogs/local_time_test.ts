import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  comingMoment,
  localText,
  minuteMs,
  tomorrowMorningMs,
} from "../../../../../../client/web/page/views/dialogs/local_time.ts";

/** Where clocks are put back by an hour, by half of one, never, and at the start of a day. */
const zones = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut"];

/** Tests with the system's clock in each of the zones. */
function testInZones(title: string, test: () => void): void {
  for (const zone of zones) {
    Deno.test(`${title} (${zone})`, () => {
      const before = Deno.env.get("TZ");
      Deno.env.set("TZ", zone);
      try {
        test();
      } finally {
        if (before === undefined) Deno.env.delete("TZ");
        else Deno.env.set("TZ", before);
      }
    });
  }
}

const times = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2036, 0) });

testInZones("localText() writes the time that comingMoment() reads, to the minute", () => {
  fc.assert(fc.property(times, (atMs) => {
    const text = localText(atMs);
    assertEquals(text.length, "2026-11-20T18:30".length);
    const readMs = Date.parse(comingMoment(text, 0) ?? "");
    // An hour comes twice where clocks are put back.
    const sameMinute = readMs === Math.floor(atMs / minuteMs) * minuteMs;
    assertEquals(sameMinute || localText(readMs) === text, true);
  }));
});

testInZones("comingMoment() takes only times to come", () => {
  const nowMs = new Date(2026, 10, 20, 18, 30).getTime();
  assertEquals(comingMoment("2026-11-20T18:29", nowMs), undefined);
  assertEquals(comingMoment("2026-11-20T18:30", nowMs), undefined);
  assertEquals(
    comingMoment("2026-11-20T18:31", nowMs),
    new Date(nowMs + minuteMs).toISOString(),
  );
  for (const text of ["", "soon", "2026-13-40T99:99"]) {
    assertEquals(comingMoment(text, nowMs), undefined, text);
  }
});

testInZones(
  "tomorrowMorningMs() is nine o'clock of the next day, whatever the night brings",
  () => {
    fc.assert(fc.property(times, (nowMs) => {
      const today = new Date(nowMs);
      const morning = new Date(tomorrowMorningMs(nowMs));
      assertEquals([morning.getHours(), morning.getMinutes(), morning.getSeconds()], [9, 0, 0]);
      const noon = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, 12);
      assertEquals(morning.getDate(), noon.getDate());
      assertEquals(morning.getTime() > nowMs, true);
    }));
  },
);
