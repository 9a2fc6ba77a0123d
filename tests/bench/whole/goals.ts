/**
 * The goals of the whole way, and whether the figures of a run meet them.
 *
 * @module
 */
import { grouped } from "../figures.ts";
import type { CaughtUp } from "./catching_up.ts";
import type { Return } from "./crowds.ts";
import { chatName } from "./peers/chat.ts";
import { nats } from "./peers/nats.ts";
import { nchan } from "./peers/nchan.ts";
import { ngircd } from "./peers/ngircd.ts";
import { redisOnDisk } from "./peers/redis.ts";
import type { Scale } from "./scale.ts";
import { durable, fanOut, manyRooms, oneAtATime, type Turn, type Workload } from "./sending.ts";

/** What a run has measured of the chat and its peers. */
export interface WholeFigures {
  readonly scale: Scale;
  /** What a candidate did at a workload; `undefined` if it did not take part. */
  turn(workload: Workload, candidate: string): Turn | undefined;
  /** Of the chat: KiB of an idle stream, and how long a crowd took to connect. */
  readonly idleKib: number;
  readonly gatherMs: number;
  readonly back: Return;
  readonly late: CaughtUp;
}

/** A figure of the chat, beside that of a peer of the same run, or by itself. */
export interface Goal {
  readonly number: number;
  readonly what: string;
  /** What there is; `undefined` where it, or the peer beside it, was not measured. */
  readonly value: number | undefined;
  /** At least, or at most, this. */
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
}

export type Verdict = "met" | "NOT MET" | "not measured";

/** What has become of a goal. */
export function verdictOn({ value, least = -Infinity, most = Infinity }: Goal): Verdict {
  if (value === undefined || Number.isNaN(value)) return "not measured";
  return value >= least && value <= most ? "met" : "NOT MET";
}

/** `own` as a multiple of `other`; `undefined` if there is one of them only. */
export function ratio(own: number | undefined, other: number | undefined): number | undefined {
  return own === undefined || other === undefined ? undefined : own / other;
}

/** The titles of {@linkcode goalRow}. */
export const goalHead = ["goal", "of the chat", "figure", "to be", ""] as const;

/** A goal as the cells of a table. */
export function goalRow(goal: Goal): string[] {
  const { number, what, value, least, most, unit } = goal;
  const bound = least === undefined ? `≤ ${written(most ?? NaN)}` : `≥ ${written(least)}`;
  return [
    String(number),
    what,
    value === undefined ? "" : `${written(value)} ${unit}`,
    `${bound} ${unit}`,
    verdictOn(goal),
  ];
}

function written(value: number): string {
  if (value >= 1000) return grouped(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** All goals, in their order, with what has come of them. */
export function goalsOf(figures: WholeFigures): readonly Goal[] {
  return [...sendingGoals(figures), ...crowdGoals(figures), ...latenessGoals(figures)];
}

function sendingGoals({ turn, scale }: WholeFigures): Goal[] {
  const own = (workload: Workload) => turn(workload, chatName);
  const perSecond = (workload: Workload, peer: string) =>
    ratio(own(workload)?.perSecond, turn(workload, peer)?.perSecond);
  const p99 = (workload: Workload, peer: string) =>
    ratio(own(workload)?.p99Ms, turn(workload, peer)?.p99Ms);
  // One of the two is enough.
  const beside = [ngircd.name, nats.name].flatMap((peer) => perSecond(fanOut, peer) ?? []);
  const to = `to ${scale.streams}`;
  const many = `${scale.rooms} rooms × ${scale.membersPerRoom}`;
  return [
    {
      number: 1,
      what: `fan-out ${to}, beside ngIRCd or NATS`,
      value: beside.length === 0 ? undefined : Math.max(...beside),
      least: 1,
      unit: "×",
    },
    {
      number: 1,
      what: `fan-out ${to}, beside nchan`,
      value: perSecond(fanOut, nchan.name),
      least: 5,
      unit: "×",
    },
    {
      number: 1,
      what: `fan-out ${to}, CPU of a delivery`,
      value: own(fanOut)?.cpuMicrosEach,
      most: 0.7,
      unit: "µs",
    },
    {
      number: 1,
      what: `fan-out ${to}, p99 beside nchan`,
      value: p99(fanOut, nchan.name),
      most: 1,
      unit: "×",
    },
    {
      number: 2,
      what: `one message at a time ${to}, p99 beside nchan`,
      value: p99(oneAtATime, nchan.name),
      most: 1.5,
      unit: "×",
    },
    {
      number: 3,
      what: `${many}, beside nchan`,
      value: perSecond(manyRooms, nchan.name),
      least: 1,
      unit: "×",
    },
    { number: 4, what: "durable", value: own(durable)?.perSecond, least: 40_000, unit: "/s" },
    {
      number: 4,
      what: "durable, beside Redis",
      value: perSecond(durable, redisOnDisk.name),
      least: 0.9,
      unit: "×",
    },
  ];
}

function crowdGoals({ scale, idleKib, gatherMs, back }: WholeFigures): Goal[] {
  const crowd = grouped(scale.crowd);
  return [
    {
      number: 5,
      what: `each of ${grouped(scale.idleStreams)} idle streams`,
      value: idleKib,
      most: 12,
      unit: "KiB",
    },
    { number: 5, what: `${crowd} connect`, value: gatherMs / 1000, most: 10, unit: "s" },
    {
      number: 5,
      what: `${crowd} come back at once, the first answer`,
      value: back.firstMs / 1000,
      most: 2,
      unit: "s",
    },
    {
      number: 5,
      what: `${crowd} come back at once, all resumed`,
      value: back.allMs / 1000,
      most: 15,
      unit: "s",
    },
  ];
}

function latenessGoals({ scale, late }: WholeFigures): Goal[] {
  return [
    {
      number: 6,
      what: `${grouped(scale.backlog)} events behind`,
      value: late.eventsPerSecond,
      least: 200_000,
      unit: "/s",
    },
    {
      number: 6,
      what: "meanwhile others wait longer by",
      value: late.besideMs.most - late.aloneMs.median,
      most: 50,
      unit: "ms",
    },
  ];
}
