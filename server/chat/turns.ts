/**
 * Takes turns: a few work at the same time, the others wait in the order in which they came.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";

/**
 * For how long, about, turns keep everything else from going on, in milliseconds.
 *
 * The next ones begin in the next turn of the event loop. But as long as one of those calls for
 * another, Deno looks at its sockets only every 61st time; it surely does while it waits for a timer.
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
  /** Nobody, unless all turns are taken. */
  readonly #waiting = new Map<Worker, (isTheirTurn: boolean) => void>();
  #taken = 0;
  /** How long work has kept everything else up since that surely went on. */
  #busyMs = 0;

  constructor({ clock, atOnceMax }: TurnsSetup) {
    this.#clock = clock;
    this.#atOnceMax = atOnceMax;
  }

  /**
   * Does `work` when it is the turn of `worker`, who must not be waiting already. Resolves to what
   * came of it, to `undefined` if they gave up before.
   */
  async take<Result>(worker: Worker, work: () => Promise<Result>): Promise<Result | undefined> {
    if (!await this.#turnOf(worker)) return undefined;
    try {
      const startedMs = this.#clock.monotonic();
      const working = work();
      this.#busyMs += this.#clock.monotonic() - startedMs;
      return await working;
    } finally {
      this.#end();
    }
  }

  /** Leaves the queue, for one who waits; without effect on all others. */
  giveUp(worker: Worker): void {
    this.#waiting.get(worker)?.(false);
    this.#waiting.delete(worker);
  }

  #turnOf(worker: Worker): Promise<boolean> {
    if (this.#taken === this.#atOnceMax) {
      return new Promise((resolve) => this.#waiting.set(worker, resolve));
    }
    this.#taken += 1;
    return Promise.resolve(true);
  }

  /** Ends a turn, though nobody has it before everything else has gone on. */
  #end(): void {
    if (this.#busyMs < busyMaxMs) {
      this.#clock.afterThisTurn(() => this.#passOn());
    } else {
      this.#clock.setTimer(0, () => {
        this.#busyMs = 0;
        this.#passOn();
      });
    }
  }

  #passOn(): void {
    for (const [worker, resolve] of this.#waiting) {
      this.#waiting.delete(worker);
      resolve(true);
      return;
    }
    this.#taken -= 1;
  }
}
