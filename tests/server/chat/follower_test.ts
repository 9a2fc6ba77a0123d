/**
 * Following: what other processes commit is told once and in its order, as if it came from here.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dayMs } from "../../../lib/domain/bounds.ts";
import type { Command } from "../../../lib/domain/command.ts";
import type { Position } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { startLog, stopLog } from "../../../lib/log.ts";
import { type Committed, Engine } from "../../../server/chat/engine.ts";
import {
  followedPageEvents,
  followedPagesMax,
  followEveryMs,
} from "../../../server/chat/follower.ts";
import { Hub } from "../../../server/chat/hub.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat, type Person, saying } from "../../support/chat.ts";
import { Gate, ScriptedStore } from "../../support/scripted_store.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { eventTypes, listener, positions, turn } from "./listeners.ts";

const policy = { ...defaultPolicy, limit: 0 };

/** Two engines on one store: one that follows, with a hub, and one of another process. */
interface Scene {
  readonly store: ScriptedStore;
  readonly clock: VirtualClock;
  readonly hub: Hub;
  readonly here: Engine;
  readonly there: Engine;
  readonly alice: Person;
  readonly bob: Person;
  /** What was published here, oldest first. */
  readonly published: Committed[];
  /** The positions of the events among it. */
  told(): Position[];
  /** Lets so much time pass that it looks, and everything happen that follows from it. */
  look(): Promise<void>;
}

async function setUp(): Promise<Scene> {
  const store = new ScriptedStore("epoch");
  const clock = new VirtualClock();
  const chat = new Chat(store);
  chat.nowMs = clock.now();
  const [alice, bob] = await chat.people("alice", "bob");
  const head = await store.head();
  const hub = new Hub({ store, clock, policy, head });
  const published: Committed[] = [];
  const here = new Engine({
    store,
    clock,
    policy,
    publish(committed) {
      published.push(committed);
      hub.publish(committed);
    },
  });
  const there = new Engine({ store, clock, policy, publish: () => {} });
  here.follow(head);
  return {
    ...{ store, clock, hub, here, there, alice, bob, published },
    told: () => published.flatMap(({ events }) => events.map(({ position }) => position)),
    async look() {
      clock.advance(followEveryMs);
      for (let turns = 0; turns < 10; turns++) await turn(clock);
    },
  };
}

async function submitAll(engine: Engine, commands: readonly Command[]): Promise<void> {
  const decisions = await Promise.all(commands.map((command) => engine.submit(command)));
  assert(decisions.every(({ ok }) => ok));
}

/** The positions from one after `start` up to `end`. */
function after(start: Position, end: Position): Position[] {
  return Array.from({ length: end - start }, (_, at) => start + at + 1);
}

Deno.test("what another process commits is told at the next look, and once", async () => {
  const { store, clock, there, alice, bob, hub, published, look, told } = await setUp();
  const bobs = listener(bob, hub);
  await hub.join(bobs.subscriber, { kind: "now" });
  const start = hub.head;
  await submitAll(there, [saying(alice, "from elsewhere"), saying(alice, "psst", { to: "bob" })]);
  clock.advance(followEveryMs - 1);
  for (let turns = 0; turns < 10; turns++) await turn(clock);
  assertEquals(published, []);
  clock.advance(1);
  for (let turns = 0; turns < 10; turns++) await turn(clock);
  assertEquals(eventTypes(bobs), ["message", "room.created", "message"]);
  assertEquals(published.map(({ after, head, late }) => [after, head, late]), [
    [start, await store.head(), undefined],
  ]);
  for (let looks = 0; looks < 4; looks++) await look();
  assertEquals(told(), after(start, hub.head));
  assertEquals(positions(bobs.sink.told), told());
});

Deno.test("what another process commits is told before what is committed here after it", async () => {
  const { here, there, alice, bob, hub, told, published } = await setUp();
  const start = hub.head;
  await submitAll(here, [saying(bob, "1")]);
  await submitAll(there, [saying(alice, "2"), saying(alice, "3")]);
  await submitAll(here, [saying(bob, "4")]);
  assertEquals(told(), after(start, start + 4));
  assertEquals(published.map(({ after, head }) => [after - start, head - start]), [
    [0, 1],
    [1, 3],
    [3, 4],
  ]);
});

