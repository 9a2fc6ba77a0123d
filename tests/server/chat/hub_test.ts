/**
 * The hub: who is told what, how often, and when nobody is told any more.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { textCharactersMax } from "../../../lib/domain/bounds.ts";
import type { TokenId } from "../../../lib/domain/ids.ts";
import {
  heartbeatMs,
  replayPageEvents,
  type Start,
  streamsPerUserMax,
} from "../../../server/chat/hub.ts";
import { presenceDelayMs } from "../../../server/chat/presence.ts";
import { replaySliceBytes } from "../../../server/chat/slices.ts";
import { type EventFormat, PollSubscriber } from "../../../server/chat/subscriber.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { saying } from "../../support/chat.ts";
import { Gate } from "../../support/scripted_store.ts";
import {
  eventTypes,
  lineFormat,
  type Listener,
  listener,
  positions,
  setUp,
  turn,
} from "./listeners.ts";

/** Messages as their text, and nothing else. */
const textFormat: EventFormat = {
  event: (event) => event.type === "message" ? event.message.text : "",
  caughtUp: () => "",
  reset: () => "",
  heartbeat: () => "",
  presence: () => "",
  bye: () => "",
};

const now: Start = { kind: "now" };
const fromTheBeginning: Start = { kind: "after", position: 0 };

Deno.test("join() from now tells nothing of the past, and what happens from then on", async () => {
  const { people: [alice, bob], open, tell } = await setUp();
  await tell(saying(alice, "before"));
  const bobs = await open(bob);
  assertEquals(bobs.sink.told.map(({ what }) => what), ["caught_up"]);
  await tell(saying(alice, "after"));
  assertEquals(bobs.sink.told.map(({ what }) => what), ["caught_up", "event"]);
});

Deno.test("join() after a cursor tells what was missed, then that it is over", async () => {
  const { hub, people: [alice, bob], open, tell } = await setUp();
  await tell(saying(alice, "one"), saying(alice, "two"));
  const head = hub.head;
  const bobs = await open(bob, { kind: "after", position: head - 1 });
  assertEquals(bobs.sink.told, [
    { what: "event", position: head, type: "message" },
    { what: "caught_up", position: head },
  ]);
});

Deno.test("join() after a reset tells the reason and a cursor, and nothing of the past", async () => {
  const { hub, people: [alice, bob], open, tell } = await setUp();
  await tell(saying(alice, "before"));
  const bobs = await open(bob, { kind: "reset", reason: "other_epoch" });
  assertEquals(bobs.sink.told, [
    { what: "reset", reason: "other_epoch", position: hub.head },
    { what: "caught_up", position: hub.head },
  ]);
});

Deno.test("join() reads a long past in pages, and waits for the client between them", async () => {
  const { hub, clock, people: [alice, bob], tell, store } = await setUp();
  const start = hub.head;
  await tell(...Array.from({ length: 2 * replayPageEvents + 1 }, () => saying(alice, "again")));
  let pages = 0;
  store.before.log = () => void pages++;
  const { subscriber, sink } = listener(bob, hub, { slow: true });
  const joined = hub.join(subscriber, { kind: "after", position: start });
  for (const told of [1, 2].map((page) => page * replayPageEvents)) {
    while (sink.waiting === 0) await turn(clock);
    await turn(clock);
    assertEquals(positions(sink.told).length, told);
    sink.drain();
  }
  while (sink.waiting === 0) await turn(clock);
  sink.drain();
  await joined;
  const told = positions(sink.told);
  assertEquals(told, Array.from({ length: 2 * replayPageEvents + 1 }, (_, at) => start + at + 1));
  assertEquals(pages, 3);
});

Deno.test("join() tells a past of long texts in slices, each when the last was taken", async () => {
  const { hub, clock, people: [alice, bob], tell } = await setUp();
  const start = hub.head;
  const text = "界".repeat(textCharactersMax);
  const messageCount = 4 * Math.ceil(replaySliceBytes / (3 * textCharactersMax));
  await tell(...Array.from({ length: messageCount }, () => saying(alice, text)));
  const { subscriber, sink } = listener(bob, hub, { slow: true, format: textFormat });
  const joined = hub.join(subscriber, { kind: "after", position: start });
  let slices = 0;
  for (let ended = false; !ended; await turn(clock)) {
    ended = await Promise.race([joined.then(() => true), turn(clock).then(() => false)]);
    if (sink.waiting === 0) continue;
    slices += 1;
    sink.drain();
  }
  for (const { length } of sink.writes) {
    assert(length <= replaySliceBytes + 4 * textCharactersMax, `a write of ${length} bytes`);
  }
  assert(slices >= 4, `${slices} slices`);
  const bytes = sink.writes.reduce((sum, { length }) => sum + length, 0);
  assertEquals(bytes, messageCount * 3 * textCharactersMax);
});

