/**
 * Turns what the chat knows into the shapes of the wire.
 *
 * @module
 */
import type * as schemas from "../../lib/api/schemas.ts";
import type { Event } from "../../lib/domain/event.ts";
import { commonRoom, type RoomId } from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { RoomSummary } from "../store/store.ts";

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
    ...(message.commentOn !== undefined && { comment_on: message.commentOn }),
    comments: message.comments,
    files: [],
    ...(message.key !== undefined && { key: message.key }),
  };
}

export function wireRoom(room: RoomSummary): schemas.RoomSummary {
  return {
    id: wireRoomId(room.id),
    kind: room.kind,
    name: room.name,
    unread: room.unread,
    last_id: room.lastId,
    read_id: room.readId,
  };
}

export function wireEvent(event: Event): schemas.Event {
  switch (event.type) {
    case "message":
      return { type: event.type, ...wireMessage(event.message) };
    case "read":
      return { type: event.type, room: wireRoomId(event.room), read_id: event.readId };
    case "room.created":
      return {
        type: event.type,
        room: wireRoomId(event.room),
        room_kind: event.kind,
        members: event.members.map(({ name }) => name),
      };
    case "member.joined":
      return { type: event.type, room: wireRoomId(event.room), user: event.user.name };
    case "token.revoked":
      return { type: event.type, token: event.token };
  }
}
