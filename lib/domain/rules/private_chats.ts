/**
 * Private chats: the room of two, opened when one first has something to say to the other.
 *
 * @module
 */
import type { RoomId } from "../ids.ts";
import { pairOf, type Room } from "../room.ts";
import type { State } from "../state.ts";
import type { User } from "../user.ts";

/** The private chat of two users; opened, and told to both, if there is none yet. */
export function privateRoom(state: State, one: User, other: User, nowMs: number): Room {
  const known = state.privateRoom(one.id, other.id);
  if (known !== undefined) return known;
  const position = state.nextPosition();
  const room: Room = {
    id: position as RoomId,
    kind: "private",
    pair: pairOf(one.id, other.id),
    createdMs: nowMs,
  };
  state.putRoom(room);
  for (const { id } of [one, other]) {
    state.putMember({ room: room.id, user: id, joined: position, readId: position });
  }
  state.append({
    position,
    type: "room.created",
    audience: room.id,
    atMs: nowMs,
    room: room.id,
    kind: room.kind,
    members: [one, other].map(({ id, name }) => ({ id, name })),
  });
  return room;
}