Deno.test("what another process commits while its earlier events are read waits for its turn", async () => {
  const { store, here, there, alice, bob, hub, told, look } = await setUp();
  const start = hub.head;
  await submitAll(there, [saying(alice, "1")]);
  const gate = new Gate();
  store.before.eventsAfter = gate.wait;
  const second = submitAll(here, [saying(bob, "2")]);
  await gate.reached;
  await submitAll(there, [saying(alice, "3")]);
  delete store.before.eventsAfter;
  gate.open();
  await second;
  assertEquals(told(), after(start, start + 2), "all that came before, and no more");
  await look();
  assertEquals(told(), after(start, start + 3));
});

Deno.test("whoever writes when, all streams are told everything once and in its order", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const scene = await setUp();
    const { clock, here, there, alice, bob, hub, told } = scene;
    const random = new SeededRandom(seed);
    const dice = (sides: number) => (random.bytes(1)[0] ?? 0) % sides;
    const start = hub.head;
    const listeners = [listener(alice, hub)];
    await hub.join(listeners[0]?.subscriber ?? fail(), { kind: "now" });
    const sent: Promise<void>[] = [];
    for (let step = 0; step < 200; step++) {
      const [engine, author] = dice(2) === 0 ? [here, alice] : [there, bob];
      sent.push(submitAll(engine, Array.from({ length: dice(4) }, () => saying(author, "hi"))));
      if (dice(5) === 0) clock.advance(dice(2 * followEveryMs));
      if (dice(3) === 0) await turn(clock);
      if (dice(40) === 0) {
        const late = listener(bob, hub);
        listeners.push(late);
        await hub.join(late.subscriber, { kind: "after", position: start });
      }
    }
    await Promise.all(sent);
    await scene.look();
    const all = after(start, hub.head);
    assert(all.length > 150);
    assertEquals(told(), all, `seed ${seed}`);
    for (const { sink } of listeners) assertEquals(positions(sink.told), all, `seed ${seed}`);
  }
});

function fail(): never {
  throw new Error("There is nobody");
}

Deno.test("much is told a page at a time, and others get their turn between two", async () => {
  for (const extra of [-1, 0, 1]) {
    const { clock, there, alice, hub, told, published, look } = await setUp();
    const start = hub.head;
    const count = 2 * followedPageEvents + extra;
    await submitAll(there, Array.from({ length: count }, () => saying(alice, "again")));
    let [turns, turnsBetween] = [0, 0];
    const { afterOthers } = clock;
    clock.afterOthers = (callback) => {
      turnsBetween += 1;
      afterOthers.call(clock, () => {
        turns += 1;
        callback();
      });
    };
    await look();
    assertEquals(told(), after(start, start + count));
    const sizes = published.map(({ events }) => events.length);
    const full = [followedPageEvents, followedPageEvents + Math.min(extra, 0)];
    assertEquals(sizes, extra > 0 ? [...full, extra] : full);
    assertEquals([turns, turnsBetween], [sizes.length - 1, sizes.length - 1]);
  }
});

for (const pages of [followedPagesMax, followedPagesMax + 1, 2 * followedPagesMax + 1]) {
  Deno.test(`of ${pages} pages ${followedPagesMax} are read before what waits here has its turn`, async () => {
    const { store, clock, here, there, alice, bob, hub, told } = await setUp();
    const start = hub.head;
    const many = pages * followedPageEvents;
    await submitAll(there, Array.from({ length: many }, () => saying(alice, "hi")));
    const happened: string[] = [];
    const gate = new Gate();
    store.before.eventsAfter = async () => {
      happened.push("page");
      await gate.wait();
    };
    store.before.transact = () => void happened.push("batch");
    clock.advance(followEveryMs);
    await gate.reached;
    const sending = here.submit(saying(bob, "me too"));
    gate.open();
    assert((await sending).ok);
    assertEquals(happened.indexOf("batch"), followedPagesMax);
    assertEquals(happened.length, pages + 1);
    assertEquals(told(), after(start, start + many + 1));
    assertEquals(hub.head, start + many + 1);
    await here.stop();
    assertEquals(clock.waiting, 0);
  });
}

