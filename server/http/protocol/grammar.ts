/**
 * Which bytes may stand where in an HTTP/1.1 message, as one table.
 *
 * @module
 */
import { parseIpv6 } from "../../../lib/text/addresses.ts";

export const CR = 0x0d;
export const LF = 0x0a;
export const HTAB = 0x09;
export const SP = 0x20;
export const COLON = 0x3a;
const DEL = 0x7f;

/** `tchar`, RFC 9110 §5.6.2. */
export const TOKEN = 1;
/**
 * Bytes of a request target: visible ASCII but `"`, `#`, `<` and `>`.
 *
 * RFC 9112 §3.2 allows less (RFC 3986 leaves out `^`, `|`, braces and others as well), but the URL
 * standard has browsers send those as they are in a query. None of the four above is ever sent so.
 */
export const TARGET = 2;
/** SP and HTAB: `OWS` and `BWS`, RFC 9110 §5.6.3. */
export const BLANK = 4;
/** Hexadecimal digits. */
export const HEX = 8;
/** `qdtext`, RFC 9110 §5.6.4. */
export const QUOTED = 16;

const classes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  const visible = byte > SP && byte < DEL;
  return (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(char) ? TOKEN : 0) |
    (visible && !'"#<>'.includes(char) ? TARGET : 0) |
    (isBlank(byte) ? BLANK : 0) |
    (/[0-9A-Fa-f]/.test(char) ? HEX : 0) |
    (isField(byte) && char !== '"' && char !== "\\" ? QUOTED : 0);
});

/** The bits of the classes above that `byte` belongs to; none for what is no byte. */
export function classesOf(byte: number): number {
  return classes[byte] ?? 0;
}

/** The byte at `index`; beyond the end 0, which may stand nowhere. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

/** Whether `byte` is `field-vchar`, SP or HTAB, RFC 9110 §5.5: no control byte; obs-text is allowed. */
function isField(byte: number): boolean {
  return byte < SP ? byte === HTAB : byte !== DEL;
}

/** Whether `byte` is SP or HTAB. */
export function isBlank(byte: number): boolean {
  return byte === SP || byte === HTAB;
}

/**
 * Makes a function that tells where the run of bytes of one class that begins at `from` ends; it does
 * not look beyond `to`, or the end.
 *
 * It needs nothing but what is its own: V8 does not inline what a module exports, nor fold it, and
 * these loops see nearly every byte.
 */
function endOfRun(isIn: (byte: number) => boolean): EndOfRun {
  const members = Uint8Array.from({ length: 256 }, (_, byte) => isIn(byte) ? 1 : 0);
  return (bytes, from, to) => {
    let index = from;
    while (index < to && members[bytes[index] ?? 0] === 1) index++;
    return index;
  };
}

type EndOfRun = (bytes: Uint8Array, from: number, to: number) => number;

/** Where a token ends. */
export const endOfToken: EndOfRun = endOfRun((byte) => (classesOf(byte) & TOKEN) !== 0);

/** Where a request target ends. */
export const endOfTarget: EndOfRun = endOfRun((byte) => (classesOf(byte) & TARGET) !== 0);

/** Where SP and HTAB end. */
export const endOfBlanks: EndOfRun = endOfRun(isBlank);

/** Where a field value ends, with the blanks in and behind it. */
export const endOfField: EndOfRun = endOfRun(isField);

/** Where a run of SP and HTAB that ends at `to` begins; `from` at the earliest. */
export function startOfBlanks(bytes: Uint8Array, from: number, to: number): number {
  let index = to;
  while (index > from) {
    const byte = bytes[index - 1];
    if (byte !== SP && byte !== HTAB) break;
    index--;
  }
  return index;
}

const tokenText = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldText = /^[\t\x20-\x7e]*$/;
const digits = /^[0-9]+$/;
// RFC 3986 §3.2.2 and §3.2.3; an empty host names nothing that could be asked for.
const hostAndPort =
  /^(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?$/;

/** Whether `text` can be a field name or a method, RFC 9110 §5.6.2. */
export function isToken(text: string): boolean {
  return tokenText.test(text);
}

/** Whether `text` can be a field value that we send: visible ASCII, SP and HTAB only. */
export function isSendableValue(text: string): boolean {
  return fieldText.test(text);
}

// All requests to a server name the same few hosts.
let lastHostAndPort = "";

/** Whether `text` is `host [":" port]`, RFC 9110 §7.2, with a host and a port that can exist. */
export function isHostAndPort(text: string): boolean {
  if (text === lastHostAndPort && text !== "") return true;
  const match = hostAndPort.exec(text);
  if (match === null || Number(match[2] ?? 0) > 65_535) return false;
  if (match[1] !== undefined && parseIpv6(match[1]) === undefined) return false;
  lastHostAndPort = text;
  return true;
}

/** Reads `1*DIGIT` as a safe integer (RFC 9110 §8.6); undefined if it is anything else. */
export function parseLength(text: string): number | undefined {
  if (text.length > 16 || !digits.test(text)) return undefined;
  const length = Number(text);
  return Number.isSafeInteger(length) ? length : undefined;
}

/** The members of a list that are not empty, in lower case: RFC 9110 §5.6.1. */
export function parseList(value: string): string[] {
  return value.toLowerCase().split(/[\t ]*,[\t ]*/).filter((member) => member !== "");
}
