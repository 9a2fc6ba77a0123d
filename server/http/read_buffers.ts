/**
 * What a connection reads into: a small buffer of its own, and a big one while much comes in.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { HttpLimits } from "./limits.ts";

/** Big ones that nobody uses, kept because the system clears each new one. */
const spareBuffers: Buffer<ArrayBuffer>[] = [];
const spareBuffersMax = 64;

const noBuffer = newBuffer(0);

/** The buffers of one connection. One read is under way at a time. */
export class ReadBuffers {
  readonly #limits: HttpLimits;
  /** For the next read; made when there is one. */
  #current: Buffer<ArrayBuffer> | undefined;
  /** The one that is being read into: by the end of the read there may be another one for the next. */
  #filling: Buffer<ArrayBuffer> | undefined;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  /** The buffer for a read that begins now. */
  fill(): Buffer<ArrayBuffer> {
    this.#current ??= newBuffer(this.#limits.idleBufferBytes);
    return this.#filling = this.#current;
  }

  /** The same for a read that nothing but the end is expected of, maybe for hours. */
  fillLittle(): Buffer<ArrayBuffer> {
    this.shrink();
    this.#current = undefined;
    return this.#filling = newBuffer(this.#limits.watchBufferBytes);
  }

  /** The buffer of the read that has ended with so many bytes. A full one tells that more waits. */
  filled(bytes: number): Buffer<ArrayBuffer> {
    const buffer = this.#filling ?? noBuffer;
    this.#filling = undefined;
    if (bytes === buffer.length && buffer === this.#current && !this.isBig) {
      this.#current = this.#newBig();
    }
    return buffer;
  }

  /** Whether there is a big one to let go of. */
  get isBig(): boolean {
    return this.#current !== undefined && this.#current.length > this.#limits.idleBufferBytes;
  }

  /** Lets a big one go. Nothing in it may be needed any more, unless it is being read into. */
  shrink(): void {
    const big = this.#current;
    if (big === undefined || !this.isBig) return;
    this.#current = undefined;
    if (big !== this.#filling && spareBuffers.length < spareBuffersMax) spareBuffers.push(big);
  }

  #newBig(): Buffer<ArrayBuffer> {
    const { busyBufferBytes } = this.#limits;
    const spare = spareBuffers.pop();
    // A listener with other limits may have left it.
    return spare?.length === busyBufferBytes ? spare : newBuffer(busyBufferBytes);
  }
}

/** A buffer of its own, not a part of the pool that `Buffer` has for small ones. */
export function newBuffer(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.from(new ArrayBuffer(bytes));
}
