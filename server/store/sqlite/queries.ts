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
import {
  type MessagePage,
  type PageBounds,
  type RoomSummary,
  takePage,
  unreadCountMax,
  type UserPage,
  type UserQuery,
} from "../store.ts";
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
  readonly #usersOf: StatementSync;
  readonly #rooms: StatementSync;
  readonly #memberships: StatementSync;
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
    this.#usersOf = db.prepare(
      `SELECT * FROM users WHERE id IN (SELECT value FROM json_each(?)) AND folded > ?
       ORDER BY folded`,
    );
    this.#rooms = db.prepare(
      `SELECT b.room, b.read_id, r.kind, o.name AS other,
         coalesce((SELECT max(m.id) FROM messages m WHERE m.room = b.room), 0) AS last_id,
         (SELECT count(*) FROM (SELECT 1 FROM messages m
           WHERE m.room = b.room AND m.id > b.read_id AND m.author <> b.user
           LIMIT ${unreadCountMax})) AS unread
       FROM members b JOIN rooms r ON r.id = b.room
       LEFT JOIN users o ON o.id = CASE WHEN r.pair_low = b.user THEN r.pair_high ELSE r.pair_low END
       WHERE b.user = ? ORDER BY b.room <> 0, last_id DESC, b.room`,
    );
    this.#memberships = db.prepare("SELECT * FROM members WHERE user = ?");
    this.#member = db.prepare("SELECT * FROM members WHERE room = ? AND user = ?");
    this.#pair = db.prepare("SELECT id FROM rooms WHERE pair_low = ? AND pair_high = ?");
    this.#countUnread = db.prepare(
      `SELECT count(*) AS count FROM (SELECT 1 FROM messages
         WHERE room = ? AND id > ? AND author <> ? LIMIT ${unreadCountMax})`,
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
    const rows = only === undefined
      ? this.#users.iterate(after)
      : this.#usersOf.iterate(JSON.stringify([...only]), after);
    const items: User[] = [];
    for (const row of rows) {
      const user = userOf(row as unknown as UserRow);
      if (except?.has(user.id) === true) continue;
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

  memberships(user: UserId): Member[] {
    return this.#memberships.all(user).map((row) => memberOf(row as unknown as MemberRow));
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
      return takePage(messagesOf(this.#oldest.iterate(room, after, limit + 1)), limit);
    }
    const until = before ?? Number.MAX_SAFE_INTEGER;
    const rows = this.#newest.iterate(room, after ?? 0, until, limit + 1);
    const { items, hasMore } = takePage(messagesOf(rows), limit);
    return { items: [...items].reverse(), hasMore };
  }

  /** Unread messages of some of the rooms that someone is in. */
  unread(places: readonly Member[], after: number, limit: number): MessagePage {
    const ids: number[] = [];
    for (const { room, user, readId } of places) {
      const rows = this.#unreadIds.all(room, Math.max(readId, after), user, limit + 1);
      ids.push(...rows.map((row) => row["id"] as number));
    }
    ids.sort((a, b) => a - b);
    return takePage(this.#messagesById(ids), limit);
  }

  message(id: MessageId): Message | undefined {
    const row = this.#message.get(id);
    return row === undefined ? undefined : messageOf(row as unknown as MessageRow);
  }

  comments(message: MessageId, after: number, limit: number): MessagePage {
    return takePage(messagesOf(this.#comments.iterate(message, after, limit + 1)), limit);
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

  *#messagesById(ids: readonly number[]): Iterable<Message> {
    for (const id of ids) {
      const message = this.message(id as MessageId);
      if (message !== undefined) yield message;
    }
  }
}

function* messagesOf(rows: Iterable<unknown>): Iterable<Message> {
  for (const row of rows) yield messageOf(row as MessageRow);
}
