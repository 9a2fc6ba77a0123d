/**
 * What the user can see, and how each event changes it.
 *
 * @module
 */
import type {
  ConnectAnswer,
  Event,
  Message,
  RoleOrNone,
  RoomSummary,
  StatusAnswer,
} from "../../lib/api/schemas.ts";
import { ApiProblem, type CallFailure } from "../connection/failures.ts";
import type { Sending } from "../connection/outbox.ts";
import { arrivalOrder } from "./model/arrival.ts";
import { type DoorEvent, type DoorList, type Doors, doorsAfter, noDoors } from "./model/doors.ts";
import { type Limit, limitOf, spend, timeOf, usedUp } from "./model/limit.ts";
import {
  countBetween,
  drop,
  isKnown,
  keep,
  type MessageLog,
  messageOf,
} from "./model/message_log.ts";
import { withMention } from "./model/mentions.ts";
import { heardOf, without } from "./model/people.ts";

export { arrivalOrder } from "./model/arrival.ts";
export { type Limit, limitAt } from "./model/limit.ts";
export { isKnown, lastMessages, messageOf, modelMessagesMax } from "./model/message_log.ts";
export { mentions, roomMentionsMax } from "./model/mentions.ts";
export { knownUsers, modelPeopleMax } from "./model/people.ts";
export { banEndMs, moderates } from "./model/standing.ts";

/** A room as its member sees it. */
export interface RoomView {
  readonly id: string;
  readonly kind: RoomSummary["kind"];
  /** `common`, whom the private chat is with, or the room's own. */
  readonly name: string;
  /** Of a room. */
  readonly owner?: string;
  readonly unread: number;
  /** Those of the unread messages that call the reader by name, by id. */
  readonly mentions: readonly number[];
  readonly readId: number;
  /** The newest message. */
  readonly lastId: number;
  /** Messages up to here were counted by the server. */
  readonly countedId: number;
}

/** All that can be shown. Never changed in place: {@linkcode update} makes a new one. */
export interface Model extends MessageLog {
  readonly user: string;
  readonly rooms: ReadonlyMap<string, RoomView>;
  /** Others of whom it was told that they came, went or talk; the one heard of last is last. */
  readonly people: ReadonlySet<string>;
  readonly doors: Doors;
  /** What was written here and is not in the chat yet, in order. */
  readonly outgoing: readonly Sending[];
  /** What may still be sent to the common chat; `undefined`: any number, or nothing is known. */
  readonly limit: Limit | undefined;
  /** When the last ban that was told of ends. */
  readonly bannedUntilMs: number | undefined;
  /** What the user is beside a user; `undefined`: that is not known yet. */
  readonly role: RoleOrNone | undefined;
}

/** What changes a model. */
export type ModelEvent =
  | Exclude<DoorEvent, { readonly type: "connected" }>
  | { readonly type: "connected"; readonly answer: ConnectAnswer; readonly resetBy?: string }
  | { readonly type: "backlog"; readonly messages: readonly Message[] }
  | { readonly type: "queued"; readonly sending: Sending }
  | { readonly type: "sent"; readonly sending: Sending; readonly message: Message }
  | { readonly type: "failed"; readonly sending: Sending; readonly failure?: CallFailure }
  | { readonly type: "status"; readonly status: StatusAnswer }
  /** The server would not do something, other than send a draft. */
  | { readonly type: "refused"; readonly failure: CallFailure };

/** What says nothing of a model, but for its doors. */
type Unmoving = DoorList | {
  readonly type:
    | "invitation"
    | "invitation.closed"
    | "join.requested"
    | "join.answered"
    | "join.approved"
    | "join.denied"
    | "scheduled.created"
    | "scheduled.updated"
    | "scheduled.cancelled"
    | "scheduled.sent"
    | "scheduled.failed"
    | "token.revoked";
};

