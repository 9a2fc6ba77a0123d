/**
 * Knows bytes again that were read before.
 *
 * @module
 */
import { Buffer } from "node:buffer";

const noBytes = Buffer.alloc(0);

/** After so many other things in a row the next one will be another one as well. */
const missesMax = 8;

/**
 * The last thing that was read, with the bytes that it was read from.
 *
 * A client says nearly the same with every request of a connection. To compare some hundred bytes
 * takes a twentieth of the time that it takes to read them.
 */
export class Memo<Value> {
  readonly #bytesMax: number;
  #room: Buffer = noBytes;
  #length = 0;
  #value: Value | undefined;
  #misses = 0;

  /** What is longer than `bytesMax` is not kept. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** How many bytes are known again; 0 if none. */
  get length(): number {
    return this.#length;
  }

  /** What was read, if the bytes at `from` are the same; undefined if not, or if `to` comes before. */
  recall(bytes: Buffer, from: number, to: number): Value | undefined {
    const length = this.#length;
    if (length === 0 || to - from < length) return undefined;
    if (!isSame(bytes, from, this.#room, length)) return undefined;
    this.#misses = 0;
    return this.#value;
  }

  /**
   * Keeps `value` for the bytes from `from` up to, but not including, `to`, which are copied. Gives
   * up when it was of no use for a while.
   */
  keep(bytes: Buffer, from: number, to: number, value: Value): void {
    const length = to - from;
    if (length > this.#bytesMax || this.#misses > missesMax) return;
    if (++this.#misses > missesMax) {
      this.forget();
      return;
    }
    if (length > this.#room.length) this.#room = Buffer.from(new ArrayBuffer(roomFor(length)));
    this.#room.set(bytes.subarray(from, to));
    this.#length = length;
    this.#value = value;
  }

  /** Lets go of what is kept. */
  forget(): void {
    this.#room = noBytes;
    this.#length = 0;
    this.#value = undefined;
  }
}

/** Up to here a loop is faster than the call. */
const fewBytes = 48;

/** Whether the first `length` of `known` are the bytes at `from`. */
function isSame(bytes: Buffer, from: number, known: Buffer, length: number): boolean {
  if (length > fewBytes) return bytes.compare(known, 0, length, from, from + length) === 0;
  for (let at = 0; at < length; at++) {
    if (bytes[from + at] !== known[at]) return false;
  }
  return true;
}

/** Some more than `bytes`, so that what is a little longer next time fits in as well. */
function roomFor(bytes: number): number {
  return Math.ceil(bytes / 128) * 128;
}
