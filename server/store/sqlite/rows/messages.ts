/**
 * Messages and the other events of the log as rows.
 *
 * @module
 */
import type { EventOf, PlainEvent } from "../../../../lib/domain/event.ts";
import type { Attachment } from "../../../../lib/domain/file.ts";
import type { AudienceId, MessageId, RoomId, UserId } from "../../../../lib/domain/ids.ts";
import type { Message } from "../../../../lib/domain/message.ts";
import type { RoomKind } from "../../../../lib/domain/room.ts";
import { optional, type Value } from "../statements.ts";

/**
 * What selects {@linkcode MessageRow}s from `messages m`, to be followed by the conditions.
 *
 * @param index Which index leads to them.
 * @param counted Which of the comments `c` on a message count.
 */
export function selectMessages(index: string, counted: string): string {
  return `
    SELECT m.id, m.room, r.kind, m.author, a.name AS author_name, o.id AS to_id, o.name AS to_name,
      m.text, m.at_ms, m.expires_ms, m.comment_on, m.key,
      (SELECT count(*) FROM messages c INDEXED BY messages_by_comment
        WHERE c.comment_on = m.id AND ${counted}) AS comments,
      EXISTS (SELECT 1 FROM files f WHERE f.message = m.id) AS has_files
    FROM messages m ${index}
    CROSS JOIN users a ON a.id = m.author
    CROSS JOIN rooms r ON r.id = m.room
    LEFT JOIN users o
      ON o.id = CASE WHEN r.pair_low = m.author THEN r.pair_high ELSE r.pair_low END`;
}

export interface MessageRow {
  readonly id: MessageId;
  readonly room: RoomId;
  readonly kind: RoomKind;
  readonly author: UserId;
  readonly author_name: string;
  readonly to_id: UserId | null;
  readonly to_name: string | null;
  readonly text: string;
  readonly at_ms: number;
  readonly expires_ms: number;
  readonly comment_on: MessageId | null;
  readonly key: string | null;
  readonly comments: number;
  readonly has_files: number;
}

/** @param filesOf Asked only for a message that has files. */
export function messageOf(
  row: MessageRow,
  filesOf: (message: MessageId) => readonly Attachment[],
): Message {
  return {
    id: row.id,
    room: row.room,
    roomKind: row.kind,
    author: { id: row.author, name: row.author_name },
    ...(row.to_id !== null && row.to_name !== null &&
      { to: { id: row.to_id, name: row.to_name } }),
    text: row.text,
    atMs: row.at_ms,
    expiresMs: row.expires_ms,
    ...optional("commentOn", row.comment_on),
    comments: row.comments,
    files: row.has_files === 0 ? [] : filesOf(row.id),
    ...optional("key", row.key),
  };
}

export const insertMessage = `
  INSERT INTO messages
    (id, room, author, text, at_ms, expires_ms, comment_on, key, horizon_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, max(?, coalesce(
    (SELECT horizon_ms FROM messages INDEXED BY messages_by_horizon
      WHERE room = ? ORDER BY horizon_ms DESC LIMIT 1), 0)))`;

/** The values that {@linkcode insertMessage} takes. */
export function messageValues(message: Message): Value[] {
  const { id, room, author, text, atMs, expiresMs, commentOn, key } = message;
  return [
    id,
    room,
    author.id,
    text,
    atMs,
    expiresMs,
    commentOn ?? null,
    key ?? null,
    expiresMs,
    room,
  ];
}

export function messageEvent(message: Message): EventOf<"message"> {
  const { id, room, atMs } = message;
  return { position: id, type: "message", audience: room, atMs, message };
}

export interface EventRow {
  readonly position: number;
  readonly audience: AudienceId;
  readonly type: PlainEvent["type"];
  readonly at_ms: number;
  readonly body: string;
}

export function eventOf(row: EventRow): PlainEvent {
  const { position, audience, type, at_ms: atMs, body } = row;
  return { position, audience, type, atMs, ...JSON.parse(body) };
}

export const insertEvent =
  "INSERT INTO events (position, audience, type, at_ms, body) VALUES (?, ?, ?, ?, ?)";

/** The values that {@linkcode insertEvent} takes. */
export function eventValues(event: PlainEvent): Value[] {
  const { position, audience, type, atMs, ...body } = event;
  return [position, audience, type, atMs, JSON.stringify(body)];
}
