/**
 * The log: as one user may see it, and all of it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Event } from "../../../../lib/domain/event.ts";
import type {
  AudienceId,
  MessageId,
  Position,
  RoomId,
  UserId,
} from "../../../../lib/domain/ids.ts";
import type { Life } from "../../../../lib/domain/retention.ts";
import type { Member } from "../../../../lib/domain/room.ts";
import { takeEvents } from "../../pages.ts";
import type { EventPage, LogPage } from "../../queries.ts";
import { eventOf, type EventRow, messageEvent } from "../rows/messages.ts";
import { idList, Selection } from "../statements.ts";
import { firstOf, type Placed, type Source } from "./merge.ts";
import type { Found, MessageAnswers } from "./messages.ts";
import type { RoomAnswers } from "./rooms.ts";
import { type Horizon, type Sight, visible } from "./sight.ts";

/** An event that is yet to be read whole. */
interface Entry extends Placed {
  /** Only of a message. */
  readonly message?: Found;
}

/** The first that there is of a room after a position; of its messages, whether seen or not. */
interface StartRow {
  readonly room: RoomId;
  readonly event: Position | null;
  readonly message: MessageId | null;
}

export class LogAnswers {
  readonly #rooms: RoomAnswers;
  readonly #messages: MessageAnswers;
  readonly #horizon: Horizon;
  readonly #ends: Selection<{ readonly head: Position; readonly forgotten: Position }>;
  readonly #starts: Selection<StartRow>;
  readonly #positions: Selection<Placed>;
  readonly #ids: Selection<{ readonly id: MessageId }>;
  readonly #events: Selection<EventRow>;
  readonly #next: Selection<EventRow>;

  constructor(
    db: DatabaseSync,
    parts: {
      readonly rooms: RoomAnswers;
      readonly messages: MessageAnswers;
      readonly horizon: Horizon;
    },
  ) {
    this.#rooms = parts.rooms;
    this.#messages = parts.messages;
    this.#horizon = parts.horizon;
    this.#ends = new Selection(db, "SELECT head, forgotten FROM log");
    // What happened before they joined is none of their business.
    const since = "max(:after, b.joined - 1)";
    this.#starts = new Selection(
      db,
      `SELECT b.room,
         (SELECT e.position FROM events e INDEXED BY events_by_audience
           WHERE e.audience = b.room AND e.position > ${since}
           ORDER BY e.position LIMIT 1) AS event,
         (SELECT m.id FROM messages m INDEXED BY messages_by_room
           WHERE m.room = b.room AND m.id > ${since} ORDER BY m.id LIMIT 1) AS message
       FROM members b WHERE b.user = :user`,
    );
    this.#positions = new Selection(
      db,
      `SELECT position FROM events INDEXED BY events_by_audience
       WHERE audience = ? AND position >= ? ORDER BY position LIMIT ?`,
    );
    this.#ids = new Selection(
      db,
      `SELECT m.id FROM messages m INDEXED BY messages_by_room
       WHERE m.room = :room AND m.id > :after AND ${visible("m")} ORDER BY m.id LIMIT :limit`,
    );
    this.#events = new Selection(
      db,
      "SELECT * FROM events WHERE position IN (SELECT value FROM json_each(?))",
    );
    this.#next = new Selection(
      db,
      "SELECT * FROM events WHERE position >= ? ORDER BY position LIMIT ?",
    );
  }

  head(): Position {
    return this.#ends.first()?.head ?? 0;
  }

  /** Finds where everything is first, and reads whole only what belongs to the page. */
  log(user: UserId, after: Position, limit: number, life: Life): LogPage {
    const places = this.#rooms.memberships(user);
    const events = this.#whole(firstOf(this.#sources(user, places, after, life), limit));
    const last = events.at(-1);
    const { head = 0, forgotten = 0 } = this.#ends.first() ?? {};
    return {
      events,
      upTo: events.length === limit && last !== undefined ? last.position : head,
      rooms: places.map(({ room }) => room),
      forgotten,
    };
  }

  eventsAfter(after: Position, limit: number): EventPage {
    const from = after + 1;
    const found = firstOf<Event>([
      { from, read: (from, limit) => this.#next.all(from, limit).map(eventOf) },
      { from, read: (from, limit) => this.#messages.next(from, limit).map(messageEvent) },
    ], limit + 1);
    const { items: events, hasMore } = takeEvents(found, limit);
    const { head = 0, forgotten = 0 } = this.#ends.first() ?? {};
    const upTo = hasMore ? events.at(-1)?.position ?? after : head;
    return { events, upTo, hasMore, forgotten };
  }

  *#sources(
    user: UserId,
    places: readonly Member[],
    after: Position,
    life: Life,
  ): Iterable<Source<Entry>> {
    yield this.#eventsOf(user, after + 1);
    const starts = new Map(this.#starts.all({ user, after }).map((row) => [row.room, row]));
    for (const member of places) {
      const { event = null, message = null } = starts.get(member.room) ?? {};
      if (event !== null) yield this.#eventsOf(member.room, event);
      if (message !== null) yield this.#messagesOf(member, message, life);
    }
  }

  #eventsOf(audience: AudienceId, start: Position): Source<Entry> {
    return { from: start, read: (from, limit) => this.#positions.all(audience, from, limit) };
  }

  #messagesOf(member: Member, start: Position, life: Life): Source<Entry> {
    const { room } = member;
    let known: Sight | undefined;
    return {
      from: start,
      read: (from, limit) => {
        const sight = known ??= this.#horizon.sightOf(member, life);
        const { floor, ...seen } = sight;
        const rows = this.#ids.all({ ...seen, room, after: Math.max(from - 1, floor), limit });
        return rows.map(({ id }) => ({ position: id, message: { id, sight } }));
      },
    };
  }

  #whole(entries: readonly Entry[]): Event[] {
    const messages: Found[] = [];
    const others: Position[] = [];
    for (const { position, message } of entries) {
      if (message === undefined) others.push(position);
      else messages.push(message);
    }
    const events: Event[] = this.#events.all(idList(others)).map(eventOf);
    for (const message of this.#messages.inOrder(messages)) events.push(messageEvent(message));
    return events.sort((a, b) => a.position - b.position);
  }
}
