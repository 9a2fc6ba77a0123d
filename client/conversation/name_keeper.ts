/**
 * Keeps for the next start what a user is called, change after change.
 *
 * @module
 */
import { styled } from "../lines/safe_line.ts";
import type { ConversationSetup } from "./screen.ts";

/** What a user was called, and is called now. */
export interface NameChange {
  readonly before: string;
  readonly now: string;
}

export type NameKeeperSetup = Pick<ConversationSetup, "renamed" | "screen">;

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
    const { renamed, screen } = this.#setup;
    try {
      await renamed?.(change);
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      // The chat goes on under it all the same.
      screen.talk([
        styled("failure", `Your new name could not be kept for the next start: ${failure.message}`),
      ]);
    }
  }
}
