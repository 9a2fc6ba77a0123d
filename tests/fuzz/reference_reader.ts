/**
 * Reads requests the slow way, by regular expressions over the whole text: what the protocol core is
 * compared with. It knows nothing of pieces, of time, or of the core's code.
 *
 * @module
 */
import type { HttpLimits } from "../../server/http/limits.ts";
import { type Head, HeadFault, interpretHead, type Line, readTarget } from "./reference_head.ts";

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const line = `${token}:[\\t -~\\x80-\\xff]*\\r\\n`;
const quoted = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"';
const extension = `[\\t ]*;[\\t ]*${token}(?:[\\t ]*=[\\t ]*(?:${token}|${quoted}))?`;

const onlyToken = new RegExp(`^${token}$`);
const emptyLines = /(?:\r\n)*/y;
const requestLine = new RegExp(`(${token}) ([!$-;=?-~]+) HTTP/([0-9])\\.([0-9])\\r\\n`, "y");
const fieldSection = new RegExp(`((?:${line})*)\\r\\n`, "y");
const chunkLine = new RegExp(`([0-9A-Fa-f]+)((?:${extension})*)\\r\\n`, "y");

/** Names of trailer fields that frame, route, authenticate, condition or describe the content. */
const forbiddenTrailer = new RegExp(
  "^(?:authorization|cache-control|connection|content-(?:encoding|length|range|type)|cookie|expect|" +
    "forwarded|host|idempotency-key|if-(?:match|none-match|modified-since|unmodified-since|range)|" +
    "keep-alive|last-event-id|max-forwards|pragma|proxy-authorization|range|set-cookie|te|trailer|" +
    "transfer-encoding|upgrade|x-forwarded-(?:for|host|proto))$",
  "i",
);

/** One request whose head is good; its body may be broken. */
export interface Message extends Head {
  /** How many bytes there are up to the end of its head. */
  readonly headEnd: number;
  /** What came of the body. */
  readonly body: string;
  /** Trailer lines that may be told; undefined if the body did not come to its end. */
  readonly trailers: readonly Line[] | undefined;
}

/** The requests of a text, and what its end is like. */
export interface Reading {
  readonly messages: readonly Message[];
  /** Statuses of which one must refuse what is left; undefined if nothing is left. */
  readonly refusal: ReadonlySet<number> | undefined;
  /** Method of what is refused, if it is HEAD: the refusal has no content then. */
  readonly refusedMethod: "HEAD" | "";
}

/** A connection on which all of `text` came, and then its end. */
export function readAll(text: string, limits: HttpLimits): Reading {
  const messages: Message[] = [];
  let at = 0;
  for (;;) {
    const reader = new MessageReader(text, at, limits);
    const message = reader.read();
    if (message !== undefined) messages.push(message);
    const { refusal, refusedMethod } = reader;
    // What comes behind the last request is not read.
    if (refusal !== undefined || message === undefined || !message.keepAlive) {
      return { messages, refusal, refusedMethod };
    }
    at = reader.end;
  }
}

class MessageReader {
  /** Where the message ends. */
  end: number;
  refusal: Set<number> | undefined;
  refusedMethod: "HEAD" | "" = "";
  readonly #text: string;
  readonly #limits: HttpLimits;

  constructor(text: string, at: number, limits: HttpLimits) {
    this.#text = text;
    this.end = at;
    this.#limits = limits;
  }

  /** The message, if at least its head is good. */
  read(): Message | undefined {
    const blank = this.#match(emptyLines)?.[0] ?? "";
    const rest = this.#text.slice(this.end);
    const isCut = rest === "\r";
    if (blank.length / 2 + (isCut ? 1 : 0) > this.#limits.leadingEmptyLinesMax) {
      return this.#refuse(400);
    }
    // Nothing but an empty line, or half of one, is nothing.
    if (rest === "" || isCut) return undefined;
    if (rest.startsWith("HEAD ")) this.refusedMethod = "HEAD";
    const { requestLineBytesMax } = this.#limits;
    const first = this.#match(requestLine);
    const isLong = (first?.[0].slice(0, -2) ?? rest).length > requestLineBytesMax;
    // A method that fills the line is one that nobody knows.
    if (isLong && onlyToken.test(rest.slice(0, requestLineBytesMax))) return this.#refuse(501);
    if (first === null) return this.#refuse(400, isLong && 414);
    if (isLong) return this.#refuse(414);
    const [, method = "", target = "", major = "", minor = ""] = first;
    if (major !== "1") return this.#refuse(505);
    try {
      const asked = readTarget(method, target);
      const { headerSectionBytesMax, headerLinesMax } = this.#limits;
      const lines = this.#readLines(headerSectionBytesMax, headerLinesMax);
      if (lines === undefined) return undefined;
      const head = interpretHead(method, asked, minor === "0" ? 0 : 1, lines);
      return { ...head, headEnd: this.end, ...this.#readBody(head.bodyBytes) };
    } catch (fault) {
      if (!(fault instanceof HeadFault)) throw fault;
      return this.#refuse(...fault.statuses);
    }
  }

  #readLines(bytesMax: number, linesMax: number): Line[] | undefined {
    const rest = this.#text.slice(this.end);
    const section = this.#match(fieldSection);
    if (section === null) {
      const isLarge = rest.length > bytesMax || rest.split("\r\n").length > linesMax;
      return this.#refuse(400, isLarge && 431);
    }
    const lines = (section[1] ?? "").split("\r\n").slice(0, -1);
    if ((section[1] ?? "").length > bytesMax || lines.length > linesMax) return this.#refuse(431);
    return lines.map((text) => {
      const colon = text.indexOf(":");
      return [text.slice(0, colon), text.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "")] as const;
    });
  }

  #readBody(bodyBytes: number | undefined): Pick<Message, "body" | "trailers"> {
    if (bodyBytes === undefined) return this.#readChunks();
    const body = this.#text.slice(this.end, this.end + bodyBytes);
    this.end += bodyBytes;
    if (body.length === bodyBytes) return { body, trailers: [] };
    this.#refuse(400);
    return { body, trailers: undefined };
  }

  #readChunks(): Pick<Message, "body" | "trailers"> {
    const { chunkLineBytesMax, chunkExtensionsBytesMax } = this.#limits;
    let body = "";
    let extensionBytes = 0;
    for (;;) {
      const first = this.#match(chunkLine);
      const [whole = "", digits = "", extensions = ""] = first ?? [];
      const size = BigInt(`0x${digits || "0"}`);
      extensionBytes += extensions.length;
      if (
        first === null || whole.length - 2 > chunkLineBytesMax ||
        extensionBytes > chunkExtensionsBytesMax || size > BigInt(Number.MAX_SAFE_INTEGER)
      ) break;
      if (size === 0n) {
        const { trailerSectionBytesMax, trailerLinesMax } = this.#limits;
        const lines = this.#readLines(trailerSectionBytesMax, trailerLinesMax);
        return { body, trailers: lines?.filter(([name]) => !forbiddenTrailer.test(name)) };
      }
      const dataEnd = this.end + Number(size);
      body += this.#text.slice(this.end, dataEnd);
      this.end = dataEnd + 2;
      if (this.#text.slice(dataEnd, dataEnd + 2) !== "\r\n") break;
    }
    this.#refuse(400);
    return { body, trailers: undefined };
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.end;
    const match = pattern.exec(this.#text);
    if (match !== null) this.end = pattern.lastIndex;
    return match;
  }

  #refuse(...statuses: readonly (number | false)[]): undefined {
    this.refusal = new Set(statuses.filter((status) => status !== false));
  }
}
