/**
 * Bodies in memory: of a request, and of an answer that goes on.
 *
 * @module
 */
import { assert } from "@std/assert";
import { isUtf8 } from "node:buffer";
import {
  BodyTooLarge,
  ProtocolError,
  type RequestBody,
  type ResponseStream,
} from "../../../server/http/mod.ts";
import { MemorySink } from "../chat/listeners.ts";

/** The body of an answer that goes on. */
export class MemoryStream extends MemorySink implements ResponseStream {
  readonly backlogBytes = 0;
  /** Resolves when it has ended, well or not. */
  readonly ended: Promise<void>;
  /** It was ended before all that was promised was written. */
  cut = false;
  readonly #promisedBytes: number | undefined;

  constructor({ promisedBytes, slow = false }: {
    readonly promisedBytes?: number | undefined;
    readonly slow?: boolean;
  } = {}) {
    super({ slow });
    this.#promisedBytes = promisedBytes;
    this.ended = new Promise((resolve) => this.onClose(resolve));
  }

  get text(): string {
    return this.writes.map((payload) => new TextDecoder().decode(payload)).join("");
  }

  get length(): number {
    return this.writes.reduce((sum, payload) => sum + payload.length, 0);
  }

  get bytes(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const payload of this.writes) {
      bytes.set(payload, at);
      at += payload.length;
    }
    return bytes;
  }

  override write(payload: Uint8Array): void {
    super.write(payload);
    assert(this.length <= (this.#promisedBytes ?? Infinity), "more was written than was promised");
  }

  // As the HTTP layer does.
  override end(): Promise<void> {
    if (this.closed || this.length >= (this.#promisedBytes ?? 0)) return super.end();
    this.cut = true;
    this.close();
    return Promise.reject(new Error("Cannot end data: it is shorter than its Content-Length"));
  }
}

/** The body of a request. */
export class FakeBody implements RequestBody {
  readonly declaredBytes: number | undefined;
  /** Whether anyone has asked for it: who waits to be told to continue would have been told. */
  wasRead = false;
  readonly #late: boolean;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #before: () => void | Promise<void>;
  readonly #after: () => void | Promise<void>;

  /**
   * @param options.chunked It does not say how long it is.
   * @param options.late It comes when someone waits for it.
   * @param options.before Comes before the first byte: what waits there waits for the peer.
   * @param options.after Comes after the last byte, before the end.
   */
  constructor(bytes: Uint8Array<ArrayBuffer>, options: {
    readonly chunked?: boolean;
    readonly late?: boolean;
    readonly before?: () => void | Promise<void>;
    readonly after?: () => void | Promise<void>;
  } = {}) {
    const { chunked = false, late = chunked, before, after } = options;
    this.declaredBytes = chunked ? undefined : bytes.length;
    this.#bytes = bytes;
    this.#late = late;
    this.#before = before ?? (() => {});
    this.#after = after ?? (() => {});
  }

  bytes(limitBytes: number): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    this.#take(limitBytes);
    const tooLarge = this.#bytes.length > limitBytes;
    if (!this.#late) return this.#bytes;
    return tooLarge ? Promise.reject(new BodyTooLarge(limitBytes)) : Promise.resolve(this.#bytes);
  }

  text(limitBytes: number): string | Promise<string> {
    const bytes = this.bytes(limitBytes);
    return bytes instanceof Promise ? bytes.then(textOf) : textOf(bytes);
  }

  async *chunks(limitBytes: number): AsyncIterable<Uint8Array<ArrayBuffer>> {
    this.#take(limitBytes);
    await this.#before();
    // In three parts, so that their order shows.
    const size = Math.max(1, Math.ceil(this.#bytes.length / 3));
    for (let from = 0; from < this.#bytes.length; from += size) {
      const part = await Promise.resolve(this.#bytes.slice(from, from + size));
      if (from + part.length > limitBytes) throw new BodyTooLarge(limitBytes);
      yield part;
    }
    await this.#after();
  }

  #take(limitBytes: number): void {
    if ((this.declaredBytes ?? 0) > limitBytes) throw new BodyTooLarge(limitBytes);
    assert(!this.wasRead, "the body was read twice");
    this.wasRead = true;
  }
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new ProtocolError(400, "malformed", "It is not UTF-8");
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
