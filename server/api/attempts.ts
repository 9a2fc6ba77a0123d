/**
 * Slows repetition down: after some failures, each further attempt must wait longer.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { Failure } from "./failure.ts";

/** How someone is slowed down. */
export interface AttemptPolicy {
  /** Attempts that may fail before the next one must wait. */
  readonly free: number;
  /** The wait after so many failures, in milliseconds; it doubles with each more. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Most subjects that are remembered; the one longest quiet is forgotten first. */
export const attemptRecordsMax = 10_000;

interface Trail {
  readonly failures: number;
  readonly lastMs: number;
}

/** Failures by subject: an account, a network, or both. */
export class Attempts {
  readonly #clock: Clock;
  readonly #policy: AttemptPolicy;
  readonly #trails = new Map<string, Trail>();

  constructor(clock: Clock, policy: AttemptPolicy) {
    this.#clock = clock;
    this.#policy = policy;
  }

  /** How long `subject` must still wait before the next attempt, in milliseconds. */
  waitMs(subject: string): number {
    const trail = this.#trails.get(subject);
    if (trail === undefined) return 0;
    return Math.max(0, trail.lastMs + this.#penaltyMs(trail.failures) - this.#clock.monotonic());
  }

  /** Counts one. */
  count(subject: string): void {
    const trail = this.#trails.get(subject);
    const nowMs = this.#clock.monotonic();
    const quietMs = trail === undefined ? 0 : nowMs - trail.lastMs;
    const forgiven = quietMs > 2 * this.#policy.longestWaitMs;
    this.#trails.delete(subject);
    this.#trails.set(subject, {
      failures: trail === undefined || forgiven ? 1 : trail.failures + 1,
      lastMs: nowMs,
    });
    if (this.#trails.size > attemptRecordsMax) {
      const [oldest] = this.#trails.keys();
      if (oldest !== undefined) this.#trails.delete(oldest);
    }
  }

  /** Forgets all failures of `subject`, who has shown to be the right one. */
  forget(subject: string): void {
    this.#trails.delete(subject);
  }

  #penaltyMs(failures: number): number {
    const { free, firstWaitMs, longestWaitMs } = this.#policy;
    if (failures < free) return 0;
    return Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - free));
  }
}

/**
 * Tells who must wait for how long.
 *
 * @param why A sentence.
 */
export function tooManyAttempts(why: string, waitMs: number): Failure {
  const seconds = Math.ceil(waitMs / 1000);
  return new Failure("too_many_attempts", `${why} Try again in ${seconds} s.`, {
    headers: [["Retry-After", String(seconds)]],
  });
}
