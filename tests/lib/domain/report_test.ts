/**
 * Which reports count, and how long a ban lasts.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { UserId } from "../../../lib/domain/ids.ts";
import { openReports, type Report } from "../../../lib/domain/report.ts";
import { isBanned, refTo, type User } from "../../../lib/domain/user.ts";
import { foldName } from "../../../lib/text/names.ts";

function someone(bannedUntilMs?: number): User {
  return {
    id: 1 as UserId,
    name: "Eve",
    folded: foldName("Eve"),
    createdMs: 0,
    ...(bannedUntilMs !== undefined && { bannedUntilMs }),
  };
}

const reports = [10, 99, 100, 101].map((atMs, n): Report => (
  { reporter: 2 + n as UserId, target: 1 as UserId, atMs }
));

Deno.test("isBanned() holds until the ban ends, and not in that moment", () => {
  assertEquals([0, 99, 100, 101].map((nowMs) => isBanned(someone(100), nowMs)), [
    true,
    true,
    false,
    false,
  ]);
  assertEquals(isBanned(someone(), 0), false);
});

Deno.test("openReports() are all of them before a first ban", () => {
  assertEquals(openReports(someone(), reports, 1000), reports);
});

Deno.test("openReports() are all of them while a ban lasts", () => {
  assertEquals(openReports(someone(100), reports, 99), reports);
});

Deno.test("openReports() are those since the ban ended", () => {
  for (const nowMs of [100, 1000]) {
    assertEquals(openReports(someone(100), reports, nowMs).map(({ atMs }) => atMs), [100, 101]);
  }
});

Deno.test("refTo() tells an id and a name, and nothing else", () => {
  assertEquals<unknown>(refTo({ ...someone(100), passwordHash: "p" }), { id: 1, name: "Eve" });
});
