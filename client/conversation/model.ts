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
  StatusAnswer,
} from "../../lib/api/schemas.ts";
import { ApiProblem, type CallFailure } from "../connection/failures.ts";
import type { Sending } from "../connection/outbox.ts";
import type { ConnectionState } from "../connection/session.ts";
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
import {
  alsoKnown,
  catchingUp,
  type CatchUp,
  caughtUp,
  missing,
  rename,
  taken,
} from "./model/names.ts";
import { heardOf, without } from "./model/people.ts";
import {
  changeRoom,
  createRoom,
  enterRoom,
  newRoom,
  type RoomView,
  withoutRoom,
  withRoom,
} from "./model/rooms.ts";

export { arrivalOrder } from "./model/arrival.ts";
export { type Limit, limitAt } from "./model/limit.ts";
export { isKnown, lastMessages, messageOf, modelMessagesMax } from "./model/message_log.ts";
export { mentions, roomMentionsMax } from "./model/mentions.ts";
export { catchingUp } from "./model/names.ts";
export { knownUsers, modelPeopleMax } from "./model/people.ts";
export { namedRooms, type RoomView } from "./model/rooms.ts";
export { banEndMs, moderates } from "./model/standing.ts";

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
  /** What has been told of names since the user was last told of everything; `undefined`: now. */
  readonly catchUp: CatchUp | undefined;
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
  | { readonly type: "state"; readonly state: Pick<ConnectionState, "kind"> }
  /** The server would not do something, other than send a draft. */
  | { readonly type: "refused" | "mark_refused"; readonly failure: CallFailure }
  | { readonly type: "unknown" };

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
    | "token.revoked"
    | "unknown";
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
    deletedIds: [],
    uncountedIds: [],
    outgoing: [],
    limit: undefined,
    bannedUntilMs: undefined,
    role: undefined,
    catchUp: undefined,
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
      return missing(event.messages.reduce(keepMissed, model));
    case "queued":
      return queue(model, event.sending);
    case "sent":
      return addAnswer(withoutOutgoing(model, event.sending.key), event.message);
    case "failed":
      return failSending(model, event);
    case "status":
      return learn(model, event.status);
    case "state":
      return event.state.kind === "live" ? caughtUp(model) : catchingUp(model);
    case "refused":
    case "mark_refused":
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

function withDoors(model: Model, event: ModelEvent): Model {
  const doors = doorsAfter(model.doors, event, model.user);
  return doors === model.doors ? model : { ...model, doors };
}

function connect(model: Model, answer: ConnectAnswer): Model {
  const views = answer.rooms.map(({ read_id: readId, last_id: lastId, ...room }) => {
    const mentions = model.rooms.get(room.id)?.mentions.filter((id) => id > readId) ?? [];
    return [room.id, { ...room, mentions, readId, lastId, countedId: lastId }] as const;
  });
  const connected: Model = {
    ...model,
    user: answer.user,
    rooms: new Map(views),
    // But for those that come with it, or with the backlog.
    uncountedIds: model.messages.map(({ id }) => id),
  };
  const { read, unread } = arrivalOrder(answer);
  return missing([...read, ...unread].reduce(keepMissed, connected));
}

/** Takes a message that the server has counted, with the names of now. */
function keepMissed(before: Model, message: Message): Model {
  const model = keep({
    ...before,
    messages: before.messages.filter(({ id }) => id !== message.id),
    uncountedIds: before.uncountedIds.filter((id) => id !== message.id),
  }, message);
  const room = model.rooms.get(message.room);
  return room === undefined ? model : withRoom(model, withMention(room, message, model.user));
}

function join(before: Model, event: Event & { readonly type: "member.joined" }): Model {
  const model = taken(before, event.user);
  return event.user === model.user ? enterRoom(model, event) : withPerson(model, event.user);
}

function forgetMessage(model: Model, id: number): Model {
  const without = drop(model, id);
  const room = model.rooms.get(messageOf(model, id)?.room ?? "");
  if (room === undefined) return without;
  const counted = countBetween(model, room.id, Math.max(room.readId, id - 1), id);
  return withRoom(without, {
    ...room,
    unread: Math.max(0, room.unread - counted),
    mentions: room.mentions.filter((mention) => mention !== id),
  });
}

/** Takes what was sent here, which is one's own, though it may come by a name yet to be told of. */
function addAnswer(model: Model, message: Message): Model {
  return addMessage(alsoKnown(model, message.id), { ...message, author: model.user });
}

/** Takes a message that is news: it counts as unread until it is read. */
function addMessage(waiting: Model, message: Message): Model {
  const own = message.author === waiting.user;
  const before = own ? withoutOutgoing(waiting, message.key) : waiting;
  const isGone = message.room_kind !== "private" && !before.rooms.has(message.room);
  // A request that is repeated is answered as at first, though its room may be left or closed now.
  if (isGone || isKnown(before, message.id)) return before;
  const room = before.rooms.get(message.room) ??
    newRoom(message.room, "private", own ? message.to : message.author);
  const counts = !own && message.id > room.readId && message.id > room.countedId;
  const seen = {
    ...room,
    unread: room.unread + (counts ? 1 : 0),
    lastId: Math.max(room.lastId, message.id),
  };
  const model = withRoom(before, withMention(seen, message, before.user));
  const uses = own && message.room_kind === "common" && model.limit !== undefined;
  return keep(uses ? { ...model, limit: spend(model.limit, message) } : model, message);
}

function markRead(model: Model, id: string, readId: number): Model {
  const room = model.rooms.get(id);
  if (room === undefined || readId <= room.readId) return model;
  // Only the messages that are known can be taken off; what is read to its end has none unread.
  const unread = readId >= room.lastId ? 0 : room.unread -
    countBetween(model, id, room.readId, readId);
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

function withPerson(model: Model, name: string): Model {
  return name === model.user ? model : { ...model, people: heardOf(model.people, name) };
}

function withoutOutgoing(model: Model, key: string | undefined): Model {
  const outgoing = model.outgoing.filter((sending) => sending.key !== key);
  return outgoing.length === model.outgoing.length ? model : { ...model, outgoing };
}
