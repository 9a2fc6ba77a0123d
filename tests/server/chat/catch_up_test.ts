/**
 * Many who catch up at the same time: all get on, and nobody is kept waiting by a few.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  catchUpsAtOnceMax,
  replayPageEvents,
  type Start,
  streamsPerUserMax,
} from "../../../server/chat/hub.ts";
import { PollSubscriber } from "../../../server/chat/subscriber.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import type { Person } from "../../support/chat.ts";
import { saying } from "../../support/chat.ts";
import {
  eventTypes,
  type Listener,
  listener,
  positions,
  type Setup,
  setUp,
  turn,
} from "./listeners.ts";

const now: Start = { kind: "now" };

/** One that is joining. */
interface Joining extends Listener {
  readonly joined: Promise<void>;
}

/** A hub whose store reads the log only when the test lets it. */
class Waiting {
  /** Lets a reading through that waits, the first first. */
  readonly readings: (() => void)[] = [];

  constructor(readonly setup: Setup) {
    setup.store.before.log = () => new Promise((resolve) => this.readings.push(resolve));
  }

  join(person: Person, start: Start = now): Joining {
    const { hub } = this.setup;
    const opened = listener(person, hub);
    return { ...opened, joined: hub.join(opened.subscriber, start) };
  }

  turn(): Promise<void> {
    return turn(this.setup.clock);
  }

  /** Lets the first reading through. */
  async read(): Promise<void> {
    this.readings.shift()?.();
    await this.turn();
    await this.turn();
  }

  /** Lets all readings through until there are no more. */
  async readAll(): Promise<void> {
    while (this.readings.length > 0) await this.read();
  }
}

/** Which of them are live, by their place. */
function live(all: readonly Listener[]): number[] {
  return all.flatMap(({ sink }, at) =>
    sink.told.some(({ what }) => what === "caught_up") ? [at] : []
  );
}

Deno.test("so many catch up at the same time and no more, whosever they are", async () => {
  const waiting = new Waiting(await setUp());
  const { people: [alice, bob] } = waiting.setup;
  const all = Array.from({ length: streamsPerUserMax }, () => waiting.join(alice));
  all.push(waiting.join(bob));
  for (let n = 0; n < all.length; n++) {
    for (let turns = 0; turns < 3; turns++) await waiting.turn();
    assertEquals(waiting.readings.length, Math.min(catchUpsAtOnceMax, all.length - n));
    assertEquals(live(all), Array.from({ length: n }, (_, at) => at), "in the order of joining");
    await waiting.read();
  }
  await Promise.all(all.map(({ joined }) => joined));
  assertEquals(live(all).length, all.length);
});

Deno.test("who has missed little does not wait for those who have missed much", async () => {
  const { hub, clock, people: [alice, bob], tell } = await setUp();
  const start: Start = { kind: "after", position: hub.head };
  await tell(...Array.from({ length: 9 * replayPageEvents }, () => saying(alice, "again")));
  const long = Array.from({ length: 2 * catchUpsAtOnceMax }, () => listener(alice, hub));
  const joining = long.map(({ subscriber }) => hub.join(subscriber, start));
  await turn(clock);
  const bobs = listener(bob, hub);
  await hub.join(bobs.subscriber, now);
  const told = long.map(({ sink }) => positions(sink.told).length);
  assert(told.every((count) => count <= 3 * replayPageEvents), `${told}`);
  await Promise.all(joining);
  // They took turns: none was ahead of another by more than a page.
  assert(Math.max(...told) - Math.min(...told) <= replayPageEvents, `${told}`);
  for (const { sink } of long) assertEquals(positions(sink.told).length, 9 * replayPageEvents);
});

Deno.test("clients that do not take what they are told keep nobody from catching up", async () => {
  const { hub, clock, people: [alice, bob], tell } = await setUp();
  const start: Start = { kind: "after", position: hub.head };
  await tell(saying(alice, "hello"));
  const slow = Array.from(
    { length: catchUpsAtOnceMax + 1 },
    () => listener(alice, hub, { slow: true }),
  );
  const joining = slow.map(({ subscriber }) => hub.join(subscriber, start));
  while (slow.some(({ sink }) => sink.waiting === 0)) await turn(clock);
  const bobs = listener(bob, hub);
  await hub.join(bobs.subscriber, start);
  assertEquals(eventTypes(bobs), ["message"]);
  assertEquals(live([...slow, bobs]), [slow.length]);
  for (const { sink } of slow) sink.drain();
  await Promise.all(joining);
});

