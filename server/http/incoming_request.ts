/**
 * A request as the application sees it, over a connection that may still be receiving it.
 *
 * @module
 */
import type { Peer, Request, RequestBody } from "./exchange.ts";
import type { Connection } from "./protocol/connection.ts";
import { BodyTooLarge, LocalProtocolError, type RequestHead } from "./protocol/events.ts";
import type { FieldLines } from "./protocol/headers.ts";

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
    this.#take(limitBytes);
    const whole = new GrowingBytes();
    if (this.#gather(whole, limitBytes)) return whole.bytes;
    const rest = this.#gatherRest(whole, limitBytes);
    // Who answers without waiting for the rest need not be told that it does not come.
    rest.catch(() => {});
    return rest;
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

  /** Collects what is there; says whether that is all. */
  #gather(whole: GrowingBytes, limitBytes: number): boolean {
    for (;;) {
      const part = this.#next(limitBytes);
      if (typeof part === "string") return part === "end";
      whole.add(part);
    }
  }

  async #gatherRest(whole: GrowingBytes, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    do await this.#link.moreInput(); while (!this.#gather(whole, limitBytes));
    return whole.bytes;
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

/** Parts in one piece. It takes at most twice their bytes, however small they are. */
class GrowingBytes {
  #room: Uint8Array<ArrayBuffer> = noBytes;
  #filled = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#filled === this.#room.length ? this.#room : this.#room.subarray(0, this.#filled);
  }

  add(part: Uint8Array): void {
    if (this.#filled === 0) {
      // Most bodies come in one part.
      this.#room = new Uint8Array(part);
      this.#filled = part.length;
      return;
    }
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
