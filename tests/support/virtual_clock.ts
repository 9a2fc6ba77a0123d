/**
 * A clock that stands still until a test moves it.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time for tests: `advance` moves it and runs what falls due, in order. */
export class VirtualClock implements Clock {
  #elapsedMs = 0;
  #wallOffsetMs: number;
  #order = 0;
  #pending: Pending[] = [];

  constructor(startMs: number = Date.UTC(2026, 10, 20, 10)) {
    this.#wallOffsetMs = startMs;
  }

  now(): number {
    return this.#wallOffsetMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const entry: Pending = {
      dueMs: this.#elapsedMs + Math.max(0, delayMs),
      order: this.#order++,
      callback,
    };
    this.#pending.push(entry);
    return { cancel: () => this.#pending = this.#pending.filter((other) => other !== entry) };
  }

  /** A real turn of the event loop: virtual time has no I/O of its own to wait for. */
  afterThisTurn(callback: () => void): void {
    setImmediate(callback);
  }

  afterOthers(callback: () => void): void {
    setImmediate(callback);
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Moves time forward by `ms`, running what falls due on the way, each at its own moment. */
  advance(ms: number): void {
    const untilMs = this.#elapsedMs + ms;
    for (;;) {
      const next = this.#pending
        .filter((entry) => entry.dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
      if (next === undefined) break;
      this.#pending = this.#pending.filter((entry) => entry !== next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.callback();
    }
    this.#elapsedMs = untilMs;
  }

  /** Sets the wall clock, as an operator or NTP might; timers and `monotonic` do not notice. */
  setWall(ms: number): void {
    this.#wallOffsetMs = ms - this.#elapsedMs;
  }
}
