/**
 * Reads a section of field lines, in any number of pieces, each byte once.
 *
 * @module
 */
import { malformed, ProtocolError } from "./events.ts";
import { BLANK, byteClasses, COLON, CR, FIELD, LF, TOKEN } from "./grammar.ts";

const LINE_START = 0;
const NAME = 1;
const BEFORE_VALUE = 2;
const VALUE = 3;
const VALUE_LF = 4;
const LAST_LF = 5;

/** What a section of field lines may be. */
export interface FieldLimits {
  readonly bytesMax: number;
  readonly linesMax: number;
}

const asciiDecoder = new TextDecoder();

/** `bytes` as text, one character a byte (ISO 8859-1). `bits` is the OR of all of them. */
export function textOfBytes(bytes: Uint8Array, bits: number): string {
  if (bits < 0x80) return asciiDecoder.decode(bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/**
 * The field lines of a head or a trailer section, RFC 9112 §5.
 *
 * Stricter than the RFC asks: a bare LF or CR, a blank before the colon, a folded line and an empty
 * name are refused, each as soon as its byte is seen.
 */
export class FieldReader {
  /** Four positions for each line, from `base`: start and end of the name, then of the value. */
  offsets: number[] = [];
  /** The OR of all bytes of values: 0x80 and more tells of obs-text. */
  bits = 0;
  /** Whether the empty line has been read. */
  done = false;
  readonly #limits: FieldLimits;
  #stage = LINE_START;
  #start = 0;
  #nameAt = 0;
  #nameEnd = 0;
  #valueAt = 0;

  constructor(limits: FieldLimits) {
    this.#limits = limits;
  }

  /** Begins a section at position `start`. */
  begin(start: number): void {
    this.#start = start;
    this.#stage = LINE_START;
    this.bits = 0;
    this.done = false;
    this.offsets = [];
  }

  /**
   * Reads on from position `at`; positions count from `base`, an index of `bytes`.
   *
   * Returns the position reached: that behind the empty line if `done`, otherwise that of `end`.
   * Throws `ProtocolError` 400 or 431.
   */
  read(bytes: Uint8Array, base: number, at: number, end: number): number {
    const stop = Math.min(end, base + this.#start + this.#limits.bytesMax);
    let index = base + at;
    while (index < end) {
      if (index >= stop && !this.#mayPassBound(bytes[index])) throw tooLarge("they are too long");
      if (this.#stage === LINE_START) {
        const byte = bytes[index] ?? 0;
        if (byte === CR) {
          this.#stage = LAST_LF;
          index++;
          continue;
        }
        if (((byteClasses[byte] ?? 0) & TOKEN) === 0) throw malformed(whyNoName(byte));
        if (this.offsets.length >= 4 * this.#limits.linesMax) throw tooLarge("they are too many");
        this.#nameAt = index++ - base;
        this.#stage = NAME;
      }
      if (this.#stage === NAME) {
        while (index < stop && ((byteClasses[bytes[index] ?? 0] ?? 0) & TOKEN) !== 0) index++;
        if (index >= stop) continue;
        if (bytes[index] !== COLON) throw malformed("a field name does not end in a colon");
        this.#nameEnd = index++ - base;
        this.#stage = BEFORE_VALUE;
      }
      if (this.#stage === BEFORE_VALUE) {
        while (index < stop && ((byteClasses[bytes[index] ?? 0] ?? 0) & BLANK) !== 0) index++;
        if (index >= stop) continue;
        this.#valueAt = index - base;
        this.#stage = VALUE;
      }
      if (this.#stage === VALUE) {
        let bits = this.bits;
        while (index < stop) {
          const byte = bytes[index] ?? 0;
          if (((byteClasses[byte] ?? 0) & FIELD) === 0) break;
          bits |= byte;
          index++;
        }
        this.bits = bits;
        if (index >= stop) continue;
        if (bytes[index] !== CR) throw malformed(whyNoValue(bytes[index] ?? 0));
        let valueEnd = index++ - base;
        while (
          valueEnd > this.#valueAt &&
          ((byteClasses[bytes[base + valueEnd - 1] ?? 0] ?? 0) & BLANK) !== 0
        ) valueEnd--;
        this.offsets.push(this.#nameAt, this.#nameEnd, this.#valueAt, valueEnd);
        this.#stage = VALUE_LF;
        if (index >= stop) continue;
      }
      if (bytes[index++] !== LF) throw malformed("a CR stands alone");
      if (this.#stage === LAST_LF) {
        this.done = true;
        break;
      }
      this.#stage = LINE_START;
    }
    return index - base;
  }

  /** The empty line at the end is not counted. */
  #mayPassBound(byte: number | undefined): boolean {
    return this.#stage === LAST_LF || (this.#stage === LINE_START && byte === CR);
  }
}

function tooLarge(why: string): ProtocolError {
  return new ProtocolError(431, "headers_too_large", `Cannot read header fields: ${why}`);
}

function whyNoName(byte: number): string {
  if (byte === LF) return "a line ends in a bare LF";
  if (byte === COLON) return "a field name is empty";
  if (((byteClasses[byte] ?? 0) & BLANK) !== 0) {
    return "a field line is folded or starts with a blank";
  }
  return "a field name is not a token";
}

function whyNoValue(byte: number): string {
  return byte === LF ? "a line ends in a bare LF" : "a control byte stands in a field value";
}
