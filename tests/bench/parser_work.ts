// deno-lint-ignore-file no-console -- its output is how the benchmark gets its figures.
/**
 * The process in which the parser is measured: prints one line of JSON for each row.
 *
 * @module
 */
import process from "node:process";
import { Connection } from "../../server/http/protocol/connection.ts";
import { defaultHttpLimits } from "../../server/http/limits.ts";
import {
  browserGet,
  chunkedPost,
  fewLinesGet,
  joined,
  keyedPost,
  nthOf,
  plainGet,
  queryGet,
  varied,
} from "./requests.ts";

/** How long one row took. */
export interface Timing {
  readonly kind: "timing";
  readonly what: string;
  readonly requestBytes: number;
  readonly reading: "back to back" | "one a read";
  /** Reading a request, in each round: CPU time. */
  readonly parseNanosEach: readonly number[];
  /** Writing the least answer, in each round: CPU time. */
  readonly answerNanosEach: readonly number[];
}

/** What reading one request leaves behind in memory. */
export interface Allocation {
  readonly kind: "allocation";
  readonly what: string;
  readonly requestBytes: number;
  readonly fieldLines: number;
  /** In each pass. */
  readonly bytesEach: readonly number[];
}

/** As many as the load over the network has. */
const connections = 64;
/** So many that what they allocate is far more than what asking for it does. */
const connectionsToFill = 4000;
const passes = 5;
/** In the first ones the compiler is at work, and what is not known again is found out. */
const warmUpPasses = 20;
const rounds = 9;
const roundMs = 200;
const warmUpMs = 1000;
/** What a busy socket is read by. */
const readBytes = 65_536;
const date = "Fri, 20 Nov 2026 10:00:00 GMT";
/** The least that can be answered, which must be said before the next request. */
const leastAnswer = { status: 204, headers: [] };

/** Each connection gets these one after another, counted round. */
interface Sample {
  readonly what: string;
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
}

/** So many differ from each other that none comes again soon. */
const variants = 512;
const browserGets = varied(browserGet, variants);

const samples: readonly Sample[] = [
  { what: "GET of a browser, each another", requests: browserGets },
  { what: "GET of a browser, the same again", requests: [browserGet] },
  { what: "GET with only Host, each another", requests: varied(queryGet, variants) },
  { what: "GET with only Host, the same again", requests: [plainGet] },
  { what: "POST of a message, each another", requests: varied(keyedPost, variants) },
  { what: "POST of 64 KiB in 16 chunks", requests: varied(chunkedPost, 32) },
];

/** One connection, and which read comes next. */
interface Lane {
  readonly connection: Connection;
  at: number;
}

/** Connections, each of which gets the same reads. */
class Bench {
  readonly #reads: readonly Uint8Array<ArrayBuffer>[];
  readonly #lanes: readonly Lane[];
  parseMs = 0;
  answerMs = 0;
  requests = 0;

  constructor(reads: readonly Uint8Array<ArrayBuffer>[], lanes = connections) {
    this.#reads = reads;
    this.#lanes = Array.from(
      { length: lanes },
      () => ({ connection: new Connection(defaultHttpLimits), at: 0 }),
    );
  }

  /** Reads one request on each connection, and then answers all. */
  turn(): void {
    const startMs = performance.now();
    this.parse();
    const parsedMs = performance.now();
    this.answer();
    this.answerMs += performance.now() - parsedMs;
    this.parseMs += parsedMs - startMs;
    this.requests += this.#lanes.length;
  }

  parse(): void {
    for (const lane of this.#lanes) this.#parseOne(lane);
  }

  /** Says the least that can be said, and forgets it. */
  answer(): void {
    for (const { connection } of this.#lanes) {
      connection.sendAnswer(leastAnswer, "", date);
      connection.output.lend();
      connection.output.giveBack();
    }
  }

  #parseOne(lane: Lane): void {
    const { connection } = lane;
    for (;;) {
      const event = connection.nextEvent();
      if (event.type === "end") return;
      if (event.type !== "need_data") continue;
      const bytes = this.#reads[lane.at];
      if (bytes === undefined) throw new Error("There are no bytes to read");
      lane.at = (lane.at + 1) % this.#reads.length;
      connection.receive(bytes);
    }
  }

  begin(): void {
    this.parseMs = this.answerMs = this.requests = 0;
  }
}

