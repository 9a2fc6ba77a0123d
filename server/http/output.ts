/**
 * Bytes to send, gathered until someone takes them.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Length of `text` in UTF-8, a lone surrogate counting as the replacement character it becomes. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    bytes += code < 0x800 ? 1 : 2;
    if (code >= 0xd800 && code < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) at++;
    }
  }
  return bytes;
}

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

/** Buffers that answers are encoded into, kept because making one costs more than filling it. */
const spareBuffers: Uint8Array<ArrayBuffer>[] = [];
const spareBuffersMax = 64;
const spareBufferBytes = 16_384;

/** A queue of text and bytes. Text is kept as text, so that small answers are encoded together. */
export class Output {
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #text = "";
  #textBytes = 0;
  #lent: Uint8Array<ArrayBuffer> | undefined;

  /** How many bytes wait. */
  get length(): number {
    return this.#partsBytes + this.#textBytes;
  }

  /** Adds `text`, which is `bytes` long in UTF-8. */
  addText(text: string, bytes: number): void {
    this.#text += text;
    this.#textBytes += bytes;
  }

  /** Adds `bytes`, which must not be changed any more. */
  addBytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#settleText();
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
  }

  /** All that waits, as one piece, in a buffer that is used again after `giveBack`. */
  lend(): Uint8Array {
    if (this.#parts.length > 0 || this.#textBytes > spareBufferBytes) return this.take();
    this.#lent ??= spareBuffers.pop() ?? new Uint8Array(spareBufferBytes);
    const { written } = encoder.encodeInto(this.#text, this.#lent);
    this.#text = "";
    this.#textBytes = 0;
    return this.#lent.subarray(0, written);
  }

  /** Ends the loan of what `lend` returned. */
  giveBack(): void {
    if (this.#lent === undefined) return;
    if (spareBuffers.length < spareBuffersMax) spareBuffers.push(this.#lent);
    this.#lent = undefined;
  }

  /** All that waits, as one piece. */
  take(): Uint8Array {
    this.#settleText();
    const [first, ...rest] = this.#parts;
    const bytes = first !== undefined && rest.length === 0 ? first : joinBytes(this.#parts);
    this.#parts = [];
    this.#partsBytes = 0;
    return bytes;
  }

  #settleText(): void {
    if (this.#text === "") return;
    const bytes = encoder.encode(this.#text);
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
    this.#text = "";
    this.#textBytes = 0;
  }
}
