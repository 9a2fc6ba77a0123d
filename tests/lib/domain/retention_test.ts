/**
 * How long a message is there, and for whom.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { MessageId, UserId } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { isThere, lifeAt, type Mortal } from "../../../lib/domain/retention.ts";

const author = { id: 1 as UserId };
const message: Mortal = { id: 10 as MessageId, author, atMs: 0, expiresMs: 1000 };
const policy = { ...defaultPolicy, messageTtlMs: 1000, unreadTtlMs: 50_000 };

const hasRead = { user: 2 as UserId, readId: 10 };
const hasNot = { user: 2 as UserId, readId: 9 };
const wrote = { user: author.id, readId: 0 };

Deno.test("lifeAt() keeps what was sent after the cap", () => {
  assertEquals(lifeAt(60_000, policy), { nowMs: 60_000, keptSinceMs: 10_000 });
});

for (
  const [nowMs, forReader, forOthers] of [
    [-100_000, true, true],
    [0, true, true],
    [999, true, true],
    [1000, false, true],
    [1001, false, true],
    [49_999, false, true],
    [50_000, false, false],
    [50_001, false, false],
  ] as const
) {
  Deno.test(`isThere() after ${nowMs} ms: ${forReader} for who has read it, ${forOthers} for who has not`, () => {
    const life = lifeAt(nowMs, policy);
    assertEquals(isThere(message, hasRead, life), forReader);
    assertEquals(isThere(message, wrote, life), forReader, "its author has read it");
    assertEquals(isThere(message, hasNot, life), forOthers);
  });
}

Deno.test("isThere() holds until the cap when that comes before the life of read messages", () => {
  const long: Mortal = { ...message, expiresMs: 80_000 };
  assertEquals(isThere(long, hasRead, lifeAt(49_999, policy)), true);
  assertEquals(isThere(long, hasRead, lifeAt(50_000, policy)), false);
});

Deno.test("isThere() goes by the end that the message was given, whatever holds by now", () => {
  const changed = { ...policy, messageTtlMs: 10 };
  assertEquals(isThere(message, hasRead, lifeAt(999, changed)), true);
});
