/**
 * Reads request lines: method, target, version.
 *
 * @module
 */
import type { HttpLimits } from "../limits.ts";
import { malformed, ProtocolError } from "./events.ts";
import { textOfBytes } from "./field_reader.ts";
import { byteAt, classesOf, CR, endOfTarget, endOfToken, LF, SP, TARGET } from "./grammar.ts";
import type { Input } from "./input.ts";
import { Memo } from "./memo.ts";
import { parseTarget, type Target } from "./target.ts";

/** What a request line says. */
export interface RequestLine {
  readonly method: string;
  readonly target: Target;
  /** 0 for HTTP/1.0; 1 for HTTP/1.1 and any later minor version (RFC 9110 §2.5). */
  readonly minorVersion: 0 | 1;
}

const LINE_START = 0;
const EMPTY_LINE_LF = 1;
const METHOD = 2;
const TARGET_START = 3;
const IN_TARGET = 4;
const VERSION = 5;
const LINE_LF = 6;

const VERSION_PREFIX = "HTTP/";
const VERSION_BYTES = "HTTP/1.1".length;

/** Reads one request line after another, RFC 9112 §3. Each byte is looked at once. */
export class RequestLineReader {
  readonly #limits: HttpLimits;
  readonly #memo: Memo<RequestLine>;
  #stage = LINE_START;
  #emptyLines = 0;
  // Positions count from the first byte of the line.
  #at = 0;
  #methodEnd = 0;
  #targetEnd = 0;
  #major = 0;
  #minor = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
    this.#memo = new Memo(limits.knownHeadBytesMax);
  }

  /** Whether some bytes of a line have come in, but not all. */
  get underWay(): boolean {
    return this.#stage >= METHOD;
  }

  /** Whether the line that is being read, or could not be, asks for HEAD. */
  asksForHead({ bytes, from }: Input): boolean {
    return this.#stage > METHOD && textOfBytes(bytes, from, from + this.#methodEnd) === "HEAD";
  }

  /** Lets go of the last line, which would be known again. */
  forget(): void {
    this.#memo.forget();
  }

  /** The next line, taken out of `input`; undefined if it is not complete. Throws `ProtocolError`. */
  read(input: Input): RequestLine | undefined {
    if (this.#stage === LINE_START) {
      const known = this.#memo.recall(input.bytes, input.from, input.to);
      if (known !== undefined) {
        this.#emptyLines = 0;
        input.from += this.#memo.length;
        return known;
      }
    }
    if (this.#stage <= EMPTY_LINE_LF) this.#skipEmptyLines(input);
    if (!this.#readBytes(input)) return undefined;
    const { bytes, from } = input;
    const text = textOfBytes(bytes, from, from + this.#targetEnd);
    const method = text.slice(0, this.#methodEnd);
    const line: RequestLine = {
      method,
      target: parseTarget(method, text.slice(this.#methodEnd + 1)),
      minorVersion: this.#minor === 0 ? 0 : 1,
    };
    this.#memo.keep(bytes, from, from + this.#at, line);
    input.from += this.#at;
    this.#at = 0;
    this.#emptyLines = 0;
    this.#stage = LINE_START;
    return line;
  }

  /** Goes on through the line; says whether its end has come. */
  #readBytes(input: Input): boolean {
    const { bytes, from, to } = input;
    const stop = Math.min(to, from + this.#limits.requestLineBytesMax);
    let index = from + this.#at;
    while (index < to) {
      if (
        index >= stop && !(this.#stage === LINE_LF || this.#atLineEnd(index - from, bytes[index]))
      ) {
        throw tooLong(this.#stage);
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
      this.#at = index - from;
      return true;
    }
    this.#at = index - from;
    return false;
  }

  /** The CR that ends the line may lie just behind its bound. */
  #atLineEnd(position: number, byte: number | undefined): boolean {
    return this.#stage === VERSION && byte === CR &&
      position - this.#targetEnd - 1 === VERSION_BYTES;
  }

  /** RFC 9112 §2.2. */
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

  /** RFC 9112 §2.3. */
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
}

/** RFC 9112 §3: a method longer than any is 501, a target longer than we read 414. */
function tooLong(stage: number): ProtocolError {
  return stage === METHOD
    ? new ProtocolError(501, "not_implemented", "Cannot read request line: its method is too long")
    : new ProtocolError(414, "uri_too_long", "Cannot read request line: it is too long");
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
