/**
 * Pages: what a store gives at a time, bounded by number and by bytes.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { Message } from "../../lib/domain/message.ts";

/** What the messages of one page may take on the wire, about; the first one always fits. */
export const pageBytesMax = 1_048_576;

/** What an event that is no message takes on the wire, at the most. */
const smallEventBytes = 1000;

/** At most so many messages as its request asks for, and as {@linkcode takePage} lets in. */
export interface MessagePage {
  /** Oldest first. */
  readonly items: readonly Message[];
  readonly hasMore: boolean;
}

/** Which messages of a room: the newest `limit` of those between, or the oldest if only `after`. */
export interface PageBounds {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** What a message takes on the wire as JSON, about: most of it is its text. */
export function messageBytes({ text, files }: Message): number {
  return 400 + 3 * text.length + 900 * files.length;
}

/** What an event takes on the wire, about. */
export function eventBytes(event: Event): number {
  return event.type === "message" ? messageBytes(event.message) : smallEventBytes;
}

/** The first of `messages`: at most `limit`, and no more than {@linkcode pageBytesMax}. */
export function takePage(messages: Iterable<Message>, limit: number): MessagePage {
  return take(messages, limit, messageBytes);
}

/** The first of `events`: at most `limit`, and no more than {@linkcode pageBytesMax}. */
export function takeEvents(
  events: Iterable<Event>,
  limit: number,
): { readonly items: readonly Event[]; readonly hasMore: boolean } {
  return take(events, limit, eventBytes);
}

function take<Item>(
  all: Iterable<Item>,
  limit: number,
  bytesOf: (item: Item) => number,
): { readonly items: readonly Item[]; readonly hasMore: boolean } {
  const items: Item[] = [];
  let bytes = 0;
  for (const item of all) {
    bytes += bytesOf(item);
    if (items.length === limit || (items.length > 0 && bytes > pageBytesMax)) {
      return { items, hasMore: true };
    }
    items.push(item);
  }
  return { items, hasMore: false };
}
