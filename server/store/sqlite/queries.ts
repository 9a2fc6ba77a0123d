/**
 * The questions that the SQLite store answers.
 *
 * Each is synchronous, and so sees one snapshot.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Event } from "../../../lib/domain/event.ts";
import {
  commonRoom,
  type MessageId,
  type Position,
  type RoomId,
  type UserId,
} from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { type Member, pairOf, type RoomKind } from "../../../lib/domain/room.ts";
import type { Token } from "../../../lib/domain/token.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import type { MessagePage, PageBounds, RoomSummary, UserPage, UserQuery } from "../store.ts";
import {
  eventOf,
  type EventRow,
  memberOf,
  type MemberRow,
  messageColumns,
  messageJoins,
  messageOf,
  type MessageRow,
  tokenOf,
  type TokenRow,
  userOf,
  type UserRow,
} from "./rows.ts";

const selectMessages = `SELECT ${messageColumns} FROM messages m ${messageJoins}`;

/** Prepared once, asked often. */
export class Queries {
  readonly #token: StatementSync;
  readonly #user: StatementSync;
  readonly #userNamed: StatementSync;
  readonly #tokensOf: StatementSync;
  readonly #countUsers: StatementSync;
  readonly #users: StatementSync;
  readonly #rooms: StatementSync;
  readonly #roomIds: StatementSync;
  readonly #member: StatementSync;
  readonly #pair: StatementSync;
  readonly #countUnread: StatementSync;
  readonly #newest: StatementSync;
  readonly #oldest: StatementSync;
  readonly #unreadIds: StatementSync;
  readonly #message: StatementSync;
  readonly #comments: StatementSync;
  readonly #messageIds: StatementSync;
  readonly #events: StatementSync;
  readonly #forgetReceipts: StatementSync;

