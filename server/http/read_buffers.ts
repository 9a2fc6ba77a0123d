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

/** The buffers of one connection. One read is under way at a time. */
export class ReadBuffers {
  readonly #small: Buffer<ArrayBuffer>;
  readonly #busyBufferBytes: number;
  #current: Buffer<ArrayBuffer>;
  /** The one that is being read into: by the end of the read there may be another one for the next. */
  #filling: Buffer<ArrayBuffer> | undefined;

  constructor({ idleBufferBytes, busyBufferBytes }: HttpLimits) {
    this.#small = newBuffer(idleBufferBytes);
    this.#busyBufferBytes = busyBufferBytes;
    this.#current = this.#small;
  }

  /** The buffer for a read that begins now. */
  fill(): Buffer<ArrayBuffer> {
    return this.#filling = this.#current;
  }

  /** The buffer of the read that has ended with so many bytes. A full one tells that more waits. */
  filled(bytes: number): Buffer<ArrayBuffer> {
    const buffer = this.#filling ?? this.#current;
    this.#filling = undefined;
    if (bytes === this.#small.length && this.#current === this.#small) {
      const spare = spareBuffers.pop();
      // A listener with other limits may have left it.
      const fits = spare !== undefined && spare.length === this.#busyBufferBytes;
      this.#current = fits ? spare : newBuffer(this.#busyBufferBytes);
    }
    return buffer;
  }

  /** Whether there is a big one to let go of. */
  get isBig(): boolean {
    return this.#current !== this.#small;
  }

  /** Lets a big one go. Nothing in it may be needed any more, unless it is being read into. */
  shrink(): void {
    const big = this.#current;
    if (big === this.#small) return;
    this.#current = this.#small;
    if (big !== this.#filling && spareBuffers.length < spareBuffersMax) spareBuffers.push(big);
  }
}

/** A buffer of its own, not a part of the pool that `Buffer` has for small ones. */
export function newBuffer(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.from(new ArrayBuffer(bytes));
}
