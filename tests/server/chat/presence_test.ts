/**
 * Presence: who has come and gone is told a moment later, together, and only if it lasted.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { startLog, stopLog } from "../../../lib/log.ts";
import { presenceDelayMs } from "../../../server/chat/presence.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Gate } from "../../support/scripted_store.ts";
import { type Listener, listener, setUp, turn } from "./listeners.ts";

function presences({ sink }: Listener): [string, boolean][] {
  return sink.told.flatMap((one): [string, boolean][] =>
    one.what === "presence" ? [[one.name, one.online]] : []
  );
}

Deno.test("who comes and goes is told after a moment, and not before", async () => {
  const { clock, people: [alice, bob], open } = await setUp();
  const alices = await open(alice);
  clock.advance(presenceDelayMs - 1);
  await turn(clock);
  assertEquals(presences(alices), []);
  clock.advance(1);
  await turn(clock);
  assertEquals(presences(alices), [["alice", true]]);
  const bobs = await open(bob);
  clock.advance(presenceDelayMs);
  await turn(clock);
  assertEquals(presences(alices), [["alice", true], ["bob", true]]);
  assertEquals(presences(bobs), [["bob", true]], "they are not told what was before");
  bobs.sink.close();
  clock.advance(presenceDelayMs);
  await turn(clock);
  assertEquals(presences(alices), [["alice", true], ["bob", true], ["bob", false]]);
});

Deno.test("who comes back within a moment has never been away", async () => {
  const { clock, people: [alice, bob], open } = await setUp();
  const alices = await open(alice);
  const bobs = await open(bob);
  clock.advance(presenceDelayMs);
  await turn(clock);
  const told = presences(alices);
  bobs.sink.close();
  clock.advance(presenceDelayMs - 1);
  await open(bob);
  clock.advance(1);
  await turn(clock);
  assertEquals(presences(alices), told);
});

Deno.test("who leaves within a moment has never been here", async () => {
  const { clock, people: [alice, bob], open } = await setUp();
  const alices = await open(alice);
  (await open(bob)).sink.close();
  clock.advance(presenceDelayMs);
  await turn(clock);
  assertEquals(presences(alices), [["alice", true]]);
});

Deno.test("only the first client of a user that comes and the last that goes are told of", async () => {
  const { clock, people: [alice, bob], open } = await setUp();
  const alices = await open(alice);
  const phone = await open(bob);
  clock.advance(presenceDelayMs);
  await turn(clock);
  const told = presences(alices);
  const laptop = await open(bob);
  clock.advance(presenceDelayMs);
  await turn(clock);
  phone.sink.close();
  clock.advance(presenceDelayMs);
  await turn(clock);
  assertEquals(presences(alices), told);
  laptop.sink.close();
  clock.advance(presenceDelayMs);
  await turn(clock);
  assertEquals(presences(alices), [...told, ["bob", false]]);
});

Deno.test("all who have come in a moment are told of in one write", async () => {
  const { clock, people: [alice, bob, carol], open } = await setUp();
  const alices = await open(alice);
  await open(bob);
  await open(carol);
  const writes = alices.sink.writes.length;
  clock.advance(presenceDelayMs);
  await turn(clock);
  assertEquals(presences(alices), [["alice", true], ["bob", true], ["carol", true]]);
  assertEquals(alices.sink.writes.length, writes + 1);
});

Deno.test("who is catching up is told of nobody", async () => {
  const { hub, clock, people: [alice, bob], store } = await setUp();
  const gate = new Gate();
  store.before.log = gate.wait;
  const alices = listener(alice, hub);
  const joining = hub.join(alices.subscriber, { kind: "now" });
  await gate.reached;
  const bobs = listener(bob, hub);
  const other = hub.join(bobs.subscriber, { kind: "now" });
  clock.advance(presenceDelayMs);
  await turn(clock);
  gate.open();
  await Promise.all([joining, other]);
  assertEquals(presences(alices), []);
});

Deno.test("a store that fails puts it off, and is logged", async () => {
  const lines: string[] = [];
  const { clock, people: [alice, bob], open, store } = await setUp();
  startLog({ clock, level: "info", format: "json", write: (line) => lines.push(line) });
  try {
    const alices = await open(alice);
    store.before.users = () => {
      throw new StoreFailure("disk on fire");
    };
    clock.advance(presenceDelayMs);
    await turn(clock);
    assertEquals([presences(alices), alices.sink.closed], [[], false]);
    assert(lines.some((line) => line.includes("disk on fire")));
    delete store.before.users;
    await open(bob);
    clock.advance(presenceDelayMs);
    await turn(clock);
    assertEquals(presences(alices), [["alice", true], ["bob", true]]);
  } finally {
    stopLog();
  }
});

Deno.test("a hub that is closed tells nobody any more", async () => {
  const { hub, clock, people: [alice], open } = await setUp();
  await open(alice);
  await hub.close();
  assertEquals(clock.waiting, 0);
});
