/**
 * Rooms and who is in them.
 *
 * @module
 */
import { commonRoom, type Position, type RoomId, type UserId } from "./ids.ts";
import type { UserRef } from "./user.ts";

/**
 * `common` is the one that everyone is in; `private` is a chat of two; a `room` has a name, an owner,
 * and the members that the owner has let in.
 */
export type RoomKind = "common" | "private" | "room";

/** The room that everyone is in, which needs no row; and chats of two. */
export interface OpenRoom {
  readonly id: RoomId;
  readonly kind: "common" | "private";
  /** The two of a private chat, the smaller id first. */
  readonly pair?: readonly [UserId, UserId];
  readonly createdMs: number;
  /** One of the two was deleted: nobody is in it any more, and what was said in it goes. */
  readonly closed?: true;
}

/** A room that someone has made. */
export interface OwnedRoom {
  readonly id: RoomId;
  readonly kind: "room";
  readonly name: string;
  readonly owner: UserRef;
  readonly createdMs: number;
  /** Nobody is in it any more, and nobody can come; what was said in it is on its way out. */
  readonly closed: boolean;
}

export type Room = OpenRoom | OwnedRoom;

/** Someone's place in a room. */
export interface Member {
  readonly room: RoomId;
  readonly user: UserId;
  /** The log position from which on they are in it. */
  readonly joined: Position;
  /** The last message they have read; everything after it by others is unread. */
  readonly readId: number;
}

/** The two of a private chat; of another room nobody. */
export function pairIn(room: Room | undefined): readonly UserId[] {
  return room === undefined || room.kind === "room" ? [] : room.pair ?? [];
}

/** The kind of the room that `id` names, the common one having no row. */
export function roomKind(id: RoomId, room: Room | undefined): RoomKind {
  return id === commonRoom ? "common" : room?.kind ?? "private";
}

/** Two users in the order in which a private chat keeps them. */
export function pairOf(one: UserId, other: UserId): readonly [UserId, UserId] {
  return one < other ? [one, other] : [other, one];
}
