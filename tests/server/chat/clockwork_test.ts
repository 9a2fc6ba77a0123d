/**
 * The clockwork: what is due is sent, what is old goes in slices, and no failure stops it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  auditLifeMs,
  eraseAtOnceMax,
  hourMs,
  receiptLifeMs,
  registrationInviteLifeMs,
  secondMs,
} from "../../../lib/domain/bounds.ts";
import type { Command } from "../../../lib/domain/command.ts";
import type { Event } from "../../../lib/domain/event.ts";
import { commonRoom, type UserId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import { defaultPolicy, type Policy } from "../../../lib/domain/policy.ts";
import { lifeAt } from "../../../lib/domain/retention.ts";
import { startLog, stopLog } from "../../../lib/log.ts";
import { foldName } from "../../../lib/text/names.ts";
import { Clockwork, clockworkEveryMs, dueAtOnce } from "../../../server/chat/clockwork.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { followEveryMs } from "../../../server/chat/follower.ts";
import { Hub } from "../../../server/chat/hub.ts";
import { removedAtOnce } from "../../../server/chat/upkeep.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat, type Person, saying, scheduling } from "../../support/chat.ts";
import { Gate, ScriptedStore } from "../../support/scripted_store.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { listener, turn } from "./listeners.ts";

const actor = 1 as UserId;

/** Tells of each slice, and lets a test wait for the one with a given number. */
class WatchedStore extends ScriptedStore {
  readonly slices: number[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  override async forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    let forgotten = -1;
    try {
      forgotten = await super.forgetReceipts(beforeMs, limit);
      return forgotten;
    } finally {
      this.slices.push(forgotten);
      for (const { count, resolve } of this.#waiting) if (this.slices.length >= count) resolve();
    }
  }

  sliced(count: number): Promise<void> {
    if (this.slices.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async keep(count: number, atMs: number): Promise<void> {
    await this.transact(noNeeds(), (state) => {
      for (let at = 0; at < count; at++) {
        state.receipts.put({
          user: actor,
          key: `${atMs}-${at}`,
          fingerprint: "",
          kept: null,
          atMs,
        });
      }
    });
  }

  async holds(key: string): Promise<boolean> {
    const needs = noNeeds();
    needs.receipts.push({ user: actor, key });
    return await this.transact(needs, (state) => state.receipt(actor, key) !== undefined);
  }
}

interface Setup {
  readonly clockwork: Clockwork;
  readonly store: WatchedStore;
  readonly hub: Hub;
  readonly engine: Engine;
  readonly clock: VirtualClock;
  readonly chat: Chat;
  /** Everything that was published, oldest first. */
  readonly events: Event[];
  /** What alice has said, oldest first. */
  texts(): Promise<string[]>;
  /** Carries a command out as a request would. */
  submit(command: Command): Promise<void>;
  /** Moves time on, and lets everything happen that falls due. */
  pass(ms: number): Promise<void>;
}

const policy: Policy = { ...defaultPolicy, limit: 0 };

function setUp(store: WatchedStore = new WatchedStore("epoch")): Setup {
  const clock = new VirtualClock();
  const hub = new Hub({ store, clock, policy, head: 0 });
  const events: Event[] = [];
  const engine = new Engine({
    store,
    clock,
    policy,
    publish(committed) {
      events.push(...committed.events);
      clockwork.follow(committed.events);
      hub.publish(committed);
    },
  });
  const clockwork: Clockwork = new Clockwork({ store, engine, hub, clock, policy });
  const chat = new Chat(store);
  chat.policy = policy;
  return {
    clockwork,
    store,
    hub,
    engine,
    clock,
    chat,
    events,
    async texts() {
      const life = lifeAt(clock.now(), policy);
      const { items } = await store.messages(commonRoom, actor, { limit: 1000 }, life);
      return items.map(({ text }) => text);
    },
    async submit(command) {
      assert((await engine.submit(command)).ok);
    },
    async pass(ms) {
      clock.advance(ms);
      for (let turns = 0; turns < 20; turns++) await turn(clock);
    },
  };
}

/** The turn that follows its slices sets the next timer. */
async function timerIsSet(clock: VirtualClock): Promise<void> {
  while (clock.waiting === 0) await turn(clock);
}

Deno.test("Clockwork forgets receipts when their time is over, and no sooner", async () => {
  const { clockwork, store, clock } = setUp();
  const madeMs = clock.now();
  await store.keep(1, madeMs);
  await clockwork.start();
  clock.advance(clockworkEveryMs);
  await store.sliced(1);
  assertEquals(store.slices, [0]);
  await timerIsSet(clock);
  // At their very last moment they still speak for their request.
  clock.setWall(madeMs + receiptLifeMs - clockworkEveryMs);
  clock.advance(clockworkEveryMs);
  await store.sliced(2);
  assert(await store.holds(`${madeMs}-0`));
  await timerIsSet(clock);
  clock.advance(clockworkEveryMs);
  await store.sliced(4);
  assertEquals(store.slices, [0, 0, 1, 0]);
  assert(!await store.holds(`${madeMs}-0`));
  await clockwork.stop();
});

Deno.test("Clockwork forgets many receipts in slices, and lets others have their turn between", async () => {
  const { clockwork, store, clock } = setUp();
  await store.keep(2 * removedAtOnce, clock.now());
  clock.advance(2 * receiptLifeMs);
  const seen: string[] = [];
  store.before.forgetReceipts = () => {
    seen.push("slice");
    clock.afterThisTurn(() => seen.push("others"));
  };
  await clockwork.start();
  clock.advance(clockworkEveryMs);
  await store.sliced(3);
  await timerIsSet(clock);
  assertEquals(store.slices, [removedAtOnce, removedAtOnce, 0]);
  assertEquals(seen.slice(0, 5), ["slice", "others", "slice", "others", "slice"]);
  await clockwork.stop();
});

Deno.test("Clockwork logs a failure and goes on", async () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  startLog({ clock: new VirtualClock(), level: "info", format: "json", write });
  try {
    const { clockwork, store, clock } = setUp();
    await store.keep(1, clock.now());
    clock.advance(2 * receiptLifeMs);
    store.before.forgetReceipts = () => {
      throw new StoreFailure("disk full");
    };
    await clockwork.start();
    clock.advance(clockworkEveryMs);
    await store.sliced(1);
    await timerIsSet(clock);
    assertEquals(lines.length, 1);
    const line = JSON.parse(lines[0] ?? "");
    assertEquals([line.level, line.part, line.message, line.task, line.failure], [
      "error",
      "clockwork",
      "Cannot carry out a task",
      "forget old receipts",
      "StoreFailure: disk full",
    ]);
    delete store.before.forgetReceipts;
    clock.advance(clockworkEveryMs);
    await store.sliced(3);
    assertEquals(store.slices, [-1, 1, 0]);
    assertEquals(lines.length, 1);
    await clockwork.stop();
  } finally {
    stopLog();
  }
});

Deno.test("Clockwork notes that a client is in use that only listens", async () => {
  const { clockwork, store, hub, clock, chat } = setUp();
  const [alice] = await chat.people("alice");
  await hub.join(listener(alice, hub).subscriber, { kind: "now" });
  await clockwork.start();
  clock.advance(clockworkEveryMs);
  while ((await store.tokensOf(alice.id))[0]?.lastSeenMs !== clock.now()) {
    await turn(clock);
  }
  await clockwork.stop();
  await hub.close();
});

Deno.test("Clockwork's stop() calls the next turn off", async () => {
  const { clockwork, store, clock } = setUp();
  await clockwork.start();
  await clockwork.stop();
  assertEquals(clock.waiting, 0);
  clock.advance(10 * clockworkEveryMs);
  assertEquals(store.slices, []);
});

Deno.test("Clockwork's stop() waits for the slice under way, and begins no other", async () => {
  const { clockwork, store, clock } = setUp();
  await store.keep(2 * removedAtOnce, clock.now());
  clock.advance(2 * receiptLifeMs);
  const gate = new Gate();
  store.before.forgetReceipts = gate.wait;
  await clockwork.start();
  clock.advance(clockworkEveryMs);
  await gate.reached;
  let stopped = false;
  const stopping = clockwork.stop().then(() => stopped = true);
  await turn(clock);
  assertEquals(stopped, false);
  gate.open();
  await stopping;
  assertEquals(store.slices, [removedAtOnce]);
  assertEquals(clock.waiting, 0);
});

// What is due.

Deno.test("Clockwork sends a message at its own moment, and not before", async () => {
  const { clockwork, chat, submit, pass, texts, events } = setUp();
  const [alice] = await chat.people("alice");
  await clockwork.start();
  await submit(scheduling(alice, "later", 10 * secondMs));
  await pass(10 * secondMs - 1);
  assertEquals(await texts(), []);
  await pass(1);
  assertEquals(await texts(), ["later"]);
  assertEquals(events.map(({ type }) => type), ["scheduled.created", "message", "scheduled.sent"]);
  await pass(hourMs);
  assertEquals(events.length, 3, "once");
  await clockwork.stop();
});

Deno.test("Clockwork sends at once what falls due while it sends what was due before", async () => {
  const { clockwork, store, clock, chat, submit, pass, texts } = setUp();
  const [alice] = await chat.people("alice");
  await clockwork.start();
  await submit(scheduling(alice, "first", 10 * secondMs));
  await submit(scheduling(alice, "second", 10 * secondMs + 5));
  store.before.due = () => {
    delete store.before.due;
    clock.advance(5);
  };
  await pass(10 * secondMs);
  await pass(0);
  assertEquals(await texts(), ["first", "second"]);
  await clockwork.stop();
});

Deno.test("Clockwork sends what fell due while it was away before anything else", async () => {
  const { clockwork, clock, chat, texts } = setUp();
  const [alice] = await chat.people("alice");
  await chat.schedule(alice, "second", 3 * secondMs);
  await chat.schedule(alice, "first", 2 * secondMs);
  await chat.schedule(alice, "not yet", 3 * hourMs);
  clock.advance(hourMs);
  await clockwork.start();
  assertEquals(await texts(), ["first", "second"]);
  await clockwork.stop();
});

Deno.test("Clockwork waits for what was scheduled before it started", async () => {
  const { clockwork, chat, pass, texts } = setUp();
  const [alice] = await chat.people("alice");
  await chat.schedule(alice, "in a moment", 5 * secondMs);
  await chat.schedule(alice, "in a while", 3 * clockworkEveryMs + 5 * secondMs);
  await clockwork.start();
  await pass(5 * secondMs);
  assertEquals(await texts(), ["in a moment"]);
  for (let minutes = 0; minutes < 3; minutes++) await pass(clockworkEveryMs);
  assertEquals(await texts(), ["in a moment", "in a while"]);
  await clockwork.stop();
});

Deno.test("Clockwork goes by what was changed and cancelled meanwhile", async () => {
  const { clockwork, chat, submit, pass, texts } = setUp();
  const [alice] = await chat.people("alice");
  await clockwork.start();
  const [sooner, putOff, cancelled] = [
    await chat.schedule(alice, "sooner", 40 * secondMs),
    await chat.schedule(alice, "put off", 5 * secondMs),
    await chat.schedule(alice, "cancelled", 5 * secondMs),
  ];
  const change = { type: "scheduled.change", actor: alice.id } as const;
  await submit({ ...change, scheduled: sooner.id, when: { field: "in", inMs: secondMs } });
  await submit({ ...change, scheduled: putOff.id, when: { field: "in", inMs: 20 * secondMs } });
  await submit({ type: "scheduled.cancel", actor: alice.id, scheduled: cancelled.id });
  await pass(secondMs);
  assertEquals(await texts(), ["sooner"]);
  await pass(10 * secondMs);
  assertEquals(await texts(), ["sooner"]);
  await pass(9 * secondMs);
  assertEquals(await texts(), ["sooner", "put off"]);
  await clockwork.stop();
});

Deno.test("Clockwork sends many that are due at once, some at a time", async () => {
  const { clockwork, chat, store, clock, pass, texts } = setUp();
  const people = await chat.people("alice", "bob", "carol");
  const count = 2 * dueAtOnce + 1;
  for (let at = 0; at < count; at++) {
    const author = people[at % people.length];
    if (author !== undefined) await chat.schedule(author, `number ${at}`, secondMs);
  }
  clock.advance(secondMs);
  let asked = 0;
  store.before.due = () => void asked++;
  await clockwork.start();
  assertEquals((await texts()).length, count);
  assertEquals(asked, 3);
  await pass(clockworkEveryMs);
  assertEquals((await texts()).length, count, "each once");
  await clockwork.stop();
});

Deno.test("Clockwork that can't look for what is due does the rest, and tries again", async () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  startLog({ clock: new VirtualClock(), level: "info", format: "json", write });
  try {
    const { clockwork, store, chat, pass, texts } = setUp();
    const [alice] = await chat.people("alice");
    await chat.schedule(alice, "late", secondMs);
    store.before.due = () => {
      throw new StoreFailure("disk full");
    };
    await clockwork.start();
    await pass(clockworkEveryMs);
    assertEquals(await texts(), []);
    assert(store.slices.length > 0, "the upkeep goes on");
    const told = lines.map((line) => JSON.parse(line));
    assert(told.every(({ task }) => task === "send what is due"));
    delete store.before.due;
    await pass(clockworkEveryMs);
    assertEquals(await texts(), ["late"]);
    await clockwork.stop();
  } finally {
    stopLog();
  }
});

Deno.test("Clockwork sends a message at its own moment, though an earlier one can't be sent", async () => {
  const { clockwork, chat, store, pass, texts } = setUp();
  const [alice] = await chat.people("alice");
  await chat.schedule(alice, "stuck", secondMs);
  await chat.schedule(alice, "in time", 5 * secondMs);
  await clockwork.start();
  store.before.transact = () => {
    throw new StoreFailure("disk full");
  };
  await pass(secondMs);
  delete store.before.transact;
  await pass(4 * secondMs - 1);
  assertEquals(await texts(), []);
  await pass(1);
  assertEquals(await texts(), ["stuck", "in time"]);
  await clockwork.stop();
});

Deno.test("Clockwork that can't clean up doubts the store, until that shows that it can save", async () => {
  const { clockwork, store, engine, clock } = setUp();
  await clockwork.start();
  store.before.forgetReceipts = () => {
    throw new StoreFailure("disk full");
  };
  assert(engine.canSave);
  clock.advance(clockworkEveryMs);
  await store.sliced(1);
  await timerIsSet(clock);
  assert(!engine.canSave);
  await engine.checkStore();
  assert(engine.canSave);
  await clockwork.stop();
});

Deno.test("Clockwork lets nothing be sent when it has stopped", async () => {
  const { clockwork, chat, submit, clock, pass, texts } = setUp();
  const [alice] = await chat.people("alice");
  await clockwork.start();
  await submit(scheduling(alice, "later", secondMs));
  await clockwork.stop();
  assertEquals(clock.waiting, 0);
  await submit(scheduling(alice, "later still", secondMs));
  assertEquals(clock.waiting, 0);
  await pass(clockworkEveryMs);
  assertEquals(await texts(), []);
});

Deno.test("Clockwork removes messages that have had their time", async () => {
  const { clockwork, chat, submit, clock, pass, store } = setUp();
  const [alice] = await chat.people("alice");
  await clockwork.start();
  await submit(saying(alice, "soon gone"));
  const kept = async () => {
    const life = { ...lifeAt(clock.now(), policy), nowMs: 0 };
    return (await store.messages(commonRoom, alice.id, { limit: 10 }, life)).items.length;
  };
  clock.advance(policy.messageTtlMs - clockworkEveryMs);
  await pass(clockworkEveryMs - 1);
  assertEquals(await kept(), 1);
  await pass(clockworkEveryMs + 1);
  assertEquals(await kept(), 0);
  await clockwork.stop();
});

Deno.test("Clockwork erases a user who was deleted", async () => {
  const { clockwork, chat, submit, pass, store } = setUp();
  const [eve, alice] = await chat.people("Eve", "alice");
  await clockwork.start();
  const room = await chat.makeRoom(eve, "den", alice);
  await submit(saying(eve, "spam"));
  await submit({ type: "user.delete", user: foldName("eve") });
  // At once: the time of the next tick is far.
  await pass(0);
  assertEquals((await store.user(eve.id))?.erased, true);
  assertEquals(await store.roomsOf(eve.id, 10), []);
  assertEquals((await store.authored(eve.id, 0, 1000)).messages, []);
  const den = await store.room(room);
  assertEquals(den?.kind === "room" && den.owner.id, alice.id);
  await clockwork.stop();
});

Deno.test("Clockwork erases whom another process has deleted, and whom nobody told it of", async () => {
  const { clockwork, chat, engine, pass, store } = setUp();
  const [eve, mallory] = await chat.people("Eve", "mallory");
  for (const one of [eve, mallory]) await chat.say(one, "spam");
  const isErased = async ({ id }: Person) => (await store.user(id))?.erased === true;
  await clockwork.start();
  engine.follow(await store.head());
  await chat.do({ type: "user.delete", user: foldName("eve") });
  await pass(followEveryMs);
  assertEquals([await isErased(eve), await isErased(mallory)], [true, false]);
  await engine.stop();
  await chat.do({ type: "user.delete", user: foldName("mallory") });
  await pass(followEveryMs);
  assertEquals(await isErased(mallory), false);
  // Its steps need the engine.
  await clockwork.stop();

  const next = setUp(store);
  await next.clockwork.start();
  await next.pass(clockworkEveryMs);
  assertEquals(await isErased(mallory), true);
  await next.clockwork.stop();
});

for (const deleted of [1, 4]) {
  Deno.test(`Clockwork looks through the messages ${deleted} times for ${deleted} deleted users`, async () => {
    const { clockwork, chat, engine, pass, store } = setUp();
    const people: Person[] = [];
    for (let n = 0; n < deleted; n++) people.push(await chat.register(`eve${n}`));
    for (const one of people) await chat.say(one, "spam");
    let [looks, atOnce] = [0, 0];
    const authored = store.authored.bind(store);
    store.authored = async (...asked) => {
      looks += 1;
      assertEquals(++atOnce, 1, "one after another");
      await Promise.resolve();
      atOnce -= 1;
      return await authored(...asked);
    };
    await clockwork.start();
    await Promise.all(people.map(async ({ name }) => {
      await engine.submit({ type: "user.delete", user: foldName(name) });
    }));
    while ((await store.usersToErase(1)).length > 0) await pass(0);
    assertEquals(looks, deleted);
    await clockwork.stop();
  });
}

Deno.test("Clockwork sends what falls due between two steps of erasing", async () => {
  const { clockwork, chat, submit, pass, store, events } = setUp();
  const [alice, eve] = await chat.people("alice", "Eve");
  for (let n = 0; n < 2 * eraseAtOnceMax; n++) await chat.say(eve, "spam");
  await clockwork.start();
  await submit(scheduling(alice, "in time", secondMs));
  const gate = new Gate();
  const authored = store.authored.bind(store);
  store.authored = async (...asked) => {
    await gate.wait();
    return await authored(...asked);
  };
  await submit({ type: "user.delete", user: foldName("eve") });
  await gate.reached;
  await pass(secondMs);
  gate.open();
  while ((await store.usersToErase(1)).length > 0) await pass(0);
  const told = events.map(({ type }) => type);
  const sentAt = told.indexOf("scheduled.sent");
  assert(sentAt > 0 && sentAt < told.lastIndexOf("message.deleted"), told.slice(-5).join());
  await clockwork.stop();
});

Deno.test("Clockwork that is stopped ends the step of erasing that it is at, and takes no other", async () => {
  const { clockwork, chat, submit, pass, store } = setUp();
  const [eve] = await chat.people("Eve");
  for (let n = 0; n < 2 * eraseAtOnceMax; n++) await chat.say(eve, "spam");
  await clockwork.start();
  const gate = new Gate();
  const authored = store.authored.bind(store);
  store.authored = async (...asked) => {
    await gate.wait();
    return await authored(...asked);
  };
  await submit({ type: "user.delete", user: foldName("eve") });
  await gate.reached;
  const stopping = clockwork.stop();
  gate.open();
  await stopping;
  await pass(2 * clockworkEveryMs);
  const { messages } = await authored(eve.id, 0, 1000);
  assertEquals(messages.length, eraseAtOnceMax);
});

Deno.test("Clockwork forgets reports when the ban that they led to is over", async () => {
  const { clockwork, chat, clock, pass, store } = setUp();
  const [eve, ...others] = await chat.people("eve", "alice", "bob", "carl");
  for (const { id } of others) {
    await chat.do({ type: "report", actor: id, target: foldName("eve") });
  }
  await clockwork.start();
  clock.advance(policy.banForMs - clockworkEveryMs);
  await pass(clockworkEveryMs - 1);
  assertEquals((await store.reportsOn(eve.id)).length, 3);
  await pass(clockworkEveryMs + 1);
  assertEquals(await store.reportsOn(eve.id), []);
  await clockwork.stop();
});

Deno.test("Clockwork forgets acts and invitations to register when their time is over", async () => {
  const { clockwork, submit, clock, pass, store } = setUp();
  await clockwork.start();
  await submit({ type: "registration.invite", hash: "code" });
  const invites = async () => {
    const needs = { ...noNeeds(), registrationInvites: true };
    return await store.transact(needs, (state) => [...state.registrationInvites].length);
  };
  const counts = async () => [(await store.audit({ limit: 9 })).items.length, await invites()];
  clock.advance(registrationInviteLifeMs - 2 * clockworkEveryMs);
  await pass(clockworkEveryMs);
  assertEquals(await counts(), [1, 1]);
  await pass(2 * clockworkEveryMs);
  assertEquals(await counts(), [1, 0]);
  clock.advance(auditLifeMs - registrationInviteLifeMs - 2 * clockworkEveryMs);
  await pass(clockworkEveryMs);
  assertEquals(await counts(), [1, 0]);
  await pass(2 * clockworkEveryMs);
  assertEquals(await counts(), [0, 0]);
  await clockwork.stop();
});
