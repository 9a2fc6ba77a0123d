/**
 * The questions of those who look after the chat: its operator, its owners and its moderators.
 *
 * The answers tell what is stored, whoever may see it. Who may ask is not the store's business.
 *
 * @module
 */
import type { AuditEntry } from "../../lib/domain/audit.ts";
import type { MessageId, Position, RoomId, UserId } from "../../lib/domain/ids.ts";
import type { RegistrationInvite } from "../../lib/domain/registration_invite.ts";
import type { RoomKind } from "../../lib/domain/room.ts";
import type { User, UserRef } from "../../lib/domain/user.ts";
import type { FoldedName } from "../../lib/text/names.ts";
import type { UserPage } from "./queries.ts";

/** A user, and what is known of their doings. */
export interface Account {
  readonly user: User;
  /** How many clients they have. */
  readonly clients: number;
  /** When one of their clients was last seen; absent if they have none. */
  readonly lastSeenMs?: number;
  /** How many open reports there are on them, as `openReports` of `lib/domain/report.ts` has it. */
  readonly reports: number;
}

export interface AccountPage {
  readonly items: readonly Account[];
  readonly hasMore: boolean;
}

/** Which users: the first `limit` after a name. */
export interface AccountQuery {
  readonly after?: FoldedName;
  readonly limit: number;
}

/**
 * Where a report is among the open ones, newest first. It names nobody: who reported is told to
 * nobody, so it can't be part of it.
 */
export interface ReportPlace {
  readonly atMs: number;
  /** How many open reports of that very time come before it. */
  readonly nth: number;
}

/**
 * The message that a report is about; only its id if nobody may see it any more. Not which room it
 * is in: of a private chat that would tell which reports come from the same user.
 */
export interface ReportedMessage {
  readonly id: MessageId;
  readonly roomKind?: RoomKind;
  readonly text?: string;
  readonly atMs?: number;
}

/** A report that counts, without who made it. */
export interface OpenReport {
  readonly place: ReportPlace;
  readonly target: UserRef;
  readonly atMs: number;
  readonly reason?: string;
  readonly message?: ReportedMessage;
}

export interface OpenReportPage {
  readonly items: readonly OpenReport[];
  readonly hasMore: boolean;
}

/** Which reports: the newest `limit` of those before a place. */
export interface OpenReportQuery {
  readonly before?: ReportPlace;
  /** Those on this user are left out, as if there were none. */
  readonly except?: UserId;
  readonly limit: number;
}

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly hasMore: boolean;
}

/** Which entries: the newest `limit` of those before one. */
export interface AuditQuery {
  readonly before?: Position;
  readonly limit: number;
}

/** An invitation to register, and what its maker is called. */
export interface NamedRegistrationInvite extends RegistrationInvite {
  /** Absent: the operator made it, or someone who was deleted since. */
  readonly byName?: string;
}

/** A room that someone has made, and how much there is in it. */
export interface RoomAccount {
  readonly id: RoomId;
  readonly kind: "room";
  readonly name: string;
  readonly owner: UserRef;
  readonly createdMs: number;
  readonly members: number;
  /** All that are stored. */
  readonly messages: number;
}

export interface RoomAccountPage {
  readonly items: readonly RoomAccount[];
  readonly hasMore: boolean;
}

/** Which rooms: the first `limit` after one. */
export interface RoomAccountQuery {
  readonly after?: RoomId;
  readonly limit: number;
}

/** How much there is of everything. */
export interface Stats {
  readonly users: number;
  /** Those of them who may not send. */
  readonly banned: number;
  readonly tokens: number;
  /** Rooms that someone has made. */
  readonly rooms: number;
  readonly privateChats: number;
  readonly messages: number;
  /** Scheduled messages that wait. */
  readonly scheduled: number;
  readonly files: number;
  readonly fileBytes: number;
  /** Open reports. */
  readonly reports: number;
  readonly head: Position;
  /** What the database takes, and what of that is free for what comes; nothing where none is. */
  readonly databaseBytes: number;
  readonly freeBytes: number;
}

/** What someone has said, as far as it was looked. */
export interface AuthoredPage {
  /** Oldest first. */
  readonly messages: readonly { readonly id: MessageId; readonly room: RoomId }[];
  /** After which position to look on; absent when all messages were looked at. */
  readonly next?: Position;
}

export interface OversightQueries {
  /** MUST be in the order of `UserQueries.users`, without those who were deleted. */
  accounts(query: AccountQuery, nowMs: number): Promise<AccountPage>;
  /** Those who have a role, in the order of `UserQueries.users`. */
  withRole(query: AccountQuery): Promise<UserPage>;
  /** Those who may not send, in the order of `UserQueries.users`. */
  banned(query: AccountQuery, nowMs: number): Promise<UserPage>;
  /**
   * The reports that count, on users who were not deleted, the newest first; without those on
   * `except`.
   *
   * 1. MUST NOT tell who made one.
   * 2. MUST NOT tell what a message said that has expired for everyone in its room, or whose room
   *    is closed, removed or not.
   */
  openReports(query: OpenReportQuery, nowMs: number): Promise<OpenReportPage>;
  /** What was done in the name of order, the newest first. */
  audit(query: AuditQuery): Promise<AuditPage>;
  /** Those that let someone in, the oldest first. */
  registrationInvites(nowMs: number): Promise<readonly NamedRegistrationInvite[]>;
  /** The rooms that someone has made and that are not closed, by their ids. */
  allRooms(query: RoomAccountQuery): Promise<RoomAccountPage>;
  /** Counts all there is, which takes the longer the more there is. */
  stats(nowMs: number): Promise<Stats>;
  /** Which of the next `limit` messages after a position `user` has said. */
  authored(user: UserId, after: Position, limit: number): Promise<AuthoredPage>;
  /** Up to `limit` of the rooms that someone is in, of every kind, by their ids. */
  roomsOf(user: UserId, limit: number): Promise<readonly RoomId[]>;
  /** Up to `limit` deleted users of whom something may be left, by when they were deleted. */
  usersToErase(limit: number): Promise<readonly UserId[]>;
}