Deno.test("join() lets others have their turn between pages of which it tells nothing", async () => {
  const { hub, clock, people: [alice, bob], tell } = await setUp();
  const start = hub.head;
  await tell(...Array.from({ length: 3 * replayPageEvents }, () => saying(alice, "unseen")));
  const { subscriber } = listener(bob, hub, { format: { ...textFormat, event: () => "" } });
  let over = false;
  const joined = hub.join(subscriber, { kind: "after", position: start }).then(() => over = true);
  let turns = 0;
  while (!over) {
    await turn(clock);
    turns += 1;
  }
  await joined;
  assert(turns >= 3, `${turns} turns`);
});

Deno.test("join() that cannot read the log rejects, and leaves nothing behind", async () => {
  const { hub, clock, people: [alice], open, store } = await setUp();
  store.before.log = () => {
    throw new StoreFailure("disk on fire");
  };
  await assertRejects(() => open(alice), StoreFailure, "disk on fire");
  assertEquals(hub.isOnline(alice.id), false);
  clock.advance(presenceDelayMs);
  assertEquals(clock.waiting, 0);
});

Deno.test("join() after a cursor beyond the log tells so, and goes on from its end", async () => {
  const { hub, people: [alice, bob], open, tell } = await setUp();
  const bobs = await open(bob, { kind: "after", position: hub.head + 1 });
  assertEquals(bobs.sink.told, [
    { what: "reset", reason: "beyond_head", position: hub.head },
    { what: "caught_up", position: hub.head },
  ]);
  await tell(saying(alice, "after"));
  assertEquals(eventTypes(bobs), ["message"]);
});

Deno.test("join() takes a cursor that the store knows and the hub does not yet", async () => {
  const { people: [alice, bob], open, commit } = await setUp();
  const publish = await commit(saying(alice, "known to the store"));
  const bobs = await open(bob, { kind: "after", position: alice.id });
  publish();
  assertEquals(eventTypes(bobs).filter((type) => type === "message"), ["message"]);
});

Deno.test("join() refuses a client whose token was revoked a moment ago", async () => {
  const { hub, people: [alice], tell } = await setUp();
  const late = listener(alice, hub);
  await tell({ type: "token.revoke", actor: alice.id, token: alice.token });
  await hub.join(late.subscriber, now);
  assertEquals(late.sink.told, [{ what: "bye" }]);
  assertEquals(hub.isOnline(alice.id), false);
});

Deno.test("publish() tells each subscriber in one write, however many events there are", async () => {
  const { people: [alice, bob], open, tell } = await setUp();
  const [alices, bobs] = [await open(alice), await open(bob)];
  const before = [alices.sink.writes.length, bobs.sink.writes.length];
  await tell(saying(alice, "one"), saying(alice, "two"), saying(bob, "three"));
  assertEquals([alices.sink.writes.length, bobs.sink.writes.length], before.map((n) => n + 1));
  // Who is let in hears what comes next, so that begins a write of its own.
  await tell(saying(alice, "four"), saying(alice, "five", { to: "bob" }), saying(bob, "six"));
  assertEquals([alices.sink.writes.length, bobs.sink.writes.length], before.map((n) => n + 3));
  assertEquals(eventTypes(bobs), [
    ...["message", "message", "message"],
    ...["message", "room.created", "message", "message"],
  ]);
});

