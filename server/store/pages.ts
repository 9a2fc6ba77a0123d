/**
 * Pages: what a store gives at a time, bounded by number and by bytes.
 *
 * @module
 */
import type { Message } from "../../lib/domain/message.ts";

/** What the messages of one page may take on the wire, about; the first one always fits. */
export const pageBytesMax = 1_048_576;

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

/** The first of `messages`: at most `limit`, and no more than {@linkcode pageBytesMax}. */
export function takePage(messages: Iterable<Message>, limit: number): MessagePage {
  const items: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    bytes += messageBytes(message);
    if (items.length === limit || (items.length > 0 && bytes > pageBytesMax)) {
      return { items, hasMore: true };
    }
    items.push(message);
  }
  return { items, hasMore: false };
}
