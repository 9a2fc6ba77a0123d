/**
 * What places are called on a screen.
 *
 * @module
 */
import { roomTitle } from "../lines/room_titles.ts";
import type { Chat } from "../lines/status_parts.ts";
import type { Model } from "./model.ts";
import { type Place, roomAt } from "./model/place.ts";

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

/** A place as a status row tells of it. */
export function chatAt(place: Place, model: Model): Chat {
  const room = roomAt(place, model)?.id;
  return { kind: place.kind, name: placeTitle(place, model), room };
}
