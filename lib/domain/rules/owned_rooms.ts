/**
 * What the rules about rooms share: who may say what goes, who comes in, and who is told.
 *
 * @module
 */
import { joinedRoomsMax, roomMembersMax } from "../bounds.ts";
import type { RoomId, UserId } from "../ids.ts";
import type { Invitation, JoinRequest } from "../invitation.ts";
import { forbidden, invalid, notFound, type Refused } from "../refusal.ts";
import type { OwnedRoom, Room } from "../room.ts";
import type { State } from "../state.ts";
import { isDeleted, refTo, type User } from "../user.ts";

/** A room with an owner, or why it is not to be had. */
type Found = { readonly ok: true; readonly room: OwnedRoom } | Refused;

/** The room that a member of it asks about. */
export function roomOf(actor: UserId, id: RoomId, state: State): Found {
  return withOwner(state.isMember(id, actor) ? state.rooms.get(id) : undefined);
}

/** The room that its owner asks about. */
export function ownRoom(actor: UserId, id: RoomId, state: State): Found {
  return ownedBy(actor, state.isMember(id, actor) ? state.rooms.get(id) : undefined);
}

/** A room that someone is in, if they own it; `undefined`: there is none for them. */
export function ownedBy(actor: UserId, room: Room | undefined): Found {
  const found = withOwner(room);
  if (!found.ok || found.room.owner.id === actor) return found;
  return forbidden("Only the owner of the room can do this");
}

function withOwner(room: Room | undefined): Found {
  if (room === undefined) return notFound("room");
  return room.kind === "room" ? { ok: true, room } : forbidden("This chat belongs to nobody");
}

/** Why someone can't come into a room, for all members and memberships are at hand. */
export function crowded(room: RoomId, user: UserId, state: State): Refused | undefined {
  if (state.members.where((member) => member.room === room).length >= roomMembersMax) {
    return invalid("room", `is full: it has ${roomMembersMax} members`);
  }
  if (roomsOf(user, state).length >= joinedRoomsMax) {
    return invalid("user", `is in ${joinedRoomsMax} rooms already`);
  }
  return undefined;
}

/** The rooms with an owner that someone is in. */
export function roomsOf(user: UserId, state: State): readonly OwnedRoom[] {
  return state.members.where((member) => member.user === user).flatMap(({ room: id }) => {
    const room = state.rooms.get(id);
    return room?.kind === "room" ? [room] : [];
  });
}

/** How many rooms someone owns, whose memberships are at hand. */
export function countOwned(user: UserId, state: State): number {
  return roomsOf(user, state).filter(({ owner }) => owner.id === user).length;
}

/** Lets someone in, and tells the room, them included. */
export function enter(room: OwnedRoom, user: User, state: State, nowMs: number): void {
  const position = state.nextPosition();
  state.members.put({ room: room.id, user: user.id, joined: position, readId: position });
  state.tell(
    {
      type: "member.joined",
      audience: room.id,
      room: room.id,
      name: room.name,
      user: refTo(user),
    },
    nowMs,
    position,
  );
}

/** Puts someone out, and tells them and the room. */
export function depart(room: OwnedRoom, user: User, state: State, nowMs: number): void {
  const member = state.member(room.id, user.id);
  if (member === undefined) return;
  state.members.remove(member);
  const left = { type: "member.left", room: room.id, user: refTo(user) } as const;
  state.tell({ ...left, audience: user.id }, nowMs);
  state.tell({ ...left, audience: room.id }, nowMs);
}

/** The one who has been in a room longest beside its owner. */
export function heirOf({ id, owner }: OwnedRoom, state: State): User | undefined {
  return state.members
    .where(({ room, user }) => room === id && user !== owner.id)
    .sort((a, b) => a.joined - b.joined)
    .flatMap(({ user }) => state.users.get(user) ?? [])
    .find((user) => !isDeleted(user));
}

/** Takes an invitation away that was not accepted, and tells the one who had it. */
export function withdraw(invitation: Invitation, state: State, nowMs: number): void {
  const { room, user } = invitation;
  state.invitations.remove(invitation);
  state.tell({ type: "invitation.closed", audience: user, room }, nowMs);
}

/** Puts everyone out, for good. All members, requests, invitations and links must be at hand. */
export function close(room: OwnedRoom, state: State, nowMs: number): void {
  const ofRoom = (row: { readonly room: RoomId }) => row.room === room.id;
  const invitations = state.invitations.where(ofRoom).sort((a, b) => a.user - b.user);
  for (const invitation of invitations) withdraw(invitation, state, nowMs);
  for (const link of state.links.where(ofRoom)) state.links.remove(link);
  for (const request of state.requests.where(ofRoom).sort(byTime)) {
    state.requests.remove(request);
    deny(room, request.user.id, state, nowMs);
  }
  const members = state.members.where(ofRoom).sort((a, b) => a.joined - b.joined);
  for (const member of members) {
    state.members.remove(member);
    state.tell({ type: "room.deleted", audience: member.user, room: room.id }, nowMs);
  }
  state.rooms.put({ ...room, closed: true });
}

/** The order in which people asked to come in; what is told must not hang on how it was loaded. */
export function byTime(a: JoinRequest, b: JoinRequest): number {
  return a.atMs - b.atMs || a.user.id - b.user.id;
}

/** Saves what a room has become, and tells its members; a new owner also hears who asks to come in. */
export function change(
  before: OwnedRoom,
  room: OwnedRoom,
  state: State,
  nowMs: number,
): void {
  const { id, name, owner } = room;
  state.rooms.put(room);
  state.tell({ type: "room.updated", audience: id, room: id, name, owner }, nowMs);
  if (owner.id === before.owner.id) return;
  for (const { user } of state.requests.where((request) => request.room === id).sort(byTime)) {
    state.tell({ type: "join.requested", audience: owner.id, room: id, user }, nowMs);
  }
}

/** Tells someone who asked to come in that they may not. */
export function deny(room: OwnedRoom, user: UserId, state: State, nowMs: number): void {
  state.tell({ type: "join.denied", audience: user, room: room.id, name: room.name }, nowMs);
}
