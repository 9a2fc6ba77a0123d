/**
 * Slows guessing down: after some failures, each further attempt must wait longer.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";

/** How a guesser is slowed down. */
export interface AttemptPolicy {
  /** Attempts that may fail before the next one must wait. */
  readonly free: number;
  /** The wait after so many failures, in milliseconds; it doubles with each more. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Against guessing one account's password, from wherever. */
export const accountPolicy: AttemptPolicy = { free: 5, firstWaitMs: 1000, longestWaitMs: 300_000 };

/** Against one address that tries many accounts. */
export const addressPolicy: AttemptPolicy = { free: 20, firstWaitMs: 1000, longestWaitMs: 900_000 };

/** Most accounts or addresses that are remembered; the one longest quiet is forgotten first. */
export const attemptRecordsMax = 10_000;

interface Trail {
  readonly failures: number;
  readonly lastMs: number;
}

/** Failures by account or address. */
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

  /**
   * Counts an attempt as failed until {@linkcode withdraw} says otherwise, so that many at the
   * same time can't all pass before the first has failed.
   */
  begin(subject: string): void {
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

  /** Takes the last attempt back: it did not fail. */
  withdraw(subject: string): void {
    const trail = this.#trails.get(subject);
    if (trail === undefined) return;
    if (trail.failures <= 1) this.#trails.delete(subject);
    else this.#trails.set(subject, { ...trail, failures: trail.failures - 1 });
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
