/**
 * What the user can see, and how each event changes it.
 *
 * @module
 */
import type { ConnectAnswer, Event, Message, RoomSummary } from "../../lib/api/schemas.ts";
import { foldName } from "../../lib/text/names.ts";
import type { Sending } from "../connection/outbox.ts";

/** Most messages that are kept; older ones are a request away. */
export const modelMessagesMax = 2000;

/** Most people who are kept in mind; of a crowd, those lately heard of. */
export const modelPeopleMax = 2000;

/** A room as its member sees it. */
export interface RoomView {
  readonly id: string;
  readonly kind: RoomSummary["kind"];
  /** `common`, whom the private chat is with, or the room's own. */
  readonly name: string;
  /** Of a room. */
  readonly owner?: string;
  readonly unread: number;
  readonly readId: number;
  /** The newest message. */
  readonly lastId: number;
  /** Messages up to here were counted by the server. */
  readonly countedId: number;
}

/** All that can be shown. Never changed in place: {@linkcode update} makes a new one. */
export interface Model {
  readonly user: string;
  readonly rooms: ReadonlyMap<string, RoomView>;
  /** Others of whom it was told that they came, went or talk: whether they are here. */
  readonly people: ReadonlyMap<string, boolean>;
  /** Messages lately seen, by id. */
  readonly messages: readonly Message[];
  /** Messages up to here may have been forgotten, so none of them can be news. */
  readonly forgottenId: number;
  /** What was written here and is not in the chat yet, in order. */
  readonly outgoing: readonly Sending[];
}

/** What changes a model. */
export type ModelEvent =
  | Event
  | { readonly type: "connected"; readonly answer: ConnectAnswer; readonly resetBy?: string }
  | { readonly type: "backlog"; readonly messages: readonly Message[] }
  | { readonly type: "queued"; readonly sending: Sending }
  | { readonly type: "sent"; readonly sending: Sending; readonly message: Message }
  | { readonly type: "failed"; readonly sending: Sending };

/** Before anything is known. */
export function emptyModel(user: string): Model {
  return { user, rooms: new Map(), people: new Map(), messages: [], forgottenId: 0, outgoing: [] };
}

/** The model after an event; the very same one if the event says nothing new. */
export function update(model: Model, event: ModelEvent): Model {
  switch (event.type) {
    case "connected":
      return connect(
        isOtherLog(event) ? { ...emptyModel(""), outgoing: model.outgoing } : model,
        event.answer,
      );
    case "backlog":
      return event.messages.reduce(keep, model);
    case "queued":
      return { ...model, outgoing: [...model.outgoing, event.sending] };
    case "sent":
      return addMessage(withoutOutgoing(model, event.sending.key), event.message);
    case "failed":
      return withoutOutgoing(model, event.sending.key);
    case "message":
      return addMessage(model, event);
    case "message.deleted":
      return forgetMessage(model, event.id);
    case "read":
      return markRead(model, event.room, event.read_id);
    case "room.created":
      return createRoom(model, event);
    case "room.updated":
      return changeRoom(model, event);
    case "room.deleted":
      return withoutRoom(model, event.room);
    case "member.joined":
      return join(model, event);
    case "member.left":
      return event.user === model.user ? withoutRoom(model, event.room) : model;
    case "user.renamed":
      return rename(model, event);
    case "presence":
      return withPerson(model, event.user, event.online);
    case "invitation":
    case "invitation.closed":
    case "join.requested":
    case "join.answered":
    case "join.approved":
    case "join.denied":
    case "user.banned":
    case "scheduled.created":
    case "scheduled.updated":
    case "scheduled.cancelled":
    case "scheduled.sent":
    case "scheduled.failed":
    case "token.revoked":
      return model;
  }
}

/** Whether ids after a connect are those of another log, so that nothing known before counts. */
export function isOtherLog({ resetBy }: { readonly resetBy?: string }): boolean {
  // Of a log that is forgotten in part, the rest is as it was.
  return resetBy !== undefined && resetBy !== "forgotten";
}

/** Whether a message is in the model, or was. */
export function isKnown(model: Model, id: number): boolean {
  return id <= model.forgottenId || placeOf(model.messages, id).found;
}

/**
 * What was written here and has become this message, if it is one of those.
 *
 * A key alone tells nothing: someone else may have chosen the same, or repeat one they have seen.
 */
export function sendingOf(model: Model, { author, key }: Message): Sending | undefined {
  if (author !== model.user) return undefined;
  return model.outgoing.find((sending) => sending.key === key);
}

/** Everyone whom the model has heard of, but the user. */
export function knownUsers(model: Model): string[] {
  const names = new Set(model.people.keys());
  for (const { kind, name } of model.rooms.values()) if (kind === "private") names.add(name);
  for (const { author, to } of model.messages) {
    names.add(author);
    if (to !== undefined) names.add(to);
  }
  names.delete(model.user);
  return [...names].sort();
}