Deno.test("publish() shares one payload among all who may see the same", async () => {
  const { people: [alice, bob, carol], open, tell } = await setUp();
  let encoded = 0;
  const plain = lineFormat();
  const format = {
    ...plain,
    event(event: Parameters<EventFormat["event"]>[0]) {
      encoded += 1;
      return plain.event(event);
    },
  };
  const other = lineFormat();
  const [alices, bobs, carols] = [
    await open(alice, now, { format }),
    await open(bob, now, { format }),
    await open(carol, now, { format }),
  ];
  const elsewhere = await open(carol, now, { format: other });
  await tell(saying(alice, "to all"), saying(bob, "to all, too"));
  assertEquals(encoded, 2, "each event is encoded once");
  const last = ({ sink }: Listener) => sink.writes.at(-1);
  assert(last(alices) === last(bobs) && last(bobs) === last(carols), "the very same bytes");
  assert(last(elsewhere) !== last(carols), "another format has its own");

  await tell(saying(alice, "between us", { to: "bob" }));
  encoded = 0;
  await tell(saying(alice, "hello"), saying(alice, "psst", { to: "bob" }));
  assert(last(alices) === last(bobs));
  assert(last(alices) !== last(carols), "who may see less gets less");
  assertEquals(eventTypes(carols), ["message", "message", "message"]);
  assertEquals(encoded, 2 + 1);
});

Deno.test("publish() writes nothing to those whom nothing concerns", async () => {
  const { people: [alice, bob, carol], open, tell, hub } = await setUp();
  const carols = await open(carol);
  const writes = carols.sink.writes.length;
  await tell(saying(alice, "psst", { to: "bob" }));
  await tell({ type: "read", actor: bob.id, upto: hub.head });
  await tell({ type: "token.touch", tokens: [bob.token] });
  assertEquals(carols.sink.writes.length, writes);
});

Deno.test("publish() lets both into a new private chat in time for its very first batch", async () => {
  const { people: [alice, bob, carol], open, tell } = await setUp();
  const all = [await open(alice), await open(bob), await open(carol)];
  await tell(saying(alice, "psst", { to: "bob" }));
  await tell(saying(bob, "what?", { to: "alice" }));
  assertEquals(all.map(eventTypes), [
    ["room.created", "message", "message"],
    ["room.created", "message", "message"],
    [],
  ]);
});

Deno.test("publish() tells what is a user's own to all their clients, and to nobody else", async () => {
  const { people: [alice, bob], open, tell, hub } = await setUp();
  await tell(saying(bob, "read me"));
  const upto = hub.head;
  const [phone, laptop, bobs] = [await open(alice), await open(alice), await open(bob)];
  await tell({ type: "read", actor: alice.id, upto });
  assertEquals([phone, laptop, bobs].map(eventTypes), [["read"], ["read"], []]);
});

Deno.test("publish() leaves out what a subscriber has read from the store already", async () => {
  const { people: [alice, bob], open, commit, hub } = await setUp();
  const position = hub.head;
  const publishes = [
    await commit(saying(alice, "one"), saying(alice, "two")),
    await commit(saying(alice, "three", { to: "bob" })),
  ];
  const bobs = await open(bob, { kind: "after", position });
  const told = positions(bobs.sink.told);
  assertEquals(told, [1, 2, 3, 4].map((step) => position + step), "it is ahead of the hub");
  for (const publish of publishes) publish();
  assertEquals(positions(bobs.sink.told), told);
  (await commit(saying(alice, "four", { to: "bob" })))();
  assertEquals(positions(bobs.sink.told), [...told, position + 5]);
});

Deno.test("join() of streams at, up to and over the bound of a user", async () => {
  const { hub, people: [alice, bob], open } = await setUp();
  const opened: Listener[] = [];
  for (let count = 0; count < streamsPerUserMax; count++) {
    assert(hub.hasRoomFor(alice.id), `there is room for number ${count + 1}`);
    opened.push(await open(alice));
  }
  assertEquals(opened.length, 16);
  assert(!hub.hasRoomFor(alice.id));
  assert(hub.hasRoomFor(bob.id), "each user has their own");
  const over = await open(alice);
  assertEquals(over.sink.told, [{ what: "bye" }]);
  assert(opened.every(({ sink }) => !sink.closed), "those who were there stay");
  opened[3]?.sink.close();
  assert(hub.hasRoomFor(alice.id));
  assertEquals((await open(alice)).sink.told.map(({ what }) => what), ["caught_up"]);
});

