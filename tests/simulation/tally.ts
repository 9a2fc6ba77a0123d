/**
 * The tally of what a simulation has come across, so that it can be told from one about nothing.
 *
 * @module
 */

export class Tally {
  readonly counts = new Map<string, number>();
  /**
   * How much has happened: actions of the plan, commands carried out, questions of the store answered,
   * steps of upkeep, events told to a stream or a poll, and news of a client. Each of them is held
   * against the model; what comes by itself, as heartbeats, presence and timers, does not count.
   */
  steps = 0;

  note(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
