/**
 * The questions of those who look after the chat.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { AuditEntry } from "../../../../lib/domain/audit.ts";
import type { MessageId, Position, RoomId, UserId } from "../../../../lib/domain/ids.ts";
import type { RoomKind } from "../../../../lib/domain/room.ts";
import type { FoldedName } from "../../../../lib/text/names.ts";
import type {
  AccountPage,
  AccountQuery,
  AuditPage,
  AuditQuery,
  AuthoredPage,
  NamedRegistrationInvite,
  OpenReport,
  OpenReportPage,
  OpenReportQuery,
  ReportPlace,
  RoomAccountPage,
  RoomAccountQuery,
  Stats,
} from "../../oversight.ts";
import type { UserPage } from "../../queries.ts";
import {
  auditOf,
  type AuditRow,
  registrationInviteOf,
  type RegistrationInviteRow,
} from "../rows/oversight.ts";
import { userOf, type UserRow } from "../rows/users.ts";
import { optional, Selection } from "../statements.ts";

interface AccountRow extends UserRow {
  readonly clients: number;
  readonly seen_ms: number | null;
  readonly reports: number;
}

interface OpenReportRow {
  readonly target: UserId;
  readonly target_name: string;
  readonly at_ms: number;
  readonly reason: string | null;
  readonly message: MessageId | null;
  readonly room_kind: RoomKind | null;
  readonly text: string | null;
  readonly said_ms: number | null;
}

interface NamedRegistrationInviteRow extends RegistrationInviteRow {
  readonly by_name: string | null;
}

interface RoomAccountRow {
  readonly id: RoomId;
  readonly name: string;
  readonly owner: UserId;
  readonly owner_name: string;
  readonly created_ms: number;
  readonly members: number;
  readonly messages: number;
}

/** Whether report `p` on user `t` counts: `openReports` of `lib/domain/report.ts`. */
const counts = `t.deleted_ms IS NULL AND (t.banned_until_ms IS NULL OR t.banned_until_ms > :now
  OR p.at_ms >= t.banned_until_ms)`;

/** Whether anyone may see message `m` yet, by when it expires and who has read it. */
const seenBySomeone = `(m.expires_ms > :now OR EXISTS (
    SELECT 1 FROM members b INDEXED BY members_by_reading
    WHERE b.room = m.room AND b.read_id < m.id AND b.user <> m.author))
  AND (SELECT r.closed FROM rooms r WHERE r.id = m.room) = 0`;

/** Looks at every row that there is. */
export const countsAll = `
  SELECT
    (SELECT count(*) FROM users WHERE deleted_ms IS NULL) AS users,
    (SELECT count(*) FROM users WHERE banned_until_ms > :now AND deleted_ms IS NULL) AS banned,
    (SELECT count(*) FROM tokens) AS tokens,
    (SELECT count(*) FROM rooms WHERE kind = 'room' AND closed = 0) AS rooms,
    (SELECT count(*) FROM rooms WHERE kind = 'private' AND closed = 0) AS privateChats,
    (SELECT count(*) FROM messages) AS messages,
    (SELECT count(*) FROM scheduled WHERE end_ms IS NULL) AS scheduled,
    (SELECT count(*) FROM files) AS files,
    (SELECT coalesce(sum(size), 0) FROM files) AS fileBytes,
    (SELECT count(*) FROM reports p JOIN users t ON t.id = p.target WHERE ${counts}) AS reports,
    (SELECT head FROM log) AS head,
    (SELECT page_count FROM pragma_page_count)
      * (SELECT page_size FROM pragma_page_size) AS databaseBytes,
    (SELECT freelist_count FROM pragma_freelist_count)
      * (SELECT page_size FROM pragma_page_size) AS freeBytes`;

