/**
 * Cursors on the wire.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { formatCursor, parseCursor } from "../../../lib/api/cursor.ts";

Deno.test("formatCursor() writes the epoch and the position", () => {
  assertEquals(formatCursor({ epoch: "k3f9", position: 4187 }), "k3f9-4187");
});

Deno.test("parseCursor() reads back what formatCursor() wrote", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9a-z]{1,16}$/),
      fc.integer({ min: 0, max: 999_999_999_999_999 }),
      (epoch, position) => {
        assertEquals(parseCursor(formatCursor({ epoch, position })), { epoch, position });
      },
    ),
  );
});

Deno.test("parseCursor() takes the bounds", () => {
  assertEquals(parseCursor("a-0"), { epoch: "a", position: 0 });
  assertEquals(parseCursor(`${"z".repeat(16)}-999999999999999`), {
    epoch: "z".repeat(16),
    position: 999_999_999_999_999,
  });
});

Deno.test("parseCursor() refuses what formatCursor() never writes", () => {
  for (
    const text of [
      ...["", "-", "a", "a-", "-1", "1", "a-01", "a--1", "a-1.5", "a-1e3", "a-+1", "a- 1", " a-1"],
      ...["a-1 ", "a-1\n", "\na-1", "A-1", "a_b-1", "a-b-1", "é-1", "a-٣", "a-0x1"],
      `${"a".repeat(17)}-1`,
      "a-1000000000000000",
    ]
  ) assertEquals(parseCursor(text), undefined, JSON.stringify(text));
});
