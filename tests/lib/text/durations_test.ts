/**
 * Spans of time as people write them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { formatDuration, parseDuration } from "../../../lib/text/durations.ts";

Deno.test("parseDuration() reads every unit, and bare seconds", () => {
  for (
    const [text, ms] of [
      ["0", 0],
      ["90", 90_000],
      ["500ms", 500],
      ["90s", 90_000],
      ["10m", 600_000],
      ["2h", 7_200_000],
      ["30d", 2_592_000_000],
      ["007s", 7000],
      ["999999999999ms", 999_999_999_999],
    ] as const
  ) assertEquals(parseDuration(text), ms, text);
});

Deno.test("parseDuration() takes nothing else", () => {
  for (
    const text of [
      ...["", " ", "h", "1 h", " 1h", "1h ", "1h\n", "1H", "1.5h", "-1h", "+1h", "1e3", "1h30m"],
      ...["1w", "1y", "1us", "٣h", "0x10", "1000000000000s", "Infinity", "NaN", "1hh"],
    ]
  ) assertEquals(parseDuration(text), undefined, JSON.stringify(text));
});

Deno.test("formatDuration() takes the largest unit that leaves a whole number", () => {
  for (
    const [ms, text] of [
      [0, "0ms"],
      [1, "1ms"],
      [999, "999ms"],
      [1000, "1s"],
      [1500, "1500ms"],
      [60_000, "1m"],
      [90_000, "90s"],
      [3_600_000, "1h"],
      [5_400_000, "90m"],
      [86_400_000, "1d"],
      [90_000_000, "25h"],
      [2_592_000_000, "30d"],
    ] as const
  ) assertEquals(formatDuration(ms), text);
});

Deno.test("parseDuration() reads back what formatDuration() wrote", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 99_999_999 }),
      fc.constantFrom(1, 1000, 60_000, 3_600_000, 86_400_000),
      (count, unitMs) => {
        assertEquals(parseDuration(formatDuration(count * unitMs)), count * unitMs);
      },
    ),
  );
});
