/**
 * Turns what the chat knows into the shapes of the wire.
 *
 * @module
 */
import type * as schemas from "../../lib/api/schemas.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Attachment, StoredFile } from "../../lib/domain/file.ts";
import { commonRoom, type RoomId } from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { Scheduled } from "../../lib/domain/scheduled.ts";
import type { PresenceChange } from "../chat/presence.ts";
import type { RoomSummary } from "../store/queries.ts";

/** A room's id as requests and answers name it. */
export function wireRoomId(id: RoomId): string {
  return id === commonRoom ? "common" : String(id);
}

/** What {@linkcode wireRoomId} wrote; the schema has checked that it is one. */
export function roomIdOf(text: string): RoomId {
  return text === "common" ? commonRoom : Number(text) as RoomId;
}

/** ISO 8601 UTC with milliseconds. */
export function wireTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function wireMessage(message: Message): schemas.Message {
  return {
    id: message.id,
    room: wireRoomId(message.room),
    room_kind: message.roomKind,
    ...(message.to !== undefined && { to: message.to.name }),
    author: message.author.name,
    text: message.text,
    at: wireTime(message.atMs),
    expires_at: wireTime(message.expiresMs),
    ...(message.commentOn !== undefined && { comment_on: message.commentOn }),
    comments: message.comments,
    files: message.files.map(wireAttachment),
    ...(message.key !== undefined && { key: message.key }),
  };
}

export function wireScheduled(scheduled: Scheduled): schemas.Scheduled {
  const { place, end } = scheduled;
  return {
    id: scheduled.id,
    ...("to" in place ? { to: place.to.name } : { room: wireRoomId(place.room) }),
    text: scheduled.text,
    ...(scheduled.commentOn !== undefined && { comment_on: scheduled.commentOn }),
    files: scheduled.files.map(wireAttachment),
    at: wireTime(scheduled.dueMs),
    created: wireTime(scheduled.createdMs),
    ...(end?.kind === "failed" && { failed: end.code }),
  };
}

export function wireAttachment({ id, name, type, size }: Attachment): schemas.Attachment {
  return { id, name, type, size };
}

export function wireFile(file: StoredFile): schemas.File {
  return { ...wireAttachment(file), sha256: file.sha256 };
}

export function wireRoom(room: RoomSummary): schemas.RoomSummary {
  return {
    id: wireRoomId(room.id),
    kind: room.kind,
    name: room.name,
    ...(room.owner !== undefined && { owner: room.owner.name }),
    unread: room.unread,
    last_id: room.lastId,
    read_id: room.readId,
  };
}

export function wirePresence({ name, online }: PresenceChange): schemas.Event {
  return { type: "presence", user: name, online };
}

export function wireEvent(event: Event): schemas.Event {
  switch (event.type) {
    case "message":
      return { type: event.type, ...wireMessage(event.message) };
    case "message.deleted":
      return { type: event.type, room: wireRoomId(event.room), id: event.message };
    case "read":
      return { type: event.type, room: wireRoomId(event.room), read_id: event.readId };
    case "room.created":
      return {
        type: event.type,
        room: wireRoomId(event.room),
        room_kind: event.kind,
        ...(event.name !== undefined && { name: event.name }),
        ...(event.owner !== undefined && { owner: event.owner.name }),
        members: event.members.map(({ name }) => name),
      };
    case "room.updated":
      return {
        type: event.type,
        room: wireRoomId(event.room),
        name: event.name,
        owner: event.owner.name,
      };
    case "room.deleted":
      return { type: event.type, room: wireRoomId(event.room) };
    case "member.joined":
      return {
        type: event.type,
        room: wireRoomId(event.room),
        ...(event.name !== undefined && { name: event.name }),
        user: event.user.name,
      };
    case "member.left":
    case "join.requested":
      return { type: event.type, room: wireRoomId(event.room), user: event.user.name };
    case "invitation":
      return {
        type: event.type,
        room: wireRoomId(event.room),
        name: event.name,
        by: event.by.name,
      };
    case "join.approved":
    case "join.denied":
      return { type: event.type, room: wireRoomId(event.room), name: event.name };
    case "invitation.closed":
      return { type: event.type, room: wireRoomId(event.room) };
    case "join.answered":
      return {
        type: event.type,
        room: wireRoomId(event.room),
        user: event.user.name,
        approved: event.approved,
      };
    case "user.renamed":
      return { type: event.type, user: event.user.name, before: event.before };
    case "user.banned":
      return { type: event.type, banned_until: wireTime(event.untilMs) };
    case "user.unbanned":
      return { type: event.type };
    case "user.deleted":
      return { type: event.type, user: event.user.name };
    case "role.changed":
      return { type: event.type, role: event.role ?? "none" };
    case "scheduled.created":
    case "scheduled.updated":
      return { type: event.type, scheduled: event.scheduled, at: wireTime(event.dueMs) };
    case "scheduled.cancelled":
      return { type: event.type, scheduled: event.scheduled };
    case "scheduled.sent":
      return { type: event.type, scheduled: event.scheduled, message: event.message };
    case "scheduled.failed":
      return { type: event.type, scheduled: event.scheduled, code: event.code };
    case "token.revoked":
      return { type: event.type, token: event.token };
  }
}
