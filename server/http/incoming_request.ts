/**
 * A request as the application sees it, over a connection that may still be receiving it.
 *
 * @module
 */
import type { Peer, Request, RequestBody } from "./exchange.ts";
import type { Connection } from "./protocol/connection.ts";
import {
  BodyTooLarge,
  LocalProtocolError,
  malformed,
  type RequestHead,
} from "./protocol/events.ts";
import type { FieldLines } from "./protocol/headers.ts";
import { asBuffer } from "./protocol/input.ts";

/** What a request needs of the socket that it came by. */
export interface RequestLink {
  readonly connection: Connection;
  readonly peer: Peer;
  /** Resolves when more has come in, or the end of input; rejects `ProtocolError` when it takes too long. */
  moreInput(): Promise<void>;
  /** Calls back once when the peer is gone; returns a function that stops it. */
  watch(callback: () => void): () => void;
}

/** One request. */
export class IncomingRequest implements Request {
  readonly #head: RequestHead;
  readonly #link: RequestLink;
  #body: IncomingBody | undefined;
  #over = false;

  constructor(head: RequestHead, link: RequestLink) {
    this.#head = head;
    this.#link = link;
  }

  get method(): string {
    return this.#head.method;
  }

  get path(): string {
    return this.#head.path;
  }

  get query(): string {
    return this.#head.query;
  }

  get scheme(): "http" | "https" | undefined {
    return this.#head.scheme;
  }

  get authority(): string | undefined {
    return this.#head.authority;
  }

  get headers(): FieldLines {
    return this.#head.headers;
  }

  get peer(): Peer {
    return this.#link.peer;
  }

  get body(): RequestBody {
    this.#body ??= new IncomingBody(this.#head.bodyBytes, this.#link);
    if (this.#over) this.#body.close();
    return this.#body;
  }

  onGone(callback: () => void): () => void {
    if (this.#over) throw new LocalProtocolError("Cannot watch the peer: the exchange is over");
    return this.#link.watch(callback);
  }

  /** The answer is complete: from now on the connection belongs to the next request. */
  close(): void {
    this.#over = true;
    this.#body?.close();
  }
}

class IncomingBody implements RequestBody {
  readonly declaredBytes: number | undefined;
  readonly #link: RequestLink;
  #bytesRead = 0;
  #taken = false;
  #closed = false;

  constructor(declaredBytes: number | undefined, link: RequestLink) {
    this.declaredBytes = declaredBytes;
    this.#link = link;
  }

  close(): void {
    this.#closed = true;
  }

  bytes(limitBytes: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    return this.#whole(limitBytes, (bytes) => new Uint8Array(bytes));
  }

  text(limitBytes: number): string | Promise<string> {
    return this.#whole(limitBytes, textOf);
  }

  async *chunks(limitBytes: number): AsyncIterable<Uint8Array<ArrayBuffer>> {
    this.#take(limitBytes);
    for (;;) {
      const part = this.#next(limitBytes);
      if (part === "end") return;
      if (part === "wait") await this.#link.moreInput();
      // The bytes are lent: the next read of the socket overwrites them.
      else yield new Uint8Array(part);
    }
  }

  #take(limitBytes: number): void {
    if (this.#taken) throw new LocalProtocolError("Cannot read body: it has been read");
    this.#taken = true;
    if ((this.declaredBytes ?? 0) > limitBytes) throw new BodyTooLarge(limitBytes);
  }

  /** What `make` makes of the whole body, of bytes that are lent to it. */
  #whole<Made>(limitBytes: number, make: (bytes: Uint8Array) => Made): Made | Promise<Made> {
    this.#take(limitBytes);
    const part = this.#next(limitBytes);
    // Most bodies come in one part.
    if (part === "end") return make(noBytes);
    if (part !== "wait" && part.length === this.declaredBytes) return make(part);
    const whole = new GrowingBytes();
    if (part !== "wait") {
      whole.add(part);
      if (this.#gather(whole, limitBytes)) return make(whole.bytes);
    }
    const rest = this.#gatherRest(whole, limitBytes).then(() => make(whole.bytes));
    // Who answers without waiting for the rest need not be told that it does not come.
    rest.catch(() => {});
    return rest;
  }

  /** Collects what is there; says whether that is all. */
  #gather(whole: GrowingBytes, limitBytes: number): boolean {
    for (;;) {
      const part = this.#next(limitBytes);
      if (typeof part === "string") return part === "end";
      whole.add(part);
    }
  }

  async #gatherRest(whole: GrowingBytes, limitBytes: number): Promise<void> {
    do await this.#link.moreInput(); while (!this.#gather(whole, limitBytes));
  }

  #next(limitBytes: number): Uint8Array | "end" | "wait" {
    // What comes now would be another request's.
    if (this.#closed) throw new LocalProtocolError("Cannot read body: the exchange is over");
    const event = this.#link.connection.nextEvent();
    if (event.type === "need_data") return "wait";
    if (event.type !== "data") return "end";
    this.#bytesRead += event.bytes.length;
    if (this.#bytesRead > limitBytes) throw new BodyTooLarge(limitBytes);
    return event.bytes;
  }
}

const noBytes = new Uint8Array(0);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Throws `ProtocolError` if `bytes` are not UTF-8. */
function textOf(bytes: Uint8Array): string {
  // Six times as fast as the decoder, but what is not UTF-8 becomes replacement characters.
  const text = asBuffer(bytes).toString("utf8");
  if (!text.includes("\u{fffd}")) return text;
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed("its body is not UTF-8");
  }
}

/** Parts in one piece. It takes at most twice their bytes, however small they are. */
class GrowingBytes {
  #room: Uint8Array<ArrayBuffer> = noBytes;
  #filled = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#filled === this.#room.length ? this.#room : this.#room.subarray(0, this.#filled);
  }

  add(part: Uint8Array): void {
    const filled = this.#filled + part.length;
    if (filled > this.#room.length) {
      const room = new Uint8Array(Math.max(filled, 2 * this.#filled));
      room.set(this.bytes);
      this.#room = room;
    }
    this.#room.set(part, this.#filled);
    this.#filled = filled;
  }
}
