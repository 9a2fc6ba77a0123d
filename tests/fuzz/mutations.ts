/**
 * Ways to spoil a conversation: by bytes, by tokens, by lines.
 *
 * @module
 */
import type { Dice } from "../simulation/dice.ts";

/** What is worth to be put anywhere. */
const morsels: readonly string[] = [
  "\r",
  "\n",
  "\r\n",
  "\n\r",
  "\r\n\r\n",
  "\r\n ",
  "\0",
  "\x01",
  "\x7f",
  "\x80",
  "\xa0",
  "\xff",
  "\x0b",
  "\x0c",
  " ",
  "\t",
  ":",
  ";",
  ",",
  '"',
  "\\",
  "=",
  "/",
  "?",
  "#",
  "*",
  "%",
  "-1",
  "+1",
  "0",
  "0x",
  "1",
  "9",
  "f",
  "ffffffffffffffff",
  "20000000000000",
  "1fffffffffffff",
  "9007199254740991",
  "9007199254740992",
  "18446744073709551617",
  "1e1",
  "chunked",
  "close",
  "keep-alive",
  "gzip",
  "100-continue",
  "HTTP/1.1",
  "HTTP/1.0",
  "HTTP/2.0",
  "HTTP/0.9",
  "HTTP/1.10",
  "http://",
  "http://b:1/x",
  "[::1]",
  "[",
  "@",
  "CONNECT",
  "OPTIONS * ",
  "HEAD",
  "0\r\n\r\n",
  "1\r\nx\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\x16\x03\x01\x02",
];

/** Field lines that decide something, right and wrong. */
const fieldLines: readonly string[] = [
  "Host: a",
  "Host: b",
  "Host:",
  "Host: a/b",
  "Host: a, b",
  "Host: [::::]",
  "Host: [1:2:3:4:5:6:7:8]:1",
  "Host: a:65536",
  "Host: u@a",
  "Content-Length: 0",
  "Content-Length: 5",
  "Content-Length: 65537",
  "Content-Length: 5, 5",
  "Content-Length: +5",
  "Content-Length: -0",
  "Content-Length: 0x5",
  "Content-Length: 5 5",
  "Content-Length:",
  "Content-Length: 00000000000000005",
  "Content-Length : 5",
  "Content_Length: 5",
  "Content-Length\0: 5",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: Chunked",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: ,chunked",
  "Transfer-Encoding: chunked,",
  "Transfer-Encoding: chunked;a=b",
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: chunked\xa0",
  "Transfer-Encoding:\tchunked\t",
  "Transfer-Encoding:chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding\t: chunked",
  "Transfer-Encoding:\r\n chunked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow",
  " Transfer-Encoding: chunked",
  "X: y\nTransfer-Encoding: chunked",
  "X: y\rTransfer-Encoding: chunked",
  "Transfer-Encoding",
  "Transfer_Encoding: chunked",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: close, keep-alive",
  "Connection: close\xa0",
  "Connection: Transfer-Encoding",
  "Connection:",
  "Expect: 100-continue",
  "Expect: 100-Continue",
  "Expect: 200-ok",
  "Expect: 100-continue, 100-continue",
  "Expect:",
  "Upgrade: h2c",
  ": x",
  "no colon",
  "A\x80: b",
];

/** Methods, right and wrong. */
const methods: readonly string[] = [
  "CONNECT",
  "OPTIONS",
  "HEAD",
  "PRI",
  "get",
  "G@T",
  "",
  "X".repeat(70),
  "X".repeat(8193),
];

/** Targets, right and wrong. */
const targets: readonly string[] = [
  "*",
  "x",
  "a:1",
  "//",
  "",
  "http://",
  "http://a:99999/",
  "http://a?x/y",
  "HTTPS://[::1]:/",
  "ftp://a/",
  "http://u@a/",
  "/x#y",
  '/"',
  "/<",
  "/>",
  "/\x7f",
  "/\x80",
  "/?/?",
];

