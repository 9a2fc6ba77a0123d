/**
 * The questions that a store answers, by what they are about.
 *
 * Every answer is of one instant. Where a `reader` is asked for, what they may not see is left out:
 * of a message that is `isThere` of `lib/domain/retention.ts` for their membership of its room.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { StoredFile } from "../../lib/domain/file.ts";
import type {
  FileId,
  MessageId,
  Position,
  RoomId,
  ScheduledId,
  UserId,
} from "../../lib/domain/ids.ts";
import type { Invitation, JoinRequest, Link } from "../../lib/domain/invitation.ts";
import type { LimitKind, Window } from "../../lib/domain/limit.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { Report } from "../../lib/domain/report.ts";
import type { Life } from "../../lib/domain/retention.ts";
import type { Member, Room, RoomKind } from "../../lib/domain/room.ts";
import type { Scheduled } from "../../lib/domain/scheduled.ts";
import type { Token } from "../../lib/domain/token.ts";
import type { User, UserRef } from "../../lib/domain/user.ts";
import type { FoldedName } from "../../lib/text/names.ts";
import type { MessagePage, PageBounds } from "./pages.ts";

/** Unread messages are counted up to here, so that a long absence costs no more than a short one. */
export const unreadCountMax = 1000;

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

/** Who was deleted is in none of the answers but that of {@linkcode UserQueries.user}. */
export interface UserQueries {
  findToken(hash: string): Promise<{ readonly token: Token; readonly user: User } | undefined>;
  findUser(name: FoldedName): Promise<User | undefined>;
  user(id: UserId): Promise<User | undefined>;
  tokensOf(user: UserId): Promise<readonly Token[]>;
  countUsers(): Promise<number>;
  /** MUST be in the order of the code points of the folded names. */
  users(query: UserQuery): Promise<UserPage>;
  /** All reports about someone, those that are settled included. */
  reportsOn(user: UserId): Promise<readonly Report[]>;
  window(user: UserId, kind: LimitKind): Promise<Window | undefined>;
}

/** A room as one of its members sees it. */
export interface RoomSummary {
  readonly id: RoomId;
  readonly kind: RoomKind;
  /** `common`, the name of whom the private chat is with, or the room's own. */
  readonly name: string;
  readonly owner?: UserRef;
  /** Messages of others after `readId`; {@linkcode unreadCountMax} means as many or more. */
  readonly unread: number;
  /** The last message that the store has, whoever may see it; 0 if there is none. */
  readonly lastId: number;
  readonly readId: number;
}

export interface MemberPage {
  readonly items: readonly UserRef[];
  readonly hasMore: boolean;
}

/** An invitation and what the room is called. */
export interface NamedInvitation extends Invitation {
  readonly name: string;
}

export interface RoomQueries {
  /** Someone's rooms, the common one first, then by `lastId`, newest first, then by id. */
  rooms(user: UserId, life: Life): Promise<readonly RoomSummary[]>;
  room(id: RoomId): Promise<Room | undefined>;
  /** `undefined` if the user is not in the room. */
  member(room: RoomId, user: UserId): Promise<Member | undefined>;
  /**
   * The first `limit` members of a room, by name as {@linkcode UserQueries.users} orders them;
   * without those who were deleted and have not been taken out of it yet.
   */
  members(room: RoomId, limit: number): Promise<MemberPage>;
  privateRoom(one: UserId, other: UserId): Promise<RoomId | undefined>;
  /** Oldest first. */
  invitationsTo(user: UserId): Promise<readonly NamedInvitation[]>;
  /** Oldest first. */
  linksInto(room: RoomId): Promise<readonly Link[]>;
  /** Oldest first. */
  requestsInto(room: RoomId): Promise<readonly JoinRequest[]>;
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

/** Which unread messages: those of all rooms or of one, the oldest `limit` after `after`. */
export interface UnreadQuery {
  readonly room?: RoomId;
  readonly after?: number;
  readonly limit: number;
}

/** A stretch of the log, as one user may see it. */
export interface LogPage {
  readonly events: readonly Event[];
  /** Everything this user may see up to here has been told, once `events` are. */
  readonly upTo: Position;
  /** The rooms whose events this user gets, as of `upTo` or later. */
  readonly rooms: readonly RoomId[];
  /** Events up to here may have been forgotten. */
  readonly forgotten: Position;
}

export interface MessageQueries {
  arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
    life: Life,
  ): Promise<Arrival>;
  /** A page of a room; of nothing, if `reader` is not in it. */
  messages(
    room: RoomId,
    reader: UserId,
    bounds: PageBounds,
    life: Life,
  ): Promise<MessagePage>;
  /** Unread messages of others in all rooms, or in one, oldest first. */
  unread(user: UserId, query: UnreadQuery, life: Life): Promise<MessagePage>;
  /** Counted up to {@linkcode unreadCountMax}. */
  countUnread(user: UserId, room: RoomId, life: Life): Promise<number>;
  message(id: MessageId, reader: UserId, life: Life): Promise<Message | undefined>;
  /** Comments on a message, oldest first. */
  comments(
    message: MessageId,
    reader: UserId,
    query: { readonly after: number; readonly limit: number },
    life: Life,
  ): Promise<MessagePage>;
  /**
   * Events after a position that `user` may see, in log order.
   *
   * 1. MUST hold those whose audience is the user, or a room that they are in, from the position on
   *    at which they joined it.
   * 2. MUST NOT hold a message that is not there for them, or one that was deleted.
   */
  log(user: UserId, after: Position, limit: number, life: Life): Promise<LogPage>;
}

/** A stretch of the log, whoever may see it. */
export interface EventPage {
  readonly events: readonly Event[];
  /** All that the log has up to here has been told, once `events` are. */
  readonly upTo: Position;
  /** Whether there may be more after `upTo`. */
  readonly hasMore: boolean;
  /** Events up to here may have been forgotten. */
  readonly forgotten: Position;
}

export interface LogQueries {
  /**
   * Events after a position, whoever may see them, in log order: at most `limit`, and as many as
   * `takeEvents` of `pages.ts` lets in.
   *
   * 1. MUST tell each as it was told when it was saved, but for names, which are those of now. So no
   *    message has comments yet: they are events of their own.
   * 2. MUST NOT hold a message that was removed.
   */
  eventsAfter(after: Position, limit: number): Promise<EventPage>;
}

export interface ScheduledQueries {
  /** Those of a user that wait or have failed, by when they are or were due, then by id. */
  scheduledBy(user: UserId): Promise<readonly Scheduled[]>;
  scheduled(id: ScheduledId): Promise<Scheduled | undefined>;
  /** How many of a user's wait. */
  countScheduled(user: UserId): Promise<number>;
  /** The first `limit` of those that wait and whose time has come, by when, then by id. */
  due(nowMs: number, limit: number): Promise<readonly Scheduled[]>;
  /** When the next of those that wait is due, of those that are due after `afterMs`. */
  nextDueMs(afterMs: number): Promise<number | undefined>;
}

export interface FileQueries {
  /**
   * A file that `reader` may have: one in a message that is there for them; their own, if it is
   * loose or in a message that they have scheduled.
   */
  file(id: FileId, reader: UserId, life: Life): Promise<StoredFile | undefined>;
  /** Bytes `from` up to, not including, `to`; `undefined` if the file is gone. */
  fileBytes(id: FileId, from: number, to: number): Promise<Uint8Array | undefined>;
}
