/**
 * The order in which what came with a connect is shown.
 *
 * @module
 */
import type { ConnectAnswer, Message } from "../../../lib/api/schemas.ts";

/**
 * The messages of an arrival as they are shown: those before the first unread one, and the rest.
 *
 * Recent messages may be newer than the unread ones that came along: they come with the backlog.
 */
export function arrivalOrder(
  { recent, unread, unread_more }: ConnectAnswer,
): { readonly read: readonly Message[]; readonly unread: readonly Message[] } {
  const firstId = unread[0]?.id ?? Infinity;
  const lastId = unread_more ? unread.at(-1)?.id ?? 0 : Infinity;
  const unreadIds = new Set(unread.map(({ id }) => id));
  // Own messages among the unread ones belong to the talk.
  const between = recent.filter(({ id }) => id > firstId && id <= lastId && !unreadIds.has(id));
  return {
    read: recent.filter(({ id }) => id < firstId),
    unread: [...unread, ...between].sort((a, b) => a.id - b.id),
  };
}
