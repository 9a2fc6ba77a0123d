/**
 * Feeds bytes to a connection in pieces and notes what it says.
 *
 * @module
 */
import { defaultHttpLimits, type HttpLimits } from "../../../../server/http/limits.ts";
import { Connection } from "../../../../server/http/protocol/connection.ts";
import { ProtocolError } from "../../../../server/http/protocol/events.ts";

export const date = "Fri, 20 Nov 2026 10:00:00 GMT";

/** `text` as bytes, one for each character up to U+00FF. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Each way of feeding `text` that a test compares: whole, and byte by byte. */
export function feedings(text: string): string[][] {
  return [[text], [...text]];
}

/**
 * What a server sees that answers each request when it has ended: one line for each event, the parts
 * of a body joined. Stops at the first error.
 */
export function transcript(
  pieces: Iterable<string>,
  options: { readonly limits?: Partial<HttpLimits>; readonly end?: "open" } = {},
): string[] {
  const connection = new Connection({ ...defaultHttpLimits, ...options.limits });
  const lines: string[] = [];
  let body = "";
  const note = (): boolean => {
    for (;;) {
      const event = connection.nextEvent();
      if (event.type === "request") {
        const headers = [...event.headers].map(([name, value]) => `${name}=${value}`).join("&");
        const query = event.query === "" ? "" : `?${event.query}`;
        const length = event.bodyBytes ?? "chunked";
        const flags = `${event.keepAlive ? " keep" : ""}${event.expectsContinue ? " expect" : ""}`;
        lines.push(
          `${event.method} ${event.path}${query} 1.${event.minorVersion} ${length}${flags} ${headers}`,
        );
      } else if (event.type === "data") {
        for (const byte of event.bytes) body += String.fromCharCode(byte);
      } else if (event.type === "end") {
        if (body !== "") lines.push(`data ${body}`);
        body = "";
        lines.push(
          ["end", ...[...event.trailers].map(([name, value]) => `${name}=${value}`)].join(" "),
        );
        connection.sendAnswer({ status: 200, headers: [] }, "", date);
      } else if (event.type === "need_data") {
        return true;
      } else {
        lines.push(event.type);
        return false;
      }
    }
  };
  try {
    // One buffer for all pieces, as a socket has it: what is kept must have been copied.
    const buffer = new Uint8Array(65_536);
    for (const piece of pieces) {
      buffer.fill(0x58);
      buffer.set(octets(piece));
      connection.receive(buffer.subarray(0, piece.length));
      if (!note()) return lines;
    }
    if (options.end !== "open") {
      connection.receiveEnd();
      note();
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    if (body !== "") lines.push(`data ${body}`);
    lines.push(`error ${error.status} ${error.code}`);
  }
  return lines;
}
