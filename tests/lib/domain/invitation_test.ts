/**
 * How long and how often a link can be used.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { LinkId, RoomId } from "../../../lib/domain/ids.ts";
import { isUsable, type Link } from "../../../lib/domain/invitation.ts";

const link: Link = {
  id: 3 as LinkId,
  room: 2 as RoomId,
  hash: "h",
  createdMs: 0,
  expiresMs: 100,
  uses: 0,
};

Deno.test("isUsable() holds until the link expires, and not in that moment", () => {
  assertEquals([-1000, 0, 99, 100, 101].map((nowMs) => isUsable(link, nowMs)), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("isUsable() holds while someone may still enter", () => {
  assertEquals([0, 1, 2, 3].map((uses) => isUsable({ ...link, usesMax: 2, uses }, 0)), [
    true,
    true,
    false,
    false,
  ]);
  assertEquals(isUsable({ ...link, uses: 1_000_000 }, 0), true, "any number, if none is said");
});
