/**
 * Rows of the SQLite store and what they stand for.
 *
 * @module
 */
import type { PlainEvent } from "../../../lib/domain/event.ts";
import type { AudienceId, MessageId, RoomId, TokenId, UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Receipt } from "../../../lib/domain/receipt.ts";
import type { Member, Room, RoomKind } from "../../../lib/domain/room.ts";
import type { Token } from "../../../lib/domain/token.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";

// Our own statements name the columns, and STRICT tables keep their types, so a row is taken as
// what its statement selects.

export interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly folded: string;
  readonly password_hash: string | null;
  readonly created_ms: number;
}

export function userOf(row: UserRow): User {
  return {
    id: row.id as UserId,
    name: row.name,
    folded: row.folded as FoldedName,
    ...(row.password_hash !== null && { passwordHash: row.password_hash }),
    createdMs: row.created_ms,
  };
}

export interface TokenRow {
  readonly id: number;
  readonly user: number;
  readonly hash: string;
  readonly client: string | null;
  readonly created_ms: number;
  readonly last_seen_ms: number;
}

export function tokenOf(row: TokenRow): Token {
  return {
    id: row.id as TokenId,
    user: row.user as UserId,
    hash: row.hash,
    ...(row.client !== null && { client: row.client }),
    createdMs: row.created_ms,
    lastSeenMs: row.last_seen_ms,
  };
}

export interface RoomRow {
  readonly id: number;
  readonly kind: string;
  readonly pair_low: number | null;
  readonly pair_high: number | null;
  readonly created_ms: number;
}

export function roomOf(row: RoomRow): Room {
  return {
    id: row.id as RoomId,
    kind: row.kind as RoomKind,
    ...(row.pair_low !== null && row.pair_high !== null &&
      { pair: [row.pair_low as UserId, row.pair_high as UserId] as const }),
    createdMs: row.created_ms,
  };
}

export interface MemberRow {
  readonly room: number;
  readonly user: number;
  readonly joined: number;
  readonly read_id: number;
}

export function memberOf(row: MemberRow): Member {
  return {
    room: row.room as RoomId,
    user: row.user as UserId,
    joined: row.joined,
    readId: row.read_id,
  };
}

/** The columns of {@linkcode MessageRow}, of `messages m`, with its names joined in. */
export const messageColumns = `
  m.id, m.room, r.kind, m.author, a.name AS author_name, m.text, m.at_ms, m.comment_on, m.key,
  o.id AS to_id, o.name AS to_name,
  (SELECT count(*) FROM messages c WHERE c.comment_on = m.id) AS comments`;

/** The joins that {@linkcode messageColumns} takes. */
export const messageJoins = `
  JOIN users a ON a.id = m.author
  JOIN rooms r ON r.id = m.room
  LEFT JOIN users o ON o.id = CASE WHEN r.pair_low = m.author THEN r.pair_high ELSE r.pair_low END`;

export interface MessageRow {
  readonly id: number;
  readonly room: number;
  readonly kind: string;
  readonly author: number;
  readonly author_name: string;
  readonly text: string;
  readonly at_ms: number;
  readonly comment_on: number | null;
  readonly key: string | null;
  readonly to_id: number | null;
  readonly to_name: string | null;
  readonly comments: number;
}

export function messageOf(row: MessageRow): Message {
  return {
    id: row.id as MessageId,
    room: row.room as RoomId,
    roomKind: row.kind as RoomKind,
    author: { id: row.author as UserId, name: row.author_name },
    ...(row.to_id !== null && row.to_name !== null &&
      { to: { id: row.to_id as UserId, name: row.to_name } }),
    text: row.text,
    atMs: row.at_ms,
    ...(row.comment_on !== null && { commentOn: row.comment_on as MessageId }),
    comments: row.comments,
    ...(row.key !== null && { key: row.key }),
  };
}

export interface EventRow {
  readonly position: number;
  readonly audience: number;
  readonly type: string;
  readonly at_ms: number;
  readonly body: string;
}

export function eventOf(row: EventRow): PlainEvent {
  return {
    position: row.position,
    audience: row.audience as AudienceId,
    type: row.type,
    atMs: row.at_ms,
    ...JSON.parse(row.body),
  };
}

/** What is left of an event when its columns are taken out. */
export function eventBody(event: PlainEvent): string {
  const { position: _position, audience: _audience, type: _type, atMs: _atMs, ...body } = event;
  return JSON.stringify(body);
}

export interface ReceiptRow {
  readonly user: number;
  readonly key: string;
  readonly fingerprint: string;
  readonly message: number | null;
  readonly value: string | null;
  readonly at_ms: number;
}

export function receiptOf(row: ReceiptRow): Receipt {
  return {
    user: row.user as UserId,
    key: row.key,
    fingerprint: row.fingerprint,
    kept: row.message === null
      ? { value: JSON.parse(row.value ?? "null") }
      : { message: row.message as MessageId },
    atMs: row.at_ms,
  };
}
