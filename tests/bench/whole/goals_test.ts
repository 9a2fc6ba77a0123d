/**
 * Tests of the goals of the whole way.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Goal, goalRow, goalsOf, ratio, verdictOn, type WholeFigures } from "./goals.ts";
import { full } from "./scale.ts";
import { durable, fanOut, manyRooms, oneAtATime, type Turn, type Workload } from "./sending.ts";

const turn: Turn = {
  perSecond: 1,
  cpuMicrosEach: 1,
  medianMs: 1,
  p99Ms: 1,
  serverBusy: 1,
  loadBusy: 0.5,
  oneOrder: true,
};

/** Turns in which all goals are met by a hair. */
const turns: ReadonlyMap<Workload, Readonly<Record<string, Turn>>> = new Map([
  [fanOut, {
    "chat": { ...turn, perSecond: 1_500_000, cpuMicrosEach: 0.7, p99Ms: 20 },
    "ngIRCd": { ...turn, perSecond: 1_500_000 },
    "NATS": { ...turn, perSecond: 1_600_000 },
    "nginx + nchan": { ...turn, perSecond: 300_000, p99Ms: 20 },
  }],
  [oneAtATime, {
    "chat": { ...turn, p99Ms: 9 },
    "nginx + nchan": { ...turn, p99Ms: 6 },
  }],
  [manyRooms, {
    "chat": { ...turn, perSecond: 215_000 },
    "nginx + nchan": { ...turn, perSecond: 215_000 },
  }],
  [durable, {
    "chat": { ...turn, perSecond: 40_500 },
    "Redis, appendfsync always": { ...turn, perSecond: 45_000 },
  }],
]);

const delay = { median: 2, p99: 40, most: 52 };
const figures: WholeFigures = {
  scale: full,
  turn: (workload, candidate) => turns.get(workload)?.[candidate],
  idleKib: 12,
  gatherMs: 10_000,
  back: { firstMs: 2000, allMs: 15_000 },
  late: { eventsPerSecond: 200_000, aloneMs: delay, besideMs: delay },
};

function verdicts(figures: WholeFigures): string[] {
  return goalsOf(figures).map(verdictOn);
}

Deno.test("goalsOf() has every goal, in its order, and all may be met", () => {
  assertEquals(
    goalsOf(figures).map(({ number }) => number),
    [1, 1, 1, 1, 2, 3, 4, 4, 5, 5, 5, 5, 6, 6],
  );
  assertEquals(new Set(verdicts(figures)), new Set(["met"]));
});

Deno.test("each goal can be missed, and by a little", () => {
  const worse: WholeFigures = {
    ...figures,
    turn(workload, candidate) {
      const { perSecond, cpuMicrosEach, p99Ms, ...rest } = figures.turn(workload, candidate) ??
        turn;
      if (candidate !== "chat") return figures.turn(workload, candidate);
      return {
        ...rest,
        perSecond: 0.98 * perSecond,
        cpuMicrosEach: 1.01 * cpuMicrosEach,
        p99Ms: 1.01 * p99Ms,
      };
    },
    idleKib: 12.1,
    gatherMs: 10_001,
    back: { firstMs: 2001, allMs: 15_001 },
    late: {
      eventsPerSecond: 199_999,
      aloneMs: delay,
      besideMs: { ...delay, most: 52.1 },
    },
  };
  assertEquals(new Set(verdicts(worse)), new Set(["NOT MET"]));
});

Deno.test("of ngIRCd and NATS one is enough to be as fast as", () => {
  const without = (name: string): WholeFigures => ({
    ...figures,
    turn: (workload, candidate) =>
      candidate === name ? undefined : figures.turn(workload, candidate),
  });
  assertEquals(verdicts(without("NATS"))[0], "met");
  assertEquals(verdicts(without("ngIRCd"))[0], "NOT MET");
});

Deno.test("a goal beside a peer that is not there is not measured", () => {
  const alone: WholeFigures = {
    ...figures,
    turn: (workload, candidate) =>
      candidate === "chat" ? figures.turn(workload, candidate) : undefined,
  };
  assertEquals(verdicts(alone), [
    ...["not measured", "not measured", "met", "not measured", "not measured", "not measured"],
    ...["met", "not measured", "met", "met", "met", "met", "met", "met"],
  ]);
});

const latency: Goal = { number: 5, what: "an answer", value: 2, most: 2, unit: "s" };

Deno.test("verdictOn() takes a bound itself as met, and what is none as not measured", () => {
  assertEquals(verdictOn(latency), "met");
  assertEquals(verdictOn({ ...latency, value: 2.01 }), "NOT MET");
  assertEquals(verdictOn({ ...latency, value: NaN }), "not measured");
});

Deno.test("ratio() has no figure where one side has none", () => {
  assertEquals(ratio(3, 2), 1.5);
  assertEquals(ratio(undefined, 2), undefined);
  assertEquals(ratio(3, undefined), undefined);
});

Deno.test("goalRow() says figure, bound and verdict", () => {
  assertEquals(goalRow(latency), ["5", "an answer", "2.00 s", "≤ 2.00 s", "met"]);
  const durable = { number: 4, what: "durable", value: 26_467, least: 40_000, unit: "/s" };
  assertEquals(goalRow(durable), ["4", "durable", "26,467 /s", "≥ 40,000 /s", "NOT MET"]);
  assertEquals(goalRow({ ...durable, value: undefined })[4], "not measured");
});
