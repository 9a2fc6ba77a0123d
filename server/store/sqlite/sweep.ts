/**
 * The sweep: goes through the rooms and removes messages that nobody may see any more.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MessageId, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Life } from "../../../lib/domain/retention.ts";
import type { SweepStep, Swept } from "../upkeep.ts";
import type { Horizon } from "./queries/sight.ts";
import type { Removal } from "./removal.ts";
import { Action, Selection } from "./statements.ts";

/** Most rooms that one step looks at. */
export const roomsPerStepMax = 100;

/** Most messages that one step looks through for those of one author in one room. */
export const lookedThroughMax = 5000;

const noBound = Number.MAX_SAFE_INTEGER;

interface IdRow {
  readonly id: MessageId;
}

/** Who has read least of a room, and up to where everyone else has. */
interface Reading {
  readonly user: UserId | 0;
  readonly read: number;
  readonly readByOthers: number;
}

/** Up to where a room was looked through for what `user` wrote and has not read. */
interface Look {
  readonly user: UserId | 0;
  readonly upTo: number;
}

function selections(db: DatabaseSync) {
  return {
    nextWithMessages: new Selection<{ readonly room: RoomId }>(
      db,
      `SELECT room FROM messages INDEXED BY messages_by_room WHERE room > ? ORDER BY room LIMIT 1`,
    ),
    nextClosed: new Selection<{ readonly id: RoomId }>(
      db,
      `SELECT id FROM rooms INDEXED BY rooms_closed WHERE closed = 1 AND id > ? ORDER BY id LIMIT 1`,
    ),
    closed: new Selection<{ readonly closed: number }>(
      db,
      "SELECT closed FROM rooms WHERE id = ?",
    ),
    aged: new Selection<IdRow>(
      db,
      `SELECT id FROM messages INDEXED BY messages_by_age
       WHERE room = ? AND at_ms <= ? ORDER BY at_ms, id LIMIT ?`,
    ),
    comments: new Selection<IdRow & { readonly at_ms: number }>(
      db,
      "SELECT id, at_ms FROM messages INDEXED BY messages_by_comment WHERE comment_on = ? LIMIT ?",
    ),
    readers: new Selection<{ readonly user: UserId; readonly read_id: number }>(
      db,
      `SELECT user, read_id FROM members INDEXED BY members_by_reading
       WHERE room = ? ORDER BY read_id LIMIT 2`,
    ),
    upTo: new Selection<IdRow>(
      db,
      `SELECT id FROM messages INDEXED BY messages_by_room
       WHERE room = ? AND id <= ? ORDER BY id LIMIT ?`,
    ),
    nth: new Selection<IdRow>(
      db,
      `SELECT id FROM messages INDEXED BY messages_by_room
       WHERE room = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ?`,
    ),
    ownBetween: new Selection<IdRow>(
      db,
      `SELECT id FROM messages INDEXED BY messages_by_room
       WHERE room = ? AND id > ? AND id <= ? AND author = ? ORDER BY id LIMIT ?`,
    ),
    astray: new Selection<IdRow>(
      db,
      `SELECT id FROM messages INDEXED BY messages_astray
       WHERE room = ? AND expires_ms <= ? AND expires_ms < horizon_ms
         AND (id <= ? OR (id <= ? AND author = ?)) LIMIT ?`,
    ),
  };
}

export class Sweep {
  readonly #horizon: Horizon;
  readonly #removal: Removal;
  readonly #select: ReturnType<typeof selections>;
  readonly #leftovers: readonly Action[];
  /** Only of rooms that take several steps, so that the next one goes on where this one ends. */
  readonly #looks = new Map<RoomId, Look>();

