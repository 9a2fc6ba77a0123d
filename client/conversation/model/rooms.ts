/**
 * Rooms as their member sees them, and how each begins, changes and ends.
 *
 * @module
 */
import type { Event, RoomSummary } from "../../../lib/api/schemas.ts";
import type { Model } from "../model.ts";

/** A room as its member sees it. */
export interface RoomView {
  readonly id: string;
  readonly kind: RoomSummary["kind"];
  /** `common`, whom the private chat is with, or the room's own. */
  readonly name: string;
  /** Of a room. */
  readonly owner?: string | undefined;
  readonly unread: number;
  /** Those of the unread messages that call the reader by name, by id. */
  readonly mentions: readonly number[];
  readonly readId: number;
  /** The newest message. */
  readonly lastId: number;
  /** Messages up to here were counted by the server. */
  readonly countedId: number;
}

type EventOf<Type extends Event["type"]> = Extract<Event, { readonly type: Type }>;

/** The rooms that someone has made, by name. */
export function namedRooms({ rooms }: Model): RoomView[] {
  return [...rooms.values()].filter(({ kind }) => kind === "room")
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** A room of which nothing else is known yet. */
export function newRoom(id: string, kind: RoomView["kind"], name = id): RoomView {
  return {
    id,
    kind,
    name,
    unread: 0,
    mentions: [],
    readId: 0,
    lastId: 0,
    countedId: 0,
  };
}

export function createRoom(
  model: Model,
  { room, room_kind, name, owner, members }: EventOf<"room.created">,
): Model {
  const other = members.find((member) => member !== model.user);
  const title = room_kind === "private" ? other : name;
  return withRoom(model, model.rooms.get(room) ?? { ...newRoom(room, room_kind, title), owner });
}

export function changeRoom(
  model: Model,
  { room: id, name, owner }: EventOf<"room.updated">,
): Model {
  const room = model.rooms.get(id);
  if (room === undefined || (room.name === name && room.owner === owner)) return model;
  return withRoom(model, { ...room, name, owner });
}

/** The user is in a room now. */
export function enterRoom(model: Model, { room, name }: EventOf<"member.joined">): Model {
  const kind = room === "common" ? "common" : "room";
  return withRoom(model, model.rooms.get(room) ?? newRoom(room, kind, name));
}

export function withRoom(model: Model, room: RoomView): Model {
  if (model.rooms.get(room.id) === room) return model;
  return { ...model, rooms: new Map(model.rooms).set(room.id, room) };
}

export function withoutRoom(model: Model, id: string): Model {
  if (!model.rooms.has(id)) return model;
  const rooms = new Map(model.rooms);
  rooms.delete(id);
  return { ...model, rooms };
}
