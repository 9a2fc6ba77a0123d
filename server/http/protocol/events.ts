/**
 * What the protocol core tells of the bytes it was given, and how it says no.
 *
 * @module
 */
import type { FieldLines } from "./headers.ts";

/** The head of a request, framing already decided. */
export interface RequestHead {
  readonly type: "request";
  readonly method: string;
  /** Target without its query, still percent-encoded; `*` for `OPTIONS *`. */
  readonly path: string;
  /** What follows the first `?`; empty if there is none. */
  readonly query: string;
  /** 0 for HTTP/1.0; 1 for HTTP/1.1 and any later minor version (RFC 9110 §2.5). */
  readonly minorVersion: 0 | 1;
  /** Scheme of an absolute-form target; undefined in the other forms. */
  readonly scheme: "http" | "https" | undefined;
  /** Host and port of an absolute-form target, otherwise of the Host field; undefined without both. */
  readonly authority: string | undefined;
  readonly headers: FieldLines;
  /** Declared length; undefined when chunked; 0 when there is no body. */
  readonly bodyBytes: number | undefined;
  /** Whether the peer lets the connection go on after this exchange (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
  /** Whether the peer waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
}

/** A part of a body; the bytes are lent until the next call of `receive`. */
export interface BodyData {
  readonly type: "data";
  readonly bytes: Uint8Array;
}

/** The request has ended. */
export interface EndOfMessage {
  readonly type: "end";
  /** Trailer lines that may be told apart from the head; those that may not were dropped. */
  readonly trailers: FieldLines;
}

/** No request will follow: the peer has ended its side, or this connection is to be closed. */
export interface ConnectionClosed {
  readonly type: "closed";
}

/** Nothing more can be said before `receive` or `receiveEnd`. */
export interface NeedData {
  readonly type: "need_data";
}

/** The next request may be in, but waits for the answer to this one. */
export interface Paused {
  readonly type: "paused";
}

export type HttpEvent =
  | RequestHead
  | BodyData
  | EndOfMessage
  | ConnectionClosed
  | NeedData
  | Paused;

export const NEED_DATA: NeedData = { type: "need_data" };
export const PAUSED: Paused = { type: "paused" };
export const CONNECTION_CLOSED: ConnectionClosed = { type: "closed" };

/** Codes of the errors this layer finds, as the table of errors in the API names them. */
export type ProtocolErrorCode =
  | "malformed"
  | "timeout"
  | "too_large"
  | "uri_too_long"
  | "expectation_failed"
  | "misdirected"
  | "headers_too_large"
  | "not_implemented"
  | "busy"
  | "version_not_supported";

/** The peer broke the protocol or a bound of it; the connection ends after the answer. */
export class ProtocolError extends Error {
  override readonly name: string = "ProtocolError";

  constructor(readonly status: number, readonly code: ProtocolErrorCode, message: string) {
    super(message);
  }
}

/** A body is, or says it will be, larger than the reader of it allows: 413. */
export class BodyTooLarge extends ProtocolError {
  override readonly name = "BodyTooLarge";

  constructor(readonly limitBytes: number) {
    super(413, "too_large", `Cannot read body: it is larger than ${limitBytes} bytes`);
  }
}

/** Our own side was about to break the protocol: a defect of ours, never the peer's doing. */
export class LocalProtocolError extends Error {
  override readonly name = "LocalProtocolError";
}

/** A request that does not follow the grammar: 400. */
export function malformed(why: string): ProtocolError {
  return new ProtocolError(400, "malformed", `Cannot read request: ${why}`);
}