Deno.test("leave() forgets a subscriber, who is told nothing more", async () => {
  const { hub, clock, people: [alice, bob], open, tell } = await setUp();
  const [alices, bobs] = [await open(alice), await open(bob)];
  assertEquals(hub.online, new Set([alice.id, bob.id]));
  assertEquals(hub.onlineCount, 2);
  hub.leave(alices.subscriber);
  hub.leave(alices.subscriber);
  assertEquals(hub.online, new Set([bob.id]));
  const { told } = alices.sink;
  await tell(saying(bob, "are you there?"));
  clock.advance(heartbeatMs);
  assertEquals(alices.sink.told, told);
  assertEquals(eventTypes(bobs), ["message"]);
  hub.leave(bobs.subscriber);
  clock.advance(presenceDelayMs);
  assertEquals(clock.waiting, 0, "an empty hub has no heartbeat");
});

Deno.test("leave() of one that is catching up tells it nothing more, nor lets it in", async () => {
  const { hub, people: [alice, bob], store, tell } = await setUp();
  await tell(saying(bob, "before"));
  const gate = new Gate();
  store.before.log = gate.wait;
  const { subscriber, sink } = listener(alice, hub);
  const joined = hub.join(subscriber, fromTheBeginning);
  await gate.reached;
  assert(hub.isOnline(alice.id), "who is catching up is here");
  hub.leave(subscriber);
  gate.open();
  await joined;
  await tell(saying(bob, "after"));
  assertEquals(sink.told, []);
  assertEquals(hub.isOnline(alice.id), false);
});

Deno.test("publish() of a revoked token ends that client's streams and no others", async () => {
  const { hub, people: [alice, bob], open, tell } = await setUp();
  await tell({ type: "token.issue", actor: alice.id, grant: { hash: "phone" } });
  const phone = { ...alice, token: hub.head as TokenId };
  const [laptop, one, two, bobs] = [
    await open(alice),
    await open(phone),
    await open(phone),
    await open(bob),
  ];
  const poll = new PollSubscriber({ user: alice.id, token: phone.token }, { waits: true });
  await hub.join(poll, now);
  await tell({ type: "token.revoke", actor: alice.id, token: phone.token });
  for (const { sink } of [one, two]) {
    assertEquals(sink.told.map(({ what }) => what), ["caught_up", "event", "bye"]);
    assertEquals(sink.closed, true);
  }
  assertEquals((await poll.news).events.map(({ type }) => type), ["token.revoked"]);
  assertEquals(eventTypes(laptop), ["token.revoked"], "the other clients are told");
  assertEquals(laptop.sink.closed, false);
  assertEquals(bobs.sink.told.length, 1, "other users are not");
  assertEquals(hub.hasRoomFor(alice.id), true);
  await tell(saying(bob, "after"));
  assertEquals(eventTypes(one), ["token.revoked"]);
});

Deno.test("publish() of a revoked token ends streams of it that are still catching up", async () => {
  const { hub, people: [alice], store, tell } = await setUp();
  const gate = new Gate();
  store.before.log = gate.wait;
  const { subscriber, sink } = listener(alice, hub);
  const joined = hub.join(subscriber, fromTheBeginning);
  await gate.reached;
  await tell({ type: "token.revoke", actor: alice.id, token: alice.token });
  gate.open();
  await joined;
  assertEquals(sink.told, [{ what: "bye" }]);
  assertEquals(hub.onlineCount, 0);
});

Deno.test("the heartbeat goes to those who are live, every 15 s, with the cursor of the hub", async () => {
  const { hub, clock, people: [alice, bob, carol], open, store, tell } = await setUp();
  const [alices, bobs] = [await open(alice), await open(bob)];
  const gate = new Gate();
  store.before.log = gate.wait;
  const late = listener(carol, hub);
  const joined = hub.join(late.subscriber, fromTheBeginning);
  await gate.reached;
  await tell(saying(alice, "psst", { to: "bob" }));
  clock.advance(heartbeatMs - 1);
  assert(alices.sink.told.every(({ what }) => what !== "heartbeat"));
  clock.advance(1);
  const beat = { what: "heartbeat", position: hub.head };
  assertEquals<unknown>([alices.sink.told.at(-1), bobs.sink.told.at(-1)], [beat, beat]);
  assertEquals(late.sink.told, [], "who is still catching up is told no cursor");
  clock.advance(heartbeatMs);
  assertEquals(alices.sink.told.filter(({ what }) => what === "heartbeat").length, 2);
  gate.open();
  await joined;
  clock.advance(heartbeatMs);
  assertEquals<unknown>(late.sink.told.at(-1), beat);
});

