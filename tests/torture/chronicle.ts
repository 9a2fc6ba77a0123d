/**
 * The chronicle: the one log, put together from all that all streams were told.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import { Atlas } from "./atlas.ts";
import { userNumber } from "./names.ts";
import { must, shown } from "./violation.ts";

/** An event of the log. */
export interface Entry {
  readonly position: number;
  readonly event: Event;
  /** By which two tellings of it are compared. */
  readonly text: string;
  /** The numbers of those who were told. */
  readonly heardBy: Set<number>;
}

/** From where to where someone is in a room: from `joined` on, up to, not including, `left`. */
export interface Stay {
  readonly joined: number;
  left: number;
}

/** Of a message: what may be another one later, and is no sign of a fault. */
const changing = ["cursor", "comments", "author", "to"];

/** What an event says that stays so, whenever it is told. */
export function lasting(event: Event): string {
  const told: Record<string, unknown> = { ...event };
  if (event.type === "message") {
    for (const field of changing) delete told[field];
    told["by"] = userNumber(event.author);
    if (event.to !== undefined) told["for"] = userNumber(event.to);
  }
  delete told["cursor"];
  return JSON.stringify(told, Object.keys(told).sort().concat(["id", "name", "type", "size"]));
}

/** The room whose members an event is for; `undefined` if it is for one user alone. */
export function roomOf({ event, heardBy }: Entry): string | undefined {
  switch (event.type) {
    case "message":
    case "message.deleted":
    case "room.created":
    case "room.updated":
    case "member.joined":
      return event.room;
    case "user.renamed":
      return "common";
    case "member.left":
      // Told once to the one who has left, and once to those who stay.
      return heardBy.has(userNumber(event.user)) ? undefined : event.room;
    default:
      return undefined;
  }
}

export class Chronicle {
  readonly atlas = new Atlas();
  readonly #entries = new Map<number, Entry>();
  #sorted: readonly Entry[] | undefined;
  #stays: ReadonlyMap<string, readonly Stay[]> | undefined;
  /** The last position that anyone was told of. */
  head = 0;

  /** Someone is told something. Whoever else was told of that position was told the same. */
  hear(user: number, position: number, event: Event, client: string): void {
    const text = lasting(event);
    const known = this.#entries.get(position);
    if (known === undefined) {
      this.#entries.set(position, { position, event, text, heardBy: new Set([user]) });
      this.head = Math.max(this.head, position);
      this.atlas.hear(user, event);
      this.#sorted = undefined;
      this.#stays = undefined;
      return;
    }
    must(
      known.text === text,
      () =>
        `two tell otherwise of position ${position}:\n  ${text}\n  ${known.text} ` +
        `(told to users ${[...known.heardBy].join()})`,
      client,
    );
    if (!known.heardBy.has(user)) {
      known.heardBy.add(user);
      this.#stays = undefined;
    }
  }

  at(position: number): Entry | undefined {
    return this.#entries.get(position);
  }

  /** All of it, in its order. */
  get entries(): readonly Entry[] {
    return this.#sorted ??= [...this.#entries.values()].sort((a, b) => a.position - b.position);
  }

  /** When a user was in a room, by what was told of it. */
  staysOf(user: number, room: string): readonly Stay[] {
    this.#stays ??= staysBy(this.entries);
    return this.#stays.get(`${user} ${room}`) ?? [];
  }

  /** The stay that is not over. */
  stayOf(user: number, room: string): Stay | undefined {
    return this.staysOf(user, room).find(({ left }) => left === Infinity);
  }

  /** Whether nobody is in a room any more, so that nobody can tell what was said there. */
  isDeserted(room: string): boolean {
    this.#stays ??= staysBy(this.entries);
    return ![...this.#stays].some(([where, stays]) =>
      where.endsWith(` ${room}`) && stays.some(({ left }) => left === Infinity)
    );
  }

  /** Whether a user may see an event, by when they were where. */
  mayHear(user: number, entry: Entry): boolean {
    const room = roomOf(entry);
    if (room === undefined) return entry.heardBy.has(user);
    return this.staysOf(user, room).some(({ joined, left }) =>
      joined <= entry.position && entry.position < left
    );
  }
}

function staysBy(entries: readonly Entry[]): ReadonlyMap<string, readonly Stay[]> {
  const stays = new Map<string, Stay[]>();
  const enter = (user: number, room: string, joined: number) => {
    const known = stays.get(`${user} ${room}`) ?? [];
    stays.set(`${user} ${room}`, known);
    if (known.some(({ left }) => left === Infinity)) return;
    known.push({ joined, left: Infinity });
  };
  const leave = (user: number, room: string, left: number) => {
    const open = stays.get(`${user} ${room}`)?.find((stay) => stay.left === Infinity);
    if (open !== undefined) open.left = left;
  };
  for (const { position, event, heardBy } of entries) {
    if (event.type === "room.created") {
      for (const name of event.members) enter(userNumber(name), event.room, position);
    } else if (event.type === "member.joined") {
      enter(userNumber(event.user), event.room, position);
    } else if (event.type === "member.left") {
      leave(userNumber(event.user), event.room, position);
    } else if (event.type === "room.deleted") {
      for (const user of heardBy) leave(user, event.room, position);
    }
  }
  return stays;
}

/** How an entry is shown in a story. */
export function entryWords({ position, event }: Entry): string {
  return `${position} ${shown(event)}`;
}
