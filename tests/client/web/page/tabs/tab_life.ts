/**
 * What may happen to a tab: it is frozen for a while, or ends without a word.
 *
 * @module
 */
import type { Clock, Timer } from "../../../../../lib/clock.ts";

/** The time of one tab: what falls due while it is frozen waits, and after its end nothing does. */
export class TabLife implements Clock {
  readonly #clock: Clock;
  #frozen: (() => void)[] | undefined;
  isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  /** Does something as soon as the tab can. */
  do(task: () => void): void {
    if (this.isDead) return;
    if (this.#frozen === undefined) task();
    else this.#frozen.push(task);
  }

  freeze(): void {
    this.#frozen ??= [];
  }

  thaw(): void {
    const tasks = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const task of tasks) this.do(task);
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    let isOff = false;
    const due = () => this.do(() => isOff || callback());
    const timer = this.#clock.setTimer(delayMs, due);
    return {
      cancel() {
        isOff = true;
        timer.cancel();
      },
    };
  }

  afterThisTurn(callback: () => void): void {
    this.#clock.afterThisTurn(callback);
  }

  afterOthers(callback: () => void): void {
    this.#clock.afterOthers(callback);
  }
}