/** The rooms that someone has made, by name. */
export function namedRooms({ rooms }: Model): RoomView[] {
  return [...rooms.values()].filter(({ kind }) => kind === "room")
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Whether a message calls its reader by name, as `@alice`. */
export function mentions(user: string, { text, author }: Message): boolean {
  if (author === user) return false;
  const wanted = `@${foldName(user)}`;
  const folded = foldName(text);
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
    const before = folded.slice(0, at);
    const after = folded.slice(at + wanted.length);
    if (!/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{M}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

function connect(model: Model, { user, rooms, recent, unread }: ConnectAnswer): Model {
  const views = rooms.map((room): [string, RoomView] => [room.id, {
    id: room.id,
    kind: room.kind,
    name: room.name,
    ...(room.owner !== undefined && { owner: room.owner }),
    unread: room.unread,
    readId: room.read_id,
    lastId: room.last_id,
    countedId: room.last_id,
  }]);
  const connected: Model = { ...model, user, rooms: new Map(views) };
  return [...recent, ...unread].reduce(keep, connected);
}

type EventOf<Type extends Event["type"]> = Extract<Event, { readonly type: Type }>;

function createRoom(
  model: Model,
  { room, room_kind, name, owner, members }: EventOf<"room.created">,
): Model {
  if (model.rooms.has(room)) return model;
  const other = members.find((member) => member !== model.user);
  const title = room_kind === "private" ? other : name;
  return withRoom(model, newRoom(room, room_kind, { name: title ?? room, owner }));
}

function changeRoom(model: Model, { room: id, name, owner }: EventOf<"room.updated">): Model {
  const room = model.rooms.get(id);
  if (room === undefined || (room.name === name && room.owner === owner)) return model;
  return withRoom(model, { ...room, name, owner });
}

function join(model: Model, { room, user, name }: EventOf<"member.joined">): Model {
  if (user !== model.user) {
    return model.people.has(user) ? model : withPerson(model, user, false);
  }
  if (model.rooms.has(room)) return model;
  const kind = room === "common" ? "common" : "room";
  return withRoom(model, newRoom(room, kind, { name: name ?? room }));
}

function rename(model: Model, { user, before }: EventOf<"user.renamed">): Model {
  const named = (name: string) => name === before ? user : name;
  const people = new Map([...model.people].map(([name, online]) => [named(name), online]));
  const rooms = new Map(
    [...model.rooms].map(([id, room]): [string, RoomView] => [id, {
      ...room,
      ...(room.kind === "private" && { name: named(room.name) }),
      ...(room.owner !== undefined && { owner: named(room.owner) }),
    }]),
  );
  const messages = model.messages.map((message) => ({
    ...message,
    author: named(message.author),
    ...(message.to !== undefined && { to: named(message.to) }),
  }));
  return { ...model, user: named(model.user), people, rooms, messages };
}

function newRoom(
  id: string,
  kind: RoomSummary["kind"],
  { name, owner }: { readonly name: string; readonly owner?: string | undefined },
): RoomView {
  return {
    id,
    kind,
    name,
    ...(owner !== undefined && { owner }),
    unread: 0,
    readId: 0,
    lastId: 0,
    countedId: 0,
  };
}

function forgetMessage(model: Model, id: number): Model {
  const { index, found } = placeOf(model.messages, id);
  const message = model.messages[index];
  if (!found || message === undefined) return model;
  const without = { ...model, messages: model.messages.toSpliced(index, 1) };
  const room = model.rooms.get(message.room);
  const counted = message.author !== model.user && room !== undefined && id > room.readId;
  return counted ? withRoom(without, { ...room, unread: Math.max(0, room.unread - 1) }) : without;
}

/** Takes a message that is news: it counts as unread until it is read. */
function addMessage(before: Model, message: Message): Model {
  const known = isKnown(before, message.id);
  const sending = sendingOf(before, message);
  const model = sending === undefined ? before : withoutOutgoing(before, sending.key);
  if (known) return model;
  const own = message.author === model.user;
  const other = own ? message.to : message.author;
  const room = model.rooms.get(message.room) ??
    newRoom(message.room, message.room_kind, {
      name: (message.room_kind === "private" ? other : undefined) ?? message.room,
    });
  const counts = !own && message.id > room.readId && message.id > room.countedId;
  return keep(
    withRoom(model, {
      ...room,
      unread: room.unread + (counts ? 1 : 0),
      lastId: Math.max(room.lastId, message.id),
    }),
    message,
  );
}

function markRead(model: Model, id: string, readId: number): Model {
  const room = model.rooms.get(id);
  if (room === undefined || readId <= room.readId) return model;
  // Only the messages that are known can be taken off; what is read to its end has none unread.
  const read =
    model.messages.filter((message) =>
      message.room === id && message.id > room.readId && message.id <= readId &&
      message.author !== model.user
    ).length;
  const unread = readId >= room.lastId ? 0 : Math.max(0, room.unread - read);
  return withRoom(model, { ...room, readId, unread });
}

function keep(model: Model, message: Message): Model {
  const { index, found } = placeOf(model.messages, message.id);
  if (found || message.id <= model.forgottenId) return model;
  const messages = model.messages.toSpliced(index, 0, message);
  if (messages.length <= modelMessagesMax) return { ...model, messages };
  const forgottenId = messages.shift()?.id ?? model.forgottenId;
  return { ...model, messages, forgottenId };
}

function withRoom(model: Model, room: RoomView): Model {
  return { ...model, rooms: new Map(model.rooms).set(room.id, room) };
}

function withoutRoom(model: Model, id: string): Model {
  if (!model.rooms.has(id)) return model;
  const rooms = new Map(model.rooms);
  rooms.delete(id);
  return { ...model, rooms };
}

function withPerson(model: Model, name: string, online: boolean): Model {
  if (name === model.user || model.people.get(name) === online) return model;
  const people = new Map(model.people);
  // Last in the map is the one heard of last.
  people.delete(name);
  people.set(name, online);
  const [longestQuiet] = people.keys();
  if (people.size > modelPeopleMax && longestQuiet !== undefined) people.delete(longestQuiet);
  return { ...model, people };
}

function withoutOutgoing(model: Model, key: string): Model {
  const outgoing = model.outgoing.filter((sending) => sending.key !== key);
  return outgoing.length === model.outgoing.length ? model : { ...model, outgoing };
}

/** Where a message stands among others, or would. */
function placeOf(messages: readonly Message[], id: number): { index: number; found: boolean } {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return { index: low, found: messages[low]?.id === id };
}
