/**
 * What one client's stream told, put together over all its resumptions.
 *
 * @module
 */
import { parseCursor } from "../../lib/api/cursor.ts";
import type { Event } from "../../lib/api/schemas.ts";
import { type Chronicle, lasting } from "./chronicle.ts";
import { must, shown, Violation } from "./violation.ts";

export interface HeardSetup {
  readonly user: number;
  readonly client: string;
  readonly chronicle: Chronicle;
  /** Where it begins. */
  readonly cursor: string;
  readonly note: (line: string) => void;
}

/** From where to where something was told as it happened. */
interface Live {
  readonly after: number;
  upTo: number;
}

/** What was told without saying where in the log each event is, but for the whole of it. */
export interface Batch {
  readonly after: number;
  readonly upTo: number;
  readonly events: readonly Unplaced[];
}

/** An event that a poll told. */
export interface Unplaced {
  /** What it says, as the chronicle has it. */
  readonly text: string;
  /** The room that it is about, if it is about one. */
  readonly room: string | undefined;
}

export class Heard {
  readonly user: number;
  readonly client: string;
  /** To go on from. */
  cursor: string;
  /** Everything up to here has been checked. */
  checked: number;
  /** Of what was told since, in the order in which it was. */
  positions: number[] = [];
  live: Live[] = [];
  batches: Batch[] = [];
  resumptions = 0;
  readonly #setup: HeardSetup;
  #position: number;
  #live: Live | undefined;
  #batch: Unplaced[] = [];

  constructor(setup: HeardSetup) {
    this.#setup = setup;
    this.user = setup.user;
    this.client = setup.client;
    this.cursor = setup.cursor;
    this.#position = positionOf(setup.cursor);
    this.checked = this.#position;
  }

  /** It was told everything up to here. */
  get position(): number {
    return this.#position;
  }

  event(event: Event, cursor: string): void {
    const { chronicle, client, note } = this.#setup;
    const position = positionOf(cursor);
    note(`hears ${cursor} ${shown(event)}`);
    must(
      position > this.#position,
      () =>
        `a stream goes on after ${this.#position}, but tells ${cursor} again or too late: ` +
        shown(event),
      client,
    );
    if (event.type === "message") {
      must(event.id === position, () => `a message has its id as its position: ${shown(event)}`);
    }
    this.#endBatch(position - 1);
    this.positions.push(position);
    chronicle.hear(this.user, position, event, client);
    this.#moveTo(cursor);
  }

  /** A poll tells an event, whose place is somewhere before the cursor that comes next. */
  unplaced(event: Event): void {
    const { chronicle, client, note } = this.#setup;
    note(`hears by a poll ${shown(event)}`);
    // The place of a message is its id; and nobody else may ever tell of this one.
    if (event.type === "message") chronicle.hear(this.user, event.id, event, client);
    const room = "room" in event ? event.room : undefined;
    this.#batch.push({ text: lasting(event), room });
  }

  caughtUp(cursor: string): void {
    this.#setup.note(`has caught up at ${cursor}`);
    this.#goBackNever(cursor, "caught_up");
    // What came before in this connection was a replay.
    this.#live = { after: positionOf(cursor), upTo: positionOf(cursor) };
    this.live.push(this.#live);
    this.#moveTo(cursor);
  }

  heartbeat(cursor: string): void {
    this.#goBackNever(cursor, "a heartbeat");
    this.#moveTo(cursor);
  }

  /** An answer to a poll: all up to its cursor was told, if not as it happened. */
  polled(cursor: string): void {
    this.#goBackNever(cursor, "a poll");
    this.#moveTo(cursor);
  }

  /** @throws {Violation} always: the log is the same from beginning to end. */
  reset(reason: string): never {
    const what = `a cursor of this log can be resumed from, but ${this.cursor} is reset: ${reason}`;
    throw new Violation(what, this);
  }

  /** The connection is gone. */
  broke(): void {
    this.#live = undefined;
    this.resumptions += 1;
  }

  /** All that was told is checked, and need not be kept. */
  settle(): void {
    this.checked = this.#position;
    this.positions = [];
    this.batches = [];
    this.live = this.#live === undefined ? [] : [{ after: this.checked, upTo: this.checked }];
    if (this.#live !== undefined) this.#live = this.live[0];
  }

  /** Whether an event at a position was to be told as it happened. */
  wasLiveAt(position: number): boolean {
    return this.live.some(({ after, upTo }) => after < position && position <= upTo);
  }

  #goBackNever(cursor: string, what: string): void {
    must(
      positionOf(cursor) >= this.#position,
      () => `${what} goes back from ${this.#position} to ${cursor}`,
      this.client,
    );
  }

  #endBatch(upTo: number): void {
    if (this.#batch.length === 0) return;
    this.batches.push({ after: this.#position, upTo, events: this.#batch });
    this.#batch = [];
  }

  #moveTo(cursor: string): void {
    this.#endBatch(positionOf(cursor));
    this.cursor = cursor;
    this.#position = positionOf(cursor);
    if (this.#live !== undefined) this.#live.upTo = this.#position;
  }
}

/** Where in the log a cursor is. */
export function positionOf(cursor: string): number {
  const parsed = parseCursor(cursor);
  must(parsed !== undefined, `this is no cursor: ${cursor}`);
  return parsed.position;
}