Deno.test("a look goes on at once while there is more, and is due again in time after that", async () => {
  const { clock, there, alice, hub, look } = await setUp();
  const start = hub.head;
  const many = 2 * followedPagesMax * followedPageEvents + 1;
  await submitAll(there, Array.from({ length: many }, () => saying(alice, "hi")));
  clock.advance(followEveryMs);
  for (let turns = 0; turns < 8 * followedPagesMax; turns++) await turn(clock);
  assertEquals([hub.head, clock.waiting], [start + many, 1]);
  await submitAll(there, [saying(alice, "and that")]);
  await look();
  assertEquals(hub.head, start + many + 1);
});

Deno.test("a look where nothing has happened only asks where the log ends", async () => {
  const { store, here, bob, look } = await setUp();
  let [heads, pages] = [0, 0];
  store.before.head = () => void heads++;
  store.before.eventsAfter = () => void pages++;
  await submitAll(here, [saying(bob, "from here")]);
  for (let looks = 0; looks < 8; looks++) await look();
  assertEquals([heads, pages], [8, 0]);
});

Deno.test("while the log can't be read nothing is told, and then everything in its order", async () => {
  const lines: string[] = [];
  const { store, clock, here, there, alice, bob, hub, told, look } = await setUp();
  startLog({ clock, level: "error", format: "json", write: (line) => lines.push(line) });
  try {
    const start = hub.head;
    store.before.eventsAfter = () => {
      throw new StoreFailure("disk on fire");
    };
    await submitAll(there, [saying(alice, "1")]);
    for (let looks = 0; looks < 5; looks++) await look();
    // Whoever says something is answered nevertheless.
    await submitAll(here, [saying(bob, "2")]);
    await submitAll(here, [saying(bob, "3")]);
    assertEquals(told(), []);
    assertEquals(lines.length, 1, "it is logged once");
    assert(lines[0]?.includes("Cannot read what others have committed"));
    assert(lines[0]?.includes("disk on fire"));
    delete store.before.eventsAfter;
    await look();
    assertEquals(told(), after(start, start + 3));
    store.before.head = () => {
      throw new StoreFailure("and again");
    };
    for (let looks = 0; looks < 3; looks++) await look();
    assertEquals(lines.length, 2, "the next time is another one");
  } finally {
    stopLog();
  }
});

Deno.test("stop() ends the looks, and waits for the one under way", async () => {
  const { store, clock, here, there, alice, told } = await setUp();
  assertEquals(clock.waiting, 1);
  await submitAll(there, [saying(alice, "last words")]);
  const gate = new Gate();
  store.before.eventsAfter = gate.wait;
  clock.advance(followEveryMs);
  await gate.reached;
  let isStopped = false;
  const stopped = here.stop().then(() => isStopped = true);
  await turn(clock);
  assertEquals(isStopped, false);
  gate.open();
  await stopped;
  assertEquals([told().length, clock.waiting], [1, 0]);
});

Deno.test("stop() between two looks leaves no timer", async () => {
  const { clock, here } = await setUp();
  await here.stop();
  assertEquals(clock.waiting, 0);
});

Deno.test("a token that another process revokes ends its streams, and lets nobody in any more", async () => {
  const { there, alice, bob, hub, look } = await setUp();
  const [alices, bobs] = [listener(alice, hub), listener(bob, hub)];
  for (const { subscriber } of [alices, bobs]) await hub.join(subscriber, { kind: "now" });
  await submitAll(there, [{ type: "token.revoke", actor: alice.id, token: alice.token }]);
  await look();
  assertEquals(alices.sink.told.map(({ what }) => what), ["caught_up", "event", "bye"]);
  assertEquals(bobs.sink.closed, false);
  const late = listener(alice, hub);
  await hub.join(late.subscriber, { kind: "now" });
  assertEquals(late.sink.told, [{ what: "bye" }]);
});

