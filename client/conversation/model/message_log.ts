/**
 * Messages lately seen: in order of their ids, each once, and no more than a bound.
 *
 * @module
 */
import type { Message } from "../../../lib/api/schemas.ts";

/** Most messages that are kept; older ones are a request away. */
export const modelMessagesMax = 2000;

/** Never changed in place. */
export interface MessageLog {
  /** By id. */
  readonly messages: readonly Message[];
  /** Messages up to here may have been forgotten, so none of them can be news. */
  readonly forgottenId: number;
}

/** Whether a message is in the log, or was. */
export function isKnown({ messages, forgottenId }: MessageLog, id: number): boolean {
  return id <= forgottenId || placeOf(messages, id).found;
}

/** The log with a message; the very same one if it is known. */
export function keep<Log extends MessageLog>(log: Log, message: Message): Log {
  const { index, found } = placeOf(log.messages, message.id);
  if (found || message.id <= log.forgottenId) return log;
  const messages = log.messages.toSpliced(index, 0, message);
  if (messages.length <= modelMessagesMax) return { ...log, messages };
  const forgottenId = messages.shift()?.id ?? log.forgottenId;
  return { ...log, messages, forgottenId };
}

/** A message of the log. */
export function messageOf({ messages }: MessageLog, id: number): Message | undefined {
  const { index, found } = placeOf(messages, id);
  return found ? messages[index] : undefined;
}

/** The log without a message that is in it. */
export function drop<Log extends MessageLog>(log: Log, id: number): Log {
  const { index, found } = placeOf(log.messages, id);
  return found ? { ...log, messages: log.messages.toSpliced(index, 1) } : log;
}

/** How many messages of a room stand after one id and not after another, but those of `author`. */
export function countBetween(
  { messages }: MessageLog,
  { room, after, upto, except }: {
    readonly room: string;
    readonly after: number;
    readonly upto: number;
    readonly except: string;
  },
): number {
  let count = 0;
  // Marks follow what comes in closely, so that there is little between.
  for (let at = placeOf(messages, after + 1).index; at < messages.length; at++) {
    const message = messages[at];
    if (message === undefined || message.id > upto) break;
    if (message.room === room && message.author !== except) count++;
  }
  return count;
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

/** Where a message stands among others, or would. */
function placeOf(messages: readonly Message[], id: number): { index: number; found: boolean } {
  let low = 0;
  let high = messages.length;
  // What comes in is nearly always the newest.
  if ((messages.at(-1)?.id ?? 0) < id) low = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return { index: low, found: messages[low]?.id === id };
}
