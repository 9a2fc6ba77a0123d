/**
 * Keeps for the next start what a user is called, change after change.
 *
 * @module
 */

/** What a user was called, and is called now. */
export interface NameChange {
  readonly before: string;
  readonly now: string;
}

export interface NameKeeperSetup {
  /** Keeps a new name; absent where nothing is kept. */
  readonly keep: ((change: NameChange) => Promise<void>) | undefined;
  /** Told why a name could not be kept; the chat goes on under it all the same. */
  readonly failed: (failure: Error) => void;
}

/** Keeps names one after the other: a change looks for what the one before has left. */
export class NameKeeper {
  readonly #setup: NameKeeperSetup;
  #work: Promise<void> = Promise.resolve();

  constructor(setup: NameKeeperSetup) {
    this.#setup = setup;
  }

  keep(change: NameChange): void {
    this.#work = this.#work.then(() => this.#keep(change));
  }

  /** Resolves when all that was to be kept is, or could not be. */
  settled(): Promise<void> {
    return this.#work;
  }

  async #keep(change: NameChange): Promise<void> {
    try {
      await this.#setup.keep?.(change);
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      this.#setup.failed(failure);
    }
  }
}
