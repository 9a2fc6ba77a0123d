/**
 * Erasing: nothing is left of a deleted user, however much there was and whatever comes between.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../../lib/clock.ts";
import { eraseAtOnceMax, hourMs, leaveAtOnceMax } from "../../../lib/domain/bounds.ts";
import type { Command, OutcomeOf } from "../../../lib/domain/command.ts";
import { notFound } from "../../../lib/domain/refusal.ts";
import type { Decision } from "../../../lib/domain/rule.ts";
import type { EraseUser } from "../../../lib/domain/rules/users.ts";
import { defaultPolicy, type Policy } from "../../../lib/domain/policy.ts";
import { foldName } from "../../../lib/text/names.ts";
import { eraseDeleted, Erasing, lookedThroughAtOnce } from "../../../server/chat/erasing.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat, type Person } from "../../support/chat.ts";

const unlimited: Policy = { ...defaultPolicy, limit: 0 };

/** An engine without a clock, which keeps what it was asked to erase. */
class Doer {
  readonly chat: Chat;
  readonly steps: EraseUser[] = [];
  /** Fails from this step on. */
  failsFrom = Infinity;

  constructor(chat: Chat) {
    this.chat = chat;
  }

  async submit<C extends Command>(command: C): Promise<Decision<OutcomeOf<C>>> {
    if (command.type !== "user.erase") throw new Error("Erasing does nothing else");
    if (this.steps.length >= this.failsFrom) throw new StoreFailure("full");
    this.steps.push(command);
    return await this.chat.decide(command);
  }
}

async function scene() {
  const chat = new Chat();
  chat.policy = unlimited;
  const [eve, alice] = await chat.people("Eve", "alice");
  const engine = new Doer(chat);
  // Nothing in this takes time, but turns of the event loop.
  const setup = { store: chat.store, engine, clock: systemClock };
  return { chat, eve, alice, engine, setup };
}

async function remove(chat: Chat, { name }: Person): Promise<void> {
  await chat.do({ type: "user.delete", user: foldName(name) });
}

async function leftOf({ store }: Chat, { id }: Person): Promise<readonly unknown[]> {
  const { messages } = await store.authored(id, 0, 100_000);
  return [...messages, ...await store.roomsOf(id, 1000)];
}

Deno.test("eraseDeleted() leaves nothing of a deleted user, and all of others", async () => {
  const { chat, eve, alice, engine, setup } = await scene();
  const den = await chat.makeRoom(eve, "den", alice);
  const spam = await chat.say(eve, "spam");
  await chat.say(eve, "spam", { room: den });
  await chat.say(eve, "psst", { to: "alice" });
  const kept = await chat.say(alice, "what?", { commentOn: spam.id });
  await chat.schedule(eve, "later", hourMs);
  await remove(chat, eve);
  await eraseDeleted(setup);
  assertEquals(await leftOf(chat, eve), []);
  assertEquals(await chat.store.scheduledBy(eve.id), []);
  assertEquals((await chat.store.user(eve.id))?.erased, true);
  assertEquals(await chat.store.usersToErase(1), []);
  assertEquals((await chat.store.message(kept.id, alice.id, chat.life))?.text, "what?");
  // First they are in no room any more, then what they said goes, then all else.
  assertEquals(
    engine.steps.map(({ rooms, messages, done }) => [rooms.length, messages.length, done]),
    [[3, 0, false], [0, 3, false], [0, 0, true]],
  );
});

Deno.test("Erasing does nothing where nobody was deleted", async () => {
  const { chat, eve, engine, setup } = await scene();
  await chat.say(eve, "hi");
  assertEquals(await new Erasing(setup).step(), false);
  assertEquals(engine.steps, []);
});

