/**
 * The log, as one user may see it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Event } from "../../../../lib/domain/event.ts";
import type { AudienceId, MessageId, Position, UserId } from "../../../../lib/domain/ids.ts";
import type { Life } from "../../../../lib/domain/retention.ts";
import type { LogPage } from "../../queries.ts";
import { eventOf, type EventRow, messageEvent } from "../rows/messages.ts";
import { Selection } from "../statements.ts";
import type { Found, MessageAnswers } from "./messages.ts";
import type { RoomAnswers } from "./rooms.ts";
import { type Horizon, visible } from "./sight.ts";

export class LogAnswers {
  readonly #rooms: RoomAnswers;
  readonly #messages: MessageAnswers;
  readonly #horizon: Horizon;
  readonly #ends: Selection<{ readonly head: Position; readonly forgotten: Position }>;
  readonly #ids: Selection<{ readonly id: MessageId }>;
  readonly #events: Selection<EventRow>;

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
    this.#ids = new Selection(
      db,
      `SELECT m.id FROM messages m INDEXED BY messages_by_room
       WHERE m.room = :room AND m.id > :after AND ${visible("m")} ORDER BY m.id LIMIT :limit`,
    );
    this.#events = new Selection(
      db,
      `SELECT * FROM events INDEXED BY events_by_audience
       WHERE audience = ? AND position > ? ORDER BY position LIMIT ?`,
    );
  }

  head(): Position {
    return this.#ends.first()?.head ?? 0;
  }

  log(user: UserId, after: Position, limit: number, life: Life): LogPage {
    const places = this.#rooms.memberships(user);
    const found: Found[] = [];
    const events: Event[] = this.#eventsFor(user, after, limit);
    for (const member of places) {
      const { room, joined } = member;
      const { floor, ...sight } = this.#horizon.sightOf(member, life);
      // What happened before they joined is none of their business.
      const from = Math.max(after, joined - 1);
      const rows = this.#ids.all({ ...sight, room, after: Math.max(from, floor), limit });
      for (const { id } of rows) found.push({ id, sight: { ...sight, floor } });
      events.push(...this.#eventsFor(room, from, limit));
    }
    // Only messages that are among the first `limit` of all are read whole.
    const first = found.sort((a, b) => a.id - b.id).slice(0, limit);
    for (const message of this.#messages.inOrder(first)) events.push(messageEvent(message));
    const page = events.sort((a, b) => a.position - b.position).slice(0, limit);
    const last = page.at(-1);
    const { head = 0, forgotten = 0 } = this.#ends.first() ?? {};
    return {
      events: page,
      upTo: page.length === limit && last !== undefined ? last.position : head,
      rooms: places.map(({ room }) => room),
      forgotten,
    };
  }

  #eventsFor(audience: AudienceId, after: Position, limit: number): Event[] {
    return this.#events.all(audience, after, limit).map(eventOf);
  }
}
