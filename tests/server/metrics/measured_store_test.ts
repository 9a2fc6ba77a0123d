/**
 * A store whose answers are timed.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { noNeeds } from "../../../lib/domain/needs.ts";
import { measuredStore } from "../../../server/metrics/measured_store.ts";
import { type Distribution, Measures } from "../../../server/metrics/measures.ts";
import type { Store } from "../../../server/store/store.ts";
import { MemoryOversight } from "../../../server/store/memory/oversight.ts";
import { MemoryStore } from "../../../server/store/memory/store.ts";
import { ScriptedStore } from "../../support/scripted_store.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

function scene() {
  const store = new ScriptedStore("k3f9");
  const clock = new VirtualClock();
  const measures = new Measures();
  return { store, clock, measures, measured: measuredStore(store, measures, clock) };
}

function seen({ counts, sum }: Distribution): readonly [number, number] {
  return [counts.reduce((all, count) => all + count), sum];
}

Deno.test("a measured store has all that a store has", () => {
  const { store, measured } = scene();
  const names = [MemoryStore, MemoryOversight]
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
    .filter((name) => name !== "constructor");
  assert(names.length > 40);
  const missing = names.filter((name) => typeof measured[name as keyof Store] !== "function");
  assertEquals(missing, []);
  assertEquals([measured.epoch, measured.secret], [store.epoch, store.secret]);
});

Deno.test("a measured store notes how long an answer took, and hands it on", async () => {
  const { store, clock, measures, measured } = scene();
  store.before.users = () => clock.advance(250);
  assertEquals(await measured.users({ limit: 1 }), { items: [], hasMore: false });
  assertEquals(seen(measures.storeSeconds.users), [1, 0.25]);
  assertEquals(seen(measures.storeSeconds.rooms), [0, 0]);
});

Deno.test("a measured store notes failed answers too, and hands the failure on", async () => {
  const { store, clock, measures, measured } = scene();
  store.before.due = () => {
    clock.advance(40);
    throw new Error("disk on fire");
  };
  await assertRejects(() => measured.due(0, 1), Error, "disk on fire");
  assertEquals(seen(measures.storeSeconds.scheduled), [1, 0.04]);
});

Deno.test("a measured store leaves transactions to those who carry out commands", async () => {
  const { store, measures, measured } = scene();
  assertEquals(await measured.transact(noNeeds(), (state) => state.head), 0);
  assertEquals(store.saved.length, 1);
  await measured.probe();
  // It is asked four times a second.
  assertEquals(await measured.head(), 0);
  assert(Object.values(measures.storeSeconds).every((seconds) => seen(seconds)[0] === 0));
});
