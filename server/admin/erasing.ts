/**
 * Erasing a user who was deleted: left to the server where there is one, which has its own turns
 * between two steps; done here where there is none.
 *
 * @module
 */
import type { UserId } from "../../lib/domain/ids.ts";
import { eraseDeleted } from "../chat/erasing.ts";
import { removeGoneFiles } from "./gone_files.ts";
import type { OpenChat } from "./open_chat.ts";

/** How long an operator is kept waiting for a server to erase a user, in milliseconds. */
export const erasedWaitMaxMs = 30_000;

/** How often it is looked whether it has, in milliseconds. */
export const erasedLookEveryMs = 100;

/**
 * Resolves when nothing is left of what a deleted user has said, to `true`; or, when that takes a
 * server longer than {@linkcode erasedWaitMaxMs}, to `false`: it goes on.
 *
 * @throws {StoreFailure} if it could not go on.
 */
export async function erased(
  chat: Pick<OpenChat, "store" | "engine" | "clock" | "isServed">,
  user: UserId,
): Promise<boolean> {
  const { store, clock } = chat;
  const sinceMs = clock.monotonic();
  for (;;) {
    if ((await store.user(user))?.erased === true) return true;
    // It may have ended meanwhile.
    if (!chat.isServed()) break;
    if (clock.monotonic() - sinceMs >= erasedWaitMaxMs) return false;
    await new Promise<void>((resolve) => clock.setTimer(erasedLookEveryMs, resolve));
  }
  await eraseDeleted(chat);
  await removeGoneFiles(chat);
  return true;
}
