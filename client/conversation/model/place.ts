/**
 * Places: where plain text goes, what is known of them, and what becomes of them.
 *
 * @module
 */
import type { Event, Message } from "../../../lib/api/schemas.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { Destination, Draft } from "../../connection/outbox.ts";
import { messageOf } from "./message_log.ts";
import type { Model, RoomView } from "../model.ts";

/** Where plain text goes. */
export type Place =
  | { readonly kind: "common" }
  | { readonly kind: "private"; readonly user: string }
  | { readonly kind: "room"; readonly room: string };

export const commonPlace: Place = { kind: "common" };

/** What stands for a place where places are told apart. */
export function placeKey(place: Place): string {
  switch (place.kind) {
    case "common":
      return "common";
    case "private":
      return `to ${foldName(place.user)}`;
    case "room":
      return `room ${place.room}`;
  }
}

/** A place as a message names it. */
export function destinationOf(place: Place): Destination {
  switch (place.kind) {
    case "common":
      return {};
    case "private":
      return { to: place.user };
    case "room":
      return { room: place.room };
  }
}

/** What is known of a place; `undefined` for a private chat in which nothing was said yet. */
export function roomAt(place: Place, { rooms }: Pick<Model, "rooms">): RoomView | undefined {
  switch (place.kind) {
    case "common":
      return rooms.get("common");
    case "room":
      return rooms.get(place.room);
    case "private": {
      const find = (isIt: (name: string) => boolean) =>
        [...rooms.values()].find(({ kind, name }) => kind === "private" && isIt(name));
      const user = foldName(place.user);
      // To fold thousands of names takes longer than to draw a page.
      return find((name) => name === place.user) ?? find((name) => foldName(name) === user);
    }
  }
}

/** Whether a message was said at a place. */
export function isHere({ room: id }: Message, place: Place, { rooms }: Model): boolean {
  const room = rooms.get(id);
  switch (place.kind) {
    case "common":
      return id === "common";
    case "room":
      return id === place.room;
    case "private":
      return room?.kind === "private" && foldName(room.name) === foldName(place.user);
  }
}

/** Where a draft goes, as far as it is known: a comment, to where the message is. */
export function roomOf({ to, room, commentOn }: Draft, model: Model): RoomView | undefined {
  if (commentOn !== undefined) return model.rooms.get(messageOf(model, commentOn)?.room ?? "");
  if (to !== undefined) return roomAt({ kind: "private", user: to }, model);
  return model.rooms.get(room ?? "common");
}

/** Where someone is after an event that may have changed who or what is there. */
export function placeAfter(event: Event | undefined, place: Place, { rooms }: Model): Place {
  if (place.kind === "room" && !rooms.has(place.room)) return commonPlace;
  const follows = place.kind === "private" && event?.type === "user.renamed" &&
    foldName(event.before) === foldName(place.user);
  return follows ? { kind: "private", user: event.user } : place;
}
