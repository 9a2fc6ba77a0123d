/**
 * Takes turns: a few work at the same time, the others wait in the order in which they came.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";

/**
 * For how long, about, turns keep everything else from going on, in milliseconds.
 *
 * There is a turn of the event loop between two of them. But as long as one of those calls for the
 * next, Deno looks at its sockets only every 61st time; it surely does while it waits for a timer.
 */
export const busyMaxMs = 5;

export interface TurnsSetup {
  readonly clock: Clock;
  /** How many may work at the same time, and begin in one turn of the event loop. */
  readonly atOnceMax: number;
}

export class Turns<Worker> {
  readonly #clock: Clock;
  readonly #atOnceMax: number;
  readonly #waiting = new Map<Worker, (isTheirTurn: boolean) => void>();
  #taken = 0;
  /** How long work has kept everything else up since that surely went on. */
  #busyMs = 0;
  #isResting = false;

  constructor({ clock, atOnceMax }: TurnsSetup) {
    this.#clock = clock;
    this.#atOnceMax = atOnceMax;
  }

  /**
   * Does `work` when it is the turn of `worker`, who must not be waiting already. Resolves to what
   * came of it, to `undefined` if they gave up before.
   */
  async take<Result>(worker: Worker, work: () => Promise<Result>): Promise<Result | undefined> {
    const isTheirTurn = await new Promise<boolean>((resolve) => {
      this.#waiting.set(worker, resolve);
      this.#begin();
    });
    if (!isTheirTurn) return undefined;
    try {
      const startedMs = this.#clock.monotonic();
      const working = work();
      this.#busyMs += this.#clock.monotonic() - startedMs;
      return await working;
    } finally {
      // Nobody else has this turn before everything that is ready has gone on.
      this.#clock.afterThisTurn(() => {
        this.#taken -= 1;
        this.#begin();
      });
    }
  }

  /** Leaves the queue, for one who waits; without effect on all others. */
  giveUp(worker: Worker): void {
    this.#waiting.get(worker)?.(false);
    this.#waiting.delete(worker);
  }

  #begin(): void {
    for (const [worker, resolve] of this.#waiting) {
      if (this.#isResting || this.#taken === this.#atOnceMax) return;
      if (this.#busyMs >= busyMaxMs) {
        this.#rest();
        return;
      }
      this.#waiting.delete(worker);
      this.#taken += 1;
      resolve(true);
    }
  }

  /** Lets everything else go on. */
  #rest(): void {
    this.#isResting = true;
    this.#clock.setTimer(0, () => {
      this.#isResting = false;
      this.#busyMs = 0;
      this.#begin();
    });
  }
}
