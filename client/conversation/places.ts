/**
 * Places: where plain text goes, and what becomes of them.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import type { Destination } from "../connection/outbox.ts";
import { roomTitle } from "../lines/room_titles.ts";
import type { Model } from "./model.ts";

/** Where plain text goes. */
export type Place =
  | { readonly kind: "common" }
  | { readonly kind: "private"; readonly user: string }
  | { readonly kind: "room"; readonly room: string };

export const commonPlace: Place = { kind: "common" };

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

/** What a place is called on a screen. */
export function placeTitle(place: Place, model: Model): string {
  switch (place.kind) {
    case "common":
      return "common";
    case "private":
      return place.user;
    case "room":
      return roomTitle(model, place.room);
  }
}

/** Where someone is after an event that may have changed who or what is there. */
export function placeAfter(event: Event | undefined, place: Place, { rooms }: Model): Place {
  if (place.kind === "room" && !rooms.has(place.room)) return commonPlace;
  const follows = place.kind === "private" && event?.type === "user.renamed" &&
    event.before === place.user;
  return follows ? { kind: "private", user: event.user } : place;
}
