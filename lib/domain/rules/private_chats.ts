/**
 * Private chats: the room of two, opened when one first has something to say to the other.
 *
 * @module
 */
import type { RoomId, UserId } from "../ids.ts";
import { type OpenRoom, pairIn, pairOf } from "../room.ts";
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

/** Ends a private chat, for good, one of whose two is gone; the other one is told. */
export function closePrivateChat(
  room: OpenRoom,
  gone: UserId,
  state: State,
  nowMs: number,
): void {
  for (const id of pairIn(room)) {
    const member = state.member(room.id, id);
    if (member === undefined) continue;
    state.members.remove(member);
    if (id === gone) continue;
    state.tell({ type: "room.deleted", audience: id, room: room.id }, nowMs);
  }
  state.rooms.put({ ...room, closed: true });
}
