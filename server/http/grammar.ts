/**
 * Which bytes may stand where in an HTTP/1.1 message, as one table.
 *
 * @module
 */

/** `tchar`, RFC 9110 §5.6.2. */
export const TOKEN = 1;
/**
 * Bytes of a request target: visible ASCII but `"`, `#`, `<` and `>`.
 *
 * RFC 9112 §3.2 allows less (RFC 3986 leaves out `^`, `|`, braces and others as well), but the URL
 * standard has browsers send those as they are in a query. None of the four above is ever sent so.
 */
export const TARGET = 2;
/** `field-vchar`, SP and HTAB, RFC 9110 §5.5: no control bytes, obs-text allowed. */
export const FIELD = 4;
/** SP and HTAB: `OWS` and `BWS`, RFC 9110 §5.6.3. */
export const BLANK = 8;
/** Hexadecimal digits. */
export const HEX = 16;
/** `qdtext`, RFC 9110 §5.6.4. */
export const QUOTED = 32;

export const CR = 0x0d;
export const LF = 0x0a;
export const SP = 0x20;
export const COLON = 0x3a;

function classesOf(byte: number): number {
  const char = String.fromCharCode(byte);
  const visible = byte > 0x20 && byte < 0x7f;
  const blank = byte === 0x20 || byte === 0x09;
  const text = visible || blank || byte >= 0x80;
  return (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(char) ? TOKEN : 0) |
    (visible && !'"#<>'.includes(char) ? TARGET : 0) |
    (text ? FIELD : 0) |
    (blank ? BLANK : 0) |
    (/[0-9A-Fa-f]/.test(char) ? HEX : 0) |
    (text && char !== '"' && char !== "\\" ? QUOTED : 0);
}

/** For each byte, the bits of the classes above that it belongs to. */
export const byteClasses: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, byte) => classesOf(byte),
);

const tokenText = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldText = /^[\t\x20-\x7e]*$/;
const digits = /^[0-9]+$/;
// RFC 3986 §3.2.2 and §3.2.3; an empty host names nothing that could be asked for.
const hostAndPort =
  /^(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?$/;

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
  if (match === null || Number(match[1] ?? 0) > 65_535) return false;
  lastHostAndPort = text;
  return true;
}

/** Reads `1*DIGIT` as a safe integer (RFC 9110 §8.6); undefined if it is anything else. */
export function parseLength(text: string): number | undefined {
  if (text.length > 16 || !digits.test(text)) return undefined;
  const length = Number(text);
  return Number.isSafeInteger(length) ? length : undefined;
}
