/**
 * What the application sees of a request and gives for an answer.
 *
 * @module
 */
import type { FieldLines } from "./protocol/headers.ts";
import type { HeaderList } from "./protocol/writers.ts";

/** Who is at the other end of a connection. */
export interface Peer {
  /** IP address; empty for one that came by a Unix socket, which has none. */
  readonly address: string;
  /** Whether TLS lies between. */
  readonly secure: boolean;
}

/** One request. */
export interface Request {
  readonly method: string;
  /** Origin-form target without query, still percent-encoded; absolute-form is reduced to this; "*" for OPTIONS *. */
  readonly path: string;
  /** What follows "?", undecoded, "" if none. */
  readonly query: string;
  readonly headers: FieldLines;
  /** Who sent it, as far as the connection tells: it may be a proxy. */
  readonly peer: Peer;
  /** Scheme of an absolute-form target, in lower case; undefined in the other forms. */
  readonly scheme: "http" | "https" | undefined;
  /**
   * Host and port that the request is for, as they came: those of an absolute-form target, otherwise
   * those of the Host field (RFC 9112 §3.3). Undefined in HTTP/1.0 without either.
   */
  readonly authority: string | undefined;
  readonly body: RequestBody;
  /**
   * Calls back once when the peer is gone, also while the handler is still at work; returns a
   * function that stops it.
   *
   * For streams and long polls an end of input from the peer counts as gone. Calling this is what
   * makes the socket watch for it.
   */
  onGone(callback: () => void): () => void;
}

/** The body of a request. It is read once, before the answer is complete. */
export interface RequestBody {
  /** Declared length in bytes; undefined when chunked; 0 when there is none. */
  readonly declaredBytes: number | undefined;
  /**
   * The whole body; synchronous when it is already buffered.
   *
   * Throws or rejects `BodyTooLarge` as soon as the declared or the running count exceeds
   * `limitBytes`, and `ProtocolError` when the peer breaks off or is too slow; either may be let
   * through, and becomes the answer. Sends 100 Continue first if the client expects it.
   */
  bytes(limitBytes: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The whole body as text, otherwise as `bytes` gives it. Throws or rejects `ProtocolError` too if
   * it is not UTF-8. A byte order mark stays.
   */
  text(limitBytes: number): string | Promise<string>;
  /** The body as it comes. Same bound, same errors, same 100 Continue. */
  chunks(limitBytes: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** The answer to a request. */
export interface Response {
  readonly status: number;
  /**
   * Date, Content-Length or Transfer-Encoding, and Connection are added by the layer.
   *
   * `Connection: close` may be given. So may Content-Length with a `stream`: exactly so many bytes
   * must then be written.
   */
  readonly headers: HeaderList;
  /** A string is sent as UTF-8. */
  readonly body?: string | Uint8Array;
  /** Instead of body: called once the head is on its way; the response goes on until the stream ends. */
  readonly stream?: (stream: ResponseStream) => void;
}

/** The body of an answer that is written bit by bit. */
export interface ResponseStream {
  /**
   * Queues a payload; one call is one write to the socket, and writes queued while one is under way
   * are joined. Never throws when closed: it is dropped.
   *
   * The payload must never change afterwards, not even when it has been sent: it may be shared by
   * many streams, and is framed once for all of them.
   */
  write(payload: Uint8Array): void;
  /**
   * Bytes queued and not yet accepted by the kernel. A `write` that finds more than
   * `streamBacklogBytesMax` here cuts the connection; how large its own payload is does not count.
   */
  readonly backlogBytes: number;
  /** Resolves when the backlog is empty or the stream is closed. */
  drained(): Promise<void>;
  /** Ends the response properly (last chunk). Resolves when it is written or the peer is gone. */
  end(): Promise<void>;
  /** Whether it has ended or the peer is gone. */
  readonly closed: boolean;
  /** Calls back once when `closed` becomes true, at once if it is. */
  onClose(callback: () => void): void;
}

/** Answers requests. Those of one connection come one after another. */
export type Handler = (request: Request) => Response | Promise<Response>;
