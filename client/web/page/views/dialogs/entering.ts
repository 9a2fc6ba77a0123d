/**
 * Going to a room that one has just been let into.
 *
 * @module
 */
import { type Clock, systemClock } from "../../../../../lib/clock.ts";
import type { Tab } from "../../tab.ts";

/** How long the stream is waited for to tell of the room, in milliseconds. */
export const toldWithinMs = 5000;

/** Goes to a room as soon as the tab knows of it: the answer to a call may come before the news. */
export async function enter(
  tab: Pick<Tab, "state" | "go">,
  room: string,
  clock: Clock = systemClock,
): Promise<void> {
  const isThere = () => tab.state.value.model.rooms.has(room);
  if (!isThere()) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.setTimer(toldWithinMs, resolve);
    const unwatch = tab.state.watch(() => isThere() && resolve());
    await promise;
    timer.cancel();
    unwatch();
  }
  tab.go({ kind: "room", room });
}
