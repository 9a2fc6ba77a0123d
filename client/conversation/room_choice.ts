/**
 * Which room someone means: by its id, its name, or because they are in it.
 *
 * @module
 */
import { foldName } from "../../lib/text/names.ts";
import { Misunderstood } from "./command_parser.ts";
import type { Place } from "./places.ts";

/** A room among which one is meant. */
export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** The room of an id, or else all that have the name. */
export function roomsCalled<Room extends Choice>(typed: string, rooms: readonly Room[]): Room[] {
  const wanted = foldName(typed.trim());
  const byId = rooms.find(({ id }) => id === typed.trim().replace(/^#/, ""));
  return byId === undefined ? rooms.filter(({ name }) => foldName(name) === wanted) : [byId];
}

/**
 * The room of an id or a name.
 *
 * @throws {Misunderstood} if there is none, or several have the name.
 */
export function chooseRoom<Room extends Choice>(typed: string, rooms: readonly Room[]): Room {
  const named = roomsCalled(typed, rooms);
  const [only, other] = named;
  if (only === undefined) throw new Misunderstood(`there is no room ${typed} here; see /rooms`);
  if (other === undefined) return only;
  const ids = named.map(({ id }) => id).join(", ");
  throw new Misunderstood(`several rooms are called ${typed}: give an id, one of ${ids}`);
}

/**
 * The id of the room that a command is about: the one it names, or the one that is looked at.
 *
 * @throws {Misunderstood} if it is neither.
 */
export function roomMeant(
  typed: string | undefined,
  place: Place,
  rooms: readonly Choice[],
): string {
  if (typed !== undefined) return chooseRoom(typed, rooms).id;
  if (place.kind === "room") return place.room;
  throw new Misunderstood("this is about a room: go there with /room ROOM first, or name it");
}
