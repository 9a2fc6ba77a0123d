/**
 * Where drafts go, for the places that show them.
 *
 * @module
 */
import type { Draft } from "../../../connection/outbox.ts";
import type { Model } from "../../../conversation/model.ts";
import { type Place, roomAt, roomOf } from "../../../conversation/model/place.ts";
import { isolated } from "../words.ts";

/** Where a draft goes; `undefined` for a comment on a message of which nothing is known. */
export function placeOfDraft(draft: Draft, model: Model): Place | undefined {
  const { to, room, commentOn } = draft;
  if (to !== undefined) return { kind: "private", user: to };
  if (room !== undefined && room !== "common") return { kind: "room", room };
  if (room !== undefined || commentOn === undefined) return { kind: "common" };
  const commented = roomOf(draft, model);
  switch (commented?.kind) {
    case undefined:
      return undefined;
    case "common":
      return { kind: "common" };
    case "private":
      return { kind: "private", user: commented.name };
    case "room":
      return { kind: "room", room: commented.id };
  }
}

/** What a place is called, in words that follow on `Message`; holds text from elsewhere. */
export function towards(place: Place, model: Model): string {
  switch (place.kind) {
    case "common":
      return "to the common chat";
    case "private":
      return `to ${isolated(place.user)}`;
    case "room":
      return `to the room ${isolated(roomAt(place, model)?.name ?? place.room)}`;
  }
}
