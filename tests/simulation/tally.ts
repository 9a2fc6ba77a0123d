/**
 * The tally of what a simulation has come across, so that it can be told from one about nothing.
 *
 * @module
 */

export class Tally {
  readonly counts = new Map<string, number>();

  note(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
