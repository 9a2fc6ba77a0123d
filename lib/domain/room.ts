/**
 * Rooms and who is in them.
 *
 * @module
 */
import { commonRoom, type Position, type RoomId, type UserId } from "./ids.ts";

/** `common` is the one that everyone is in; `private` is a chat of two. */
export type RoomKind = "common" | "private";

/** A room, the common one apart: that one needs no row. */
export interface Room {
  readonly id: RoomId;
  readonly kind: RoomKind;
  /** The two of a private chat, the smaller id first. */
  readonly pair?: readonly [UserId, UserId];
  readonly createdMs: number;
}

/** Someone's place in a room. */
export interface Member {
  readonly room: RoomId;
  readonly user: UserId;
  /** The log position from which on they are in it. */
  readonly joined: Position;
  /** The last message they have read; everything after it by others is unread. */
  readonly readId: number;
}

/** The kind of the room that `id` names, the common one having no row. */
export function roomKind(id: RoomId, room: Room | undefined): RoomKind {
  return id === commonRoom ? "common" : room?.kind ?? "private";
}

/** Two users in the order in which a private chat keeps them. */
export function pairOf(one: UserId, other: UserId): readonly [UserId, UserId] {
  return one < other ? [one, other] : [other, one];
}
