/**
 * Where drafts go, for the places that show them.
 *
 * @module
 */
import { foldName } from "../../../../lib/text/names.ts";
import type { Draft } from "../../../connection/outbox.ts";
import type { Model } from "../../../conversation/model.ts";
import { type Place, roomAt, roomOf } from "../../../conversation/model/place.ts";

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

/** Text from elsewhere, so that it can't turn the direction of what stands beside it. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
