/**
 * What holds for every command: repeats are harmless, refusals change nothing, ids only grow.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { receiptLifeMs } from "../../../lib/domain/bounds.ts";
import type { Command } from "../../../lib/domain/command.ts";
import { decide } from "../../../lib/domain/decide.ts";
import { commonRoom, type MessageId, type UserId } from "../../../lib/domain/ids.ts";
import { isFresh, type Retry } from "../../../lib/domain/receipt.ts";
import { State } from "../../../lib/domain/state.ts";
import { type Batch, Chat, type Person, saying } from "../../support/chat.ts";
import { Cast, stepBatches } from "../../support/random_commands.ts";

const retry: Retry = { key: "k", fingerprint: "f" };
const mismatch = { ok: false, refusal: { code: "idempotency_mismatch" } };

/** Every command that can carry an idempotency key. */
const retried: readonly {
  readonly what: string;
  readonly command: (alice: Person) => Command;
}[] = [
  { what: "send to everyone", command: (alice) => saying(alice, "hi", {}, retry) },
  { what: "send that opens a chat", command: (alice) => saying(alice, "hi", { to: "bob" }, retry) },
  {
    what: "read",
    command: (alice) => ({ type: "read", actor: alice.id, upto: 3, retry }),
  },
  {
    what: "token.revoke, whose outcome is nothing",
    command: (alice) => ({ type: "token.revoke", actor: alice.id, token: alice.token, retry }),
  },
];

for (const { what, command } of retried) {
  Deno.test(`decide() gives the outcome of the first time when asked again: ${what}`, async () => {
    const chat = new Chat();
    const [alice] = await chat.people("alice", "bob");
    const first = await chat.decide(command(alice));
    assert(first.ok && !first.replayed);
    // What happened in between makes no difference.
    await chat.say(alice, "more");
    chat.nowMs += 1000;
    const { decisions, changes, events, before, head } = await chat.batch([command(alice)]);
    assertEquals<unknown>(decisions, [{ ok: true, outcome: first.outcome, replayed: true }]);
    assertEquals([changes, events, head], [[], [], before]);
  });

  Deno.test(`decide() carries a command out once within one batch: ${what}`, async () => {
    const chat = new Chat();
    const [alice] = await chat.people("alice", "bob");
    const { decisions, effects } = await chat.batch([command(alice), command(alice)]);
    const [first, second] = decisions;
    assert(first?.ok && second?.ok);
    assertEquals([first.replayed, second.replayed], [false, true]);
    assertEquals(second.outcome, first.outcome);
    assertEquals(effects[1], { changes: 0, events: 0 });
  });
}

Deno.test("decide() refuses another request under the same key, and changes nothing", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await chat.say(alice, "hi", {}, retry);
  const other = { key: retry.key, fingerprint: "another" };
  const { decisions, changes, events } = await chat.batch([saying(alice, "ho", {}, other)]);
  assertEquals<unknown>(decisions, [mismatch]);
  assertEquals([changes, events], [[], []]);
});

Deno.test("decide() refuses another command under the same key", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await chat.say(alice, "hi", {}, retry);
  const decision = await chat.decide({
    type: "read",
    actor: alice.id,
    upto: 1,
    retry: { key: retry.key, fingerprint: "of a read" },
  });
  assertEquals<unknown>(decision, mismatch);
});

Deno.test("decide() keeps of a message its id alone, and of another outcome all", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const { changes } = await chat.batch([
    saying(alice, "a secret", {}, retry),
    { type: "read", actor: alice.id, upto: 1, retry: { key: "other", fingerprint: "x" } },
  ]);
  const kept = changes.flatMap((change) => change.kind === "receipt" ? [change.receipt.kept] : []);
  assertEquals(kept.map((one) => Object.keys(one)), [["message"], ["value"]]);
  assert(!JSON.stringify(kept).includes("a secret"));
});

Deno.test("decide() says that the message of a repeated request is gone when it is", () => {
  const state = new State(10);
  const actor = 1 as UserId;
  state.learnReceipt({
    user: actor,
    key: retry.key,
    fingerprint: retry.fingerprint,
    kept: { message: 7 as MessageId },
    atMs: 0,
  });
  const command = { type: "send", actor, destination: {}, text: "hi", retry } as const;
  const decision = decide(command, state, { nowMs: 0 });
  assertEquals<unknown>(decision, { ok: false, refusal: { code: "not_found", what: "message" } });
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
    const decision = await chat.decide(saying(alice, "ho", {}, other));
    assertEquals<unknown>(decision, mismatch);
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
    fc.asyncProperty(stepBatches, async (batches) => {
      const chat = new Chat();
      const cast = new Cast();
      let last = 0;
      for (const { pauseMs, steps } of batches) {
        chat.nowMs += pauseMs;
        const batch = await chat.batch(steps.map((step) => cast.commandOf(step)));
        cast.follow(batch);
        for (const [at, decision] of batch.decisions.entries()) {
          const effect = batch.effects[at];
          if (decision.ok && !decision.replayed) carriedOut += 1;
          else assertEquals(effect, { changes: 0, events: 0 });
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
function assertRefersToWhatIs({ events }: Batch, { users, rooms, messages }: Cast): void {
  const known = new Set<number>([...users.map(({ id }) => id), ...rooms]);
  for (const event of events) {
    assert(known.has(event.audience));
    if (event.type !== "message") continue;
    const { message } = event;
    assertEquals<number>(message.id, event.position);
    assertEquals(message.roomKind, message.room === commonRoom ? "common" : "private");
    assertEquals(message.to !== undefined, message.roomKind === "private");
    assert(message.commentOn === undefined || messages.includes(message.commentOn));
  }
}
