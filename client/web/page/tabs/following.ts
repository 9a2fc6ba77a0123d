/**
 * What a tab knows of the leader that it follows: whether it has missed something.
 *
 * @module
 */
import type { LeaderMessage } from "./tab_messages.ts";

export interface FollowingSetup {
  /** Of this tab. */
  readonly id: string;
  readonly leader: string;
  readonly term: number;
  /** Asks the leader how things stand. */
  readonly ask: () => void;
}

export class Following {
  readonly #setup: FollowingSetup;
  /** How many of its news are known; `undefined` until it has told how things stand. */
  #count: number | undefined;

  constructor(setup: FollowingSetup) {
    this.#setup = setup;
  }

  /** Asks again for an answer that must be lost, if there is one. */
  askAgain(): void {
    if (this.#count === undefined) this.#setup.ask();
  }

  /** Whether a message is to be taken in; one that shows that others are missing has the tab ask. */
  takes(message: LeaderMessage): boolean {
    const { id, leader, term, ask } = this.#setup;
    if (message.from !== leader || message.term !== term) return false;
    if (message.type === "snapshot") {
      if (message.to !== undefined && message.to !== id) return false;
    } else {
      // What comes before the answer is in it.
      if (this.#count === undefined) return false;
      const isNews = message.type === "news";
      if (isNews && message.count <= this.#count) return false;
      if (message.count !== this.#count + (isNews ? 1 : 0)) {
        this.#count = undefined;
        ask();
        return false;
      }
    }
    this.#count = message.count;
    return true;
  }
}
