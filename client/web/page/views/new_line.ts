/**
 * Where in a log stands the line between what was there before and what is new to its reader.
 *
 * @module
 */
import type { Message } from "../../../../lib/api/schemas.ts";

/** The first message that is new: after an id, and not the reader's own. */
export function firstNew(
  messages: readonly Message[],
  { afterId, user }: { readonly afterId: number; readonly user: string },
): Message | undefined {
  // Mostly nothing is: looking from the end would be the long way only for what is read far up.
  if ((messages.at(-1)?.id ?? 0) <= afterId) return undefined;
  return messages.find(({ id, author }) => id > afterId && author !== user);
}

/** How long messages of one author go on from each other, in milliseconds. */
export const goingOnMs = 5 * 60_000;

/** Whether a message goes on from the one above it, so that its author needs no other mention. */
export function goesOn(message: Message, above: Message | undefined): boolean {
  return above !== undefined && above.author === message.author && above.to === message.to &&
    message.comment_on === undefined &&
    Math.abs(Date.parse(message.at) - Date.parse(above.at)) < goingOnMs;
}
