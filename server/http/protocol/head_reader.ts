/**
 * Reads the head of a request: request line, field section, and how its body is framed.
 *
 * @module
 */
import type { HttpLimits } from "../limits.ts";
import { malformed, NEED_DATA, type NeedData, ProtocolError, type RequestHead } from "./events.ts";
import { FieldReader, textOfBytes } from "./field_reader.ts";
import { isHostAndPort, parseLength, parseList } from "./grammar.ts";
import { FieldLines, positionAt } from "./headers.ts";
import type { Input } from "./input.ts";
import { Memo } from "./memo.ts";
import { type RequestLine, RequestLineReader } from "./request_line.ts";

/** The fields of a head, with what they say of matters that this layer looks after. */
interface FieldSection {
  readonly headers: FieldLines;
  readonly host: string | undefined;
  readonly bodyBytes: number | undefined;
  readonly keepAlive: boolean;
  readonly expectsContinue: boolean;
  /** What the line before them said, since it decides what they mean. */
  readonly minorVersion: 0 | 1;
}

/** Reads one head after another, RFC 9112 §2.1. Each byte is looked at once. */
export class HeadReader {
  readonly #lines: RequestLineReader;
  readonly #fields: FieldReader;
  readonly #memo: Memo<FieldSection>;
  /** The last head, and the parts of it by which it is known again. */
  #last:
    | { readonly line: RequestLine; readonly fields: FieldSection; readonly head: RequestHead }
    | undefined;
  /** The line whose fields are being read. */
  #line: RequestLine | undefined;
  /** How many bytes of the fields have been looked at. */
  #at = 0;

  constructor(limits: HttpLimits) {
    this.#lines = new RequestLineReader(limits);
    this.#memo = new Memo(limits.knownHeadBytesMax);
    this.#fields = new FieldReader({
      bytesMax: limits.headerSectionBytesMax,
      linesMax: limits.headerLinesMax,
    });
  }

  /** Whether some bytes of a request line have come in, but not yet the whole head. */
  get underWay(): boolean {
    return this.#line !== undefined || this.#lines.underWay;
  }

  /** Whether the head that is being read, or could not be, asks for HEAD, as far as that can be told. */
  asksForHead(input: Input): boolean {
    return this.#line === undefined ? this.#lines.asksForHead(input) : this.#line.method === "HEAD";
  }

  /** Lets go of the last head, which would be known again. */
  forget(): void {
    this.#lines.forget();
    this.#memo.forget();
    this.#last = undefined;
  }

  /** The next head, taken out of `input`. Throws `ProtocolError`. */
  read(input: Input): RequestHead | NeedData {
    const line = this.#line ??= this.#lines.read(input);
    if (line === undefined) return NEED_DATA;
    const fields = this.#readFields(input, line);
    if (fields === undefined) return NEED_DATA;
    this.#line = undefined;
    const last = this.#last;
    if (last !== undefined && last.line === line && last.fields === fields) return last.head;
    const { method, target, minorVersion } = line;
    const head: RequestHead = {
      type: "request",
      method,
      path: target.path,
      query: target.query,
      minorVersion,
      scheme: target.scheme,
      // RFC 9112 §3.2.2: beside an absolute-form target the Host field says nothing.
      authority: target.authority ?? fields.host,
      headers: fields.headers,
      bodyBytes: fields.bodyBytes,
      keepAlive: fields.keepAlive,
      expectsContinue: fields.expectsContinue,
    };
    this.#last = { line, fields, head };
    return head;
  }

  /** The fields that follow `line`, taken out of `input`; undefined if they are not complete. */
  #readFields(input: Input, { minorVersion }: RequestLine): FieldSection | undefined {
    const { bytes, from, to } = input;
    if (this.#at === 0) {
      const known = this.#memo.recall(bytes, from, to);
      if (known?.minorVersion === minorVersion) {
        input.from += this.#memo.length;
        return known;
      }
      this.#fields.begin(0);
    }
    const reader = this.#fields;
    this.#at = reader.read(bytes, from, this.#at, to);
    if (!reader.done) return undefined;
    const end = from + this.#at;
    const fields = fieldSection(textOfBytes(bytes, from, end), reader.offsets, minorVersion);
    this.#memo.keep(bytes, from, end, fields);
    input.from = end;
    this.#at = 0;
    return fields;
  }
}

/** Reads the fields that decide where the message ends and what becomes of the connection. */
function fieldSection(
  text: string,
  offsets: readonly number[],
  minorVersion: 0 | 1,
): FieldSection {
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
  const bodyBytes = bodyBytesOf(length, coding, minorVersion);
  const waits = expectation !== undefined && minorVersion === 1 && isContinue(expectation);
  return {
    headers: new FieldLines(text, offsets),
    host,
    bodyBytes,
    keepAlive: options === undefined ? minorVersion === 1 : mayKeepAlive(options, minorVersion),
    expectsContinue: waits && bodyBytes !== 0,
    minorVersion,
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

/** RFC 9110 §10.1.1. */
function isContinue(expectation: string): boolean {
  const members = parseList(expectation);
  if (members.every((member) => member === "100-continue")) return members.length > 0;
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