for (const [messages, steps] of [[eraseAtOnceMax, 1], [eraseAtOnceMax + 1, 2]] as const) {
  Deno.test(`Erasing takes ${messages} messages back in ${steps} transactions`, async () => {
    const { chat, eve, alice, engine, setup } = await scene();
    for (let at = 0; at < messages; at++) await chat.say(eve, "spam");
    await chat.say(alice, "stop");
    await remove(chat, eve);
    await eraseDeleted(setup);
    assertEquals(await leftOf(chat, eve), []);
    const taken = engine.steps.filter(({ messages }) => messages.length > 0);
    assertEquals(taken.length, steps);
    assert(taken.every(({ messages }) => messages.length <= eraseAtOnceMax));
  });
}

Deno.test("Erasing leaves many rooms, a few in one transaction", async () => {
  const { chat, eve, engine, setup } = await scene();
  for (let at = 0; at < leaveAtOnceMax; at++) await chat.makeRoom(eve, `room ${at}`);
  await remove(chat, eve);
  await eraseDeleted(setup);
  assertEquals(await leftOf(chat, eve), []);
  // The common one is one of them.
  assertEquals(engine.steps.map(({ rooms }) => rooms.length), [leaveAtOnceMax, 1, 0]);
});

Deno.test("Erasing looks through everything that was said, a stretch in a step", async () => {
  const { chat, eve, alice, engine, setup } = await scene();
  await chat.say(eve, "first");
  for (let at = 0; at < lookedThroughAtOnce; at++) await chat.say(alice, "hi");
  await chat.say(eve, "last");
  await remove(chat, eve);
  const erasing = new Erasing(setup);
  let steps = 0;
  for (let taken = 0; await erasing.step(); steps++) {
    assert(engine.steps.length - taken <= 1, "each step is one command at the most");
    taken = engine.steps.length;
  }
  assertEquals(await leftOf(chat, eve), []);
  assertEquals(steps, 5);
  assertEquals(engine.steps.map(({ messages }) => messages.length), [0, 1, 1, 0]);
});

Deno.test("Erasing goes on where it failed, or begins anew, and finds all that is left", async () => {
  for (const isSame of [true, false]) {
    for (const failsFrom of [0, 1, 2, 3]) {
      const { chat, eve, engine, setup } = await scene();
      await chat.makeRoom(eve, "den");
      for (let at = 0; at < eraseAtOnceMax + 1; at++) await chat.say(eve, "spam");
      await remove(chat, eve);
      engine.failsFrom = failsFrom;
      const first = new Erasing(setup);
      await assertRejects(async () => {
        while (await first.step());
      }, StoreFailure);
      engine.failsFrom = Infinity;
      const next = isSame ? first : new Erasing(setup);
      while (await next.step());
      assertEquals(await leftOf(chat, eve), []);
      assertEquals((await chat.store.user(eve.id))?.erased, true);
    }
  }
});

Deno.test("two who erase at the same time do no harm", async () => {
  const { chat, eve, alice, setup } = await scene();
  for (let at = 0; at < 5; at++) await chat.say(eve, "spam");
  await chat.makeRoom(eve, "den", alice);
  await remove(chat, eve);
  await Promise.all([eraseDeleted(setup), eraseDeleted(setup)]);
  assertEquals(await leftOf(chat, eve), []);
});

Deno.test("Erasing takes those first who were deleted first", async () => {
  const { chat, eve, alice, engine, setup } = await scene();
  await remove(chat, alice);
  chat.nowMs += 1;
  await remove(chat, eve);
  await eraseDeleted(setup);
  const users = engine.steps.map(({ user }) => user);
  assertEquals([...new Set(users)], [alice.id, eve.id]);
  assertEquals(users.lastIndexOf(alice.id) < users.indexOf(eve.id), true);
});

Deno.test("Erasing stops where it would go on for ever", async () => {
  const { chat, eve, setup } = await scene();
  await remove(chat, eve);
  let tries = 0;
  const submit = () => {
    tries += 1;
    return tries < 9 ? Promise.resolve(notFound("user")) : Promise.reject(new Error("for ever"));
  };
  await assertRejects(
    () => eraseDeleted({ ...setup, engine: { submit } }),
    Error,
    "can't be erased",
  );
  assertEquals(tries, 1);
});
