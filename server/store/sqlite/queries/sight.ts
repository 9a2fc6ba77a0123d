/**
 * Sight: what one reader can see of one room.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MessageId, RoomId, UserId } from "../../../../lib/domain/ids.ts";
import type { Life } from "../../../../lib/domain/retention.ts";
import type { Member } from "../../../../lib/domain/room.ts";
import { Selection } from "../statements.ts";

/** The values that {@linkcode visible} takes, by name. */
export interface Sight {
  readonly reader: UserId;
  readonly read: number;
  readonly now: number;
  readonly since: number;
  /** Up to here there is nothing for the reader to see. */
  readonly floor: number;
}

/** Whether a message is there: `isThere` of `lib/domain/retention.ts`, as a condition. */
export function visible(message: string): string {
  return `${message}.at_ms > :since AND (${message}.expires_ms > :now
    OR (${message}.id > :read AND ${message}.author <> :reader))`;
}

export class Horizon {
  readonly #firstLiving: Selection<{ readonly id: MessageId }>;

  constructor(db: DatabaseSync) {
    this.#firstLiving = new Selection(
      db,
      `SELECT id FROM messages INDEXED BY messages_by_horizon
       WHERE room = ? AND horizon_ms > ? ORDER BY horizon_ms, id LIMIT 1`,
    );
  }

  /** The last message up to which all have expired, or one that is not there. */
  expiredUpTo(room: RoomId, nowMs: number): number {
    const first = this.#firstLiving.first(room, nowMs);
    return first === undefined ? Number.MAX_SAFE_INTEGER : first.id - 1;
  }

  sightOf({ room, user, readId }: Member, { nowMs, keptSinceMs }: Life): Sight {
    // Of what they have read, only what has not expired is there. The common room may hold a
    // million messages that are neither, for someone who is away: nobody else looks through those.
    const floor = Math.min(readId, this.expiredUpTo(room, nowMs));
    return { reader: user, read: readId, now: nowMs, since: keptSinceMs, floor };
  }
}
