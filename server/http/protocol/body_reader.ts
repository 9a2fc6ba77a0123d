/**
 * Reads bodies: those of a declared length and chunked ones.
 *
 * @module
 */
import type { HttpLimits } from "../limits.ts";
import { type BodyData, type EndOfMessage, malformed, NEED_DATA, type NeedData } from "./events.ts";
import { FieldReader, textOfBytes } from "./field_reader.ts";
import { BLANK, byteAt, classesOf, CR, HEX, LF, QUOTED, TOKEN } from "./grammar.ts";
import { FieldLines, noFieldLines } from "./headers.ts";
import type { Input } from "./input.ts";

/** Takes one body out of an input. */
export interface BodyReader {
  /** The next part; after `EndOfMessage` it must not be called again. Throws `ProtocolError`. */
  read(input: Input): BodyData | EndOfMessage | NeedData;
  /** Bytes of the body yet to come, as far as known; undefined if it does not say. */
  readonly remainingBytes: number | undefined;
}

const plainEnd: EndOfMessage = { type: "end", trailers: noFieldLines };

/** No body. */
export const emptyBodyReader: BodyReader = { read: () => plainEnd, remainingBytes: 0 };

/** A body of a declared length, RFC 9112 §6.2. */
export class LengthReader implements BodyReader {
  remainingBytes: number;

  constructor(bodyBytes: number) {
    this.remainingBytes = bodyBytes;
  }

  read(input: Input): BodyData | EndOfMessage | NeedData {
    if (this.remainingBytes === 0) return plainEnd;
    if (input.length === 0) return NEED_DATA;
    const data = take(input, this.remainingBytes);
    this.remainingBytes -= data.bytes.length;
    return data;
  }
}

function take(input: Input, bytesMax: number): BodyData {
  const from = input.from;
  input.from = Math.min(input.to, from + bytesMax);
  return { type: "data", bytes: input.bytes.subarray(from, input.from) };
}

// Stages of a chunked body. Those of the line before a chunk's data are rows of the table below.
const REFUSED = 0;
const SIZE_START = 1;
const SIZE = 2;
const BEFORE_EXTENSION = 3;
const NAME_START = 4;
const NAME = 5;
const AFTER_NAME = 6;
const VALUE_START = 7;
const VALUE = 8;
const IN_QUOTES = 9;
const QUOTED_PAIR = 10;
const AFTER_QUOTES = 11;
const LINE_LF = 12;
const LINE_END = 13;
const DATA = 14;
const DATA_CR = 15;
const DATA_LF = 16;
const TRAILERS = 17;

/** What may follow at each stage of a chunk's line: a class of bytes or one byte, and the stage then. */
const lineSteps: readonly (readonly [stage: number, bytes: number | string, next: number])[] = [
  [SIZE_START, HEX, SIZE],
  [SIZE, HEX, SIZE],
  [SIZE, BLANK, BEFORE_EXTENSION],
  [SIZE, ";", NAME_START],
  [SIZE, "\r", LINE_LF],
  // Blanks may come before ";" only: a size with nothing but blanks after it is no chunk-ext.
  [BEFORE_EXTENSION, BLANK, BEFORE_EXTENSION],
  [BEFORE_EXTENSION, ";", NAME_START],
  [NAME_START, BLANK, NAME_START],
  [NAME_START, TOKEN, NAME],
  [NAME, TOKEN, NAME],
  [NAME, BLANK, AFTER_NAME],
  [NAME, "=", VALUE_START],
  [NAME, ";", NAME_START],
  [NAME, "\r", LINE_LF],
  [AFTER_NAME, BLANK, AFTER_NAME],
  [AFTER_NAME, "=", VALUE_START],
  [AFTER_NAME, ";", NAME_START],
  [VALUE_START, BLANK, VALUE_START],
  [VALUE_START, '"', IN_QUOTES],
  [VALUE_START, TOKEN, VALUE],
  [VALUE, TOKEN, VALUE],
  [VALUE, BLANK, BEFORE_EXTENSION],
  [VALUE, ";", NAME_START],
  [VALUE, "\r", LINE_LF],
  [IN_QUOTES, QUOTED, IN_QUOTES],
  [IN_QUOTES, "\\", QUOTED_PAIR],
  [IN_QUOTES, '"', AFTER_QUOTES],
  [QUOTED_PAIR, QUOTED, IN_QUOTES],
  [QUOTED_PAIR, "\\", IN_QUOTES],
  [QUOTED_PAIR, '"', IN_QUOTES],
  [AFTER_QUOTES, BLANK, BEFORE_EXTENSION],
  [AFTER_QUOTES, ";", NAME_START],
  [AFTER_QUOTES, "\r", LINE_LF],
  [LINE_LF, "\n", LINE_END],
];

