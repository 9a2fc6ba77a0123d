/**
 * What rooms are called on a screen, and what commands take for them.
 *
 * @module
 */
import { foldName } from "../../lib/text/names.ts";
import type { Model } from "../conversation/model.ts";
import { line } from "./safe_line.ts";

/** A room's name, or its id if nothing is known of it; text from elsewhere. */
export function roomTitle({ rooms }: Model, id: string): string {
  return rooms.get(id)?.name ?? id;
}

/** A room's name as a mark before a message, where brackets of its own would end it too early. */
export function roomMark(name: string): string {
  return `[${name.replaceAll("[", "(").replaceAll("]", ")")}]`;
}

/** A room among which one is meant. */
export interface NamedRoom {
  readonly id: string;
  readonly name: string;
}

/** The room of an id, or else all that have the name. */
export function roomsCalled<Room extends NamedRoom>(typed: string, rooms: readonly Room[]): Room[] {
  const wanted = foldName(typed.trim());
  const byId = rooms.find(({ id }) => id === typed.trim().replace(/^#/, ""));
  return byId === undefined ? rooms.filter(({ name }) => foldName(name) === wanted) : [byId];
}

/**
 * What a command takes for a room among `others`: its name, or its id where the name could mean
 * another one, or is not what one would type.
 */
export function roomCall({ id, name }: NamedRoom, others: readonly NamedRoom[]): string {
  const all = [...others.filter((other) => other.id !== id), { id, name }];
  const [called, another] = roomsCalled(name, all);
  const isPlain = name === name.trim() && line`${name}`.plain === name;
  return isPlain && called?.id === id && another === undefined ? name : id;
}