/** The requests as a busy socket reads them: many at a time, and some cut in two. */
function readsOf(requests: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  const [first] = requests;
  const least = Math.ceil(16 * readBytes / (first?.length ?? 1));
  const all = joined(
    Array.from({ length: Math.max(least, requests.length) }, (_, at) => nthOf(requests, at)),
  );
  return Array.from(
    { length: Math.ceil(all.length / readBytes) },
    (_, at) => all.subarray(at * readBytes, (at + 1) * readBytes),
  );
}

/** Says what part of the time was ours: that of others on this core is not to count. */
function runFor(bench: Bench, ms: number): number {
  bench.begin();
  const startMs = performance.now();
  const before = process.cpuUsage();
  while (bench.parseMs + bench.answerMs < ms) bench.turn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - startMs);
}

function time(): void {
  const benches = samples.flatMap(({ what, requests }) =>
    ([["back to back", readsOf(requests)], ["one a read", requests]] as const)
      .map(([reading, reads]) => ({ what, requests, reading, bench: new Bench(reads) }))
  );
  const parsed = benches.map((): number[] => []);
  const answered = benches.map((): number[] => []);
  for (const { bench } of benches) runFor(bench, warmUpMs);
  for (let round = 0; round < rounds; round++) {
    for (const [at, { bench }] of benches.entries()) {
      const nanosOfMs = 1e6 * runFor(bench, roundMs);
      parsed[at]?.push(bench.parseMs * nanosOfMs / bench.requests);
      answered[at]?.push(bench.answerMs * nanosOfMs / bench.requests);
    }
  }
  for (const [at, { what, requests, reading }] of benches.entries()) {
    const timing: Timing = {
      kind: "timing",
      what,
      requestBytes: nthOf(requests, 0).length,
      reading,
      parseNanosEach: parsed[at] ?? [],
      answerNanosEach: answered[at] ?? [],
    };
    console.log(JSON.stringify(timing));
  }
}

const filled: readonly Sample[] = [
  { what: "GET of a browser, each another", requests: browserGets },
  { what: "the same in fewer, longer lines", requests: varied(fewLinesGet, variants) },
  ...samples.slice(1, -1),
];

/**
 * Counts what is allocated between two moments without a garbage collection, for which there has to
 * be more room for young objects than is ever filled.
 */
function fill(collectGarbage: () => void): void {
  for (const { what, requests } of filled) {
    const bench = new Bench(requests, connectionsToFill);
    const bytesEach: number[] = [];
    for (let pass = -warmUpPasses; pass < passes; pass++) {
      collectGarbage();
      const before = allocatedBytes();
      bench.parse();
      const bytes = allocatedBytes() - before;
      bench.answer();
      if (pass >= 0) bytesEach.push(bytes / connectionsToFill);
    }
    const [request = new Uint8Array(0)] = requests;
    const head = new TextDecoder().decode(request).split("\r\n\r\n")[0] ?? "";
    const allocation: Allocation = {
      kind: "allocation",
      what,
      requestBytes: request.length,
      fieldLines: head.split("\r\n").length - 1,
      bytesEach,
    };
    console.log(JSON.stringify(allocation));
  }
}

/** Objects and what buffers hold outside of them. */
function allocatedBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

if (Deno.args[0] === "time") {
  time();
} else {
  const collectGarbage: unknown = Reflect.get(globalThis, "gc");
  if (typeof collectGarbage !== "function") {
    throw new Error("Cannot count what is allocated: run with --v8-flags=--expose-gc");
  }
  fill(() => collectGarbage());
}
