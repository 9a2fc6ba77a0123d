/**
 * What a running server counts of its own work: plain numbers, added to in place, that whoever asks
 * for `/metrics` reads.
 *
 * Nothing here is named by what people say or are called: all labels are words of the program.
 *
 * @module
 */
import { type OperationName, routes } from "../../lib/api/routes.ts";
import { type ProblemCode, problemKinds } from "../../lib/api/problems.ts";

/** How often each size was seen, by the first of some bounds that it does not exceed. */
export class Distribution {
  /** In growing order. */
  readonly upperBounds: readonly number[];
  /** One for each bound, and one for what is beyond the last. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(upperBounds: readonly number[]) {
    this.upperBounds = upperBounds;
    this.counts = new Float64Array(upperBounds.length + 1);
  }

  observe(value: number): void {
    const { upperBounds, counts } = this;
    let at = 0;
    while (at < upperBounds.length && value > (upperBounds[at] ?? 0)) at++;
    counts[at] = (counts[at] ?? 0) + 1;
    this.sum += value;
  }
}

/** Seconds from a request to its answer. */
export const answerSecondsBounds: readonly number[] = [
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  1,
  5,
];

/** Seconds of something within the server: a commit, a query, a late turn of the event loop. */
export const innerSecondsBounds: readonly number[] = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
];

/** Commands in a batch. */
export const batchBounds: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Classes of the statuses of answers, by their first digit. */
export const statusClasses = ["2xx", "3xx", "4xx", "5xx"] as const;

/** The requests for one operation. */
export class RequestMeasures {
  readonly seconds = new Distribution(answerSecondsBounds);
  /** How many were answered, by {@linkcode statusClasses}. */
  readonly answered = new Float64Array(statusClasses.length);

  /** Takes note of an answer; of a stream, of its beginning. */
  note(status: number, ms: number): void {
    const at = Math.floor(status / 100) - 2;
    this.answered[at] = (this.answered[at] ?? 0) + 1;
    this.seconds.observe(ms / 1000);
  }
}

/** How events are listened to. */
export const streamKinds = ["sse", "ndjson", "text", "poll"] as const;
export type StreamKind = (typeof streamKinds)[number];

/** What a store is asked about. */
export const storeKinds = [
  "users",
  "rooms",
  "messages",
  "log",
  "scheduled",
  "files",
  "oversight",
  "upkeep",
] as const;
export type StoreKind = (typeof storeKinds)[number];

/** What upkeep removes. */
export const removedKinds = [
  "messages",
  "scheduled",
  "files",
  "receipts",
  "events",
  "audit",
  "registration_invites",
  "reports",
] as const;
export type RemovedKind = (typeof removedKinds)[number];

/** All of it. Whoever works is handed it and adds to it. */
export class Measures {
  readonly requests: Readonly<Record<OperationName, RequestMeasures>> = each(
    Object.keys(routes) as OperationName[],
    () => new RequestMeasures(),
  );
  /** Those that no operation is for, and what is not HTTP. */
  readonly otherRequests = new RequestMeasures();
  readonly refusals: Record<ProblemCode, number> = each(
    Object.keys(problemKinds) as ProblemCode[],
    () => 0,
  );
  /** Open ones. */
  readonly streams: Record<StreamKind, number> = each(streamKinds, () => 0);
  /** Streams and downloads that were cut since their reader did not keep up. */
  slowReaders = 0;
  eventsPublished = 0;
  /** To each of those who listen, what was missed included. */
  eventsDelivered = 0;
  /** Commands in each batch that was carried out. */
  readonly batches = new Distribution(batchBounds);
  readonly commitSeconds = new Distribution(innerSecondsBounds);
  /** Batches that the store has failed to save. */
  commitFailures = 0;
  readonly storeSeconds: Readonly<Record<StoreKind, Distribution>> = each(
    storeKinds,
    () => new Distribution(innerSecondsBounds),
  );
  readonly removed: Record<RemovedKind, number> = each(removedKinds, () => 0);
  /** Scheduled messages that fell due, … */
  scheduledDue = 0;
  /** … were sent, … */
  scheduledSent = 0;
  /** … and could not be. */
  scheduledFailed = 0;
  /** Of files, in both directions. */
  uploadedBytes = 0;
  downloadedBytes = 0;
  loginsFailed = 0;
  /** Those that came too early after others had failed. */
  loginsBlocked = 0;
  readonly loopLagSeconds = new Distribution(innerSecondsBounds);
}

function each<Name extends string, Value>(
  names: readonly Name[],
  make: () => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Value>;
}
