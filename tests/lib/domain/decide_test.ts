/**
 * What holds for every command: repeats are harmless, refusals change nothing, ids only grow.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { receiptLifeMs } from "../../../lib/domain/bounds.ts";
import { commonRoom } from "../../../lib/domain/ids.ts";
import { isFresh, type Retry } from "../../../lib/domain/receipt.ts";
import { Cast } from "../../support/cast.ts";
import { type Batch, Chat, noEffect, saying } from "../../support/chat.ts";
import { assertRefused } from "../../support/decisions.ts";
import { moderatedBatches, tightPolicy } from "../../support/random_commands.ts";

const retry: Retry = { key: "k", fingerprint: "f" };

Deno.test("decide() refuses another request under the same key, and changes nothing", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await chat.say(alice, "hi", {}, retry);
  const other = { key: retry.key, fingerprint: "another" };
  await assertRefused(chat, saying(alice, "ho", {}, other), "idempotency_mismatch");
});

Deno.test("decide() refuses another command under the same key", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await chat.say(alice, "hi", {}, retry);
  await assertRefused(
    chat,
    {
      type: "read",
      actor: alice.id,
      upto: 1,
      retry: { key: retry.key, fingerprint: "of a read" },
    },
    "idempotency_mismatch",
  );
});

Deno.test("decide() keeps the keys of different users apart", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const first = await chat.say(alice, "hi", {}, retry);
  const second = await chat.say(bob, "hi", {}, retry);
  assert(second.id > first.id);
});

Deno.test("decide() keeps no receipt of a refusal, so that the same key may be tried again", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const command = saying(alice, "hi", { to: "bob" }, retry);
  const { changes } = await chat.batch([command]);
  assertEquals(changes, []);
  await chat.register("bob");
  const decision = await chat.decide(command);
  assert(decision.ok && !decision.replayed);
});

for (
  const [ageMs, replayed] of [
    [receiptLifeMs - 1, true],
    [receiptLifeMs, false],
    [receiptLifeMs + 1, false],
    // The system clock was set back: the receipt is still a young one.
    [-1000, true],
  ] as const
) {
  Deno.test(`decide() ${replayed ? "knows" : "has forgotten"} a key after ${ageMs} ms`, async () => {
    const chat = new Chat();
    const alice = await chat.register("alice");
    const first = await chat.decide(saying(alice, "hi", {}, retry));
    assert(first.ok);
    chat.nowMs += ageMs;
    const again = await chat.decide(saying(alice, "hi", {}, retry));
    assert(again.ok);
    assertEquals(again.replayed, replayed);
    assertEquals(again.outcome.message.id === first.outcome.message.id, replayed);
    // Either way the key is taken now, for as long again.
    const other = { key: retry.key, fingerprint: "another" };
    await assertRefused(chat, saying(alice, "ho", {}, other), "idempotency_mismatch");
  });
}

Deno.test("isFresh() holds for as long as a receipt lives", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -1e9, max: 2e9 }), (atMs, ageMs) => {
      const receipt = { user: 1, key: "k", fingerprint: "f", outcome: null, atMs } as never;
      assertEquals(isFresh(receipt, atMs + ageMs), ageMs < receiptLifeMs);
    }),
  );
});

Deno.test("decide() leaves no change behind when it refuses, and gives out growing ids", async () => {
  let refused = 0;
  let replayed = 0;
  let carriedOut = 0;
  await fc.assert(
    fc.asyncProperty(moderatedBatches, async (batches) => {
      const chat = new Chat();
      chat.policy = tightPolicy;
      const cast = new Cast();
      let last = 0;
      for (const { pauseMs, steps } of batches) {
        chat.nowMs += pauseMs;
        const batch = await chat.batch(cast.commandsOf(steps, chat.nowMs));
        cast.follow(batch);
        for (const [at, decision] of batch.decisions.entries()) {
          const effect = batch.effects[at];
          if (decision.ok && !decision.replayed) carriedOut += 1;
          else assertEquals(effect, noEffect);
          if (!decision.ok) refused += 1;
          else if (decision.replayed) replayed += 1;
        }
        for (const { position } of batch.events) {
          assert(position > last, `${position} comes after ${last}`);
          last = position;
        }
        assert(batch.head >= last);
        assertEquals(await chat.store.head(), batch.head);
        assertRefersToWhatIs(batch, cast);
      }
    }),
    { numRuns: 150 },
  );
  // The property means nothing unless all three happen.
  assert(refused > 50 && replayed > 20 && carriedOut > 500, `${[refused, replayed, carriedOut]}`);
});

/** Whatever an event names was made before it. */
function assertRefersToWhatIs({ events }: Batch, { users, rooms, messages, all }: Cast): void {
  const known = new Set<number>([...users, ...rooms]);
  for (const event of events) {
    assert(known.has(event.audience));
    if (event.type !== "message") continue;
    const { message } = event;
    assertEquals<number>(message.id, event.position);
    assertEquals(message.roomKind, all.rooms.get(message.room)?.kind ?? "common");
    assertEquals(message.room === commonRoom, message.roomKind === "common");
    assertEquals(message.to !== undefined, message.roomKind === "private");
    assert(message.commentOn === undefined || messages.includes(message.commentOn));
  }
}
