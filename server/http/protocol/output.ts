/**
 * Bytes to send, gathered until someone takes them.
 *
 * @module
 */
import { Buffer } from "node:buffer";

const encoder = new TextEncoder();

/** One piece of `parts`, in order. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A buffer that answers are written into. */
interface Gathering {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The part of it that was last lent: the next answers are often as long. */
  view: Uint8Array;
}

/** Those that nobody uses, kept because making one costs more than filling it. */
const spareBuffers: Gathering[] = [];
const spareBuffersMax = 64;
const spareBufferBytes = 16_384;

/** Up to here a loop over the characters is faster than the encoder. */
const shortTextBytes = 64;

/** Length of `text` in UTF-8, a lone surrogate counting as the replacement character it becomes. */
export function utf8Bytes(text: string): number {
  return isShortAscii(text) ? text.length : Buffer.byteLength(text);
}

function isShortAscii(text: string): boolean {
  if (text.length > shortTextBytes) return false;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) >= 0x80) return false;
  }
  return true;
}

/** A queue of bytes. Small answers share one buffer, so that they go out in one write. */
export class Output {
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #buffer: Gathering | undefined;
  #filled = 0;
  #lent: Gathering | undefined;

  /** How many bytes wait. */
  get length(): number {
    return this.#partsBytes + this.#filled;
  }

  /** Adds `text`, which is `bytes` long in UTF-8. */
  addText(text: string, bytes: number): void {
    if (bytes > spareBufferBytes) {
      this.#addPart(encoder.encode(text));
      return;
    }
    const buffer = this.#bufferFor(bytes);
    const at = this.#filled;
    this.#filled += bytes;
    if (bytes === text.length && bytes <= shortTextBytes) {
      for (let index = 0; index < bytes; index++) buffer[at + index] = text.charCodeAt(index);
    } else {
      encoder.encodeInto(text, buffer.subarray(at, at + bytes));
    }
  }

  /** Adds `bytes`, which must not be changed any more. */
  addBytes(bytes: Uint8Array): void {
    if (bytes.length > spareBufferBytes) {
      this.#addPart(bytes);
      return;
    }
    this.#bufferFor(bytes.length).set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** All that waits, as one piece, in a buffer that is used again after `giveBack`. */
  lend(): Uint8Array {
    if (this.#partsBytes > 0 || this.#buffer === undefined) return this.take();
    const buffer = this.#buffer;
    if (buffer.view.length !== this.#filled) buffer.view = buffer.bytes.subarray(0, this.#filled);
    this.#lent = buffer;
    this.#buffer = undefined;
    this.#filled = 0;
    return buffer.view;
  }

  /** Ends the loan of what `lend` returned. */
  giveBack(): void {
    if (this.#lent === undefined) return;
    spare(this.#lent);
    this.#lent = undefined;
  }

  /** All that waits, as one piece. */
  take(): Uint8Array {
    this.#settle();
    const [first, ...rest] = this.#parts;
    const bytes = first !== undefined && rest.length === 0 ? first : joinBytes(this.#parts);
    this.#parts = [];
    this.#partsBytes = 0;
    return bytes;
  }

  #addPart(part: Uint8Array): void {
    this.#settle();
    this.#parts.push(part);
    this.#partsBytes += part.length;
  }

  /** The buffer, with room for `bytes` behind what it is filled with. */
  #bufferFor(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#filled + bytes > spareBufferBytes) this.#settle();
    this.#buffer ??= spareBuffers.pop() ?? newGathering();
    return this.#buffer.bytes;
  }

  /** Turns what the buffer is filled with into a part. */
  #settle(): void {
    if (this.#buffer === undefined) return;
    const part = this.#buffer.bytes.slice(0, this.#filled);
    spare(this.#buffer);
    this.#buffer = undefined;
    this.#filled = 0;
    this.#parts.push(part);
    this.#partsBytes += part.length;
  }
}

function newGathering(): Gathering {
  const bytes = new Uint8Array(spareBufferBytes);
  return { bytes, view: bytes };
}

function spare(buffer: Gathering): void {
  if (spareBuffers.length < spareBuffersMax) spareBuffers.push(buffer);
}
