/**
 * The contract of a store: it loads, saves and queries, and knows no rule.
 *
 * Every implementation passes the suite in `tests/contract`. Failures of the medium reject with
 * {@linkcode StoreFailure}; what was not acknowledged may then be there once or not at all.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { MessageId, Position, RoomId, UserId } from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { Needs } from "../../lib/domain/needs.ts";
import type { Member, RoomKind } from "../../lib/domain/room.ts";
import type { State } from "../../lib/domain/state.ts";
import type { Token } from "../../lib/domain/token.ts";
import type { User } from "../../lib/domain/user.ts";
import type { FoldedName } from "../../lib/text/names.ts";

/** The medium failed: disk full, file damaged, database away. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

/** Unread messages are counted up to here, so that a long absence costs no more than a short one. */
export const unreadCountMax = 1000;

/** A room as one of its members sees it. */
export interface RoomSummary {
  readonly id: RoomId;
  readonly kind: RoomKind;
  /** `common`, or the name of whom the private chat is with. */
  readonly name: string;
  /** How many messages of others come after `readId`; {@linkcode unreadCountMax} means as many or more. */
  readonly unread: number;
  /** The last message, 0 if there is none. */
  readonly lastId: number;
  readonly readId: number;
}

/** What someone sees who arrives. */
export interface Arrival {
  readonly rooms: readonly RoomSummary[];
  /** The last of the common chat, oldest first: a page of it. */
  readonly recent: readonly Message[];
  /** What is unread in all rooms, oldest first. */
  readonly unread: readonly Message[];
  readonly unreadMore: boolean;
  /** The last position at that instant. */
  readonly head: Position;
}

/** What the messages of one page may take on the wire, about; the first one always fits. */
export const pageBytesMax = 1_048_576;

/** What a message takes on the wire as JSON, about: most of it is its text. */
export function messageBytes({ text }: Message): number {
  return 400 + 3 * text.length;
}

/** The first of `messages`: at most `limit`, and no more than {@linkcode pageBytesMax}. */
export function takePage(messages: Iterable<Message>, limit: number): MessagePage {
  const items: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    bytes += messageBytes(message);
    if (items.length === limit || (items.length > 0 && bytes > pageBytesMax)) {
      return { items, hasMore: true };
    }
    items.push(message);
  }
  return { items, hasMore: false };
}

/** At most so many messages as its request asks for, and as {@linkcode takePage} lets in. */
export interface MessagePage {
  /** Oldest first. */
  readonly items: readonly Message[];
  readonly hasMore: boolean;
}

/** Which messages of a room: the newest `limit` of those between, or the oldest if only `after`. */
export interface PageBounds {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** Which unread messages: those of all rooms or of one, the oldest `limit` after `after`. */
export interface UnreadQuery {
  readonly room?: RoomId;
  readonly after?: number;
  readonly limit: number;
}

/** Which users: the first `limit` after a name; of `only` and not of `except`, where given. */
export interface UserQuery {
  readonly after?: FoldedName;
  readonly limit: number;
  readonly only?: ReadonlySet<UserId>;
  readonly except?: ReadonlySet<UserId>;
}

export interface UserPage {
  readonly items: readonly User[];
  readonly hasMore: boolean;
}

/** A stretch of the log, as one user may see it. */
export interface LogPage {
  readonly events: readonly Event[];
  /** Everything this user may see up to here has been told, once `events` are. */
  readonly upTo: Position;
  /** The rooms whose events this user gets, as of `upTo` or later. */
  readonly rooms: readonly RoomId[];
}

export interface Store {
  /** Names this log; drawn when the database was made, so that cursors of another are known. */
  readonly epoch: string;

  /**
   * Runs `work` on what `needs` names, then saves what it changed, in one transaction.
   *
   * 1. MUST load: each user by id or name; all tokens of a user; each membership with its room and
   *    both users of a private one; for a private chat both users and, if it exists, the room with
   *    both memberships; each message and, if the reader is in its room, the room with their
   *    membership and both users of a private one; each receipt with the message that it keeps. What
   *    does not exist is left out.
   * 2. MUST save all changes and events, or none, and MUST have them on disk before it resolves.
   * 3. MUST NOT give out a position again that an earlier state gave out, after a restart either.
   * 4. MUST NOT run two at the same time; MUST NOT call `work` twice.
   * 5. If `work` throws, MUST save nothing and reject with what was thrown.
   */
  transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result>;

  /** The last position given out. */
  head(): Promise<Position>;

  findToken(hash: string): Promise<{ readonly token: Token; readonly user: User } | undefined>;
  findUser(name: FoldedName): Promise<User | undefined>;
  tokensOf(user: UserId): Promise<readonly Token[]>;
  countUsers(): Promise<number>;

  /** MUST be in the order of the code points of the folded names. */
  users(query: UserQuery): Promise<UserPage>;

  /** MUST be taken from one snapshot. */
  arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
  ): Promise<Arrival>;

  /** Someone's rooms, the common one first, then by the last message, newest first. */
  rooms(user: UserId): Promise<readonly RoomSummary[]>;
  /** `undefined` if the user is not in the room. */
  member(room: RoomId, user: UserId): Promise<Member | undefined>;
  privateRoom(one: UserId, other: UserId): Promise<RoomId | undefined>;
  /** Counted up to {@linkcode unreadCountMax}. */
  countUnread(user: UserId, room: RoomId): Promise<number>;

  /** A page of a room. The caller has checked that the reader is in it. */
  messages(room: RoomId, bounds: PageBounds): Promise<MessagePage>;
  /** Unread messages of all rooms, or of one, oldest first. */
  unread(user: UserId, query: UnreadQuery): Promise<MessagePage>;
  /** `undefined` also if `reader` is not in its room. */
  message(id: MessageId, reader: UserId): Promise<Message | undefined>;
  /** Comments on a message, oldest first. */
  comments(
    message: MessageId,
    query: { readonly after: number; readonly limit: number },
  ): Promise<MessagePage>;

  /** Events after a position that `user` may see, in log order, from one snapshot. */
  log(user: UserId, after: Position, limit: number): Promise<LogPage>;

  /** Forgets up to `limit` receipts older than `beforeMs`; tells how many. */
  forgetReceipts(beforeMs: number, limit: number): Promise<number>;

  /** Lets go of the medium. Nothing may be called afterwards. */
  close(): Promise<void>;
}
