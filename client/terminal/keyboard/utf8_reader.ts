/**
 * Turns the bytes of a terminal into characters, however they are cut.
 *
 * @module
 */

/** Stands for a byte that is part of no character. */
export const brokenByte = "\ufffd";

/**
 * Reads UTF-8.
 *
 * A byte of 0x80 to 0x9f that belongs to no character is an 8-bit control, as some terminals send
 * it: unlike a `TextDecoder`, this gives the control, so that a sequence that it begins is seen.
 */
export class Utf8Reader {
  #code = 0;
  /** Bytes that the character still needs. */
  #missing = 0;
  /** The least code for which a character may take so many bytes. */
  #least = 0;

  /** The characters that these bytes complete. */
  read(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) text += this.#take(byte);
    return text;
  }

  #take(byte: number): string {
    if (this.#missing > 0) {
      if ((byte & 0xc0) === 0x80) return this.#continue(byte);
      this.#missing = 0;
      return brokenByte + this.#take(byte);
    }
    if (byte < 0xa0) return String.fromCharCode(byte);
    if (byte < 0xc0 || byte > 0xf7) return brokenByte;
    if (byte < 0xe0) return this.#begin(byte & 0x1f, 1, 0x80);
    if (byte < 0xf0) return this.#begin(byte & 0x0f, 2, 0x800);
    return this.#begin(byte & 0x07, 3, 0x10000);
  }

  #begin(code: number, missing: number, least: number): string {
    this.#code = code;
    this.#missing = missing;
    this.#least = least;
    return "";
  }

  #continue(byte: number): string {
    this.#code = this.#code << 6 | byte & 0x3f;
    this.#missing -= 1;
    if (this.#missing > 0) return "";
    const surrogate = this.#code >= 0xd800 && this.#code <= 0xdfff;
    const real = this.#code >= this.#least && this.#code <= 0x10ffff && !surrogate;
    return real ? String.fromCodePoint(this.#code) : brokenByte;
  }
}
