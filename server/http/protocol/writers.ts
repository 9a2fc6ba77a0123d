/**
 * Response heads and chunks as they go on the wire.
 *
 * @module
 */
import { LocalProtocolError } from "./events.ts";
import { isSendableValue, isToken, parseLength } from "./grammar.ts";

/** Field lines of an answer. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Reason phrases of RFC 9110 §15 and RFC 6585; they mean nothing to a program. */
const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

const encoder = new TextEncoder();

const statusLines: readonly string[] = Array.from(
  { length: 1000 },
  (_, status) => `HTTP/1.1 ${status} ${reasons[status] ?? ""}\r\n`,
);

/** The interim answer that asks for the body, RFC 9110 §15.2.1. */
export const continueAnswer: Uint8Array = encoder.encode("HTTP/1.1 100 Continue\r\n\r\n");

/** Says that the body comes in chunks, RFC 9112 §6.1. */
export const chunkedLine: Uint8Array = encoder.encode("Transfer-Encoding: chunked\r\n");

/** The chunk that ends a chunked body, RFC 9112 §7.1. */
export const lastChunk: Uint8Array = encoder.encode("0\r\n\r\n");

const lengthLines: Uint8Array[] = [];
const lengthLinesMax = 2048;

/** The Content-Length line, RFC 9110 §8.6. */
export function lengthLine(bodyBytes: number): Uint8Array {
  const known = lengthLines[bodyBytes];
  if (known !== undefined) return known;
  const line = encoder.encode(`Content-Length: ${bodyBytes}\r\n`);
  if (bodyBytes < lengthLinesMax) lengthLines[bodyBytes] = line;
  return line;
}

/** What the connection does after an answer, as its head tells it: RFC 9112 §9.3. */
export type Persistence = "goes on" | "goes on, for HTTP/1.0" | "closes";

const persistenceLines: Record<Persistence, string> = {
  "goes on": "",
  "goes on, for HTTP/1.0": "Connection: keep-alive\r\n",
  "closes": "Connection: close\r\n",
};

// The second is the same for all answers of a second.
let headEndsDate = "";
let headEnds: Readonly<Record<Persistence, Uint8Array>> = headEndsOf("");

function headEndsOf(dateLine: string): Readonly<Record<Persistence, Uint8Array>> {
  const end = (persistence: Persistence) =>
    encoder.encode(`${dateLine}${persistenceLines[persistence]}\r\n`);
  return {
    "goes on": end("goes on"),
    "goes on, for HTTP/1.0": end("goes on, for HTTP/1.0"),
    "closes": end("closes"),
  };
}

const datelessEnds = headEnds;

/** The end of a head: the Date line, unless the head has one, Connection, and the empty line. */
export function headEnd(date: string | undefined, persistence: Persistence): Uint8Array {
  if (date === undefined) return datelessEnds[persistence];
  if (date !== headEndsDate) {
    headEnds = headEndsOf(`Date: ${date}\r\n`);
    headEndsDate = date;
  }
  return headEnds[persistence];
}

/** Whether an answer of this status has no body, whatever it says: RFC 9112 §6.3. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** Whether an answer of this status may not say anything: RFC 9110 §15.3.5, §15.3.6, §15.4.5. */
export function hasNoContent(status: number): boolean {
  return status === 205 || isBodiless(status);
}

/** Lines of an answer that may be sent, and what they say of matters that this layer looks after. */
export interface CheckedFields {
  /** Each ended by CRLF, but for Connection and Content-Length, which are left out. */
  readonly text: string;
  /** Value of a Content-Length line. */
  readonly bodyBytes: number | undefined;
  /** Whether there is `Connection: close`. */
  readonly close: boolean;
  /** Whether there is a Date line. */
  readonly date: boolean;
  /** Of a fixed list: the starts of heads that were sent with it, by status. */
  readonly starts: Uint8Array[] | undefined;
}

/**
 * The start of a head: status line and the application's lines. Throws `LocalProtocolError` if
 * `status` is no final one.
 */
export function headStart(status: number, { text, starts }: CheckedFields): Uint8Array {
  const known = starts?.[status];
  if (known !== undefined) return known;
  const line = status >= 200 ? statusLines[status] : undefined;
  if (line === undefined) {
    throw new LocalProtocolError(`Cannot answer: ${status} is no final status`);
  }
  const start = encoder.encode(line + text);
  if (starts !== undefined) starts[status] = start;
  return start;
}

const fixed = new WeakMap<HeaderList, CheckedFields>();

/**
 * A list that never changes: it is checked and encoded once, however often it is sent.
 *
 * Throws `LocalProtocolError` where sending it would.
 */
export function fixedHeaders(headers: HeaderList): HeaderList {
  const list = Object.freeze(headers.map((pair) => Object.freeze([...pair] as const)));
  fixed.set(list, { ...checkFields(list), starts: [] });
  return list;
}

/**
 * Checks the application's lines.
 *
 * A name or value that could end its line, or hold anything but visible ASCII and blanks, throws
 * `LocalProtocolError`, so nothing that is reflected into a header can start another.
 */
export function checkedFields(headers: HeaderList): CheckedFields {
  return fixed.get(headers) ?? checkFields(headers);
}

function checkFields(headers: HeaderList): CheckedFields {
  let text = "";
  let bodyBytes: number | undefined;
  let close = false;
  let date = false;
  for (const [name, value] of headers) {
    if (!isToken(name)) throw refused(name, "its name is not a token");
    if (!isSendableValue(value)) throw refused(name, "its value has more than visible ASCII");
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === "date") date = true;
        break;
      case 10:
        if (name.toLowerCase() !== "connection") break;
        if (value.toLowerCase() !== "close") throw refused(name, "this layer decides it");
        close = true;
        continue;
      case 14:
        if (name.toLowerCase() !== "content-length") break;
        if (bodyBytes !== undefined) throw refused(name, "there is another one");
        bodyBytes = parseLength(value);
        if (bodyBytes === undefined) throw refused(name, "it is not a length");
        continue;
      case 17:
        if (name.toLowerCase() === "transfer-encoding") {
          throw refused(name, "this layer decides it");
        }
        break;
    }
    text += `${name}: ${value}\r\n`;
  }
  return { text, bodyBytes, close, date, starts: undefined };
}

function refused(name: string, why: string): LocalProtocolError {
  return new LocalProtocolError(`Cannot send header ${JSON.stringify(name)}: ${why}`);
}

const frames = new WeakMap<Uint8Array, Uint8Array>();

/**
 * `payload` as one chunk.
 *
 * A payload that goes to thousands of streams is framed once, so it must never change afterwards.
 */
export function chunkFrame(payload: Uint8Array): Uint8Array {
  let frame = frames.get(payload);
  if (frame === undefined) {
    // An empty chunk would end the body.
    if (payload.length === 0) throw new LocalProtocolError("Cannot send chunk: it is empty");
    const size = payload.length.toString(16);
    frame = new Uint8Array(size.length + payload.length + 4);
    for (let at = 0; at < size.length; at++) frame[at] = size.charCodeAt(at);
    frame[size.length] = 0x0d;
    frame[size.length + 1] = 0x0a;
    frame.set(payload, size.length + 2);
    frame[frame.length - 2] = 0x0d;
    frame[frame.length - 1] = 0x0a;
    frames.set(payload, frame);
  }
  return frame;
}
