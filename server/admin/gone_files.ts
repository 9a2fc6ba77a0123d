/**
 * Files of messages that are gone.
 *
 * @module
 */
import { othersTurn } from "../../lib/clock.ts";
import type { OpenChat } from "./open_chat.ts";

/** Files that are removed at a time; a server that writes gets its turn in between. */
const atOnce = 10;

/** Removes them from disk now, where a server would do it within a minute. */
export async function removeGoneFiles(
  { store, clock }: Pick<OpenChat, "store" | "clock">,
): Promise<void> {
  // None is so old that it would go for being in no message yet.
  const looseSinceMs = 0;
  while (await store.removeFiles(looseSinceMs, atOnce) > 0) await othersTurn(clock);
}
