/**
 * The events of a batch as they were saved, against which the model holds those that it expects.
 *
 * @module
 */
import type { Event, Telling } from "../../../lib/domain/event.ts";
import type { UserId } from "../../../lib/domain/ids.ts";
import { must, same, words } from "../fault.ts";
import type { ModelEntry, ModelRows } from "./rows.ts";

export class Tape {
  readonly #rows: ModelRows;
  readonly #events: readonly Event[];
  readonly #atMs: number;
  #at = 0;
  /** What was expected, with those who are to see it. */
  readonly entries: ModelEntry[] = [];

  constructor(rows: ModelRows, events: readonly Event[], atMs: number) {
    this.#rows = rows;
    this.#events = events;
    this.#atMs = atMs;
  }

  /** An id that was given out without an event. */
  give<Id extends number>(id: Id): Id {
    must(id > this.#rows.head, `id ${id} was given out before, the head being ${this.#rows.head}`);
    this.#rows.head = id;
    return id;
  }

  /** The place in the log that the next event has. */
  get position(): number {
    return this.#events[this.#at]?.position ?? NaN;
  }

  /** The next event must be this one. Gives back its position. */
  next(telling: Telling): number {
    return this.nextOf([telling]);
  }

  /** The next event must be one of these. */
  nextOf(tellings: readonly Telling[]): number {
    const event = this.#events[this.#at];
    must(
      event !== undefined,
      () => `nothing was told where it should have been ${words(tellings)}`,
    );
    const { position } = event;
    const telling = tellings.find((one) => same(event, { ...one, position, atMs: this.#atMs }));
    must(
      telling !== undefined,
      () =>
        `the log must go on otherwise\n  is:      ${words(event)}\n  must be: ${words(tellings)}`,
    );
    this.#at += 1;
    this.give(position);
    const { audience } = telling;
    const isRoom = this.#rows.rooms.some(({ id }) => id === audience);
    const recipients = isRoom
      ? this.#rows.members.filter(({ room }) => room === audience).map(({ user }) => user)
      : [audience as UserId];
    this.entries.push({ event, recipients });
    return position;
  }

  /** These events must come next, in any order. */
  all(tellings: readonly Telling[]): void {
    const rest = [...tellings];
    while (rest.length > 0) {
      const event = this.#events[this.#at];
      this.nextOf(rest);
      const found = rest.findIndex((one) =>
        event !== undefined &&
        same(event, { ...one, position: event.position, atMs: this.#atMs })
      );
      rest.splice(found, 1);
    }
  }

  /** Nothing else may have been told, and no other position given out. */
  end(head: number): void {
    const event = this.#events[this.#at];
    must(event === undefined, () => `nothing more should have been told than ${words(event)}`);
    must(this.#rows.head === head, `the head is ${head}, and must be ${this.#rows.head}`);
  }
}
