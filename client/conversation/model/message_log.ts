/**
 * Messages lately seen: in order of their ids, each once, and no more than a bound.
 *
 * @module
 */
import type { Message } from "../../../lib/api/schemas.ts";

/** Most messages that are kept; older ones are a request away. */
export const modelMessagesMax = 2000;

/** Most deleted messages that are kept in mind, so that no late answer brings them back. */
export const deletedMessagesMax = 1000;

/** Never changed in place. */
export interface MessageLog {
  /** By id. */
  readonly messages: readonly Message[];
  /** Messages up to here may have been forgotten, so none of them can be news. */
  readonly forgottenId: number;
  /** Messages that were deleted, the last ones. */
  readonly deletedIds: readonly number[];
  /** Messages that the server did not count as unread at the last connect: some had expired. */
  readonly uncountedIds: readonly number[];
}

/** Whether a message is in the log, or was. */
export function isKnown(log: MessageLog, id: number): boolean {
  return id <= log.forgottenId || log.deletedIds.includes(id) || messageOf(log, id) !== undefined;
}

/** The log with a message; the very same one if it is known. */
export function keep<Log extends MessageLog>(log: Log, message: Message): Log {
  if (isKnown(log, message.id)) return log;
  const index = log.messages.findLastIndex(({ id }) => id < message.id);
  const messages = log.messages.toSpliced(index + 1, 0, message);
  if (messages.length <= modelMessagesMax) return { ...log, messages };
  const forgottenId = messages.shift()?.id ?? log.forgottenId;
  return { ...log, messages, forgottenId };
}

/** A message of the log. */
export function messageOf({ messages }: MessageLog, id: number): Message | undefined {
  return messages.findLast((message) => message.id === id);
}

/** The log without a message, which may still be on its way. */
export function drop<Log extends MessageLog>(log: Log, id: number): Log {
  if (log.deletedIds.includes(id)) return log;
  const messages = log.messages.filter((message) => message.id !== id);
  return { ...log, messages, deletedIds: [...log.deletedIds, id].slice(-deletedMessagesMax) };
}

/**
 * How many messages of a room stand after one id and not after another, but those of `user`, and
 * those that the server has not counted.
 */
export function countBetween(
  { messages, uncountedIds, user }: MessageLog & { readonly user: string },
  room: string,
  after: number,
  upto = Infinity,
): number {
  return messages.filter((message) =>
    message.room === room && message.id > after && message.id <= upto && message.author !== user &&
    !uncountedIds.includes(message.id)
  ).length;
}

/** The last messages, or the last of one room, oldest first. */
export function lastMessages(
  { messages }: MessageLog,
  { count, room }: { readonly count: number; readonly room?: string | undefined },
): Message[] {
  const found: Message[] = [];
  for (let at = messages.length - 1; at >= 0 && found.length < count; at--) {
    const message = messages[at];
    if (message !== undefined && (room === undefined || message.room === room)) found.push(message);
  }
  return found.reverse();
}
