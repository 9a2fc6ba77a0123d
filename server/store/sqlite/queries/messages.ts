/**
 * The questions about messages.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MessageId, RoomId, UserId } from "../../../../lib/domain/ids.ts";
import type { Message } from "../../../../lib/domain/message.ts";
import type { Life } from "../../../../lib/domain/retention.ts";
import type { Member } from "../../../../lib/domain/room.ts";
import { type MessagePage, type PageBounds, takePage } from "../../pages.ts";
import { unreadCountMax, type UnreadQuery } from "../../queries.ts";
import { messageOf, type MessageRow, selectMessages } from "../rows/messages.ts";
import { Selection } from "../statements.ts";
import type { Attachments } from "./files.ts";
import type { RoomAnswers } from "./rooms.ts";
import { type Horizon, type Sight, visible } from "./sight.ts";

/** A message that is to be read, and what its reader sees of its room. */
export interface Found {
  readonly id: MessageId;
  readonly sight: Sight;
}

interface IdRow {
  readonly id: MessageId;
}

interface PlaceRow {
  readonly room: RoomId;
}

export class MessageAnswers {
  readonly #rooms: RoomAnswers;
  readonly #horizon: Horizon;
  readonly #attachments: Attachments;
  readonly #newest: Selection<MessageRow>;
  readonly #oldest: Selection<MessageRow>;
  readonly #message: Selection<MessageRow>;
  readonly #next: Selection<MessageRow>;
  readonly #comments: Selection<MessageRow>;
  readonly #roomOf: Selection<PlaceRow>;
  readonly #roomOfComments: Selection<PlaceRow>;
  readonly #unread: Selection<IdRow>;
  readonly #countUnread: Selection<{ readonly count: number }>;

  constructor(
    db: DatabaseSync,
    parts: {
      readonly rooms: RoomAnswers;
      readonly horizon: Horizon;
      readonly attachments: Attachments;
    },
  ) {
    this.#rooms = parts.rooms;
    this.#horizon = parts.horizon;
    this.#attachments = parts.attachments;
    const counted = `c.id > :floor AND ${visible("c")}`;
    const select = selectMessages("INDEXED BY messages_by_room", counted);
    const seen = visible("m");
    this.#newest = new Selection(
      db,
      `${select} WHERE m.room = :room AND m.id > :after AND m.id < :before AND ${seen}
       ORDER BY m.id DESC LIMIT :limit`,
    );
    this.#oldest = new Selection(
      db,
      `${select} WHERE m.room = :room AND m.id > :after AND ${seen} ORDER BY m.id LIMIT :limit`,
    );
    this.#message = new Selection(
      db,
      `${selectMessages("", counted)} WHERE m.id = :id AND ${seen}`,
    );
    this.#next = new Selection(
      db,
      `${selectMessages("", "FALSE")} WHERE m.id >= ? ORDER BY m.id LIMIT ?`,
    );
    this.#comments = new Selection(
      db,
      `${selectMessages("INDEXED BY messages_by_comment", counted)}
       WHERE m.comment_on = :message AND m.id > :after AND m.room = :room AND ${seen}
       ORDER BY m.id LIMIT :limit`,
    );
    this.#roomOf = new Selection(db, "SELECT room FROM messages WHERE id = ?");
    this.#roomOfComments = new Selection(
      db,
      "SELECT room FROM messages INDEXED BY messages_by_comment WHERE comment_on = ? LIMIT 1",
    );
    const unread = `FROM messages INDEXED BY messages_by_room
      WHERE room = ? AND id > ? AND author <> ? AND at_ms > ?`;
    this.#unread = new Selection(db, `SELECT id ${unread} ORDER BY id LIMIT ?`);
    this.#countUnread = new Selection(
      db,
      `SELECT count(*) AS count FROM (SELECT 1 ${unread} LIMIT ${unreadCountMax})`,
    );
  }

  page(room: RoomId, reader: UserId, bounds: PageBounds, life: Life): MessagePage {
    const member = this.#rooms.member(room, reader);
    if (member === undefined) return { items: [], hasMore: false };
    const { before, after, limit } = bounds;
    const sight = this.#horizon.sightOf(member, life);
    const given = {
      ...sight,
      room,
      after: Math.max(after ?? 0, sight.floor),
      limit: limit + 1,
    };
    if (after !== undefined && before === undefined) {
      return takePage(this.#whole(this.#oldest.each(given)), limit);
    }
    const newest = { ...given, before: before ?? Number.MAX_SAFE_INTEGER };
    const { items, hasMore } = takePage(this.#whole(this.#newest.each(newest)), limit);
    return { items: items.toReversed(), hasMore };
  }

  unread(user: UserId, { room, after = 0, limit }: UnreadQuery, life: Life): MessagePage {
    const found = this.#placesOf(user, room).flatMap((member) => {
      const from = Math.max(member.readId, after);
      const rows = this.#unread.all(member.room, from, user, life.keptSinceMs, limit + 1);
      if (rows.length === 0) return [];
      const sight = this.#horizon.sightOf(member, life);
      return rows.map(({ id }) => ({ id, sight }));
    });
    return takePage(this.inOrder(found), limit);
  }

  #placesOf(user: UserId, room: RoomId | undefined): Member[] {
    if (room === undefined) return this.#rooms.memberships(user);
    const member = this.#rooms.member(room, user);
    return member === undefined ? [] : [member];
  }

  countUnread(user: UserId, room: RoomId, { keptSinceMs }: Life): number {
    const readId = this.#rooms.member(room, user)?.readId;
    if (readId === undefined) return 0;
    return this.#countUnread.first(room, readId, user, keptSinceMs)?.count ?? 0;
  }

  message(id: MessageId, reader: UserId, life: Life): Message | undefined {
    const member = this.#memberOf(this.#roomOf.first(id), reader);
    return member && this.#read({ id, sight: this.#horizon.sightOf(member, life) });
  }

  comments(
    message: MessageId,
    reader: UserId,
    { after, limit }: { readonly after: number; readonly limit: number },
    life: Life,
  ): MessagePage {
    // All comments are where the message is, which may be gone itself.
    const member = this.#memberOf(this.#roomOfComments.first(message), reader);
    if (member === undefined) return { items: [], hasMore: false };
    const sight = this.#horizon.sightOf(member, life);
    const rows = this.#comments.each({
      ...sight,
      message,
      room: member.room,
      after: Math.max(after, sight.floor),
      limit: limit + 1,
    });
    return takePage(this.#whole(rows), limit);
  }

  /** The first `limit` of all messages from an id on, with no comments counted. */
  next(from: number, limit: number): Message[] {
    return this.#next.all(from, limit).map((row) => this.#one(row));
  }

  /** Messages in the order of their ids, each read whole only when it is asked for. */
  *inOrder(found: readonly Found[]): Iterable<Message> {
    for (const one of found.toSorted((a, b) => a.id - b.id)) {
      const message = this.#read(one);
      if (message !== undefined) yield message;
    }
  }

  #read({ id, sight }: Found): Message | undefined {
    const row = this.#message.first({ id, ...sight });
    return row && this.#one(row);
  }

  #memberOf(place: PlaceRow | undefined, user: UserId): Member | undefined {
    return place && this.#rooms.member(place.room, user);
  }

  *#whole(rows: Iterable<MessageRow>): Iterable<Message> {
    for (const row of rows) yield this.#one(row);
  }

  #one(row: MessageRow): Message {
    return messageOf(row, (id) => this.#attachments.ofMessage(id));
  }
}