/** The same as one row of 256 stages for each stage; what is not named is refused. */
const lineTable: Uint8Array = tableOf(lineSteps);

function tableOf(steps: typeof lineSteps): Uint8Array {
  const table = new Uint8Array(LINE_END * 256).fill(REFUSED);
  for (const [stage, bytes, next] of steps) {
    for (let byte = 0; byte < 256; byte++) {
      const matches = typeof bytes === "string"
        ? bytes.charCodeAt(0) === byte
        : (classesOf(byte) & bytes) !== 0;
      if (matches) table[stage * 256 + byte] = next;
    }
  }
  return table;
}

/**
 * Trailer fields that may not come after the body (RFC 9110 §6.5.1): those that frame, route,
 * authenticate, or tell how to read the content.
 */
const forbiddenTrailers: ReadonlySet<string> = new Set([
  "authorization",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "idempotency-key",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "last-event-id",
  "max-forwards",
  "pragma",
  "proxy-authorization",
  "range",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

/** A chunked body, RFC 9112 §7.1. Extensions are checked and dropped. */
export class ChunkedReader implements BodyReader {
  readonly remainingBytes: undefined = undefined;
  readonly #limits: HttpLimits;
  #stage = SIZE_START;
  #size = 0;
  #lineBytes = 0;
  #extensionBytes = 0;
  #trailers: FieldReader | undefined;
  #trailersAt = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  read(input: Input): BodyData | EndOfMessage | NeedData {
    while (input.length > 0) {
      if (this.#stage < LINE_END) {
        this.#readLine(input);
      } else if (this.#stage === DATA) {
        const data = take(input, this.#size);
        this.#size -= data.bytes.length;
        if (this.#size === 0) this.#stage = DATA_CR;
        return data;
      } else if (this.#stage === TRAILERS) {
        return this.#readTrailers(input);
      } else {
        this.#readDataEnd(input);
      }
    }
    return NEED_DATA;
  }

  #readLine(input: Input): void {
    const { bytes, to } = input;
    let index = input.from;
    let stage = this.#stage;
    while (index < to && stage !== LINE_END) {
      const byte = byteAt(bytes, index++);
      stage = byteAt(lineTable, stage * 256 + byte);
      if (stage === REFUSED) throw malformed("a chunk does not start with its size as it should");
      if (stage >= LINE_LF) continue;
      if (++this.#lineBytes > this.#limits.chunkLineBytesMax) {
        throw malformed("a chunk's size and extensions are too long");
      }
      if (stage === SIZE) {
        this.#size = this.#size * 16 + hexValue(byte);
        if (this.#size > Number.MAX_SAFE_INTEGER) throw malformed("a chunk is too large to count");
      } else if (++this.#extensionBytes > this.#limits.chunkExtensionsBytesMax) {
        throw malformed("the extensions of the chunks are too long");
      }
    }
    input.from = index;
    this.#stage = stage;
    if (stage !== LINE_END) return;
    this.#lineBytes = 0;
    this.#stage = this.#size === 0 ? TRAILERS : DATA;
  }

  #readDataEnd(input: Input): void {
    const byte = input.bytes[input.from++];
    if (byte !== (this.#stage === DATA_CR ? CR : LF)) {
      throw malformed("a chunk's data does not end where its size says");
    }
    this.#stage = this.#stage === DATA_CR ? DATA_LF : SIZE_START;
  }

  #readTrailers(input: Input): EndOfMessage | NeedData {
    this.#trailers ??= new FieldReader({
      bytesMax: this.#limits.trailerSectionBytesMax,
      linesMax: this.#limits.trailerLinesMax,
    });
    const { bytes, from, to } = input;
    this.#trailersAt = this.#trailers.read(bytes, from, this.#trailersAt, to);
    if (!this.#trailers.done) return NEED_DATA;
    input.from += this.#trailersAt;
    const { offsets } = this.#trailers;
    if (offsets.length === 0) return plainEnd;
    const text = textOfBytes(bytes, from, input.from);
    const lines = [...new FieldLines(text, offsets)];
    const allowed = lines.filter(([name]) => !forbiddenTrailers.has(name.toLowerCase()));
    return { type: "end", trailers: FieldLines.from(allowed) };
  }
}

function hexValue(byte: number): number {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
}