Deno.test("what is read too late is told to each as far as it is there for them", async () => {
  const { store, clock, there, alice, bob, hub, published, look } = await setUp();
  const [alices, bobs] = [listener(alice, hub), listener(bob, hub)];
  for (const { subscriber } of [alices, bobs]) await hub.join(subscriber, { kind: "now" });
  store.before.head = () => {
    throw new StoreFailure("away");
  };
  await submitAll(there, [saying(alice, "soon gone")]);
  clock.advance(policy.messageTtlMs);
  await submitAll(there, [saying(alice, "still there")]);
  delete store.before.head;
  await look();
  assertEquals(published.map(({ late }) => late), ["expired"]);
  // Of hers she has read everything.
  assertEquals([alices, bobs].map(({ sink }) => positions(sink.told).length), [1, 2]);
  for (const { sink } of [alices, bobs]) assertEquals(sink.told.at(-1)?.what, "caught_up");
  await submitAll(there, [saying(bob, "live again")]);
  await look();
  assertEquals([alices, bobs].map(({ sink }) => positions(sink.told).length), [2, 3]);
});

Deno.test("a message is told as long as it has not expired, and not when it has", async () => {
  for (const [passedMs, late] of [[1, undefined], [0, "expired"]] as const) {
    const { store, clock, there, alice, published, look } = await setUp();
    await submitAll(there, [saying(alice, "one hour")]);
    store.before.head = () => {
      throw new StoreFailure("away");
    };
    clock.advance(policy.messageTtlMs - followEveryMs - passedMs);
    delete store.before.head;
    await look();
    assertEquals(published.map(({ late }) => late), [late]);
  }
});

Deno.test("where what another process did is forgotten, all have to come anew", async () => {
  const { store, clock, here, there, alice, bob, hub, published, look } = await setUp();
  const bobs = listener(bob, hub);
  await hub.join(bobs.subscriber, { kind: "now" });
  const start = hub.head;
  store.before.head = () => {
    throw new StoreFailure("away");
  };
  await submitAll(there, [{ type: "token.revoke", actor: alice.id, token: alice.token }]);
  const forgotten = start + 1;
  clock.advance(dayMs);
  await submitAll(there, [saying(bob, "a day later")]);
  assert(await store.forgetEvents(clock.now(), 9) > 0);
  delete store.before.head;
  await look();
  assertEquals(
    published.map(({ events, after, head, late }) => [events.length, after, head, late]),
    [
      [0, start, forgotten, "forgotten"],
      [1, forgotten, forgotten + 1, undefined],
    ],
  );
  // They can't tell that a token of theirs was revoked but by showing it.
  assertEquals(bobs.sink.told.at(-1), { what: "bye" });
  const again = listener(bob, hub);
  await hub.join(again.subscriber, { kind: "after", position: start });
  assertEquals(again.sink.told[0], { what: "reset", reason: "forgotten", position: hub.head });
  await submitAll(here, [saying(alice, "and on it goes")]);
  assertEquals(eventTypes(again), ["message"]);
});

Deno.test("what is forgotten beyond what was committed here keeps nothing from being told", async () => {
  const { store, clock, here, there, alice, bob, hub, published, told } = await setUp();
  const start = hub.head;
  await submitAll(there, [{ type: "token.issue", actor: alice.id, grant: { hash: "a2" } }]);
  const gate = new Gate();
  store.before.eventsAfter = gate.wait;
  const own = submitAll(here, [saying(bob, "from here")]);
  await gate.reached;
  await submitAll(there, [{ type: "token.revoke", actor: alice.id, token: alice.token }]);
  clock.advance(1);
  assert(await store.forgetEvents(clock.now(), 9) > 0);
  delete store.before.eventsAfter;
  gate.open();
  await own;
  assertEquals(published.map(({ after, head, late }) => [after - start, head - start, late]), [
    [0, 1, "forgotten"],
    [1, 2, undefined],
  ]);
  assertEquals(told(), [start + 2]);
});