function selections(db: DatabaseSync) {
  return {
    accounts: new Selection<AccountRow>(
      db,
      `SELECT t.*,
         (SELECT count(*) FROM tokens k WHERE k.user = t.id) AS clients,
         (SELECT max(k.last_seen_ms) FROM tokens k WHERE k.user = t.id) AS seen_ms,
         (SELECT count(*) FROM reports p WHERE p.target = t.id AND ${counts}) AS reports
       FROM users t WHERE t.folded > :after AND t.deleted_ms IS NULL
       ORDER BY t.folded LIMIT :limit`,
    ),
    withRole: new Selection<UserRow>(
      db,
      `SELECT * FROM users INDEXED BY users_with_role
       WHERE role IN ('moderator', 'owner') AND folded > ? AND deleted_ms IS NULL
       ORDER BY folded LIMIT ?`,
    ),
    banned: new Selection<UserRow>(
      db,
      `SELECT * FROM users INDEXED BY users_banned
       WHERE banned_until_ms > ? AND folded > ? AND deleted_ms IS NULL
       ORDER BY folded LIMIT ?`,
    ),
    openReports: new Selection<OpenReportRow>(
      db,
      `SELECT p.target, t.name AS target_name, p.at_ms, p.reason, p.message,
         r.kind AS room_kind, m.text, m.at_ms AS said_ms
       FROM reports p INDEXED BY reports_by_age
       CROSS JOIN users t ON t.id = p.target
       LEFT JOIN messages m ON m.id = p.message AND ${seenBySomeone}
       LEFT JOIN rooms r ON r.id = m.room
       WHERE p.at_ms <= :upTo AND p.target IS NOT :except AND ${counts}
       ORDER BY p.at_ms DESC, p.target DESC, p.reporter DESC`,
    ),
    audit: new Selection<AuditRow>(
      db,
      "SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
    ),
    registrationInvites: new Selection<NamedRegistrationInviteRow>(
      db,
      `SELECT i.*, u.name AS by_name
       FROM registration_invites i INDEXED BY registration_invites_by_end
       LEFT JOIN users u ON u.id = i.by AND u.deleted_ms IS NULL
       WHERE i.expires_ms > ? AND i.uses < i.uses_max ORDER BY i.id`,
    ),
    allRooms: new Selection<RoomAccountRow>(
      db,
      `SELECT r.id, r.name, r.owner, o.name AS owner_name, r.created_ms,
         (SELECT count(*) FROM members b CROSS JOIN users u ON u.id = b.user
           WHERE b.room = r.id AND u.deleted_ms IS NULL) AS members,
         (SELECT count(*) FROM messages m INDEXED BY messages_by_room
           WHERE m.room = r.id) AS messages
       FROM rooms r INDEXED BY rooms_owned CROSS JOIN users o ON o.id = r.owner
       WHERE r.kind = 'room' AND r.closed = 0 AND r.id > ? ORDER BY r.id LIMIT ?`,
    ),
    stats: new Selection<Stats>(db, countsAll),
    stretch: new Selection<{ readonly id: MessageId; readonly room: RoomId; author: UserId }>(
      db,
      "SELECT id, room, author FROM messages WHERE id > ? ORDER BY id LIMIT ?",
    ),
    roomsOf: new Selection<{ readonly room: RoomId }>(
      db,
      "SELECT room FROM members INDEXED BY members_by_user WHERE user = ? ORDER BY room LIMIT ?",
    ),
    toErase: new Selection<{ readonly id: UserId }>(
      db,
      `SELECT id FROM users INDEXED BY users_to_erase
       WHERE deleted_ms IS NOT NULL AND erased IS NULL ORDER BY deleted_ms, id LIMIT ?`,
    ),
  };
}

export class OversightAnswers {
  readonly #select: ReturnType<typeof selections>;

  constructor(db: DatabaseSync) {
    this.#select = selections(db);
  }