/** Before anything is known. */
export function emptyModel(user: string): Model {
  return {
    user,
    rooms: new Map(),
    people: new Set(),
    doors: noDoors,
    messages: [],
    forgottenId: 0,
    outgoing: [],
    limit: undefined,
    bannedUntilMs: undefined,
    role: undefined,
  };
}

/** The model after an event; the very same one if the event says nothing new. */
export function update(before: Model, event: ModelEvent): Model {
  const model = withDoors(before, event);
  switch (event.type) {
    case "connected":
      return connect(
        isOtherLog(event) ? { ...emptyModel(""), outgoing: model.outgoing } : model,
        event.answer,
      );
    case "backlog":
      return event.messages.reduce(keepMissed, model);
    case "queued":
      return queue(model, event.sending);
    case "sent":
      return addMessage(withoutOutgoing(model, event.sending.key), event.message);
    case "failed":
      return failSending(model, event);
    case "status":
      return learn(model, event.status);
    case "refused":
      return noteBan(model, event.failure);
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
      return withPerson(model, event.user);
    case "user.deleted":
      return { ...model, people: without(model.people, event.user) };
    case "user.banned":
      return banUntil(model, event.banned_until);
    case "user.unbanned":
      return { ...model, bannedUntilMs: undefined };
    case "role.changed":
      return { ...model, role: event.role };
    default:
      // A list of them would make the page heavier.
      event satisfies Unmoving;
      return model;
  }
}

/** Whether ids after a connect are those of another log, so that nothing known before counts. */
export function isOtherLog({ resetBy }: { readonly resetBy?: string }): boolean {
  // Of a log that is forgotten in part, the rest is as it was.
  return resetBy !== undefined && resetBy !== "forgotten";
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

/** The rooms that someone has made, by name. */
export function namedRooms({ rooms }: Model): RoomView[] {
  return [...rooms.values()].filter(({ kind }) => kind === "room")
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function withDoors(model: Model, event: ModelEvent): Model {
  const doors = doorsAfter(model.doors, event, model.user);
  return doors === model.doors ? model : { ...model, doors };
}

function connect(model: Model, answer: ConnectAnswer): Model {
  const { user, rooms } = answer;
  const views = rooms.map((room): [string, RoomView] => [room.id, {
    id: room.id,
    kind: room.kind,
    name: room.name,
    ...(room.owner !== undefined && { owner: room.owner }),
    unread: room.unread,
    mentions: model.rooms.get(room.id)?.mentions.filter((id) => id > room.read_id) ?? [],
    readId: room.read_id,
    lastId: room.last_id,
    countedId: room.last_id,
  }]);
  const connected: Model = { ...model, user, rooms: new Map(views) };
  const { read, unread } = arrivalOrder(answer);
  return [...read, ...unread].reduce(keepMissed, connected);
}

/** Takes a message that the server has counted. */
function keepMissed(before: Model, message: Message): Model {
  const model = keep(before, message);
  const room = model.rooms.get(message.room);
  return room === undefined ? model : withRoom(model, withMention(room, message, model.user));
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
    return withPerson(model, user);
  }
  if (model.rooms.has(room)) return model;
  const kind = room === "common" ? "common" : "room";
  return withRoom(model, newRoom(room, kind, { name: name ?? room }));
}

function rename(model: Model, { user, before }: EventOf<"user.renamed">): Model {
  const named = (name: string) => name === before ? user : name;
  const people = new Set([...model.people].map(named));
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
    mentions: [],
    readId: 0,
    lastId: 0,
    countedId: 0,
  };
}

function forgetMessage(model: Model, id: number): Model {
  const message = messageOf(model, id);
  if (message === undefined) return model;
  const without = drop(model, id);
  const room = model.rooms.get(message.room);
  const counted = message.author !== model.user && room !== undefined && id > room.readId;
  if (!counted) return without;
  return withRoom(without, {
    ...room,
    unread: Math.max(0, room.unread - 1),
    mentions: room.mentions.filter((mention) => mention !== id),
  });
}

