/**
 * Rooms: made, renamed, handed over and deleted by their owners.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { joinedRoomsMax, ownedRoomsMax } from "../bounds.ts";
import type { RoomId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound } from "../refusal.ts";
import type { OwnedRoom } from "../room.ts";
import { type Rule, success } from "../rule.ts";
import { refTo } from "../user.ts";
import { banOf, exhaustion, useLimit } from "./limits.ts";
import { change, close, countOwned, ownRoom, roomsOf } from "./owned_rooms.ts";

export interface CreateRoom {
  readonly type: "room.create";
  readonly actor: UserId;
  readonly name: string;
  readonly retry?: Retry;
}

/** Renames a room, or makes another member its owner. */
export interface ChangeRoom {
  readonly type: "room.change";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly name?: string;
  readonly owner?: FoldedName;
  readonly retry?: Retry;
}

export interface DeleteRoom {
  readonly type: "room.delete";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly retry?: Retry;
}

export interface RoomOutcome {
  readonly room: OwnedRoom;
}

export const createRoom: Rule<CreateRoom, RoomOutcome> = {
  needs({ actor }, needs) {
    needs.users.add(actor);
    needs.membershipsOf.add(actor);
    needs.windows.push({ user: actor, kind: "room" });
  },

  decide({ actor, name }, state, circumstances) {
    const { nowMs } = circumstances;
    const user = state.users.get(actor);
    if (user === undefined) return notFound("user");
    // A name is something said, too.
    const ban = banOf(user, nowMs);
    if (ban !== undefined) return ban;
    const rooms = roomsOf(actor, state);
    if (countOwned(actor, state) >= ownedRoomsMax) {
      return invalid("", `You own ${ownedRoomsMax} rooms already`);
    }
    if (rooms.length >= joinedRoomsMax) {
      return invalid("", `You are in ${joinedRoomsMax} rooms already`);
    }
    const against = exhaustion(actor, "room", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "room", state, circumstances);
    const position = state.nextPosition();
    const owner = refTo(user);
    const room: OwnedRoom = {
      id: position as RoomId,
      kind: "room",
      name,
      owner,
      createdMs: nowMs,
      closed: false,
    };
    state.rooms.put(room);
    state.members.put({ room: room.id, user: actor, joined: position, readId: position });
    state.tell(
      {
        type: "room.created",
        audience: room.id,
        room: room.id,
        kind: room.kind,
        name,
        owner,
        members: [owner],
      },
      nowMs,
      position,
    );
    return success({ room });
  },
};

export const changeRoom: Rule<ChangeRoom, RoomOutcome> = {
  needs({ actor, room, owner }, needs) {
    needs.users.add(actor);
    needs.members.push({ room, user: actor });
    needs.windows.push({ user: actor, kind: "room" });
    if (owner === undefined) return;
    needs.membershipsOf.add(owner);
    needs.requestsInto.add(room);
  },

  decide({ actor, room: id, name, owner: heirName }, state, circumstances) {
    const { nowMs } = circumstances;
    const found = ownRoom(actor, id, state);
    if (!found.ok) return found;
    const before = found.room;
    const heir = heirName === undefined ? undefined : state.userNamed(heirName);
    if (heirName !== undefined && (heir === undefined || !state.isMember(id, heir.id))) {
      return notFound("member");
    }
    if (heir !== undefined && heir.id !== actor && countOwned(heir.id, state) >= ownedRoomsMax) {
      return invalid("owner", `owns ${ownedRoomsMax} rooms already`);
    }
    const room: OwnedRoom = {
      ...before,
      ...(name !== undefined && { name }),
      ...(heir !== undefined && { owner: refTo(heir) }),
    };
    if (room.name === before.name && room.owner.id === before.owner.id) return success({ room });
    const user = state.users.get(actor);
    const against = (user === undefined || name === undefined ? undefined : banOf(user, nowMs)) ??
      exhaustion(actor, "room", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "room", state, circumstances);
    change(before, room, state, nowMs);
    return success({ room });
  },
};

export const deleteRoom: Rule<DeleteRoom, null> = {
  needs({ actor, room }, needs) {
    needs.members.push({ room, user: actor });
    needs.membersOf.add(room);
    needs.invitationsInto.add(room);
    needs.linksInto.add(room);
    needs.requestsInto.add(room);
  },

  decide({ actor, room: id }, state, { nowMs }) {
    const found = ownRoom(actor, id, state);
    if (!found.ok) return found;
    close(found.room, state, nowMs);
    return success(null);
  },
};
