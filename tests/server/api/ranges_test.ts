/**
 * Which part of a file a request asks for.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { parseRange } from "../../../server/api/ranges.ts";

const whole = undefined;
const huge = "9".repeat(400);

for (
  const [header, size, expected] of [
    // From the first to the last.
    ["bytes=0-4", 10, { from: 0, to: 4 }],
    ["bytes=0-0", 10, { from: 0, to: 0 }],
    ["bytes=9-9", 10, { from: 9, to: 9 }],
    ["bytes=0-9", 10, { from: 0, to: 9 }],
    ["bytes=0-10", 10, { from: 0, to: 9 }],
    ["bytes=007-8", 10, { from: 7, to: 8 }],
    [`bytes=0-${huge}`, 10, { from: 0, to: 9 }],
    ["bytes=5-18446744073709551616", 10, { from: 5, to: 9 }],
    ["BYTES=0-4", 10, { from: 0, to: 4 }],
    // From the first on.
    ["bytes=5-", 10, { from: 5, to: 9 }],
    ["bytes=0-", 10, { from: 0, to: 9 }],
    ["bytes=9-", 10, { from: 9, to: 9 }],
    // The last few.
    ["bytes=-5", 10, { from: 5, to: 9 }],
    ["bytes=-1", 10, { from: 9, to: 9 }],
    ["bytes=-10", 10, { from: 0, to: 9 }],
    ["bytes=-11", 10, { from: 0, to: 9 }],
    [`bytes=-${huge}`, 10, { from: 0, to: 9 }],
    // Nothing that is there.
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=10-10", 10, "unsatisfiable"],
    ["bytes=11-20", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=-000", 10, "unsatisfiable"],
    [`bytes=${huge}-`, 10, "unsatisfiable"],
    [`bytes=${huge}-${huge}`, 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=0-0", 0, "unsatisfiable"],
    ["bytes=-5", 0, "unsatisfiable"],
    ["bytes=-0", 0, "unsatisfiable"],
    // No range, or one that is ignored.
    [undefined, 10, whole],
    ["", 10, whole],
    ["bytes", 10, whole],
    ["bytes=", 10, whole],
    ["bytes=-", 10, whole],
    ["bytes=5", 10, whole],
    ["bytes=4-3", 10, whole],
    ["bytes=20-15", 10, whole],
    [`bytes=${huge}-5`, 10, whole],
    ["bytes=--5", 10, whole],
    ["bytes=1--5", 10, whole],
    ["bytes=0x1-5", 10, whole],
    ["bytes=1e0-5", 10, whole],
    ["bytes=+1-5", 10, whole],
    ["bytes=1.0-5", 10, whole],
    ["bytes=٣-5", 10, whole],
    ["bytes= 0-4", 10, whole],
    ["bytes=0 - 4", 10, whole],
    ["bytes =0-4", 10, whole],
    ["bytes=0-4\n", 10, whole],
    ["bytes:0-4", 10, whole],
    ["items=0-4", 10, whole],
    ["kilobytes=0-4", 10, whole],
    ["0-4", 10, whole],
    ["bytes=0-0,2-3", 10, whole],
    ["bytes=0-0, -1", 10, whole],
    ["bytes=0-4,", 10, whole],
    ["bytes=50-60,70-80", 10, whole],
  ] as const
) {
  const shown = JSON.stringify(header)?.slice(0, 40);
  Deno.test(`parseRange() reads ${shown} of ${size} bytes`, () => {
    assertEquals<unknown>(parseRange(header, size), expected);
  });
}

Deno.test("parseRange() gives what a slice would, or says that there is nothing", () => {
  const position = fc.oneof(fc.nat(12), fc.constant("" as const));
  fc.assert(
    fc.property(position, position, fc.nat(10), (first, last, size) => {
      const range = parseRange(`bytes=${first}-${last}`, size);
      if (range === undefined) {
        assert(first === "" ? last === "" : last !== "" && last < first);
        return;
      }
      const all = Array.from({ length: size }, (_, at) => at);
      const wanted = first === ""
        ? all.filter((at) => at >= size - Number(last))
        : all.filter((at) => at >= first && (last === "" || at <= last));
      const given = range === "unsatisfiable" ? [] : all.slice(range.from, range.to + 1);
      assertEquals(given, wanted);
      if (range !== "unsatisfiable") assert(range.to < size && range.from <= range.to);
    }),
  );
});
