/**
 * Who waits at which door, as the server lists it: what was told while nobody was there is not told
 * again.
 *
 * @module
 */
import type { ApiClient } from "../../connection/api_client.ts";
import { type Model, namedRooms } from "../model.ts";
import type { Asker, DoorList } from "./doors.ts";

/** Most of the user's own rooms that are asked for; of more, those in which was talked lately. */
export const askedRoomsMax = 20;

/** How often all is asked for at most, while something happens at the doors meanwhile. */
export const roundsMax = 3;

export interface DoorListsSetup {
  readonly api: Pick<ApiClient, "call">;
  /** What is known now. */
  readonly model: () => Model;
  readonly signal: AbortSignal;
}

/** @throws as {@linkcode ApiClient.call}. */
export async function doorLists(
  { api, model, signal }: DoorListsSetup,
): Promise<readonly DoorList[]> {
  for (let round = 1;; round++) {
    const before = JSON.stringify(model().doors);
    const { items: invitations } = await api.call("listInvitations", { signal });
    const rooms = askedRooms(model());
    const askers: Asker[] = [];
    for (const room of rooms) {
      const { items } = await api.call("listRequests", { path: { room }, signal });
      askers.push(...items.map(({ user }) => ({ room, user })));
    }
    // What was told meanwhile may be newer than the answers.
    if (round === roundsMax || JSON.stringify(model().doors) === before) {
      return [{ type: "invitations", invitations }, { type: "askers", rooms, askers }];
    }
  }
}

function askedRooms(model: Model): readonly string[] {
  return namedRooms(model).filter(({ owner }) => owner === model.user)
    .sort((a, b) => b.lastId - a.lastId)
    .slice(0, askedRoomsMax)
    .map(({ id }) => id);
}
