/**
 * The part of the store in memory that answers those who look after the chat.
 *
 * @module
 */
import type { Position, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { letsIn } from "../../../lib/domain/registration_invite.ts";
import { openReports, type Report } from "../../../lib/domain/report.ts";
import { moderates } from "../../../lib/domain/role.ts";
import { isBanned, refTo, type User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import type {
  Account,
  AccountPage,
  AccountQuery,
  AuditPage,
  AuditQuery,
  AuthoredPage,
  NamedRegistrationInvite,
  OpenReport,
  OpenReportPage,
  OpenReportQuery,
  OversightQueries,
  ReportedMessage,
  RoomAccount,
  RoomAccountPage,
  RoomAccountQuery,
  Stats,
} from "../oversight.ts";
import type { UserPage } from "../queries.ts";
import { compareCodePoints } from "./code_points.ts";
import type { MemoryRows } from "./rows.ts";

/** Answers by looking at all rows. */
export class MemoryOversight implements OversightQueries {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    this.#rows = rows;
  }

  accounts({ after, limit }: AccountQuery, nowMs: number): Promise<AccountPage> {
    const accounts = following(this.#rows.present, after)
      .map((user): Account => {
        const tokens = this.#rows.all.tokensOf(user.id);
        return {
          user,
          clients: tokens.length,
          ...(tokens.length > 0 &&
            { lastSeenMs: Math.max(...tokens.map(({ lastSeenMs }) => lastSeenMs)) }),
          reports: this.#openReportsOn(user, nowMs).length,
        };
      });
    return pageOf(accounts, limit);
  }

  withRole({ after, limit }: AccountQuery): Promise<UserPage> {
    return pageOf(following(this.#rows.present.filter(moderates), after), limit);
  }

  banned({ after, limit }: AccountQuery, nowMs: number): Promise<UserPage> {
    return pageOf(following(this.#banned(nowMs), after), limit);
  }

  openReports({ before, except, limit }: OpenReportQuery, nowMs: number): Promise<OpenReportPage> {
    const open = this.#open(nowMs)
      .filter(({ target }) => target !== except)
      .sort((a, b) => b.atMs - a.atMs || b.target - a.target || b.reporter - a.reporter);
    const items = open
      .map((report, at): OpenReport => ({
        place: {
          atMs: report.atMs,
          nth: at - open.findIndex(({ atMs }) => atMs === report.atMs),
        },
        target: refTo(this.#user(report.target)),
        atMs: report.atMs,
        ...(report.reason !== undefined && { reason: report.reason }),
        ...(report.message !== undefined && { message: this.#reported(report.message, nowMs) }),
      }))
      .filter(({ place }) =>
        before === undefined || place.atMs < before.atMs ||
        (place.atMs === before.atMs && place.nth > before.nth)
      );
    return pageOf(items, limit);
  }

  audit({ before = Infinity, limit }: AuditQuery): Promise<AuditPage> {
    const entries = this.#rows.all.audit.where(({ id }) => id < before).sort((a, b) => b.id - a.id);
    return pageOf(entries, limit);
  }

  registrationInvites(nowMs: number): Promise<readonly NamedRegistrationInvite[]> {
    return Promise.resolve(
      this.#rows.all.registrationInvites.where((invite) => letsIn(invite, nowMs))
        .sort((a, b) => a.id - b.id)
        .map((invite) => {
          const maker = this.#rows.present.find(({ id }) => id === invite.by);
          return { ...invite, ...(maker !== undefined && { byName: maker.name }) };
        }),
    );
  }

  allRooms({ after = 0 as RoomId, limit }: RoomAccountQuery): Promise<RoomAccountPage> {
    const { all, present } = this.#rows;
    const rooms = [...all.rooms].sort((a, b) => a.id - b.id).flatMap((kept): RoomAccount[] => {
      const room = this.#rows.room(kept);
      if (room.kind !== "room" || room.closed || room.id <= after) return [];
      const { closed: _, ...told } = room;
      return [{
        ...told,
        members: present.filter(({ id }) => all.member(room.id, id) !== undefined).length,
        messages: all.messages.where((message) => message.room === room.id).length,
      }];
    });
    return pageOf(rooms, limit);
  }

  stats(nowMs: number): Promise<Stats> {
    const { all, head } = this.#rows;
    const open = all.rooms.where(({ closed }) => closed !== true);
    const files = [...all.files];
    return Promise.resolve({
      users: this.#rows.present.length,
      banned: this.#banned(nowMs).length,
      tokens: [...all.tokens].length,
      rooms: open.filter(({ kind }) => kind === "room").length,
      privateChats: open.filter(({ kind }) => kind === "private").length,
      messages: [...all.messages].length,
      scheduled: all.scheduled.where(({ end }) => end === undefined).length,
      files: files.length,
      fileBytes: files.reduce((sum, { size }) => sum + size, 0),
      reports: this.#open(nowMs).length,
      head,
      databaseBytes: 0,
      freeBytes: 0,
    });
  }

  authored(user: UserId, after: Position, limit: number): Promise<AuthoredPage> {
    const further = this.#rows.all.messages.where(({ id }) => id > after)
      .sort((a, b) => a.id - b.id);
    const looked = further.slice(0, limit);
    const last = looked.at(-1);
    const messages = looked.filter(({ author }) => author.id === user)
      .map(({ id, room }) => ({ id, room }));
    const hasMore = further.length > limit && last !== undefined;
    return Promise.resolve({ messages, ...(hasMore && { next: last.id }) });
  }

  roomsOf(user: UserId, limit: number): Promise<readonly RoomId[]> {
    const { all } = this.#rows;
    return Promise.resolve(
      all.members.where((member) => member.user === user)
        .map(({ room }) => room)
        .sort((a, b) => a - b)
        .slice(0, limit),
    );
  }

  usersToErase(limit: number): Promise<readonly UserId[]> {
    return Promise.resolve(
      this.#rows.all.users
        .where(({ deletedMs, erased }) => deletedMs !== undefined && erased !== true)
        .sort((a, b) => (a.deletedMs ?? 0) - (b.deletedMs ?? 0) || a.id - b.id)
        .slice(0, limit)
        .map(({ id }) => id),
    );
  }

  #banned(nowMs: number): User[] {
    return this.#rows.present.filter((user) => isBanned(user, nowMs));
  }

  #user(id: UserId): User {
    const user = this.#rows.all.users.get(id);
    if (user === undefined) throw new Error(`There is no user ${id}`);
    return user;
  }

  #openReportsOn(user: User, nowMs: number): readonly Report[] {
    const reports = this.#rows.all.reports.where(({ target }) => target === user.id);
    return openReports(user, reports, nowMs);
  }

  #open(nowMs: number): Report[] {
    return this.#rows.present.flatMap((user) => this.#openReportsOn(user, nowMs));
  }

  #reported(id: Message["id"], nowMs: number): ReportedMessage {
    const message = this.#rows.all.messages.get(id);
    if (message === undefined || !this.#isSeenBySomeone(message, nowMs)) return { id };
    const { roomKind, text, atMs } = message;
    return { id, roomKind, text, atMs };
  }

  #isSeenBySomeone({ id, room, author, expiresMs }: Message, nowMs: number): boolean {
    const { all } = this.#rows;
    if (all.rooms.get(room)?.closed === true) return false;
    const unreadBy = all.members.where((member) =>
      member.room === room && member.readId < id && member.user !== author.id
    );
    return expiresMs > nowMs || unreadBy.length > 0;
  }
}

/** Those of some users, in their order, who come after a name. */
function following(users: readonly User[], after = "" as FoldedName): readonly User[] {
  return users.filter(({ folded }) => compareCodePoints(folded, after) > 0);
}

/** @param found All that there is. */
function pageOf<Item>(
  found: readonly Item[],
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly hasMore: boolean }> {
  return Promise.resolve({ items: found.slice(0, limit), hasMore: found.length > limit });
}
