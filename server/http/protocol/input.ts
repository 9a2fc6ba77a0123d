/**
 * Received bytes that have not been read yet, as one contiguous piece.
 *
 * @module
 */
import { Buffer } from "node:buffer";

const nothing = Buffer.alloc(0);

/** The same bytes: it is `Buffer` that makes text of a part of them without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A window on bytes. Bytes are lent by the caller and copied only if they have to outlive the loan,
 * so a request that comes in one piece is never copied.
 */
export class Input {
  /** The bytes; those from `from` up to, but not including, `to` are unread. */
  bytes: Buffer = nothing;
  from = 0;
  to = 0;
  #lent = false;

  /** How many bytes are unread. */
  get length(): number {
    return this.to - this.from;
  }

  /** Takes in the first `length` of `bytes`, lent until `keep` is called. */
  add(bytes: Buffer, length: number): void {
    if (this.from === this.to) {
      this.bytes = bytes;
      this.from = 0;
      this.to = length;
      this.#lent = true;
      return;
    }
    this.#make(length);
    this.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length), this.to);
    this.to += length;
  }

  /** Ends the loan: what is unread is copied, what is read is let go. */
  keep(): void {
    if (this.from < this.to) {
      if (this.#lent) this.#make(0);
      return;
    }
    this.bytes = nothing;
    this.from = this.to = 0;
    this.#lent = false;
  }

  /** Sees to it that the bytes are ours and that `more` fit in behind them. */
  #make(more: number): void {
    const length = this.length;
    if (!this.#lent && this.to + more <= this.bytes.length) return;
    const unread = this.bytes.subarray(this.from, this.to);
    // Room for as much again, so that bytes which come one by one are moved a few times only.
    const own = !this.#lent && this.from >= length && length + more <= this.bytes.length
      ? this.bytes
      : Buffer.alloc(Math.max(256, 2 * (length + more)));
    own.set(unread, 0);
    this.bytes = own;
    this.from = 0;
    this.to = length;
    this.#lent = false;
  }
}
