/**
 * The questions about rooms, who is in them, and the ways into them.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { commonRoom, type RoomId, type UserId } from "../../../../lib/domain/ids.ts";
import type { JoinRequest, Link } from "../../../../lib/domain/invitation.ts";
import type { Life } from "../../../../lib/domain/retention.ts";
import { type Member, pairOf, type Room, type RoomKind } from "../../../../lib/domain/room.ts";
import type { UserRef } from "../../../../lib/domain/user.ts";
import {
  type MemberPage,
  type NamedInvitation,
  type RoomSummary,
  unreadCountMax,
} from "../../queries.ts";
import {
  invitationOf,
  type InvitationRow,
  linkOf,
  type LinkRow,
  memberOf,
  type MemberRow,
  requestOf,
  type RequestRow,
  roomOf,
  type RoomRow,
  selectInvitations,
  selectRequests,
  selectRooms,
} from "../rows/rooms.ts";
import { Selection } from "../statements.ts";

interface SummaryRow {
  readonly room: RoomId;
  readonly kind: RoomKind;
  readonly name: string | null;
  readonly owner: UserId | null;
  readonly owner_name: string | null;
  readonly other: string | null;
  readonly unread: number;
  readonly last_id: number;
  readonly read_id: number;
}

export class RoomAnswers {
  readonly #summaries: Selection<SummaryRow>;
  readonly #room: Selection<RoomRow>;
  readonly #member: Selection<MemberRow>;
  readonly #memberships: Selection<MemberRow>;
  readonly #members: Selection<UserRef>;
  readonly #everyone: Selection<UserRef>;
  readonly #pair: Selection<{ readonly id: RoomId }>;
  readonly #invitationsTo: Selection<InvitationRow>;
  readonly #linksInto: Selection<LinkRow>;
  readonly #requestsInto: Selection<RequestRow>;

  constructor(db: DatabaseSync) {
    this.#summaries = new Selection(
      db,
      `SELECT b.room, b.read_id, r.kind, r.name, r.owner, w.name AS owner_name, o.name AS other,
         coalesce((SELECT m.id FROM messages m INDEXED BY messages_by_room
           WHERE m.room = b.room ORDER BY m.id DESC LIMIT 1), 0) AS last_id,
         (SELECT count(*) FROM (SELECT 1 FROM messages m INDEXED BY messages_by_room
           WHERE m.room = b.room AND m.id > b.read_id AND m.author <> b.user AND m.at_ms > ?
           LIMIT ${unreadCountMax})) AS unread
       FROM members b JOIN rooms r ON r.id = b.room
       LEFT JOIN users o ON o.id = CASE WHEN r.pair_low = b.user THEN r.pair_high ELSE r.pair_low END
       LEFT JOIN users w ON w.id = r.owner
       WHERE b.user = ? ORDER BY b.room <> ${commonRoom}, last_id DESC, b.room`,
    );
    this.#room = new Selection(db, `${selectRooms} WHERE r.id = ?`);
    this.#member = new Selection(db, "SELECT * FROM members WHERE room = ? AND user = ?");
    this.#memberships = new Selection(db, "SELECT * FROM members WHERE user = ? ORDER BY room");
    this.#members = new Selection(
      db,
      `SELECT u.id, u.name FROM members b CROSS JOIN users u ON u.id = b.user
       WHERE b.room = ? AND u.deleted_ms IS NULL ORDER BY u.folded LIMIT ?`,
    );
    // Nearly everyone is in the room: to take them in order is quicker than to put them in order.
    this.#everyone = new Selection(
      db,
      `SELECT u.id, u.name FROM users u CROSS JOIN members b ON b.room = ? AND b.user = u.id
       WHERE u.folded > '' AND u.deleted_ms IS NULL ORDER BY u.folded LIMIT ?`,
    );
    this.#pair = new Selection(
      db,
      "SELECT id FROM rooms WHERE pair_low = ? AND pair_high = ?",
    );
    this.#invitationsTo = new Selection(
      db,
      `${selectInvitations} WHERE i.user = ? ORDER BY i.at_ms, i.room`,
    );
    this.#linksInto = new Selection(db, "SELECT * FROM links WHERE room = ? ORDER BY id");
    this.#requestsInto = new Selection(
      db,
      `${selectRequests} WHERE q.room = ? ORDER BY q.at_ms, q.user`,
    );
  }

  rooms(user: UserId, { keptSinceMs }: Life): RoomSummary[] {
    return this.#summaries.all(keptSinceMs, user).map((row) => ({
      id: row.room,
      kind: row.kind,
      name: nameOf(row),
      ...(row.owner !== null && { owner: { id: row.owner, name: row.owner_name ?? "" } }),
      unread: row.unread,
      lastId: row.last_id,
      readId: row.read_id,
    }));
  }

  room(id: RoomId): Room | undefined {
    const row = this.#room.first(id);
    return row && roomOf(row);
  }

  member(room: RoomId, user: UserId): Member | undefined {
    const row = this.#member.first(room, user);
    return row && memberOf(row);
  }

  memberships(user: UserId): Member[] {
    return this.#memberships.all(user).map(memberOf);
  }

  members(room: RoomId, limit: number): MemberPage {
    const selection = room === commonRoom ? this.#everyone : this.#members;
    const found = selection.all(room, limit + 1).map(({ id, name }) => ({ id, name }));
    return { items: found.slice(0, limit), hasMore: found.length > limit };
  }

  privateRoom(one: UserId, other: UserId): RoomId | undefined {
    return this.#pair.first(...pairOf(one, other))?.id;
  }

  invitationsTo(user: UserId): NamedInvitation[] {
    return this.#invitationsTo.all(user)
      .map((row) => ({ ...invitationOf(row), name: row.room_name ?? "" }));
  }

  linksInto(room: RoomId): Link[] {
    return this.#linksInto.all(room).map(linkOf);
  }

  requestsInto(room: RoomId): JoinRequest[] {
    return this.#requestsInto.all(room).map(requestOf);
  }
}

function nameOf({ kind, name, other }: SummaryRow): string {
  switch (kind) {
    case "common":
      return "common";
    case "private":
      return other ?? "";
    case "room":
      return name ?? "";
  }
}