Deno.test("what is published while one waits to catch up is told once, and what comes then is told live", async () => {
  const waiting = new Waiting(await setUp());
  const { people: [alice, bob], tell } = waiting.setup;
  const first = Array.from({ length: catchUpsAtOnceMax }, () => waiting.join(alice));
  const bobs = waiting.join(bob);
  await waiting.turn();
  await tell(saying(alice, "while bob waits"));
  await waiting.readAll();
  await bobs.joined;
  await Promise.all(first.map(({ joined }) => joined));
  assertEquals(bobs.sink.told.map(({ what }) => what), ["event", "caught_up"]);
  await tell(saying(alice, "live"));
  assertEquals(bobs.sink.told.map(({ what }) => what), ["event", "caught_up", "event"]);
});

Deno.test("leave() while waiting to catch up frees the place, and join() is over", async () => {
  const waiting = new Waiting(await setUp());
  const { hub, people: [alice, bob, carol] } = waiting.setup;
  const first = Array.from({ length: catchUpsAtOnceMax }, () => waiting.join(alice));
  const [bobs, carols] = [waiting.join(bob), waiting.join(carol)];
  await waiting.turn();
  bobs.sink.close();
  await bobs.joined;
  assertEquals(hub.isOnline(bob.id), false);
  await waiting.read();
  assertEquals(waiting.readings.length, catchUpsAtOnceMax, "carol is next");
  await waiting.readAll();
  await Promise.all([...first, carols].map(({ joined }) => joined));
  assertEquals(live([bobs, carols]), [1]);
  assertEquals(bobs.sink.told, []);
});

Deno.test("a poll that is over while it waits to catch up reads nothing", async () => {
  const waiting = new Waiting(await setUp());
  const { hub, people: [alice, bob] } = waiting.setup;
  const first = Array.from({ length: catchUpsAtOnceMax }, () => waiting.join(alice));
  const poll = new PollSubscriber({ user: bob.id, token: bob.token }, { waits: true });
  const joined = hub.join(poll, now);
  const last = waiting.join(alice);
  await waiting.turn();
  poll.expire();
  await waiting.read();
  await joined;
  assertEquals((await poll.news).events, []);
  let readings = 1;
  for (; waiting.readings.length > 0; readings++) await waiting.read();
  assertEquals(readings, first.length + 1);
  await Promise.all([...first, last].map(({ joined }) => joined));
  hub.leave(poll);
});

Deno.test("close() ends those who wait to catch up, for whom nothing is read any more", async () => {
  const waiting = new Waiting(await setUp());
  const { hub, clock, people: [alice, bob] } = waiting.setup;
  const first = Array.from({ length: catchUpsAtOnceMax }, () => waiting.join(alice));
  const late = [waiting.join(alice), waiting.join(bob)];
  await waiting.turn();
  const reading = waiting.readings.length;
  await hub.close();
  await Promise.all(late.map(({ joined }) => joined));
  for (let n = 0; n < reading; n++) await waiting.read();
  await Promise.all(first.map(({ joined }) => joined));
  assertEquals(waiting.readings.length, 0);
  for (const { sink } of [...first, ...late]) assertEquals(sink.told, [{ what: "bye" }]);
  assertEquals([hub.onlineCount, clock.waiting], [0, 0]);
});

Deno.test("those whose log cannot be read make way for the next", async () => {
  const { hub, people: [alice, bob], store } = await setUp();
  let failures = catchUpsAtOnceMax + 1;
  store.before.log = () => {
    if (failures-- > 0) throw new StoreFailure("disk on fire");
  };
  const failing = Array.from(
    { length: failures },
    () => hub.join(listener(alice, hub).subscriber, now),
  );
  const bobs = listener(bob, hub);
  const joined = hub.join(bobs.subscriber, now);
  const ends = await Promise.allSettled(failing);
  assert(ends.every(({ status }) => status === "rejected"));
  await joined;
  assertEquals(live([bobs]), [0]);
  assertEquals(hub.isOnline(alice.id), false);
});
