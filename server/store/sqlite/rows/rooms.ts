/**
 * Rooms as rows, with who is in them and the ways into them.
 *
 * @module
 */
import type { LinkId, RoomId, UserId } from "../../../../lib/domain/ids.ts";
import type { Invitation, JoinRequest, Link } from "../../../../lib/domain/invitation.ts";
import { type Member, pairIn, type Room, type RoomKind } from "../../../../lib/domain/room.ts";
import { optional } from "../statements.ts";
import type { Shape } from "./shape.ts";

/** To be followed by its condition; the columns are those of {@linkcode RoomRow}. */
export const selectRooms =
  "SELECT r.*, o.name AS owner_name FROM rooms r LEFT JOIN users o ON o.id = r.owner";

export interface RoomRow {
  readonly id: RoomId;
  readonly kind: RoomKind;
  readonly pair_low: UserId | null;
  readonly pair_high: UserId | null;
  readonly name: string | null;
  readonly owner: UserId | null;
  readonly owner_name: string | null;
  readonly created_ms: number;
  readonly closed: number;
}

export function roomOf(row: RoomRow): Room {
  const { id, kind, pair_low: low, pair_high: high, owner, created_ms: createdMs } = row;
  if (kind !== "room") {
    return {
      id,
      kind,
      ...(low !== null && high !== null && { pair: [low, high] as const }),
      createdMs,
      ...(row.closed === 1 && { closed: true }),
    };
  }
  // Its shape gives a room of this kind an owner, who is a user.
  if (owner === null) throw new Error(`Room ${id} has no owner`);
  return {
    id,
    kind,
    name: row.name ?? "",
    owner: { id: owner, name: row.owner_name ?? "" },
    createdMs,
    closed: row.closed === 1,
  };
}

export const roomShape: Shape<Room> = {
  table: "rooms",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    kind: ({ kind }) => kind,
    pair_low: (room) => pairIn(room)[0] ?? null,
    pair_high: (room) => pairIn(room)[1] ?? null,
    name: (room) => room.kind === "room" ? room.name : null,
    owner: (room) => room.kind === "room" ? room.owner.id : null,
    created_ms: ({ createdMs }) => createdMs,
    closed: (room) => room.closed === true ? 1 : 0,
  },
};

export interface MemberRow {
  readonly room: RoomId;
  readonly user: UserId;
  readonly joined: number;
  readonly read_id: number;
}

export function memberOf(row: MemberRow): Member {
  return { room: row.room, user: row.user, joined: row.joined, readId: row.read_id };
}

export const memberShape: Shape<Member> = {
  table: "members",
  key: ["room", "user"],
  columns: {
    room: ({ room }) => room,
    user: ({ user }) => user,
    joined: ({ joined }) => joined,
    read_id: ({ readId }) => readId,
  },
};

/** To be followed by its condition; the columns are those of {@linkcode InvitationRow}. */
export const selectInvitations = `
  SELECT i.*, u.name AS by_name, r.name AS room_name FROM invitations i
  JOIN users u ON u.id = i.by JOIN rooms r ON r.id = i.room`;

export interface InvitationRow {
  readonly room: RoomId;
  readonly room_name: string | null;
  readonly user: UserId;
  readonly by: UserId;
  readonly by_name: string;
  readonly at_ms: number;
}

export function invitationOf(row: InvitationRow): Invitation {
  return {
    room: row.room,
    user: row.user,
    by: { id: row.by, name: row.by_name },
    atMs: row.at_ms,
  };
}

export const invitationShape: Shape<Invitation> = {
  table: "invitations",
  key: ["room", "user"],
  columns: {
    room: ({ room }) => room,
    user: ({ user }) => user,
    by: ({ by }) => by.id,
    at_ms: ({ atMs }) => atMs,
  },
};

export interface LinkRow {
  readonly id: LinkId;
  readonly room: RoomId;
  readonly hash: string;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly uses_max: number | null;
  readonly uses: number;
}

export function linkOf(row: LinkRow): Link {
  return {
    id: row.id,
    room: row.room,
    hash: row.hash,
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    ...optional("usesMax", row.uses_max),
    uses: row.uses,
  };
}

export const linkShape: Shape<Link> = {
  table: "links",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    room: ({ room }) => room,
    hash: ({ hash }) => hash,
    created_ms: ({ createdMs }) => createdMs,
    expires_ms: ({ expiresMs }) => expiresMs,
    uses_max: ({ usesMax }) => usesMax ?? null,
    uses: ({ uses }) => uses,
  },
};

/** To be followed by its condition; the columns are those of {@linkcode RequestRow}. */
export const selectRequests =
  "SELECT q.*, u.name AS user_name FROM requests q JOIN users u ON u.id = q.user";

export interface RequestRow {
  readonly room: RoomId;
  readonly user: UserId;
  readonly user_name: string;
  readonly link: LinkId;
  readonly at_ms: number;
}

export function requestOf(row: RequestRow): JoinRequest {
  return {
    room: row.room,
    user: { id: row.user, name: row.user_name },
    link: row.link,
    atMs: row.at_ms,
  };
}

export const requestShape: Shape<JoinRequest> = {
  table: "requests",
  key: ["room", "user"],
  columns: {
    room: ({ room }) => room,
    user: ({ user }) => user.id,
    link: ({ link }) => link,
    at_ms: ({ atMs }) => atMs,
  },
};
