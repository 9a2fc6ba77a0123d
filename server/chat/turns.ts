/**
 * Takes turns: a few work at the same time, the others wait in the order in which they came.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";

/**
 * For how long, about, turns keep everything else from going on, in milliseconds.
 *
 * Between two of them there is a turn of the event loop, but as long as one calls for the next, Deno
 * looks at its sockets only every 61st time. It surely does while it waits for a timer.
 */
export const busyMaxMs = 5;

export interface TurnsSetup {
  readonly clock: Clock;
  /** How many may work at the same time. */
  readonly atOnceMax: number;
}

export class Turns<Worker> {
  readonly #clock: Clock;
  readonly #atOnceMax: number;
  readonly #waiting = new Map<Worker, (isTheirTurn: boolean) => void>();
  #working = 0;
  #isCalling = false;
  /** How long turns have kept everything up since all others surely had theirs. */
  #busyMs = 0;

  constructor({ clock, atOnceMax }: TurnsSetup) {
    this.#clock = clock;
    this.#atOnceMax = atOnceMax;
  }

  /**
   * Does `work` when it is the turn of `worker`, who must not wait already; that is never in this
   * very turn of the event loop. Resolves to what came of it, to `undefined` if they gave up before.
   */
  async take<Result>(worker: Worker, work: () => Promise<Result>): Promise<Result | undefined> {
    const isTheirTurn = await new Promise<boolean>((resolve) => {
      this.#waiting.set(worker, resolve);
      this.#call();
    });
    if (!isTheirTurn) return undefined;
    try {
      const startedMs = this.#clock.monotonic();
      const working = work();
      this.#busyMs += this.#clock.monotonic() - startedMs;
      return await working;
    } finally {
      this.#working -= 1;
      this.#call();
    }
  }

  /** Leaves the queue, for one who waits; without effect on all others. */
  giveUp(worker: Worker): void {
    this.#waiting.get(worker)?.(false);
    this.#waiting.delete(worker);
  }

  /** Sees to it that those who are next hear of it. */
  #call(): void {
    if (this.#isCalling || this.#waiting.size === 0 || this.#working >= this.#atOnceMax) return;
    this.#isCalling = true;
    if (this.#busyMs < busyMaxMs) {
      this.#clock.afterThisTurn(() => this.#begin());
    } else {
      this.#clock.setTimer(0, () => {
        this.#busyMs = 0;
        this.#begin();
      });
    }
  }

  #begin(): void {
    this.#isCalling = false;
    for (const [worker, resolve] of this.#waiting) {
      if (this.#working >= this.#atOnceMax) return;
      this.#waiting.delete(worker);
      this.#working += 1;
      resolve(true);
    }
  }
}
