/**
 * The address of a tab without a browser.
 *
 * @module
 */
import type { AddressBar } from "../../../../client/web/page/address.ts";

export class FakeAddress implements AddressBar {
  readonly #entries: string[];
  #at = 0;
  readonly #listeners = new Set<() => void>();

  constructor(hash = "") {
    this.#entries = [hash];
  }

  get hash(): string {
    return this.#entries[this.#at] ?? "";
  }

  /** All that can be gone back to, and forward. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  push(hash: string): void {
    this.#entries.splice(++this.#at, Infinity, hash);
  }

  replace(hash: string): void {
    this.#entries[this.#at] = hash;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The user goes back. */
  back(): void {
    this.#at = Math.max(0, this.#at - 1);
    this.#tell();
  }

  /** The user types another address, or presses a link to it. */
  type(hash: string): void {
    this.push(hash);
    this.#tell();
  }

  /** As many times as a browser may tell of it. */
  #tell(): void {
    for (const _event of ["popstate", "hashchange"]) {
      for (const listener of this.#listeners) listener();
    }
  }
}
