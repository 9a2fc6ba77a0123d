/**
 * A request as the application sees it, over a connection that may still be receiving it.
 *
 * @module
 */
import type { Connection } from "./connection.ts";
import { BodyTooLarge, LocalProtocolError, type RequestHead } from "./events.ts";
import type { Peer, Request, RequestBody } from "./exchange.ts";
import type { FieldLines } from "./headers.ts";
import { joinBytes } from "./output.ts";

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
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly scheme: "http" | "https" | undefined;
  readonly authority: string | undefined;
  readonly headers: FieldLines;
  readonly #declaredBytes: number | undefined;
  readonly #link: RequestLink;
  #body: IncomingBody | undefined;
  #over = false;

  constructor(head: RequestHead, link: RequestLink) {
    this.method = head.method;
    this.path = head.path;
    this.query = head.query;
    this.scheme = head.scheme;
    this.authority = head.authority;
    this.headers = head.headers;
    this.#declaredBytes = head.bodyBytes;
    this.#link = link;
  }

  get peer(): Peer {
    return this.#link.peer;
  }

  get body(): RequestBody {
    this.#body ??= new IncomingBody(this.#declaredBytes, this.#link);
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
    const parts: Uint8Array<ArrayBuffer>[] = [];
    return this.#gather(parts, limitBytes) ? whole(parts) : this.#gatherRest(parts, limitBytes);
  }

  async *chunks(limitBytes: number): AsyncIterable<Uint8Array<ArrayBuffer>> {
    this.#take(limitBytes);
    for (;;) {
      const part = this.#next(limitBytes);
      if (part === "end") return;
      if (part === "wait") await this.#link.moreInput();
      else yield part;
    }
  }

  #take(limitBytes: number): void {
    if (this.#taken) throw new LocalProtocolError("Cannot read body: it has been read");
    this.#taken = true;
    if ((this.declaredBytes ?? 0) > limitBytes) throw new BodyTooLarge(limitBytes);
  }

  /** Collects what is there; says whether that is all. */
  #gather(parts: Uint8Array<ArrayBuffer>[], limitBytes: number): boolean {
    for (;;) {
      const part = this.#next(limitBytes);
      if (typeof part === "string") return part === "end";
      parts.push(part);
    }
  }

  async #gatherRest(
    parts: Uint8Array<ArrayBuffer>[],
    limitBytes: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    do await this.#link.moreInput(); while (!this.#gather(parts, limitBytes));
    return whole(parts);
  }

  #next(limitBytes: number): Uint8Array<ArrayBuffer> | "end" | "wait" {
    // What comes now would be another request's.
    if (this.#closed) throw new LocalProtocolError("Cannot read body: the exchange is over");
    const event = this.#link.connection.nextEvent();
    if (event.type === "need_data") return "wait";
    if (event.type !== "data") return "end";
    this.#bytesRead += event.bytes.length;
    if (this.#bytesRead > limitBytes) throw new BodyTooLarge(limitBytes);
    // The bytes are lent: the next read of the socket overwrites them.
    return new Uint8Array(event.bytes);
  }
}

function whole(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : joinBytes(parts);
}
