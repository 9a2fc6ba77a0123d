/**
 * Valid conversations of a client, by grammar: pipelined requests of every form and framing.
 *
 * @module
 */
import type { Dice } from "../simulation/dice.ts";

const tchars = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz";
const pathChars = "/abcXYZ012-._~!$&'()*+,;=:@%|^{}";
const valueChars = "abcXYZ019 \t!\"#%&'()*,-./:;<=>?@[\\]_{|}~\x80\xa0\xe4\xff";
const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "M-SEARCH"];
const hosts = [
  "a",
  "localhost",
  "chat.example.org",
  "127.0.0.1",
  "[::1]",
  "[2001:db8::7:1]",
  "x_y",
  "a%2Db",
  "A!$&'()*+,;=",
  "[::ffff:192.0.2.1]",
];
const ports = ["", "", "", ":", ":80", ":8000", ":65535", ":0"];
const fieldNames = ["Accept", "User-Agent", "X-Id", "Cookie", "TE", "Via", "Upgrade", "Trailer"];

/** Requests, one behind the other, that a server must read to the last byte. */
export function conversation(dice: Dice): string {
  const count = dice.weighted({ "1": 30, "2": 30, "3": 20, "5": 10, "8": 4, "20": 1 });
  let text = "";
  // Most clients say nearly the same again and again.
  const isRepetitive = dice.chance(0.3);
  let last = "";
  for (let left = Number(count); left > 0; left--) {
    if (last === "" || left === 1 || !isRepetitive || dice.chance(0.3)) {
      last = request(dice, left === 1);
    }
    text += last;
  }
  return text;
}

function request(dice: Dice, isLast: boolean): string {
  const minor = dice.weighted({ "1": 80, "0": 14, "7": 3 });
  const host = `${dice.pick(hosts)}${dice.pick(ports)}`;
  const method = dice.chance(0.15)
    ? "HEAD"
    : dice.chance(0.1)
    ? word(dice, tchars, dice.between(1, 10))
    : dice.pick(methods) ?? "GET";
  // HTTP/1.0 and 1.1 differ in what they do when nothing is said of it.
  const connection = minor === "0"
    ? isLast && dice.chance(0.7) ? undefined : "keep-alive"
    : isLast && dice.chance(0.3)
    ? "close"
    : dice.one(undefined, undefined, undefined, "keep-alive", "x, Keep-Alive");
  const lines: string[] = [];
  if (minor !== "0" || dice.chance(0.5)) lines.push(`${cased(dice, "Host")}:${blank(dice)}${host}`);
  if (connection !== undefined) {
    lines.push(`${cased(dice, "Connection")}:${blank(dice)}${cased(dice, connection)}`);
  }
  for (let left = fieldCount(dice); left > 0; left--) lines.push(fieldLine(dice));
  const { field, body } = content(dice, minor === "0");
  if (field !== undefined) {
    lines.push(field);
    if (minor !== "0" && dice.chance(0.15)) {
      lines.push(`${cased(dice, "Expect")}:${blank(dice)}${cased(dice, "100-continue")}`);
    }
  }
  const head = shuffled(dice, lines).map((line) => `${line}${trailingBlank(dice)}\r\n`).join("");
  const start = dice.chance(0.04) ? "\r\n" : "";
  return `${start}${method} ${target(dice, method)} HTTP/1.${minor}\r\n${head}\r\n${body}`;
}

function fieldCount(dice: Dice): number {
  return Number(dice.weighted({ "0": 30, "1": 20, "3": 20, "8": 4, "30": 1 }));
}

function target(dice: Dice, method: string): string {
  if (method === "OPTIONS" && dice.chance(0.4)) return dice.one("*", "http://a", "https://a:1");
  const path = dice.chance(0.02)
    ? `/${word(dice, pathChars, dice.between(200, 2000))}`
    : `/${word(dice, pathChars, dice.between(0, 12))}`;
  const query = dice.chance(0.3) ? `?${word(dice, `${pathChars}?`, dice.between(0, 12))}` : "";
  if (!dice.chance(0.15)) return `${path}${query}`;
  const authority = `${dice.pick(hosts)}${dice.pick(ports)}`;
  return `${cased(dice, dice.one("http", "https"))}://${authority}${
    dice.chance(0.2) ? "" : path
  }${query}`;
}

