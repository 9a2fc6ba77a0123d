/**
 * What the store in memory tells of messages and of the log.
 *
 * @module
 */
import type { Event } from "../../../lib/domain/event.ts";
import {
  commonRoom,
  type MessageId,
  type Position,
  type RoomId,
  type UserId,
} from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { isThere, type Life } from "../../../lib/domain/retention.ts";
import { type MessagePage, type PageBounds, takeEvents, takePage } from "../pages.ts";
import {
  type Arrival,
  type EventPage,
  type LogPage,
  type LogQueries,
  type MessageQueries,
  type RoomSummary,
  unreadCountMax,
  type UnreadQuery,
} from "../queries.ts";
import type { MemoryRows } from "./rows.ts";

/** Answers from the rows as they are. */
export class MemoryMessages implements MessageQueries, LogQueries {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    this.#rows = rows;
  }

  async arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
    life: Life,
  ): Promise<Arrival> {
    // All of it is taken before the first wait: it must be of one instant.
    const rooms = this.summaries(user, life);
    const head = this.#rows.head;
    const [recent, unread] = await Promise.all([
      this.messages(commonRoom, user, { limit: bounds.recent }, life),
      this.unread(user, { limit: bounds.unread }, life),
    ]);
    return {
      rooms,
      recent: recent.items,
      unread: unread.items,
      unreadMore: unread.hasMore,
      head,
    };
  }

  messages(
    room: RoomId,
    reader: UserId,
    { before, after, limit }: PageBounds,
    life: Life,
  ): Promise<MessagePage> {
    const all = this.visible(reader, life).filter((message) =>
      message.room === room && message.id > (after ?? 0) && message.id < (before ?? Infinity)
    );
    if (after !== undefined && before === undefined) {
      return Promise.resolve(this.#page(all, limit, reader, life));
    }
    const { items, hasMore } = this.#page(all.toReversed(), limit, reader, life);
    return Promise.resolve({ items: items.toReversed(), hasMore });
  }

  unread(user: UserId, { room, after = 0, limit }: UnreadQuery, life: Life): Promise<MessagePage> {
    const all = this.#unread(user, life).filter((message) =>
      (room === undefined || message.room === room) && message.id > after
    );
    return Promise.resolve(this.#page(all, limit, user, life));
  }

  countUnread(user: UserId, room: RoomId, life: Life): Promise<number> {
    const unread = this.#unread(user, life).filter((message) => message.room === room);
    return Promise.resolve(Math.min(unreadCountMax, unread.length));
  }

  message(id: MessageId, reader: UserId, life: Life): Promise<Message | undefined> {
    const message = this.visible(reader, life).find((message) => message.id === id);
    return Promise.resolve(message && this.#told(message, reader, life));
  }

  comments(
    message: MessageId,
    reader: UserId,
    { after, limit }: { readonly after: number; readonly limit: number },
    life: Life,
  ): Promise<MessagePage> {
    const all = this.visible(reader, life)
      .filter(({ commentOn, id }) => commentOn === message && id > after);
    return Promise.resolve(this.#page(all, limit, reader, life));
  }

  log(user: UserId, after: Position, limit: number, life: Life): Promise<LogPage> {
    const members = this.#rows.all.members.where((member) => member.user === user);
    const since = new Map<number, Position>(members.map(({ room, joined }) => [room, joined]));
    since.set(user, 0);
    const messages = this.visible(user, life)
      .map((message) => messageEvent(this.#told(message, user, life)));
    const events = [...messages, ...this.#rows.events]
      .filter(({ position, audience }) =>
        position > after && position >= (since.get(audience) ?? Infinity)
      )
      .sort((a, b) => a.position - b.position)
      .slice(0, limit);
    const upTo = events.length === limit
      ? events.at(-1)?.position ?? this.#rows.head
      : this.#rows.head;
    const rooms = members.map(({ room }) => room);
    return Promise.resolve({ events, upTo, rooms, forgotten: this.#rows.forgotten });
  }

  eventsAfter(after: Position, limit: number): Promise<EventPage> {
    const messages = [...this.#rows.all.messages]
      .map((message) => messageEvent(this.#rows.message(message, () => false)));
    const events = [...messages, ...this.#rows.events]
      .filter(({ position }) => position > after)
      .sort((a, b) => a.position - b.position);
    const { items, hasMore } = takeEvents(events, limit);
    const { head, forgotten } = this.#rows;
    const upTo = hasMore ? items.at(-1)?.position ?? after : head;
    return Promise.resolve({ events: items, upTo, hasMore, forgotten });
  }

  /** All messages that are there for someone, oldest first. */
  visible(reader: UserId, life: Life): Message[] {
    return this.#rows.all.messages.where((message) => this.#isThere(message, reader, life))
      .sort((a, b) => a.id - b.id);
  }

  #isThere(message: Message, reader: UserId, life: Life): boolean {
    const member = this.#rows.all.member(message.room, reader);
    return member !== undefined && isThere(message, member, life);
  }

  #unread(user: UserId, life: Life): Message[] {
    return this.visible(user, life).filter(({ room, id, author }) =>
      id > (this.#rows.all.member(room, user)?.readId ?? Infinity) && author.id !== user
    );
  }

  /** The rooms of someone, as they see them. */
  summaries(user: UserId, life: Life): RoomSummary[] {
    const unread = this.#unread(user, life);
    return this.#rows.all.members
      .where((member) => member.user === user)
      .map(({ room: id, readId }) => {
        const kept = this.#rows.all.rooms.get(id);
        const room = kept && this.#rows.room(kept);
        const messages = this.#rows.all.messages.where((message) => message.room === id);
        return {
          id,
          kind: room?.kind ?? "common",
          name: this.#rows.roomName(id, user),
          ...(room?.kind === "room" && { owner: room.owner }),
          unread: Math.min(unreadCountMax, unread.filter((one) => one.room === id).length),
          lastId: Math.max(0, ...messages.map((message) => message.id)),
          readId,
        };
      })
      .sort((a, b) =>
        Number(b.id === commonRoom) - Number(a.id === commonRoom) || b.lastId - a.lastId ||
        a.id - b.id
      );
  }

  #page(messages: readonly Message[], limit: number, reader: UserId, life: Life): MessagePage {
    return takePage(messages.map((message) => this.#told(message, reader, life)), limit);
  }

  #told(message: Message, reader: UserId, life: Life): Message {
    return this.#rows.message(message, (comment) => this.#isThere(comment, reader, life));
  }
}

function messageEvent(message: Message): Event {
  const { id, room, atMs } = message;
  return { position: id, type: "message", audience: room, atMs, message };
}
