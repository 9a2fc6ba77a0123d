/**
 * Private chats: the room of two, opened when one first has something to say to the other.
 *
 * @module
 */
import type { RoomId } from "../ids.ts";
import { type OpenRoom, pairOf } from "../room.ts";
import type { State } from "../state.ts";
import { refTo, type User } from "../user.ts";

/** The private chat of two users; opened, and told to both, if there is none yet. */
export function privateRoom(state: State, one: User, other: User, nowMs: number): RoomId {
  const known = state.privateRoom(one.id, other.id);
  if (known !== undefined) return known.id;
  const position = state.nextPosition();
  const room: OpenRoom = {
    id: position as RoomId,
    kind: "private",
    pair: pairOf(one.id, other.id),
    createdMs: nowMs,
  };
  state.rooms.put(room);
  for (const { id } of [one, other]) {
    state.members.put({ room: room.id, user: id, joined: position, readId: position });
  }
  state.tell(
    {
      type: "room.created",
      audience: room.id,
      room: room.id,
      kind: room.kind,
      members: [one, other].map(refTo),
    },
    nowMs,
    position,
  );
  return room.id;
}
