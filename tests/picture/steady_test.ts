import { assertEquals } from "@std/assert";
import { steady } from "./steady.ts";

/** A screen as it is shown at a time, in a log that has come so far. */
function screen(time: string, day: string, id: number): string[] {
  return [
    `\x1b[2m── ${day} ──\x1b[0m`,
    `\x1b[2m${time}\x1b[0m bob hi \x1b[2m#${id + 1}\x1b[0m`,
    `garden is made; /room ${id + 3} goes there`,
    `${time} ↳ ${id} carol at last [file ${id + 4}: a.txt, 3 KB] #${id + 7}`,
    `\x1b[2m${time}\x1b[0m bob 12 of 34:567 #${id + 9}`,
    `live · 12/20 · resets ${time}`,
  ];
}

Deno.test("steady() makes a screen the same at any time and after any other events", () => {
  const rows = steady(screen("07:31", "Sunday 1 March 2026", 6));
  assertEquals(rows, steady(screen("23:59", "Wednesday 30 September 2026", 812)));
  assertEquals(rows, [
    "\x1b[2m── Friday 20 November 2026 ──\x1b[0m",
    "\x1b[2m18:02\x1b[0m bob hi \x1b[2m#42\x1b[0m",
    "garden is made; /room 43 goes there",
    "18:02 ↳ 41 carol at last [file 44: a.txt, 3 KB] #45",
    "\x1b[2m18:03\x1b[0m bob 12 of 34:567 #46",
    "live · 12/20 · resets 19:00",
  ]);
});
