/**
 * What people are called now, whether that is told as it happens or after an absence.
 *
 * @module
 */
import type { Event, Message } from "../../../lib/api/schemas.ts";
import type { Model, RoomView } from "../model.ts";
import { countBetween, isKnown, modelMessagesMax } from "./message_log.ts";
import { letGoOldest } from "./people.ts";

/** Most names that are kept in mind as given up while a user catches up; of more, the last ones. */
export const givenUpNamesMax = 1000;

/**
 * What tells messages with names of now from those with names of then.
 *
 * A replay tells of everything as it was, but for messages: who has written them is called as they
 * are now, so that what it says of renamings is true of all else, and of older messages only.
 */
export interface CatchUp {
  /** The messages that had been told of before. */
  readonly knownIds: ReadonlySet<number>;
  /** Names that nobody has now, and what those are called who gave them up last. */
  readonly givenUp: ReadonlyMap<string, string>;
}

/** A model that is to be told what it has missed, and was told nothing of that. */
export function missing(model: Model): Model {
  const knownIds = new Set(model.messages.map(({ id }) => id));
  return { ...model, catchUp: { knownIds, givenUp: new Map() } };
}

/** A model that is to be told what it has missed, or the rest of that. */
export function catchingUp(model: Model): Model {
  return model.catchUp === undefined ? missing(model) : model;
}

/** A model that has been told all that it had missed. */
export function caughtUp(model: Model): Model {
  let now: Model = { ...model, catchUp: undefined };
  // Someone may have been renamed between the messages and the end of a replay.
  for (const [before, user] of model.catchUp?.givenUp ?? []) now = rename(now, { before, user });
  return now;
}

/** The model before it takes a message that has the names of then, unless it was told of it. */
export function alsoKnown(model: Model, id: number): Model {
  const { catchUp } = model;
  if (catchUp === undefined || isKnown(model, id)) return model;
  const knownIds = new Set([...catchUp.knownIds, id].slice(-modelMessagesMax));
  return { ...model, catchUp: { ...catchUp, knownIds } };
}

/** The model after someone has got a name, for another one that they give up, if they had one. */
export function taken(model: Model, name: string, before?: string): Model {
  const { catchUp } = model;
  if (catchUp === undefined) return model;
  const givenUp = new Map(catchUp.givenUp);
  givenUp.delete(name);
  if (before !== undefined) givenUp.set(before, name);
  letGoOldest(givenUp, givenUpNamesMax);
  return { ...model, catchUp: { ...catchUp, givenUp } };
}

/** The model after someone has taken another name. */
export function rename(before: Model, renaming: Renaming): Model {
  const named = (name: string) => name === renaming.before ? renaming.user : name;
  const model = taken(before, renaming.user, renaming.before);
  const user = named(model.user);
  const people = new Set([...model.people].map(named));
  const messages = model.messages.map((message) =>
    model.catchUp?.knownIds.has(message.id) === false ? message : withNames(message, named)
  );
  const after = { ...model, user, people, messages };
  const rooms = [...model.rooms].map(([id, room]): [string, RoomView] => [id, {
    ...room,
    ...(room.kind === "private" && { name: named(room.name) }),
    owner: room.owner && named(room.owner),
    ...(user === renaming.user && {
      // What came by the new name before it was told of was taken for that of someone else.
      unread: room.unread + newsIn(room, after) - newsIn(room, model),
    }),
  }]);
  return { ...after, rooms: new Map(rooms) };
}

type Renaming = Pick<Event & { readonly type: "user.renamed" }, "user" | "before">;

/** A message whose people have other names. */
export function withNames(message: Message, named: (name: string) => string): Message {
  const { author, to } = message;
  return { ...message, author: named(author), ...(to !== undefined && { to: named(to) }) };
}

/** How many messages of a room were counted as they came in. */
function newsIn({ id, readId, countedId }: RoomView, model: Model): number {
  return countBetween(model, id, Math.max(readId, countedId));
}
