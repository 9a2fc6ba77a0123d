/**
 * Files of messages that are gone.
 *
 * @module
 */
import { filesRemovedAtOnce } from "../chat/upkeep.ts";
import type { OpenChat } from "./open_chat.ts";
import { takeSteps } from "./steps.ts";

/** Removes them from disk now, where a server would do it within a minute. */
export async function removeGoneFiles(
  chat: Pick<OpenChat, "store" | "clock" | "isServed">,
): Promise<void> {
  // None is so old that it would go for being in no message yet.
  const looseSinceMs = 0;
  const { store } = chat;
  await takeSteps(chat, async () => await store.removeFiles(looseSinceMs, filesRemovedAtOnce) > 0);
}
