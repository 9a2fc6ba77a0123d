/**
 * The notation of bytes in the documents: one line of text for one line of the wire.
 *
 * @module
 */

const named: Readonly<Record<string, string>> = {
  r: "\r",
  n: "\n",
  t: "\t",
  s: " ",
  "0": "\0",
  "\\": "\\",
  "{": "{",
  "}": "}",
};

/** What a line of the notation is made of, each part matched at the place where the last one ended. */
const part = /\{((?:[^{}\\]|\\.)*)\*([0-9]{1,7})\}|\\x([0-9a-f]{2})|\\(.)|([ !-[\]-z|~]+)/sy;

/**
 * The bytes that `text` stands for, one for each character.
 *
 * `\r`, `\n`, `\t`, `\0`, `\s` (a space), `\\`, `\{`, `\}` and `\xNN` stand for one byte each, and
 * `{text*count}` for `count` times the text. All else must be printable ASCII and stands for itself;
 * a space at the very end must be written `\s`, since one cannot see it. Throws `SyntaxError`.
 */
export function bytesOf(text: string): string {
  let bytes = "";
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const at = part.lastIndex;
    const match = part.exec(text);
    if (match === null) throw new SyntaxError(`Cannot read ${text.slice(at)}`);
    const [, repeated, count, hex, name, plain] = match;
    if (repeated !== undefined) bytes += bytesOf(repeated).repeat(Number(count));
    else if (hex !== undefined) bytes += String.fromCharCode(parseInt(hex, 16));
    else if (name !== undefined) bytes += namedByte(name);
    else bytes += plain;
    // A failed match would have set it back.
    part.lastIndex = at + match[0].length;
  }
  return bytes;
}

function namedByte(name: string): string {
  const byte = named[name];
  if (byte === undefined) throw new SyntaxError(`Cannot read escape \\${name}`);
  return byte;
}

/** The bytes of one line sent: it ends in CRLF, or as it is if `text` ends in a lone backslash. */
export function lineOf(text: string): string {
  const open = /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
  return open ? bytesOf(text.slice(0, -1)) : `${bytesOf(text)}\r\n`;
}

const escapes = new Map(Object.entries(named).map(([name, byte]) => [byte, `\\${name}`]));

/** `bytes` in the notation, long runs of one byte shortened, for people to read. */
export function shown(bytes: string): string {
  return bytes
    .replace(/[^ -~]|[\\{}]| $/g, (byte) => escapes.get(byte) ?? hexOf(byte))
    .replace(/([^\\{}])\1{39,}/g, (run, byte) => `{${byte}*${run.length}}`);
}

function hexOf(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
