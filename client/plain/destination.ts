/**
 * Where a one-shot command sends to, or reads from: `--to USER` or `--room ROOM`.
 *
 * @module
 */
import { UsageError } from "../../lib/options.ts";
import type { ApiClient } from "../connection/api_client.ts";
import type { Destination } from "../connection/outbox.ts";
import { chooseRoom } from "../conversation/room_choice.ts";

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
 * @throws {Misunderstood} if there is no such room, or several have the name.
 */
export async function findDestination(
  { to, room }: DestinationOptions,
  api: ApiClient,
): Promise<Destination> {
  if (to !== undefined) return { to };
  if (room === undefined || room === "common") return {};
  const { items } = await api.call("listRooms");
  return { room: chooseRoom(room, items.filter(({ kind }) => kind === "room")).id };
}
