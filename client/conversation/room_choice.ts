/**
 * Which room someone means: by its id, its name, or because they are in it.
 *
 * @module
 */
import { type NamedRoom, roomsCalled } from "../lines/room_titles.ts";
import { Misunderstood } from "./command_parser.ts";
import type { Place } from "./model/place.ts";

/**
 * The room of an id or a name.
 *
 * @throws {Misunderstood} if there is none, or several have the name.
 */
export function chooseRoom<Room extends NamedRoom>(typed: string, rooms: readonly Room[]): Room {
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
  rooms: readonly NamedRoom[],
): string {
  if (typed !== undefined) return chooseRoom(typed, rooms).id;
  if (place.kind === "room") return place.room;
  throw new Misunderstood("this is about a room: go there with /room ROOM first, or name it");
}