  accounts({ after = "" as FoldedName, limit }: AccountQuery, nowMs: number): AccountPage {
    const rows = this.#select.accounts.all({ after, now: nowMs, limit: limit + 1 });
    const accounts = rows.map((row) => ({
      user: userOf(row),
      clients: row.clients,
      ...optional("lastSeenMs", row.seen_ms),
      reports: row.reports,
    }));
    return pageOf(accounts, limit);
  }

  withRole({ after = "" as FoldedName, limit }: AccountQuery): UserPage {
    return pageOf(this.#select.withRole.all(after, limit + 1).map(userOf), limit);
  }

  banned({ after = "" as FoldedName, limit }: AccountQuery, nowMs: number): UserPage {
    return pageOf(this.#select.banned.all(nowMs, after, limit + 1).map(userOf), limit);
  }

  openReports({ before, except, limit }: OpenReportQuery, nowMs: number): OpenReportPage {
    const upTo = before?.atMs ?? Number.MAX_SAFE_INTEGER;
    const items: OpenReport[] = [];
    let place: ReportPlace | undefined;
    const given = { now: nowMs, upTo, except: except ?? null };
    for (const row of this.#select.openReports.each(given)) {
      place = { atMs: row.at_ms, nth: row.at_ms === place?.atMs ? place.nth + 1 : 0 };
      if (place.atMs === before?.atMs && place.nth <= before.nth) continue;
      if (items.length === limit) return { items, hasMore: true };
      items.push(openReportOf(row, place));
    }
    return { items, hasMore: false };
  }

  audit({ before = Number.MAX_SAFE_INTEGER, limit }: AuditQuery): AuditPage {
    const entries: AuditEntry[] = this.#select.audit.all(before, limit + 1).map(auditOf);
    return pageOf(entries, limit);
  }

  registrationInvites(nowMs: number): NamedRegistrationInvite[] {
    return this.#select.registrationInvites.all(nowMs).map((row) => ({
      ...registrationInviteOf(row),
      ...optional("byName", row.by_name),
    }));
  }

  allRooms({ after = 0 as RoomId, limit }: RoomAccountQuery): RoomAccountPage {
    const rooms = this.#select.allRooms.all(after, limit + 1).map((row) => ({
      id: row.id,
      kind: "room" as const,
      name: row.name,
      owner: { id: row.owner, name: row.owner_name },
      createdMs: row.created_ms,
      members: row.members,
      messages: row.messages,
    }));
    return pageOf(rooms, limit);
  }

  stats(nowMs: number): Stats {
    const stats = this.#select.stats.first({ now: nowMs });
    if (stats === undefined) throw new Error("Nothing was counted");
    return { ...stats };
  }

  authored(user: UserId, after: Position, limit: number): AuthoredPage {
    const { items, hasMore } = pageOf(this.#select.stretch.all(after, limit + 1), limit);
    const messages = items.filter(({ author }) => author === user)
      .map(({ id, room }) => ({ id, room }));
    const last = items.at(-1);
    return { messages, ...(hasMore && last !== undefined && { next: last.id }) };
  }

  roomsOf(user: UserId, limit: number): RoomId[] {
    return this.#select.roomsOf.all(user, limit).map(({ room }) => room);
  }

  usersToErase(limit: number): UserId[] {
    return this.#select.toErase.all(limit).map(({ id }) => id);
  }
}

/** @param found Up to one more than fits. */
function pageOf<Item>(
  found: readonly Item[],
  limit: number,
): { readonly items: readonly Item[]; readonly hasMore: boolean } {
  return { items: found.slice(0, limit), hasMore: found.length > limit };
}

function openReportOf(row: OpenReportRow, place: ReportPlace): OpenReport {
  return {
    place,
    target: { id: row.target, name: row.target_name },
    atMs: row.at_ms,
    ...optional("reason", row.reason),
    ...(row.message !== null && {
      message: {
        id: row.message,
        ...optional("roomKind", row.room_kind),
        ...optional("text", row.text),
        ...optional("atMs", row.said_ms),
      },
    }),
  };
}
