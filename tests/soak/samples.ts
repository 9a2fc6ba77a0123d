/**
 * Samples of a server at work: what it has, by `/metrics`, and how large its files are.
 *
 * @module
 */
import { samplesOf } from "../support/exposition.ts";

/** What a server has at a moment; all sizes in bytes. */
export interface Sample {
  /** Since the load began, in milliseconds. */
  readonly atMs: number;
  readonly resident: number;
  readonly heapUsed: number;
  readonly openFiles: number;
  readonly streams: number;
  readonly database: number;
  readonly wal: number;
  /** Of the event loop since the sample before: the mean, in milliseconds. */
  readonly lagMs: number;
  /** Requests that it has answered so far. */
  readonly requests: number;
  /** Events that it has told so far, one for each stream. */
  readonly delivered: number;
  /** Of the requests, those answered by 5xx. */
  readonly failures: number;
}

/** Takes samples of one server. */
export class Sampler {
  readonly #url: string;
  readonly #database: string;
  readonly #startMs: number;
  #lag = { seconds: 0, times: 0 };

  /**
   * @param url Of the server.
   * @param database Its file.
   */
  constructor(url: string, database: string) {
    this.#url = url;
    this.#database = database;
    this.#startMs = performance.now();
  }

  async take(): Promise<Sample> {
    const response = await fetch(`${this.#url}/metrics`);
    const values = samplesOf(await response.text());
    const valueOf = (name: string) => values.get(name) ?? 0;
    const sumOf = (pattern: RegExp) =>
      [...values].reduce((sum, [name, value]) => pattern.test(name) ? sum + value : sum, 0);
    const lag = {
      seconds: valueOf("chat_event_loop_lag_seconds_sum"),
      times: valueOf("chat_event_loop_lag_seconds_count"),
    };
    const times = Math.max(1, lag.times - this.#lag.times);
    const lagMs = 1000 * (lag.seconds - this.#lag.seconds) / times;
    this.#lag = lag;
    return {
      atMs: performance.now() - this.#startMs,
      resident: valueOf("process_resident_memory_bytes"),
      heapUsed: valueOf("chat_heap_used_bytes"),
      openFiles: valueOf("process_open_fds"),
      streams: sumOf(/^chat_streams\{/),
      database: sizeOf(this.#database),
      wal: sizeOf(`${this.#database}-wal`),
      lagMs,
      requests: sumOf(/^chat_http_requests_total\{/),
      delivered: valueOf("chat_events_delivered_total"),
      failures: sumOf(/^chat_http_requests_total\{.*status="5xx"/),
    };
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (failure) {
    // SQLite makes and removes the log as it needs it.
    if (failure instanceof Deno.errors.NotFound) return 0;
    throw failure;
  }
}
