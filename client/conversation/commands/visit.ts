/**
 * Going to a chat: showing what was said there, and marking it as read.
 *
 * @module
 */
import type { Message } from "../../../lib/api/schemas.ts";
import { pageSizeMax } from "../../../lib/domain/bounds.ts";
import { isCallFailure, isPassing } from "../../connection/failures.ts";
import { unreadLine } from "../../lines/message_lines.ts";
import { type Line, line, styled } from "../../lines/safe_line.ts";
import { lastMessages } from "../model.ts";
import { destinationOf, type Place, roomAt } from "../model/place.ts";
import { placeTitle } from "../places.ts";
import type { CommandScope } from "./command.ts";

/** Messages that `/history` shows when no number is given, and a visit at least. */
export const historyMessages = 20;

/** Most messages that a visit shows, however many are unread. */
export const visitMessagesMax = pageSizeMax;

/**
 * Goes to a place, and shows what was said there last.
 *
 * @throws {CallFailure} if there is no such place, and where one was is where one stays.
 */
export async function visit(scope: CommandScope, place: Place): Promise<void> {
  const unread = roomAt(place, scope.model)?.unread ?? 0;
  const count = Math.min(visitMessagesMax, Math.max(historyMessages, unread));
  let said: readonly Message[] | undefined;
  try {
    // Also finds out whether there is such a place.
    said = await fetchHistory(scope, place, count);
  } catch (failure) {
    // Offline stays usable: whom it is for is found out when it is sent.
    if (!isCallFailure(failure) || !isPassing(failure)) throw failure;
  }
  const room = roomAt(place, scope.model);
  // As they write it themselves.
  scope.goTo(place.kind === "private" ? { ...place, user: room?.name ?? place.user } : place);
  if (said === undefined) showKept(scope, place, count);
  else if (said.length > 0) showDivided(scope, place, said);
  else scope.say([line`Nothing was said here yet`]);
  scope.attend();
}

/** The last messages of a place, oldest first. */
export async function fetchHistory(
  scope: CommandScope,
  place: Place,
  count: number,
): Promise<readonly Message[]> {
  const { items } = await scope.call("listMessages", {
    query: { ...destinationOf(place), limit: Math.min(count, pageSizeMax) },
  });
  return items;
}

/** Shows what is still known of a place without its server. */
function showKept(scope: CommandScope, place: Place, count: number): void {
  const room = roomAt(place, scope.model);
  const kept = room === undefined ? [] : lastMessages(scope.model, { count, room: room.id });
  const title = placeTitle(place, scope.model);
  scope.say([
    kept.length > 0
      ? styled("dim", `The server cannot be reached; this was shown of ${title} before:`)
      : styled("dim", `The server cannot be reached, and nothing of ${title} was shown before`),
  ]);
  if (kept.length > 0) showDivided(scope, place, kept);
}

/** Shows messages of a place, with a line before the first that is unread. */
function showDivided(scope: CommandScope, place: Place, said: readonly Message[]): void {
  const { user } = scope.model;
  const room = roomAt(place, scope.model);
  const isUnread = ({ id, author }: Message) =>
    room !== undefined && id > room.readId && author !== user;
  const first = said.findIndex(isUnread);
  if (room === undefined || first === -1) {
    scope.show(said);
    return;
  }
  scope.show(said.slice(0, first));
  scope.say([dividerOf({ unread: room.unread, shown: said.filter(isUnread).length })]);
  scope.show(said.slice(first));
}

function dividerOf({ unread, shown }: { readonly unread: number; readonly shown: number }): Line {
  if (unread <= shown) return unreadLine(shown);
  return styled("mention", `── ${unread} unread, the last ${shown} of them ──`);
}
