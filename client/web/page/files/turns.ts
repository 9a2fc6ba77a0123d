/**
 * Keeps work that takes long from being done all at once.
 *
 * @module
 */

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param most Pieces of work that may be done at the same time. */
  constructor(most: number) {
    this.#free = most;
  }

  /** Does a piece of work when its turn has come. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