function fieldLine(dice: Dice): string {
  const name = dice.chance(0.5)
    ? cased(dice, dice.pick(fieldNames) ?? "")
    : `X-${word(dice, tchars, dice.between(1, 14))}`;
  const length = dice.chance(0.01) ? dice.between(100, 2000) : dice.between(0, 20);
  return `${name}:${blank(dice)}${word(dice, valueChars, length)}`;
}

/** How a body is framed, and its bytes. */
function content(
  dice: Dice,
  isOld: boolean,
): { readonly field: string | undefined; readonly body: string } {
  const framing = dice.weighted({ none: 45, length: 30, chunked: isOld ? 0 : 30 });
  if (framing === "none") return { field: undefined, body: "" };
  const body = dice.chance(0.02) ? anyBytes(dice, dice.between(500, 5000)) : dice.chance(0.1)
    // A body that looks like a request is the one that must not be taken for one.
    ? "GET /inner HTTP/1.1\r\nHost: a\r\n\r\n"
    : anyBytes(dice, dice.between(0, dice.one(8, 40)));
  if (framing === "chunked") {
    return {
      field: `${cased(dice, "Transfer-Encoding")}:${blank(dice)}${cased(dice, "chunked")}`,
      body: chunks(dice, body),
    };
  }
  const zeros = dice.chance(0.1) ? "00" : "";
  return {
    field: `${cased(dice, "Content-Length")}:${blank(dice)}${zeros}${body.length}`,
    body,
  };
}

function chunks(dice: Dice, body: string): string {
  let text = "";
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, dice.between(1, dice.chance(0.5) ? 4 : 2000));
    const digits = cased(dice, `${dice.chance(0.1) ? "00" : ""}${size.toString(16)}`);
    text += `${digits}${extensions(dice)}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  text += `${dice.one("0", "0", "000")}${extensions(dice)}\r\n`;
  if (dice.chance(0.2)) {
    for (let left = dice.between(1, 3); left > 0; left--) {
      text += dice.chance(0.3)
        ? `${cased(dice, dice.one("Content-Length", "Host", "Authorization"))}: 7\r\n`
        : `${fieldLine(dice)}\r\n`;
    }
  }
  return `${text}\r\n`;
}

function extensions(dice: Dice): string {
  if (!dice.chance(0.15)) return "";
  const pad = () => dice.chance(0.2) ? dice.one(" ", "\t", " \t ") : "";
  let text = "";
  for (let left = dice.between(1, 3); left > 0; left--) {
    text += `${pad()};${pad()}${word(dice, tchars, dice.between(1, 5))}`;
    if (dice.chance(0.3)) continue;
    text += `${pad()}=${pad()}`;
    text += dice.chance(0.5)
      ? word(dice, tchars, dice.between(1, 5))
      : `"${dice.one("", 'a\\"b', "\\\\", "; x\t", "\\\xe4\xff")}"`;
  }
  return text;
}

function word(dice: Dice, chars: string, length: number): string {
  let text = "";
  for (let left = length; left > 0; left--) text += chars[dice.below(chars.length)] ?? "";
  return text;
}

function anyBytes(dice: Dice, length: number): string {
  let text = "";
  for (let left = length; left > 0; left--) {
    text += dice.chance(0.2)
      ? String.fromCharCode(dice.below(256))
      : String.fromCharCode(0x61 + dice.below(26));
  }
  return text;
}

function blank(dice: Dice): string {
  return dice.chance(0.85) ? " " : dice.one("", "", "\t", "  ", " \t ");
}

function trailingBlank(dice: Dice): string {
  return dice.chance(0.9) ? "" : dice.one(" ", "\t", " \t ");
}

function cased(dice: Dice, text: string): string {
  return dice.chance(0.8) ? text : dice.one(
    text.toLowerCase(),
    text.toUpperCase(),
    text.replace(/[a-z]/gi, (char) => dice.chance(0.5) ? char.toUpperCase() : char.toLowerCase()),
  );
}

function shuffled(dice: Dice, lines: readonly string[]): string[] {
  const mixed: string[] = [];
  for (const line of lines) mixed.splice(dice.between(0, mixed.length), 0, line);
  return mixed;
}