  constructor(db: DatabaseSync) {
    this.#token = db.prepare("SELECT * FROM tokens WHERE hash = ?");
    this.#user = db.prepare("SELECT * FROM users WHERE id = ?");
    this.#userNamed = db.prepare("SELECT * FROM users WHERE folded = ?");
    this.#tokensOf = db.prepare("SELECT * FROM tokens WHERE user = ? ORDER BY id");
    this.#countUsers = db.prepare("SELECT count(*) AS count FROM users");
    this.#users = db.prepare("SELECT * FROM users WHERE folded > ? ORDER BY folded");
    this.#rooms = db.prepare(
      `SELECT b.room, b.read_id, r.kind, o.name AS other,
         coalesce((SELECT max(m.id) FROM messages m WHERE m.room = b.room), 0) AS last_id,
         (SELECT count(*) FROM messages m
           WHERE m.room = b.room AND m.id > b.read_id AND m.author <> b.user) AS unread
       FROM members b JOIN rooms r ON r.id = b.room
       LEFT JOIN users o ON o.id = CASE WHEN r.pair_low = b.user THEN r.pair_high ELSE r.pair_low END
       WHERE b.user = ? ORDER BY b.room <> 0, last_id DESC, b.room`,
    );
    this.#roomIds = db.prepare("SELECT room FROM members WHERE user = ?");
    this.#member = db.prepare("SELECT * FROM members WHERE room = ? AND user = ?");
    this.#pair = db.prepare("SELECT id FROM rooms WHERE pair_low = ? AND pair_high = ?");
    this.#countUnread = db.prepare(
      `SELECT count(*) AS count FROM messages WHERE room = ? AND id > ? AND author <> ?`,
    );
    this.#newest = db.prepare(
      `${selectMessages} WHERE m.room = ? AND m.id > ? AND m.id < ? ORDER BY m.id DESC LIMIT ?`,
    );
    this.#oldest = db.prepare(
      `${selectMessages} WHERE m.room = ? AND m.id > ? ORDER BY m.id LIMIT ?`,
    );
    this.#unreadIds = db.prepare(
      `SELECT id FROM messages WHERE room = ? AND id > ? AND author <> ? ORDER BY id LIMIT ?`,
    );
    this.#message = db.prepare(`${selectMessages} WHERE m.id = ?`);
    this.#comments = db.prepare(
      `${selectMessages} WHERE m.comment_on = ? AND m.id > ? ORDER BY m.id LIMIT ?`,
    );
    this.#messageIds = db.prepare(
      "SELECT id FROM messages WHERE room = ? AND id > ? ORDER BY id LIMIT ?",
    );
    this.#events = db.prepare(
      "SELECT * FROM events WHERE audience = ? AND position > ? ORDER BY position LIMIT ?",
    );
    this.#forgetReceipts = db.prepare(
      `DELETE FROM receipts WHERE (user, key) IN
         (SELECT user, key FROM receipts WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,
    );
  }

  token(hash: string): { readonly token: Token; readonly user: User } | undefined {
    const row = this.#token.get(hash);
    if (row === undefined) return undefined;
    const token = tokenOf(row as unknown as TokenRow);
    const user = this.#user.get(token.user);
    return user === undefined ? undefined : { token, user: userOf(user as unknown as UserRow) };
  }

  userNamed(name: FoldedName): User | undefined {
    const row = this.#userNamed.get(name);
    return row === undefined ? undefined : userOf(row as unknown as UserRow);
  }

  tokensOf(user: UserId): Token[] {
    return this.#tokensOf.all(user).map((row) => tokenOf(row as unknown as TokenRow));
  }

  countUsers(): number {
    return Number(this.#countUsers.get()?.["count"]);
  }

  users({ after = "" as FoldedName, limit, only, except }: UserQuery): UserPage {
    const items: User[] = [];
    for (const row of this.#users.iterate(after)) {
      const user = userOf(row as unknown as UserRow);
      if (only?.has(user.id) === false || except?.has(user.id) === true) continue;
      if (items.length === limit) return { items, hasMore: true };
      items.push(user);
    }
    return { items, hasMore: false };
  }

  rooms(user: UserId): RoomSummary[] {
    return this.#rooms.all(user).map((row) => ({
      id: row["room"] as RoomId,
      kind: row["kind"] as RoomKind,
      name: row["room"] === commonRoom ? "common" : String(row["other"]),
      unread: Number(row["unread"]),
      lastId: Number(row["last_id"]),
      readId: Number(row["read_id"]),
    }));
  }

  roomIds(user: UserId): RoomId[] {
    return this.#roomIds.all(user).map((row) => row["room"] as RoomId);
  }

  member(room: RoomId, user: UserId): Member | undefined {
    const row = this.#member.get(room, user);
    return row === undefined ? undefined : memberOf(row as unknown as MemberRow);
  }

  privateRoom(one: UserId, other: UserId): RoomId | undefined {
    return this.#pair.get(...pairOf(one, other))?.["id"] as RoomId | undefined;
  }

  countUnread(user: UserId, room: RoomId): number {
    const readId = this.member(room, user)?.readId;
    if (readId === undefined) return 0;
    return Number(this.#countUnread.get(room, readId, user)?.["count"]);
  }

  messages(room: RoomId, { before, after, limit }: PageBounds): MessagePage {
    if (after !== undefined && before === undefined) {
      return page(this.#oldest.all(room, after, limit + 1), limit);
    }
    const rows = this.#newest.all(
      room,
      after ?? 0,
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    );
    const { items, hasMore } = page(rows, limit);
    return { items: [...items].reverse(), hasMore };
  }

  unread(user: UserId, rooms: readonly RoomSummary[], after: number, limit: number): MessagePage {
    const ids: number[] = [];
    for (const { id, readId, unread } of rooms) {
      if (unread === 0) continue;
      const rows = this.#unreadIds.all(id, Math.max(readId, after), user, limit + 1);
      ids.push(...rows.map((row) => row["id"] as number));
    }
    ids.sort((a, b) => a - b);
    return { items: this.#messagesById(ids.slice(0, limit)), hasMore: ids.length > limit };
  }

  message(id: MessageId): Message | undefined {
    const row = this.#message.get(id);
    return row === undefined ? undefined : messageOf(row as unknown as MessageRow);
  }

  comments(message: MessageId, after: number, limit: number): MessagePage {
    return page(this.#comments.all(message, after, limit + 1), limit);
  }

  /** The first `limit` events after a position that are for `user` or one of `rooms`. */
  log(user: UserId, rooms: readonly RoomId[], after: Position, limit: number): Event[] {
    const messageIds: number[] = [];
    const events: Event[] = [];
    for (const room of rooms) {
      const rows = this.#messageIds.all(room, after, limit);
      messageIds.push(...rows.map((row) => row["id"] as number));
    }
    for (const audience of [user, ...rooms]) {
      const rows = this.#events.all(audience, after, limit);
      events.push(...rows.map((row) => eventOf(row as unknown as EventRow)));
    }
    // Only messages that are among the first `limit` of all are read whole.
    messageIds.sort((a, b) => a - b);
    for (const message of this.#messagesById(messageIds.slice(0, limit))) {
      const { id, room, atMs } = message;
      events.push({ position: id, type: "message", audience: room, atMs, message });
    }
    return events.sort((a, b) => a.position - b.position).slice(0, limit);
  }

  forgetReceipts(beforeMs: number, limit: number): number {
    return Number(this.#forgetReceipts.run(beforeMs, limit).changes);
  }

  #messagesById(ids: readonly number[]): Message[] {
    return ids.flatMap((id) => this.message(id as MessageId) ?? []);
  }
}

/** Rows of which one more was asked for than fits. */
function page(rows: readonly unknown[], limit: number): MessagePage {
  return {
    items: rows.slice(0, limit).map((row) => messageOf(row as MessageRow)),
    hasMore: rows.length > limit,
  };
}
