/**
 * Questions whose answers nobody may see, and the keys that are theirs.
 *
 * @module
 */
import type { Key } from "./keyboard/keys.ts";
import { SecretEntry } from "./password_prompt.ts";

/** Most keys that wait for a question; those beyond are dropped. */
export const heldKeysMax = 1024;

interface Asked {
  readonly question: string;
  readonly entry: SecretEntry;
  readonly resolve: (answer: string | undefined) => void;
}

/**
 * Takes keys while someone asks: for the question that is open, or for the one that comes next.
 *
 * Who knows the questions types all answers at once, and one read gives them together.
 */
export class SecretQuestions {
  #asked: Asked | undefined;
  #held: Key[] = [];
  #over = false;

  /** The one that is open. */
  get open(): string | undefined {
    return this.#asked?.question;
  }

  /** Asks; resolves to the answer, or to `undefined` if there will be none. */
  ask(question: string): Promise<string | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#asked = { question, entry: new SecretEntry(), resolve };
    const held = this.#held;
    this.#held = [];
    for (const key of held) this.press(key);
    return promise;
  }

  press(key: Key): void {
    if (this.#asked === undefined) {
      if (this.#held.length < heldKeysMax) this.#held.push(key);
      return;
    }
    const { entry, resolve } = this.#asked;
    const state = entry.press(key);
    if (state === "more") return;
    this.#asked = undefined;
    resolve(state === "done" ? entry.text : undefined);
  }

  /** Nobody asks any more: what was typed for a next question is nothing else. */
  drop(): void {
    this.#held = [];
  }

  /** Leaves the open question without an answer, and all that follow. */
  close(): void {
    this.#over = true;
    this.drop();
    this.#asked?.resolve(undefined);
    this.#asked = undefined;
  }
}