/** Lines that begin a chunk, right and wrong. */
const chunkLines: readonly string[] = [
  "0",
  "1",
  "00000001",
  "g",
  "0x1",
  "+1",
  "-1",
  " 1",
  "1 ",
  "1;",
  "1;=",
  "1;a=",
  "1;a",
  "1 ; a = b",
  '1;a="\\"',
  '1;a="b" ;c',
  "1;a\n",
  "1\n",
  "1\r",
  "1;a=b c",
  "1fffffffffffff",
  "20000000000000",
  "ffffffffffffffff",
  "10000000000000001",
  "FFFFFFFFFFFFFFFFF",
  "",
];

/** A change of a text, one character a byte. */
type Mutation = (text: string, dice: Dice, other: string) => string;

const mutations: Readonly<Record<string, Mutation>> = {
  flip(text, dice) {
    const at = dice.below(text.length);
    const byte = text.charCodeAt(at) ^ (1 << dice.below(8));
    return replaced(text, at, at + 1, String.fromCharCode(byte & 0xff));
  },
  anyByte(text, dice) {
    const at = dice.below(text.length);
    return replaced(text, at, at + 1, String.fromCharCode(dice.below(256)));
  },
  insert(text, dice) {
    const at = dice.between(0, text.length);
    return replaced(text, at, at, String.fromCharCode(dice.below(256)));
  },
  insertMorsel(text, dice) {
    const at = dice.between(0, text.length);
    return replaced(text, at, at, dice.pick(morsels) ?? "");
  },
  insertBetween(text, dice) {
    const { at } = someMatch(/(?<![\w-])(?=[\w-])|(?<=[\w-])(?![\w-])/g, text, dice);
    return replaced(text, at, at, dice.pick(morsels) ?? "");
  },
  remove(text, dice) {
    const [from, to] = range(text, dice, dice.chance(0.5) ? 1 : 20);
    return replaced(text, from, to, "");
  },
  duplicate(text, dice) {
    const [from, to] = range(text, dice, 60);
    return replaced(text, to, to, text.slice(from, to));
  },
  repeat(text, dice) {
    const [from, to] = range(text, dice, dice.chance(0.5) ? 1 : 8);
    return replaced(text, to, to, text.slice(from, to).repeat(dice.between(2, 300)));
  },
  again(text, dice) {
    // What was just read is read again, but for a byte or its end.
    const at = dice.below(text.length);
    const byte = dice.chance(0.5) ? "" : String.fromCharCode(text.charCodeAt(at) ^ 0x20);
    return text + replaced(text, at, at + 1, byte);
  },
  truncate: (text, dice) => text.slice(0, dice.below(text.length)),
  behead: (text, dice) => text.slice(dice.below(Math.min(text.length, 40))),
  splice: (text, dice, other) =>
    text.slice(0, dice.below(text.length)) + other.slice(dice.below(other.length + 1)),
  append: (text, _dice, other) => text + other,
  move(text, dice) {
    const [from, to] = range(text, dice, 30);
    const rest = replaced(text, from, to, "");
    const at = dice.between(0, rest.length);
    return replaced(rest, at, at, text.slice(from, to));
  },
  token(text, dice) {
    const { at, end } = someMatch(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/g, text, dice);
    return replaced(text, at, end, dice.pick(morsels) ?? "");
  },
  number(text, dice) {
    const { at, end } = someMatch(/[0-9]+/g, text, dice);
    const number = Number(text.slice(at, end));
    const other = dice.one(number + 1, number - 1, number * 2, dice.below(100), 0);
    return replaced(text, at, end, String(other));
  },
  letterCase(text, dice) {
    const { at, end } = someMatch(/[A-Za-z-]+/g, text, dice);
    const word = text.slice(at, end);
    return replaced(text, at, end, dice.one(word.toUpperCase(), word.toLowerCase()));
  },
  lineEnd(text, dice) {
    const { at, end } = someMatch(/\r\n/g, text, dice);
    return replaced(
      text,
      at,
      end,
      dice.one("\n", "\r", "\r\r\n", "\n\r", " \r\n", "\r\n\r\n", "\r\n ", "\0\r\n", ""),
    );
  },
  swapLines(text, dice) {
    const lines = text.split("\r\n");
    const [one, two] = [dice.below(lines.length), dice.below(lines.length)];
    [lines[one], lines[two]] = [lines[two] ?? "", lines[one] ?? ""];
    return lines.join("\r\n");
  },
  doubleLine(text, dice) {
    const lines = text.split("\r\n");
    const line = lines[dice.below(lines.length)] ?? "";
    lines.splice(dice.between(0, lines.length), 0, line);
    return lines.join("\r\n");
  },
  dropLine(text, dice) {
    const lines = text.split("\r\n");
    lines.splice(dice.below(lines.length), 1);
    return lines.join("\r\n");
  },
  moveLineEnd(text, dice) {
    const { at, end } = someMatch(/\r\n/g, text, dice);
    const rest = replaced(text, at, end, "");
    const to = Math.max(0, Math.min(rest.length, at + dice.between(-12, 12)));
    return replaced(rest, to, to, "\r\n");
  },
  addField(text, dice) {
    const { end } = someMatch(/\r\n/g, text, dice);
    return replaced(text, end, end, `${dice.pick(fieldLines)}\r\n`);
  },
  changeField(text, dice) {
    const { at, end } = someMatch(/[^\r\n]+:[^\r\n]*/g, text, dice);
    return replaced(text, at, end, dice.pick(fieldLines) ?? "");
  },
  changeFraming(text, dice) {
    const { at, end } = someMatch(/(?:content-length|transfer-encoding):[^\r\n]*/gi, text, dice);
    return replaced(text, at, end, dice.pick(fieldLines) ?? "");
  },
  doubleFraming(text, dice) {
    const { at, end } = someMatch(
      /(?:content-length|transfer-encoding|host):[^\r\n]*\r\n/gi,
      text,
      dice,
    );
    const line = text.slice(at, end);
    return replaced(text, end, end, dice.one(line, line.toLowerCase(), line.replace(/:.*/, ": 7")));
  },
  chunkLineEnd(text, dice) {
    const { at, end } = someMatch(/(?<=\r\n[0-9a-f]+(?:;[^\r\n]*)?)\r\n/gi, text, dice);
    return replaced(text, at, end, dice.one("\n", "\r", " \r\n", ";\n", "\r\r\n", "\n\n"));
  },
  changeChunk(text, dice) {
    const { at, end } = someMatch(/(?<=\r\n)[0-9a-f]+[^\r\n]*(?=\r\n)/gi, text, dice);
    return replaced(text, at, end, dice.pick(chunkLines) ?? "");
  },
  changeMethod(text, dice) {
    const { at, end } = someMatch(/[^ \r\n]+(?= [^ \r\n]+ HTTP)/g, text, dice);
    return replaced(text, at, end, dice.pick(methods) ?? "");
  },
  changeTarget(text, dice) {
    const { at, end } = someMatch(/ [^ \r\n]+ (?=HTTP)/g, text, dice);
    const target = dice.pick(targets) ?? "";
    return replaced(text, at, end, ` ${target} `);
  },
  changeVersion(text, dice) {
    const { at, end } = someMatch(/HTTP\/[0-9]\.[0-9]/g, text, dice);
    const version = dice.one("HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/1.", "http/1.1", "HTTP/11");
    return replaced(text, at, end, version);
  },
};

const names = Object.keys(mutations);

/** `text` with some changes; `other` is another conversation to take parts from. */
export function mutated(
  text: string,
  dice: Dice,
  other: string,
  { bytesMax }: { readonly bytesMax: number },
): string {
  for (let left = Number(dice.weighted({ "1": 50, "2": 25, "3": 15, "6": 5 })); left > 0; left--) {
    const mutate = mutations[dice.pick(names) ?? ""];
    if (mutate === undefined || text === "") break;
    text = mutate(text, dice, other).slice(0, bytesMax);
  }
  return text;
}

function replaced(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

function range(text: string, dice: Dice, lengthMax: number): [from: number, to: number] {
  const from = dice.below(text.length);
  return [from, Math.min(text.length, from + dice.between(1, lengthMax))];
}

/** Where one of the matches of `pattern` is; the very end if there is none. */
function someMatch(pattern: RegExp, text: string, dice: Dice): { at: number; end: number } {
  const match = dice.pick([...text.matchAll(pattern)]);
  if (match === undefined) return { at: text.length, end: text.length };
  return { at: match.index, end: match.index + match[0].length };
}
