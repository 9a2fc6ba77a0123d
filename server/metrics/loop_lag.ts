/**
 * How late the event loop is: a timer that looks by how much it was called behind its time.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Measures } from "./measures.ts";

/** How often it looks. */
export const lagEveryMs = 1000;

/** Looks until it is stopped. */
export class LoopLag {
  readonly #clock: Clock;
  readonly #measures: Measures;
  #timer: Timer;

  constructor(clock: Clock, measures: Measures) {
    this.#clock = clock;
    this.#measures = measures;
    this.#timer = this.#set();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #set(): Timer {
    const dueMs = this.#clock.monotonic() + lagEveryMs;
    return this.#clock.setTimer(lagEveryMs, () => {
      const lateMs = Math.max(0, this.#clock.monotonic() - dueMs);
      this.#measures.loopLagSeconds.observe(lateMs / 1000);
      this.#timer = this.#set();
    });
  }
}
