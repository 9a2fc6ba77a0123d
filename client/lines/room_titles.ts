/**
 * What rooms are called on a screen.
 *
 * @module
 */
import type { Model } from "../conversation/model.ts";

/** A room's name, or its id if nothing is known of it; text from elsewhere. */
export function roomTitle({ rooms }: Model, id: string): string {
  return rooms.get(id)?.name ?? id;
}

/** A room's name as a mark before a message, where brackets of its own would end it too early. */
export function roomMark(name: string): string {
  return `[${name.replaceAll("[", "(").replaceAll("]", ")")}]`;
}