Deno.test("the heartbeat never takes a cursor back to before what was told", async () => {
  const { clock, people: [alice, bob], open, commit, hub } = await setUp();
  const publish = await commit(saying(alice, "committed, not yet published"));
  const bobs = await open(bob);
  const ahead = bobs.sink.told.at(-1);
  assertEquals(ahead, { what: "caught_up", position: hub.head + 1 });
  clock.advance(heartbeatMs);
  assertEquals(bobs.sink.told.at(-1), ahead);
  publish();
  clock.advance(heartbeatMs);
  assertEquals(bobs.sink.told.at(-1), { what: "heartbeat", position: hub.head });
});

Deno.test("close() says goodbye to all, and lets nobody in any more", async () => {
  const { hub, clock, people: [alice, bob, carol], open, store } = await setUp();
  const live = [await open(alice), await open(bob)];
  const poll = new PollSubscriber({ user: bob.id, token: bob.token }, { waits: true });
  await hub.join(poll, now);
  const gate = new Gate();
  store.before.log = gate.wait;
  const late = listener(carol, hub);
  const joined = hub.join(late.subscriber, fromTheBeginning);
  await gate.reached;
  await hub.close();
  gate.open();
  await joined;
  for (const { sink } of [...live, late]) {
    assertEquals(sink.told.at(-1), { what: "bye" });
    assertEquals(sink.told.filter(({ what }) => what === "bye").length, 1);
    assertEquals(sink.closed, true);
  }
  assertEquals((await poll.news).events, []);
  assertEquals([hub.onlineCount, clock.waiting, hub.closed], [0, 0, true]);
  const after = await open(alice);
  assertEquals(after.sink.told, [{ what: "bye" }]);
});

Deno.test("publish() sends all back to the log when something before was never published", async () => {
  const { people: [alice, bob], open, commit, clock } = await setUp();
  const bobs = await open(bob);
  await commit(saying(alice, "never published"));
  (await commit(saying(alice, "published")))();
  while (eventTypes(bobs).length < 2) await turn(clock);
  assertEquals(eventTypes(bobs), ["message", "message"]);
  const told = positions(bobs.sink.told);
  assertEquals(told, [...told].sort((a, b) => a - b));
});

Deno.test("publish() that fails is made good by the next", async () => {
  const { hub, people: [alice, bob], open, commit, tell, clock } = await setUp();
  const bobs = await open(bob);
  const { head: after } = hub;
  await commit(saying(alice, "one"));
  const broken = new Proxy([], {
    get: () => {
      throw new Error("a defect");
    },
  });
  assertThrows(() => hub.publish({ events: broken, after, head: after + 1 }), Error, "a defect");
  await tell(saying(alice, "two"));
  while (eventTypes(bobs).length < 2) await turn(clock);
  assertEquals(positions(bobs.sink.told), [after + 1, after + 2]);
});

Deno.test("a client that cannot be told is dropped alone, and misses nothing unseen", async () => {
  const { hub, people: [alice, bob, carol], open, tell } = await setUp();
  let broken = false;
  const format: EventFormat = {
    ...lineFormat(),
    event() {
      if (broken) throw new Error("a defect");
      return "fine\n";
    },
  };
  const carols = await open(carol);
  const bobs = await open(bob, now, { format });
  broken = true;
  await tell(saying(alice, "one"));
  assertEquals(bobs.sink.closed, true);
  assertEquals(hub.isOnline(bob.id), false);
  await tell(saying(alice, "two"));
  assertEquals(eventTypes(carols), ["message", "message"]);
});

Deno.test("reserve() keeps a place until it is given up, at, under and over the bound", async () => {
  const { hub, people: [alice, bob] } = await setUp();
  const places = Array.from({ length: streamsPerUserMax }, () => hub.reserve(alice.id));
  assert(places.every((place) => place !== undefined));
  assertEquals(hub.reserve(alice.id), undefined);
  assert(hub.reserve(bob.id) !== undefined, "each user has their own");
  const [first] = places;
  first?.();
  first?.();
  assert(hub.reserve(alice.id) !== undefined);
  assertEquals(hub.reserve(alice.id), undefined, "giving up twice frees one place");
});
