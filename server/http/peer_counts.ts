/**
 * Counts how many connections there are of each network.
 *
 * @module
 */

/** Connections by network; a network without any costs nothing. */
export class PeerCounts {
  readonly #counts = new Map<string, number>();

  countOf(network: string): number {
    return this.#counts.get(network) ?? 0;
  }

  add(network: string): void {
    this.#counts.set(network, this.countOf(network) + 1);
  }

  remove(network: string): void {
    const left = this.countOf(network) - 1;
    if (left > 0) this.#counts.set(network, left);
    else this.#counts.delete(network);
  }
}
