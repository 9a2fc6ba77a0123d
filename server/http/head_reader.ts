/**
 * Reads the head of a request: request line, field section, and how its body is framed.
 *
 * @module
 */
import { malformed, NEED_DATA, type NeedData, ProtocolError, type RequestHead } from "./events.ts";
import { FieldReader, textOfBytes } from "./field_reader.ts";
import {
  byteAt,
  classesOf,
  CR,
  endOfTarget,
  endOfToken,
  isHostAndPort,
  LF,
  parseLength,
  parseList,
  SP,
  TARGET,
} from "./grammar.ts";
import { FieldLines, positionAt } from "./headers.ts";
import type { Input } from "./input.ts";
import type { HttpLimits } from "./limits.ts";
import { parseTarget } from "./target.ts";

const LINE_START = 0;
const EMPTY_LINE_LF = 1;
const METHOD = 2;
const TARGET_START = 3;
const IN_TARGET = 4;
const VERSION = 5;
const LINE_LF = 6;
const FIELDS = 7;

const VERSION_PREFIX = "HTTP/";
const VERSION_BYTES = "HTTP/1.1".length;

/** Reads one head after another, RFC 9112 §3 and §5. Each byte is looked at once. */
export class HeadReader {
  readonly #limits: HttpLimits;
  readonly #fields: FieldReader;
  #stage = LINE_START;
  #emptyLines = 0;
  // Positions count from the first byte of the request line.
  #at = 0;
  #methodEnd = 0;
  #targetEnd = 0;
  #lineEnd = 0;
  #major = 0;
  #minor = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
    this.#fields = new FieldReader({
      bytesMax: limits.headerSectionBytesMax,
      linesMax: limits.headerLinesMax,
    });
  }

  /** Whether some bytes of a request line have come in, but not yet the whole head. */
  get underWay(): boolean {
    return this.#stage >= METHOD;
  }

  /** The next head, taken out of `input`. Throws `ProtocolError`. */
  read(input: Input): RequestHead | NeedData {
    if (this.#stage < FIELDS) this.#readLine(input);
    if (this.#stage < FIELDS) return NEED_DATA;
    const fields = this.#fields;
    this.#at = fields.read(input.bytes, input.from, this.#at, input.to);
    if (!fields.done) return NEED_DATA;
    const text = textOfBytes(input.bytes, input.from, input.from + this.#at);
    const head = this.#head(text, fields.offsets);
    input.from += this.#at;
    this.#stage = LINE_START;
    this.#emptyLines = 0;
    this.#at = 0;
    fields.begin(0);
    return head;
  }

  #readLine(input: Input): void {
    if (this.#stage <= EMPTY_LINE_LF) this.#skipEmptyLines(input);
    const { bytes, from, to } = input;
    const stop = Math.min(to, from + this.#limits.requestLineBytesMax);
    let index = from + this.#at;
    while (index < to) {
      if (
        index >= stop && !(this.#stage === LINE_LF || this.#atLineEnd(index - from, bytes[index]))
      ) {
        throw new ProtocolError(414, "uri_too_long", "Cannot read request line: it is too long");
      }
      if (this.#stage === METHOD) {
        index = endOfToken(bytes, index, stop);
        if (index >= stop) continue;
        if (bytes[index] !== SP || index === from) {
          throw malformed(whyNoMethod(byteAt(bytes, index)));
        }
        this.#methodEnd = index++ - from;
        this.#stage = TARGET_START;
        if (index >= stop) continue;
      }
      if (this.#stage === TARGET_START) {
        if ((classesOf(byteAt(bytes, index)) & TARGET) === 0) {
          throw malformed("the request target is missing");
        }
        this.#stage = IN_TARGET;
      }
      if (this.#stage === IN_TARGET) {
        index = endOfTarget(bytes, index, stop);
        if (index >= stop) continue;
        if (bytes[index] !== SP) throw malformed(whyNoTarget(byteAt(bytes, index)));
        this.#targetEnd = index++ - from;
        this.#stage = VERSION;
        if (index >= stop) continue;
      }
      if (this.#stage === VERSION) {
        const position = index - from - this.#targetEnd - 1;
        if (position === VERSION_BYTES) {
          if (bytes[index++] !== CR) {
            throw malformed("the request line does not end after its version");
          }
          this.#lineEnd = index - from - 1;
          this.#stage = LINE_LF;
        } else {
          this.#readVersionByte(position, byteAt(bytes, index++));
        }
        continue;
      }
      if (bytes[index++] !== LF) throw malformed("a CR stands alone");
      if (this.#major !== 1) {
        throw new ProtocolError(
          505,
          "version_not_supported",
          `Cannot speak HTTP/${this.#major}.${this.#minor}: this is HTTP/1.1`,
        );
      }
      this.#fields.begin(index - from);
      this.#stage = FIELDS;
      break;
    }
    this.#at = index - from;
  }

  /** The CR that ends the line may lie just behind its bound. */
  #atLineEnd(position: number, byte: number | undefined): boolean {
    return this.#stage === VERSION && byte === CR &&
      position - this.#targetEnd - 1 === VERSION_BYTES;
  }

  #skipEmptyLines(input: Input): void {
    while (input.from < input.to) {
      const byte = input.bytes[input.from];
      if (this.#stage === EMPTY_LINE_LF) {
        if (byte !== LF) throw malformed("a CR stands alone");
        this.#stage = LINE_START;
      } else if (byte === CR) {
        if (++this.#emptyLines > this.#limits.leadingEmptyLinesMax) {
          throw malformed("there are empty lines before the request line");
        }
        this.#stage = EMPTY_LINE_LF;
      } else {
        this.#stage = METHOD;
        return;
      }
      input.from++;
    }
  }

  #readVersionByte(position: number, byte: number): void {
    if (position < VERSION_PREFIX.length) {
      if (byte !== VERSION_PREFIX.charCodeAt(position)) throw malformed(whyNoVersion(byte));
    } else if (position === VERSION_PREFIX.length + 1) {
      if (byte !== 0x2e) throw malformed(whyNoVersion(byte));
    } else {
      const digit = byte - 0x30;
      if (digit < 0 || digit > 9) throw malformed(whyNoVersion(byte));
      if (position === VERSION_PREFIX.length) this.#major = digit;
      else this.#minor = digit;
    }
  }

  /** What the head means, RFC 9112 §3.2, §6.3, §9.3. */
  #head(text: string, offsets: readonly number[]): RequestHead {
    const headers = new FieldLines(text, offsets);
    const minorVersion = this.#minor === 0 ? 0 : 1;
    const method = text.slice(0, this.#methodEnd);
    const framing = readFraming(text, offsets, minorVersion);
    const target = parseTarget(method, text.slice(this.#methodEnd + 1, this.#targetEnd));
    return {
      type: "request",
      method,
      path: target.path,
      query: target.query,
      minorVersion,
      scheme: target.scheme,
      // RFC 9112 §3.2.2: beside an absolute-form target the Host field says nothing.
      authority: target.authority ?? framing.host,
      headers,
      bodyBytes: framing.bodyBytes,
      keepAlive: framing.keepAlive,
      expectsContinue: framing.expectsContinue && framing.bodyBytes !== 0,
    };
  }
}

interface Framing {
  host: string | undefined;
  bodyBytes: number | undefined;
  keepAlive: boolean;
  expectsContinue: boolean;
}

/** Reads the fields that decide where the message ends and what becomes of the connection. */
function readFraming(text: string, offsets: readonly number[], minorVersion: 0 | 1): Framing {
  let host: string | undefined;
  let length: string | undefined;
  let coding: string | undefined;
  let options: string | undefined;
  let expectation: string | undefined;
  for (let line = 0; line < offsets.length; line += 4) {
    const start = positionAt(offsets, line);
    switch (positionAt(offsets, line + 1) - start) {
      case 4:
        if (!isNamed(text, start, "host")) break;
        if (host !== undefined) throw malformed("there are several Host fields");
        host = valueOf(text, offsets, line);
        if (!isHostAndPort(host)) throw malformed("the Host field is not a host and port");
        break;
      case 6:
        if (!isNamed(text, start, "expect")) break;
        expectation = joined(expectation, valueOf(text, offsets, line));
        break;
      case 10:
        if (!isNamed(text, start, "connection")) break;
        options = joined(options, valueOf(text, offsets, line));
        break;
      case 14:
        if (!isNamed(text, start, "content-length")) break;
        if (length !== undefined) throw malformed("there are several Content-Length fields");
        length = valueOf(text, offsets, line);
        break;
      case 17:
        if (!isNamed(text, start, "transfer-encoding")) break;
        coding = joined(coding, valueOf(text, offsets, line));
        break;
    }
  }
  if (host === undefined && minorVersion === 1) throw malformed("the Host field is missing");
  return {
    host,
    bodyBytes: bodyBytesOf(length, coding, minorVersion),
    keepAlive: options === undefined ? minorVersion === 1 : mayKeepAlive(options, minorVersion),
    expectsContinue: expectation !== undefined && minorVersion === 1 && isContinue(expectation),
  };
}

/** RFC 9112 §6.3, without its leniencies: undefined when chunked. */
function bodyBytesOf(
  length: string | undefined,
  coding: string | undefined,
  minorVersion: 0 | 1,
): number | undefined {
  if (coding !== undefined) {
    if (length !== undefined) throw malformed("it has both Content-Length and Transfer-Encoding");
    if (minorVersion === 0) throw malformed("Transfer-Encoding does not exist in HTTP/1.0");
    if (coding.toLowerCase() !== "chunked") {
      // RFC 9112 §6.3: where the body ends cannot be told.
      if (isChunkedMisplaced(coding)) throw malformed("chunked is not the one, last coding");
      throw new ProtocolError(
        501,
        "not_implemented",
        "Cannot read body: the only transfer coding known here is chunked",
      );
    }
    return undefined;
  }
  if (length === undefined) return 0;
  const bytes = parseLength(length);
  if (bytes === undefined) throw malformed("Content-Length is not a length");
  return bytes;
}

/** Whether `chunked` is there, but more than once or not at the end. */
function isChunkedMisplaced(coding: string): boolean {
  const names = parseList(coding);
  const at = names.indexOf("chunked");
  return at >= 0 && at < names.length - 1;
}

function mayKeepAlive(options: string, minorVersion: 0 | 1): boolean {
  // What nearly every client says that says anything.
  if (options === "keep-alive") return true;
  const names = parseList(options);
  return !names.includes("close") && (minorVersion === 1 || names.includes("keep-alive"));
}

function isContinue(expectation: string): boolean {
  if (expectation.toLowerCase() === "100-continue") return true;
  throw new ProtocolError(
    417,
    "expectation_failed",
    "Cannot meet the expectation: only 100-continue is known here",
  );
}

/** Whether the token at `start` is `name`, which is in lower case and made of letters and hyphens. */
function isNamed(text: string, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    // The bit makes capital letters small; no other byte of a token becomes a letter or a hyphen.
    if ((text.charCodeAt(start + at) | 0x20) !== name.charCodeAt(at)) return false;
  }
  return true;
}

function valueOf(text: string, offsets: readonly number[], line: number): string {
  return text.slice(offsets[line + 2], offsets[line + 3]);
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

function whyNoMethod(byte: number): string {
  return byte === LF ? "a line ends in a bare LF" : "the request line does not start with a method";
}

function whyNoTarget(byte: number): string {
  if (byte === CR || byte === LF) {
    return "the request line has no version: HTTP/0.9 is not spoken here";
  }
  return "the request target has a byte that must be percent-encoded";
}

function whyNoVersion(byte: number): string {
  return byte === LF
    ? "a line ends in a bare LF"
    : "the request line has no version such as HTTP/1.1";
}
