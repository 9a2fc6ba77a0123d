/**
 * Where someone asks to enter, so that their answer needs no room named.
 *
 * @module
 */
import { foldName } from "../../../lib/text/names.ts";
import { Misunderstood } from "../command_parser.ts";
import { namedRooms } from "../model.ts";
import type { CommandScope } from "./command.ts";

/**
 * The id of the room that `user` asks to enter: `named` if it is, or one of the user's own, the
 * current one before all others.
 *
 * @throws {Misunderstood} if they ask for none, or for several.
 */
export async function findAsker(
  { model, place, call }: Pick<CommandScope, "model" | "place" | "call">,
  user: string,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) return named;
  const own = namedRooms(model).filter(({ owner }) => owner === model.user);
  const asked: typeof own = [];
  for (const room of own) {
    const { items } = await call("listRequests", { path: { room: room.id } });
    if (!items.some((item) => foldName(item.user) === foldName(user))) continue;
    if (place.kind === "room" && place.room === room.id) return room.id;
    asked.push(room);
  }
  const [only, other] = asked;
  if (only === undefined) throw new Misunderstood(`${user} asks to enter none of your rooms`);
  if (other === undefined) return only.id;
  const names = asked.map(({ name, id }) => `${name} (${id})`).join(", ");
  throw new Misunderstood(`${user} asks to enter several rooms: name one of ${names}`);
}
