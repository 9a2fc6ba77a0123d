/**
 * Where a one-shot command sends to, or reads from: `--to USER` or `--room ROOM`.
 *
 * @module
 */
import { UsageError } from "../../lib/options.ts";
import type { ApiClient } from "../connection/api_client.ts";
import type { Destination } from "../connection/outbox.ts";
import { chooseRoom } from "../conversation/room_choice.ts";
import { roomsCalled } from "../lines/room_titles.ts";
import { Missing } from "../ending.ts";

/** What the options say. */
export interface DestinationOptions {
  readonly to: string | undefined;
  /** A name or an id. */
  readonly room: string | undefined;
}

/** @throws {UsageError} if both are given. */
export function checkDestination({ to, room }: DestinationOptions): void {
  if (to === undefined || room === undefined) return;
  throw new UsageError("Cannot use --to together with --room: give one or the other");
}

/**
 * The destination that the options name.
 *
 * @throws {Missing} if the user is in no such room.
 * @throws {Misunderstood} if several have the name.
 */
export async function findDestination(
  { to, room }: DestinationOptions,
  api: ApiClient,
): Promise<Destination> {
  if (to !== undefined) return { to };
  if (room === undefined || room === "common") return {};
  const { items } = await api.call("listRooms");
  const rooms = items.filter(({ kind }) => kind === "room");
  if (roomsCalled(room, rooms).length === 0) {
    throw new Missing(`you are in no room called ${room}; chat status lists yours`);
  }
  return { room: chooseRoom(room, rooms).id };
}