/** Takes a message that is news: it counts as unread until it is read. */
function addMessage(before: Model, message: Message): Model {
  if (isKnown(before, message.id)) return withoutSending(before, message);
  const own = message.author === before.user;
  const other = own ? message.to : message.author;
  const room = before.rooms.get(message.room) ??
    newRoom(message.room, message.room_kind, {
      name: (message.room_kind === "private" ? other : undefined) ?? message.room,
    });
  const counts = !own && message.id > room.readId && message.id > room.countedId;
  const seen = {
    ...room,
    unread: room.unread + (counts ? 1 : 0),
    lastId: Math.max(room.lastId, message.id),
  };
  const model = withRoom(withoutSending(before, message), withMention(seen, message, before.user));
  const uses = own && message.room_kind === "common" && model.limit !== undefined;
  return keep(uses ? { ...model, limit: spend(model.limit, message) } : model, message);
}

function withoutSending(model: Model, message: Message): Model {
  const sending = sendingOf(model, message);
  return sending === undefined ? model : withoutOutgoing(model, sending.key);
}

function markRead(model: Model, id: string, readId: number): Model {
  const room = model.rooms.get(id);
  if (room === undefined || readId <= room.readId) return model;
  // Only the messages that are known can be taken off; what is read to its end has none unread.
  const unread = readId >= room.lastId ? 0 : room.unread -
    countBetween(model, { room: id, after: room.readId, upto: readId, except: model.user });
  return withRoom(model, {
    ...room,
    readId,
    unread: Math.max(0, unread),
    mentions: room.mentions.filter((mention) => mention > readId),
  });
}

function queue(model: Model, sending: Sending): Model {
  const isThere = model.outgoing.some(({ key }) => key === sending.key);
  return isThere ? model : { ...model, outgoing: [...model.outgoing, sending] };
}

function failSending(
  before: Model,
  { sending, failure }: ModelEvent & { readonly type: "failed" },
): Model {
  const model = withoutOutgoing(before, sending.key);
  if (failure === undefined) return model;
  const isUsedUp = failure instanceof ApiProblem && failure.code === "rate_limited";
  if (!isUsedUp || model.limit === undefined) return noteBan(model, failure);
  return { ...model, limit: usedUp(model.limit, failure.resetsAt) };
}

function noteBan(model: Model, failure: CallFailure): Model {
  const isBan = failure instanceof ApiProblem && failure.code === "banned";
  return isBan ? banUntil(model, failure.bannedUntil) : model;
}

function banUntil(model: Model, at: string | undefined): Model {
  const bannedUntilMs = timeOf(at);
  return bannedUntilMs === undefined ? model : { ...model, bannedUntilMs };
}

/** Takes a status, which may be older than what was sent since. */
function learn(model: Model, status: StatusAnswer): Model {
  const told = limitOf(status);
  const own = model.messages.filter(({ author, room_kind }) =>
    author === model.user && room_kind === "common"
  );
  const limit = told === undefined ? undefined : own.reduce(spend, told);
  const { banned_until, role = "none" } = status.user;
  return { ...model, limit, bannedUntilMs: timeOf(banned_until), role };
}

function withRoom(model: Model, room: RoomView): Model {
  if (model.rooms.get(room.id) === room) return model;
  return { ...model, rooms: new Map(model.rooms).set(room.id, room) };
}

function withoutRoom(model: Model, id: string): Model {
  if (!model.rooms.has(id)) return model;
  const rooms = new Map(model.rooms);
  rooms.delete(id);
  return { ...model, rooms };
}

function withPerson(model: Model, name: string): Model {
  return name === model.user ? model : { ...model, people: heardOf(model.people, name) };
}

function withoutOutgoing(model: Model, key: string): Model {
  const outgoing = model.outgoing.filter((sending) => sending.key !== key);
  return outgoing.length === model.outgoing.length ? model : { ...model, outgoing };
}
