/**
 * What the title of a tab tells of what was not read.
 *
 * @module
 */
import type { Model } from "../../../conversation/model.ts";
import { type Place, roomAt } from "../../../conversation/model/place.ts";
import { isolated } from "../words.ts";

/** Most unread messages that a title counts. */
export const titleUnreadMax = 999;

/** What waits for the user beside what they look at. */
export interface Waiting {
  readonly unread: number;
  /** How many of those call them by name, as far as it is known. */
  readonly calls: number;
}

/** @param isLookedAt The user sees the chat at `place`, so that nothing there waits. */
export function waitingFor(
  model: Model,
  { place, isLookedAt }: { readonly place: Place; readonly isLookedAt: boolean },
): Waiting {
  const seen = isLookedAt ? roomAt(place, model) : undefined;
  const waiting = { unread: 0, calls: 0 };
  for (const room of model.rooms.values()) {
    if (room === seen) continue;
    waiting.unread += room.unread;
    waiting.calls += room.mentions.length;
  }
  return waiting;
}

/** As `@ (3) common · chat`, where the sign tells that someone calls the user. */
export function tabTitle(waiting: Waiting, model: Model, place: Place): string {
  const { unread, calls } = waiting;
  const count = unread > titleUnreadMax ? `${titleUnreadMax}+` : unread;
  const name = place.kind === "private" ? place.user : roomAt(place, model)?.name ?? "";
  const chat = place.kind === "common" || name === "" ? name : isolated(name);
  return [calls > 0 && "@", unread > 0 && `(${count})`, chat, chat !== "" && "·", "chat"]
    .filter(Boolean).join(" ");
}
