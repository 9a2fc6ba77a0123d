/**
 * Where drafts outlive the program until they are answered.
 *
 * @module
 */
import type { Sending } from "./outbox.ts";

/** A draft could not be put where it outlives the program. */
export class ShelfFault extends Error {
  override readonly name = "ShelfFault";
}

/** Where drafts outlive the program until they are answered: a file, or the browser's storage. */
export interface Shelf {
  /** Those that an earlier run of the program has left, in the order in which they were written. */
  readonly left: readonly Sending[];
  /**
   * Keeps a draft, or what is new about one that it keeps already.
   *
   * 1. MUST be safe when this returns, however the program ends.
   * 2. MUST leave everything as it was if it throws.
   *
   * @throws {ShelfFault} if it can't be kept.
   */
  keep(sending: Sending): void;
  /**
   * It is answered.
   *
   * MUST NOT throw: a draft that comes back is sent again under its key, which changes nothing.
   */
  forget(sending: Sending): void;
  /**
   * Takes over what other runs of the program have left since, in the order in which it was written.
   *
   * MUST NOT throw: what can't be taken over now is there later.
   */
  more?(): readonly Sending[];
}

/** Keeps nothing beyond the run of the program. */
export const noShelf: Shelf = { left: [], keep() {}, forget() {} };
