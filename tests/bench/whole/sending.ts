/**
 * The workloads in which messages are sent, each by all candidates that can do it.
 *
 * @module
 */
import { median, percentile } from "../figures.ts";
import { pause } from "../server_process.ts";
import type { Candidate, Means, Speech } from "./candidate.ts";
import { toManyRooms, toOneRoom } from "./conversation.ts";
import type { Outcome } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import type { Scale } from "./scale.ts";

/** Whoever sends durably, and whoever is measured by how many are taken. */
const connections = 64;
const fanOutSenders = 16;
/** What opening the streams has left to do is done by then. */
const restMs = 1000;

/** A load, and what is counted of it. */
export interface Workload {
  readonly name: string;
  readonly counts: "deliveries" | "messages";
  readonly speech: "live" | "durable";
  /** @param load Another number for each load on a server. */
  plan(speech: Speech, scale: Scale, load: number): Plan;
}

/** One server's turn at one workload. */
export interface Turn {
  /** What is counted, a second. */
  readonly perSecond: number;
  /** CPU time of the server for each. */
  readonly cpuMicrosEach: number;
  /** From sending a message until all have it. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** The parts of a core that server and load had. */
  readonly serverBusy: number;
  readonly loadBusy: number;
  /** Whether all in a room were told in the same order. */
  readonly oneOrder: boolean;
}

/** To all streams of one room, with many messages in flight. */
export const fanOut: Workload = {
  name: `fan-out, ${fanOutSenders} in flight`,
  counts: "deliveries",
  speech: "live",
  plan: (speech, { streams }, load) =>
    toOneRoom(speech, { receivers: streams, senders: fanOutSenders, load }),
};

/** The same, one message after another. */
export const oneAtATime: Workload = {
  name: "fan-out, one at a time",
  counts: "deliveries",
  speech: "live",
  plan: (speech, { streams }, load) => toOneRoom(speech, { receivers: streams, senders: 1, load }),
};

/** In each room one sends, one message after another. */
export const manyRooms: Workload = {
  name: "many rooms, one at a time in each",
  counts: "deliveries",
  speech: "live",
  plan: (speech, { rooms, membersPerRoom }, load) =>
    toManyRooms(speech, { rooms, members: membersPerRoom, load }),
};

/** Many senders and one who listens, so that it is seen that nothing is lost. */
export const accepting: Workload = {
  name: `sent by ${connections}, heard by one`,
  counts: "messages",
  speech: "live",
  plan: (speech, _scale, load) => toOneRoom(speech, { receivers: 1, senders: connections, load }),
};

/** Many senders, each answered when its message is on disk. */
export const durable: Workload = {
  name: `durable, sent by ${connections}`,
  counts: "messages",
  speech: "durable",
  plan: (speech, _scale, load) => toOneRoom(speech, { senders: connections, load }),
};

/**
 * Starts a candidate, and has it do the workload.
 *
 * @throws {Error} if it cannot, or if a message got lost, came twice, or came out of its order.
 */
export async function takeTurn(
  candidate: Candidate,
  workload: Workload,
  { place, program, scale }: Means,
): Promise<Turn> {
  const speech = candidate[workload.speech];
  if (speech === undefined) throw new Error(`${candidate.name} cannot do ${workload.name}`);
  await using server = await candidate.start(place);
  const warmUp = await program.run(server, {
    ...workload.plan(speech, scale, 0),
    seconds: scale.warmUpSeconds,
  });
  await using load = await program.start(server, {
    ...workload.plan(speech, scale, 1),
    seconds: scale.seconds,
  });
  await load.opened();
  await pause(restMs);
  const cpuBefore = server.cpuMicros();
  const outcome = await load.go();
  const cpuMicros = server.cpuMicros() - cpuBefore;
  if (speech.oneOrder && !outcome.oneOrder) {
    throw new Error("all were told everything, but not in one order");
  }
  const kept = await speech.kept?.(server, place.folder);
  const sent = warmUp.messages + outcome.messages;
  if (kept !== undefined && kept !== sent) {
    throw new Error(`it has acknowledged ${sent} messages, and kept ${kept}`);
  }
  return turnOf(outcome, workload.counts, cpuMicros);
}

/** Of several turns: each figure the median of theirs. */
export function middleTurn(turns: readonly Turn[]): Turn {
  const middle = (figure: Exclude<keyof Turn, "oneOrder">) =>
    median(turns.map((turn) => turn[figure]));
  return {
    perSecond: middle("perSecond"),
    cpuMicrosEach: middle("cpuMicrosEach"),
    medianMs: middle("medianMs"),
    p99Ms: middle("p99Ms"),
    serverBusy: middle("serverBusy"),
    loadBusy: middle("loadBusy"),
    oneOrder: turns.every(({ oneOrder }) => oneOrder),
  };
}

/** The figures of a load for which the server took so much CPU time. */
export function turnOf(
  outcome: Outcome,
  counts: Workload["counts"],
  serverCpuMicros: number,
): Turn {
  const { [counts]: count, micros, cpuMicros, latencyMicros, oneOrder } = outcome;
  return {
    perSecond: count / micros * 1e6,
    cpuMicrosEach: serverCpuMicros / count,
    medianMs: percentile(latencyMicros, 0.5) / 1000,
    p99Ms: percentile(latencyMicros, 0.99) / 1000,
    serverBusy: serverCpuMicros / micros,
    loadBusy: cpuMicros / micros,
    oneOrder,
  };
}
