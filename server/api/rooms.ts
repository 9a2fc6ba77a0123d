/**
 * Rooms and who is in them: `/rooms`, `/rooms/{room}`, `/rooms/{room}/members…`.
 *
 * @module
 */
import type { RoomDetail } from "../../lib/api/schemas.ts";
import { commonRoom, type UserId } from "../../lib/domain/ids.ts";
import type { Room } from "../../lib/domain/room.ts";
import type { UserRef } from "../../lib/domain/user.ts";
import { foldName } from "../../lib/text/names.ts";
import type { MemberPage } from "../store/queries.ts";
import {
  carryOut,
  type Handlers,
  lifeNow,
  missing,
  replayHeaders,
  retryOf,
  type Services,
} from "./call.ts";
import { roomIdOf, wireRoom, wireRoomId, wireTime } from "./wire.ts";

/** Most members of a room that are shown with it. */
export const membersShownMax = 1000;

type RoomOperations =
  | "listRooms"
  | "createRoom"
  | "getRoom"
  | "changeRoom"
  | "deleteRoom"
  | "removeMember";

export function roomHandlers(services: Services): Pick<Handlers, RoomOperations> {
  const { store, hub } = services;

  /** A room as `reader` sees it, who gets to know its members only if they are one of them now. */
  async function detail(room: Room, reader: UserId): Promise<RoomDetail> {
    const isIn = await store.member(room.id, reader) !== undefined;
    const members = isIn ? await store.members(room.id, membersShownMax) : nobody;
    return wireDetail(room, reader, members);
  }

  function wireDetail(room: Room, reader: UserId, { items, hasMore }: MemberPage): RoomDetail {
    return {
      id: wireRoomId(room.id),
      kind: room.kind,
      name: nameOf(room, reader, items),
      ...(room.kind === "room" && { owner: room.owner.name }),
      // The common chat has been there always.
      ...(room.id !== commonRoom && { created: wireTime(room.createdMs) }),
      members: items.map(({ id, name }) => ({ name, online: hub.isOnline(id) })),
      members_more: hasMore,
    };
  }

  return {
    async listRooms({ session }) {
      const items = await store.rooms(session.user, lifeNow(services));
      return { status: 200, json: { items: items.map(wireRoom) } };
    },

    async createRoom({ session, body: { name }, ...call }) {
      const done = await carryOut(services, {
        type: "room.create",
        actor: session.user,
        name,
        ...retryOf(call),
      });
      const { room } = done.outcome;
      // As it was when it was made, also for who has left it and repeats the request.
      const members = { items: [room.owner], hasMore: false };
      return {
        status: 201,
        headers: [["Location", `/rooms/${wireRoomId(room.id)}`], ...replayHeaders(done)],
        json: wireDetail(room, session.user, members),
      };
    },

    async getRoom({ session, path }) {
      const id = roomIdOf(path.room);
      const room = await store.room(id);
      if (room === undefined || await store.member(id, session.user) === undefined) {
        throw missing("room");
      }
      return { status: 200, json: await detail(room, session.user) };
    },

    async changeRoom({ session, path, body: { name, owner }, ...call }) {
      const done = await carryOut(services, {
        type: "room.change",
        actor: session.user,
        room: roomIdOf(path.room),
        ...(name !== undefined && { name }),
        ...(owner !== undefined && { owner: foldName(owner) }),
        ...retryOf(call),
      });
      return {
        status: 200,
        headers: replayHeaders(done),
        json: await detail(done.outcome.room, session.user),
      };
    },

    async deleteRoom({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "room.delete",
        actor: session.user,
        room: roomIdOf(path.room),
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },

    async removeMember({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "member.remove",
        actor: session.user,
        room: roomIdOf(path.room),
        user: foldName(path.user),
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}

const nobody: MemberPage = { items: [], hasMore: false };

/** What a room is called by `reader`: a private chat has the name of the other one. */
function nameOf(room: Room, reader: UserId, members: readonly UserRef[]): string {
  if (room.kind === "room") return room.name;
  if (room.kind === "common") return room.kind;
  return members.find(({ id }) => id !== reader)?.name ?? "";
}