  constructor(db: DatabaseSync, horizon: Horizon, removal: Removal) {
    this.#horizon = horizon;
    this.#removal = removal;
    this.#select = selections(db);
    this.#leftovers = [
      ...["invitations", "links", "requests", "members"]
        .map((table) => new Action(db, `DELETE FROM ${table} WHERE room = ?`)),
      new Action(db, "DELETE FROM rooms WHERE id = ?"),
    ];
  }

  /** To be called within a transaction. */
  step({ after = -1 as RoomId, limit }: SweepStep, life: Life): Swept {
    let removed = 0;
    let room = this.#roomAfter(after);
    for (let visits = 0; room !== undefined; visits++) {
      // Ids are whole numbers: after the one before it, the room comes next.
      const here = room - 1 as RoomId;
      if (visits === roomsPerStepMax || removed >= limit) return { removed, next: here };
      const visit = this.#visit(room, limit - removed, life);
      removed += visit.removed;
      if (!visit.done) return { removed, next: here };
      room = this.#roomAfter(room);
    }
    return { removed };
  }

  /** The next room that there is something to do in, perhaps. */
  #roomAfter(after: RoomId): RoomId | undefined {
    const open = this.#select.nextWithMessages.first(after)?.room;
    const closed = this.#select.nextClosed.first(after)?.id;
    if (open === undefined || closed === undefined) return open ?? closed;
    return open < closed ? open : closed;
  }

  #visit(room: RoomId, limit: number, life: Life): { readonly removed: number; done: boolean } {
    if (this.#select.closed.first(room)?.closed === 1) return this.#clear(room, limit);
    let removed = this.#removeAged(room, limit, life.keptSinceMs);
    const reading = this.#readingOf(room);
    const expiredUpTo = this.#horizon.expiredUpTo(room, life.nowMs);
    const read = Math.min(reading.read, expiredUpTo);
    removed += this.#remove(this.#select.upTo.all(room, read, limit - removed));
    const { user, readByOthers } = reading;
    removed += this.#remove(
      this.#select.astray.all(room, life.nowMs, reading.read, readByOthers, user, limit - removed),
    );
    const own = this.#removeOwn(room, reading, expiredUpTo, limit - removed);
    removed += own.removed;
    return { removed, done: own.done && removed < limit };
  }

  /** Empties a closed room, and takes it down with its last message. */
  #clear(room: RoomId, limit: number): { readonly removed: number; done: boolean } {
    const removed = this.#remove(this.#select.upTo.all(room, noBound, limit));
    const done = this.#select.upTo.first(room, noBound, 1) === undefined;
    if (done) {
      for (const leftover of this.#leftovers) leftover.run(room);
      this.#looks.delete(room);
    }
    return { removed, done };
  }

  /** Removes what is too old for anyone, each after the comments on it. */
  #removeAged(room: RoomId, limit: number, keptSinceMs: number): number {
    const going = new Set<MessageId>();
    const oldest = this.#select.aged.all(room, keptSinceMs, limit);
    const next = oldest.map(({ id }) => id).reverse();
    for (let id = next.at(-1); id !== undefined && going.size < limit; id = next.at(-1)) {
      const comments = this.#select.comments.all(id, limit + 1)
        .filter((comment) => !going.has(comment.id));
      const aged = comments.filter(({ at_ms }) => at_ms <= keptSinceMs);
      // A comment that is too old itself takes those on it with it, and so comes before.
      if (aged.length > 0) {
        next.push(...aged.map((comment) => comment.id));
        continue;
      }
      for (const comment of comments) if (going.size < limit) going.add(comment.id);
      // Where not all comments may go now, the message waits for them.
      if (going.size < limit) going.add(id);
      next.pop();
    }
    return going.size === 0 ? 0 : this.#removal.messages(going);
  }

  #readingOf(room: RoomId): Reading {
    const [first, second] = this.#select.readers.all(room);
    return {
      user: first?.user ?? 0,
      read: first?.read_id ?? noBound,
      readByOthers: second?.read_id ?? noBound,
    };
  }

  /**
   * Removes what only the one who has read least has not read, and wrote: nobody's own message is
   * unread for them.
   */
  #removeOwn(
    room: RoomId,
    { user, read, readByOthers }: Reading,
    expiredUpTo: number,
    limit: number,
  ): { readonly removed: number; readonly done: boolean } {
    const look = this.#looks.get(room);
    const known = look?.user === user ? look.upTo : 0;
    if (known <= read) this.#looks.delete(room);
    const from = Math.max(read, known);
    const to = Math.min(readByOthers, expiredUpTo);
    if (from >= to || limit === 0) return { removed: 0, done: from >= to };
    const end = this.#select.nth.first(room, from, lookedThroughMax - 1)?.id ?? noBound;
    const upTo = Math.min(end, to);
    const found = this.#select.ownBetween.all(room, from, upTo, user, limit);
    // What was found may yet stay, if the commit fails: only where nothing is left is not looked
    // again. A short stretch is looked through anew each time, rather than kept in mind.
    if (found.length === 0 && end < noBound) this.#looks.set(room, { user, upTo });
    return { removed: this.#remove(found), done: found.length < limit && upTo === to };
  }

  #remove(found: readonly IdRow[]): number {
    return found.length === 0 ? 0 : this.#removal.messages(found.map(({ id }) => id));
  }
}
