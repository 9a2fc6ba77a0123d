/**
 * Server-sent events as text, by the "event stream format" of the HTML standard.
 *
 * @module
 */

/** One block of an event stream; each part may be left out. */
export interface ServerSentEvent {
  /** What a client says in `Last-Event-ID` when it comes back. */
  readonly id?: string;
  /** Type of the event; "message" if left out. */
  readonly event?: string;
  /** Any text; each line of it becomes a `data:` line. */
  readonly data?: string;
  /** How long a client waits before it comes back, in milliseconds. */
  readonly retry?: number;
}

const lineEnd = /\r\n|\r|\n/;

/**
 * One block, with the empty line that ends it. An id without data moves the client's position and
 * raises no event.
 *
 * Throws `TypeError` for an id or event with a line end in it, an id with NUL, which a client would
 * ignore, and a retry that is not a whole number.
 */
export function sseEvent({ id, event, data, retry }: ServerSentEvent): string {
  let block = "";
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0) {
      throw new TypeError("Cannot write event: its retry is not a whole number");
    }
    block += `retry: ${retry}\n`;
  }
  if (id !== undefined) {
    if (lineEnd.test(id) || id.includes("\0")) {
      throw new TypeError("Cannot write event: its id has a line end or NUL");
    }
    block += `id: ${id}\n`;
  }
  if (event !== undefined) {
    if (lineEnd.test(event)) throw new TypeError("Cannot write event: its type has a line end");
    block += `event: ${event}\n`;
  }
  if (data !== undefined) {
    // JSON has no line ends, and is nearly all that is ever sent.
    if (!lineEnd.test(data)) block += `data: ${data}\n`;
    else for (const line of data.split(lineEnd)) block += `data: ${line}\n`;
  }
  return `${block}\n`;
}
