/**
 * The time of one process: what waits in it is lost when the process dies.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { VirtualClock } from "../support/virtual_clock.ts";

interface Waiting {
  readonly dueMs: number;
  readonly timer: Timer;
}

export class ProcessClock implements Clock {
  readonly #clock: VirtualClock;
  readonly #timers = new Set<Waiting>();
  #turn: (() => void)[] = [];
  #isAlive = true;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    if (!this.#isAlive) return { cancel: () => {} };
    const dueMs = this.#clock.monotonic() + Math.max(0, delayMs);
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(waiting);
      callback();
    });
    const waiting = { dueMs, timer };
    this.#timers.add(waiting);
    return {
      cancel: () => {
        this.#timers.delete(waiting);
        timer.cancel();
      },
    };
  }

  afterThisTurn(callback: () => void): void {
    if (this.#isAlive) this.#turn.push(callback);
  }

  afterOthers(callback: () => void): void {
    this.afterThisTurn(callback);
  }

  /** Ends a turn; tells whether anything had waited for that. */
  endTurn(): boolean {
    const callbacks = this.#turn.splice(0);
    for (const callback of callbacks) callback();
    return callbacks.length > 0;
  }

  /** When the next timer is due, in monotonic time. */
  get nextMs(): number {
    return Math.min(Infinity, ...[...this.#timers].map(({ dueMs }) => dueMs));
  }

  die(): void {
    this.#isAlive = false;
    this.#turn = [];
    for (const { timer } of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
