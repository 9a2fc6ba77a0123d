/**
 * Tests of what is made of a load's outcome, and of the plans of the workloads.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { percentile } from "../figures.ts";
import { nats } from "./peers/nats.ts";
import { quick } from "./scale.ts";
import { fanOut, manyRooms, middleTurn, turnOf } from "./sending.ts";

const outcome = {
  messages: 4,
  deliveries: 400,
  micros: 2_000_000,
  cpuMicros: 500_000,
  oneOrder: true,
  latencyMicros: [4000, 1000, 2000, 3000],
};

Deno.test("percentile() is the least value that so many do not exceed", () => {
  const values = Array.from({ length: 200 }, (_, at) => 200 - at);
  assertEquals(percentile(values, 0.5), 100);
  assertEquals(percentile(values, 0.99), 198);
  assertEquals(percentile(values, 1), 200);
  assertEquals(percentile([7], 0.99), 7);
  assertEquals(percentile([], 0.5), NaN);
});

Deno.test("turnOf() counts deliveries or messages, a second and by the server's time", () => {
  assertEquals(turnOf(outcome, "deliveries", 1_000_000), {
    perSecond: 200,
    cpuMicrosEach: 2500,
    medianMs: 2,
    p99Ms: 4,
    serverBusy: 0.5,
    loadBusy: 0.25,
    oneOrder: true,
  });
  assertEquals(turnOf(outcome, "messages", 1_000_000).perSecond, 2);
});

Deno.test("middleTurn() takes the middle of each figure, and one order only if all had it", () => {
  const turn = turnOf(outcome, "messages", 1_000_000);
  const turns = [turn, { ...turn, perSecond: 9, p99Ms: 1 }, { ...turn, perSecond: 5, p99Ms: 2 }];
  assertEquals(middleTurn(turns), { ...turn, perSecond: 5, p99Ms: 2 });
  assertEquals(middleTurn([turn, { ...turn, oneOrder: false }]).oneOrder, false);
});

Deno.test("a fan-out has all in one room, and many rooms have each their own", () => {
  const { live } = nats;
  if (live === undefined) throw new Error("NATS is live");
  const one = fanOut.plan(live, quick, 0);
  assertEquals(one.receivers.length, quick.streams);
  assertEquals(one.senders.length, 16);
  assertEquals(new Set([...one.receivers, ...one.senders].map(({ room }) => room)).size, 1);
  const many = manyRooms.plan(live, quick, 0);
  const members = Map.groupBy(many.receivers, ({ room }) => room);
  assertEquals([...members.values()].map((in_) => in_.length), Array(20).fill(10));
  assertEquals(many.senders.map(({ room }) => room), [...members.keys()]);
});
