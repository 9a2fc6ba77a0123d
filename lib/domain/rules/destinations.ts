/**
 * Destinations: where a message is to go, and whether its author may say something there.
 *
 * @module
 */
import { commonRoom, type MessageId, type RoomId, type UserId } from "../ids.ts";
import type { Message } from "../message.ts";
import type { Needs, Whom } from "../needs.ts";
import { invalid, notFound, type Refused } from "../refusal.ts";
import { isThere, lifeAt } from "../retention.ts";
import { pairIn } from "../room.ts";
import type { Circumstances } from "../rule.ts";
import type { State } from "../state.ts";
import { isDeleted, type User } from "../user.ts";

/** Where a message goes; nothing given means: the common chat, or where `commentOn` stands. */
export interface Destination {
  /** Whom the private chat is with: as a request names them, or as we know them. */
  readonly to?: Whom;
  readonly room?: RoomId;
  readonly commentOn?: MessageId;
}

/** A room that is there, or someone to open a private chat with. */
export type Place = { readonly room: RoomId } | { readonly with: User };

export function needDestination(
  actor: UserId,
  { to, room, commentOn }: Destination,
  needs: Needs,
): void {
  if (to !== undefined) needs.privateChats.push({ user: actor, with: to });
  if (room !== undefined && room !== commonRoom) needs.members.push({ room, user: actor });
  if (commentOn !== undefined) needs.messages.push({ message: commentOn, user: actor });
}

export function findPlace(
  author: User,
  { to, room, commentOn }: Destination,
  state: State,
  circumstances: Circumstances,
): { readonly ok: true; readonly place: Place } | Refused {
  let commented: RoomId | undefined;
  if (commentOn !== undefined) {
    const message = visibleMessage(author.id, commentOn, state, circumstances);
    if (message === undefined) return notFound("message");
    commented = message.room;
  }
  if (to !== undefined) {
    const other = typeof to === "number" ? state.users.get(to) : state.userNamed(to);
    if (other === undefined || isDeleted(other)) return notFound("user");
    if (other.id === author.id) return invalid("to", "must be someone else");
    if (commented !== undefined && commented !== state.privateRoom(author.id, other.id)?.id) {
      return elsewhere;
    }
    return { ok: true, place: { with: other } };
  }
  if (room !== undefined) {
    if (!state.isMember(room, author.id)) return notFound("room");
    if (commented !== undefined && commented !== room) return elsewhere;
  }
  const place = room ?? commented ?? commonRoom;
  const other = otherIn(place, author, state);
  // A private chat with someone who was deleted is about to be closed.
  if (other !== undefined && isDeleted(other)) return notFound("room");
  return { ok: true, place: { room: place } };
}

const elsewhere = invalid("comment_on", "must be a message of the chat that this is sent to");

/** A message that `reader` may see now: whether another exists is none of their business. */
export function visibleMessage(
  reader: UserId,
  id: MessageId,
  state: State,
  { nowMs, policy }: Circumstances,
): Message | undefined {
  const message = state.messages.get(id);
  const member = message === undefined ? undefined : state.member(message.room, reader);
  if (message === undefined || member === undefined) return undefined;
  return isThere(message, member, lifeAt(nowMs, policy)) ? message : undefined;
}

/** The other one of a private chat; nobody in another room. */
export function otherIn(room: RoomId, author: User, state: State): User | undefined {
  const other = pairIn(state.rooms.get(room)).find((id) => id !== author.id);
  return other === undefined ? undefined : state.users.get(other);
}
