/**
 * Reads a section of field lines, in any number of pieces, each byte once.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { malformed, ProtocolError } from "./events.ts";
import {
  byteAt,
  classesOf,
  COLON,
  CR,
  endOfBlanks,
  endOfField,
  endOfToken,
  isBlank,
  LF,
  startOfBlanks,
  TOKEN,
} from "./grammar.ts";

const LINE_START = 0;
const NAME = 1;
const BEFORE_VALUE = 2;
const VALUE = 3;
const VALUE_LF = 4;
const LAST_LF = 5;

const none: readonly number[] = [];

/**
 * The positions of the section that is being read, whoever reads it: reading never waits. They are
 * copied out once, so that a line costs nothing beside its place in the copy.
 */
const positions: number[] = [];

/** What a section of field lines may be. */
export interface FieldLimits {
  readonly bytesMax: number;
  readonly linesMax: number;
}

/** Bytes `from` up to, but not including, `to` as text, one character a byte (ISO 8859-1). */
export function textOfBytes(bytes: Buffer, from: number, to: number): string {
  return bytes.toString("latin1", from, to);
}

/**
 * The field lines of a head or a trailer section, RFC 9112 §5.
 *
 * Stricter than the RFC asks: a bare LF or CR, a blank before the colon, a folded line and an empty
 * name are refused, each as soon as its byte is seen.
 */
export class FieldReader {
  /**
   * When `done`, four positions for each line, from `base`: start and end of the name, then of the
   * value.
   */
  offsets: readonly number[] = none;
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
    this.done = false;
    this.offsets = none;
  }

  /**
   * Reads on from position `at`; positions count from `base`, an index of `bytes`.
   *
   * Returns the position reached: that behind the empty line if `done`, otherwise that of `end`.
   * Throws `ProtocolError` 400 or 431.
   */
  read(bytes: Uint8Array, base: number, at: number, end: number): number {
    let count = 0;
    for (const position of this.offsets) positions[count++] = position;
    const stop = Math.min(end, base + this.#start + this.#limits.bytesMax);
    // What is known of the line under way is kept here while the bytes last.
    let stage = this.#stage;
    let nameAt = this.#nameAt;
    let nameEnd = this.#nameEnd;
    let valueAt = this.#valueAt;
    let index = base + at;
    while (index < end) {
      if (index >= stop && !mayPassBound(stage, bytes[index])) throw tooLarge("they are too long");
      if (stage === LINE_START) {
        const byte = byteAt(bytes, index);
        if (byte === CR) {
          stage = LAST_LF;
          index++;
          continue;
        }
        if ((classesOf(byte) & TOKEN) === 0) throw malformed(whyNoName(byte));
        if (count >= 4 * this.#limits.linesMax) throw tooLarge("they are too many");
        nameAt = index++ - base;
        stage = NAME;
      }
      if (stage === NAME) {
        index = endOfToken(bytes, index, stop);
        if (index >= stop) continue;
        if (bytes[index] !== COLON) throw malformed("a field name does not end in a colon");
        nameEnd = index++ - base;
        stage = BEFORE_VALUE;
      }
      if (stage === BEFORE_VALUE) {
        index = endOfBlanks(bytes, index, stop);
        if (index >= stop) continue;
        valueAt = index - base;
        stage = VALUE;
      }
      if (stage === VALUE) {
        index = endOfField(bytes, index, stop);
        if (index >= stop) continue;
        if (bytes[index] !== CR) throw malformed(whyNoValue(byteAt(bytes, index)));
        positions[count++] = nameAt;
        positions[count++] = nameEnd;
        positions[count++] = valueAt;
        positions[count++] = startOfBlanks(bytes, base + valueAt, index++) - base;
        stage = VALUE_LF;
        if (index >= stop) continue;
      }
      if (bytes[index++] !== LF) throw malformed("a CR stands alone");
      if (stage === LAST_LF) {
        this.done = true;
        break;
      }
      stage = LINE_START;
    }
    if (count > 0) this.offsets = positions.slice(0, count);
    this.#stage = stage;
    this.#nameAt = nameAt;
    this.#nameEnd = nameEnd;
    this.#valueAt = valueAt;
    return index - base;
  }
}

/** The empty line at the end is not counted. */
function mayPassBound(stage: number, byte: number | undefined): boolean {
  return stage === LAST_LF || (stage === LINE_START && byte === CR);
}

function tooLarge(why: string): ProtocolError {
  return new ProtocolError(431, "headers_too_large", `Cannot read header fields: ${why}`);
}

function whyNoName(byte: number): string {
  if (byte === LF) return "a line ends in a bare LF";
  if (byte === COLON) return "a field name is empty";
  if (isBlank(byte)) {
    return "a field line is folded or starts with a blank";
  }
  return "a field name is not a token";
}

function whyNoValue(byte: number): string {
  return byte === LF ? "a line ends in a bare LF" : "a control byte stands in a field value";
}
