/**
 * One request, or what looks like one, with a name by which the documentation knows it.
 *
 * @module
 */

export interface Case {
  readonly name: string;
  /** Bytes to send, one character a byte. */
  readonly text: string;
}

/** Sent behind a case: whether it is read as a request tells where the case was seen to end. */
const probe = "GET /probe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** Cases of these texts, by name, with a last request behind each. */
export function probed(texts: Readonly<Record<string, string>>): Case[] {
  return Object.entries(texts).map(([name, text]) => ({ name, text: text + probe }));
}

/** Cases of these texts, with nothing behind them. */
export function alone(texts: Readonly<Record<string, string>>): Case[] {
  return Object.entries(texts).map(([name, text]) => ({ name, text }));
}

/** The lines of a head, each ended by CRLF, and the empty line. */
export function head(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** A GET with some field lines beside Host. */
export function get(...fields: readonly string[]): string {
  return head("GET / HTTP/1.1", "Host: a", ...fields);
}

/** The head of a POST with some field lines beside Host. */
export function post(...fields: readonly string[]): string {
  return head("POST / HTTP/1.1", "Host: a", ...fields);
}

/** A POST with a chunked body as it goes on the wire. */
export function chunked(body: string): string {
  return post("Transfer-Encoding: chunked") + body;
}
