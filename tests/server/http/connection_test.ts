/**
 * Requests as the protocol core reads them, however their bytes are cut.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../../server/http/connection.ts";
import { defaultHttpLimits } from "../../../server/http/limits.ts";
import { date, feedings, octets, transcript } from "./transcript.ts";

const H = "Host: a\r\n";

interface Case {
  readonly name: string;
  readonly input: string;
  readonly events: readonly string[];
}

const accepted: readonly Case[] = [
  {
    name: "a request without a body",
    input: `GET /x?y=1 HTTP/1.1\r\n${H}Accept: */*\r\n\r\n`,
    events: ["GET /x?y=1 1.1 0 keep Host=a&Accept=*/*", "end"],
  },
  {
    name: "blanks around values, and empty values",
    input: `GET / HTTP/1.1\r\nHost:a\r\nA: \t b c \t\r\nB:\r\nC:  \r\n\r\n`,
    events: ["GET / 1.1 0 keep Host=a&A=b c&B=&C=", "end"],
  },
  {
    name: "obs-text in a value, byte for byte",
    input: `GET / HTTP/1.1\r\n${H}A: \xe4\x80\xff\r\n\r\n`,
    events: ["GET / 1.1 0 keep Host=a&A=\xe4\x80\xff", "end"],
  },
  {
    name: "one empty line before the request line",
    input: `\r\nGET / HTTP/1.1\r\n${H}\r\n`,
    events: ["GET / 1.1 0 keep Host=a", "end"],
  },
  {
    name: "HTTP/1.0 without Host, which ends the connection",
    input: "GET / HTTP/1.0\r\n\r\n",
    events: ["GET / 1.0 0 ", "end", "closed"],
  },
  {
    name: "HTTP/1.0 with keep-alive",
    input: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    events: ["GET / 1.0 0 keep Connection=Keep-Alive", "end"],
  },
  {
    name: "a later minor version as 1.1",
    input: `GET / HTTP/1.9\r\n${H}\r\n`,
    events: ["GET / 1.1 0 keep Host=a", "end"],
  },
  {
    name: "Connection: close among other options",
    input: `GET / HTTP/1.1\r\n${H}Connection: keep-alive, Close\r\n\r\n`,
    events: ["GET / 1.1 0 Host=a&Connection=keep-alive, Close", "end", "closed"],
  },
  {
    name: "a URL as target",
    input: `GET HTTP://a/p?q HTTP/1.1\r\n${H}\r\nGET http://a HTTP/1.1\r\n${H}\r\n`,
    events: ["GET /p?q 1.1 0 keep Host=a", "end", "GET / 1.1 0 keep Host=a", "end"],
  },
  {
    name: "OPTIONS for the whole server",
    input: `OPTIONS * HTTP/1.1\r\n${H}\r\nOPTIONS http://a HTTP/1.1\r\n${H}\r\n`,
    events: ["OPTIONS * 1.1 0 keep Host=a", "end", "OPTIONS * 1.1 0 keep Host=a", "end"],
  },
  {
    name: "hosts of all kinds",
    input: ["[::1]:80", "a.b:", "x_y:65535", "%41"].map((host) =>
      `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`
    ).join(""),
    events: ["[::1]:80", "a.b:", "x_y:65535", "%41"].flatMap((
      host,
    ) => [`GET / 1.1 0 keep Host=${host}`, "end"]),
  },
  {
    name: "a body of declared length, and the request behind it",
    input: `POST / HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\n${H}\r\n`,
    events: [
      "POST / 1.1 5 keep Host=a&Content-Length=5",
      "data hello",
      "end",
      "GET /2 1.1 0 keep Host=a",
      "end",
    ],
  },
  {
    name: "a chunked body with extensions and trailers, and the request behind it",
    input: `POST / HTTP/1.1\r\n${H}Transfer-Encoding: Chunked\r\n\r\n` +
      `3\r\nabc\r\n00A ; x = "\\";\t" ;y;z=1\r\n0123456789\r\n0;last\r\n` +
      `X-Sum: 1\r\nContent-Length: 9\r\nHost: b\r\n\r\nGET /2 HTTP/1.1\r\n${H}\r\n`,
    events: [
      "POST / 1.1 chunked keep Host=a&Transfer-Encoding=Chunked",
      "data abc0123456789",
      "end X-Sum=1",
      "GET /2 1.1 0 keep Host=a",
      "end",
    ],
  },
  {
    name: "Expect: 100-continue with a body",
    input: `POST / HTTP/1.1\r\n${H}Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx`,
    events: [
      "POST / 1.1 1 keep expect Host=a&Expect=100-Continue&Content-Length=1",
      "data x",
      "end",
    ],
  },
  {
    name: "Expect of HTTP/1.0, which does not have it",
    input: `GET / HTTP/1.0\r\nExpect: 100-continue, more\r\n\r\n`,
    events: ["GET / 1.0 0 Expect=100-continue, more", "end", "closed"],
  },
];

for (const { name, input, events } of accepted) {
  Deno.test(`Connection reads ${name}`, () => {
    const ended = events.at(-1) === "closed" ? events : [...events, "closed"];
    for (const pieces of feedings(input)) {
      assertEquals(transcript(pieces), ended);
      assertEquals(transcript([...pieces, ""], { end: "open" }), events);
    }
    if (ended !== events) {
      for (const pieces of feedings(`${input}\x16`)) {
        assertEquals(transcript(pieces), [...events, "error 400 malformed"], "with a byte behind");
      }
    }
  });
}

const get = (head: string) => `GET / HTTP/1.1\r\n${head}\r\n`;
const chunked = (body: string) =>
  `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n${body}`;
const longest = "9".repeat(15);

/** Inputs that end in the error, at the earliest byte where it can be known. */
const refused: readonly (readonly [name: string, input: string, error: string])[] = [
  ["a bare LF after the request line", "GET / HTTP/1.1\n", "400 malformed"],
  ["a bare LF after a field", get("Host: a\n"), "400 malformed"],
  ["a bare LF as the empty line", `GET / HTTP/1.1\r\n${H}\n`, "400 malformed"],
  ["a bare CR in a field", get("Host: a\rb\r\n"), "400 malformed"],
  ["a bare CR in the request line", "GET /\r HTTP/1.1", "400 malformed"],
  ["two empty lines before the request line", "\r\n\r\n", "400 malformed"],
  ["a bare LF before the request line", "\n", "400 malformed"],
  ["a blank before the request line", " GET / HTTP/1.1", "400 malformed"],
  ["a blank before the colon", get("Host : a\r\n"), "400 malformed"],
  ["a tab before the colon", get("Host\t: a\r\n"), "400 malformed"],
  ["a folded line", get("Host: a\r\n b\r\n"), "400 malformed"],
  ["a blank before the first field", get(" Host: a\r\n"), "400 malformed"],
  ["an empty field name", get(`${H}: x\r\n`), "400 malformed"],
  ["a field without a colon", get(`${H}abc\r\n`), "400 malformed"],
  ["a field name that is no token", get(`${H}a(b: c\r\n`), "400 malformed"],
  ["obs-text in a field name", get(`${H}\xe4: c\r\n`), "400 malformed"],
  ["NUL in a value", get(`${H}A: b\0c\r\n`), "400 malformed"],
  ["a control byte in a value", get(`${H}A: b\x01c\r\n`), "400 malformed"],
  ["DEL in a value", get(`${H}A: b\x7fc\r\n`), "400 malformed"],
  ["two spaces after the method", "GET  / HTTP/1.1\r\n", "400 malformed"],
  ["two spaces after the target", "GET /  HTTP/1.1\r\n", "400 malformed"],
  ["a tab for a space", "GET\t/ HTTP/1.1\r\n", "400 malformed"],
  ["a space after the version", "GET / HTTP/1.1 \r\n", "400 malformed"],
  ["a lower-case version", "GET / http/1.1\r\n", "400 malformed"],
  ["a version of two digits", "GET / HTTP/1.10\r\n", "400 malformed"],
  ["a method that is no token", "G@T / HTTP/1.1\r\n", "400 malformed"],
  ["no method", "/ HTTP/1.1\r\n", "400 malformed"],
  ["HTTP/0.9", "GET /\r\n", "400 malformed"],
  ["the greeting of TLS", "\x16\x03\x01\x02", "400 malformed"],
  ["version 2 and its preface", "PRI * HTTP/2.0\r\n", "505 version_not_supported"],
  ["version 0.9 by name", "GET / HTTP/0.9\r\n", "505 version_not_supported"],
  ["a control byte in the target", "GET /\x01 HTTP/1.1\r\n", "400 malformed"],
  ["obs-text in the target", "GET /\xe4 HTTP/1.1\r\n", "400 malformed"],
  ["a fragment in the target", "GET /#x HTTP/1.1\r\n", "400 malformed"],
  ["a target that is a bare name", `GET x HTTP/1.1\r\n${H}\r\n`, "400 malformed"],
  ["* for another method than OPTIONS", `GET * HTTP/1.1\r\n${H}\r\n`, "400 malformed"],
  ["CONNECT", `CONNECT a:1 HTTP/1.1\r\n${H}\r\n`, "501 not_implemented"],
  ["a URL with a user in it", `GET http://u@a/ HTTP/1.1\r\n${H}\r\n`, "400 malformed"],
  ["a URL of another scheme", `GET ftp://a/ HTTP/1.1\r\n${H}\r\n`, "400 malformed"],
  ["no Host", get("A: b\r\n"), "400 malformed"],
  ["two Hosts", get(`${H}${H}`), "400 malformed"],
  ["an empty Host", get("Host:\r\n"), "400 malformed"],
  ["a Host with a path", get("Host: a/b\r\n"), "400 malformed"],
  ["a Host list", get("Host: a, b\r\n"), "400 malformed"],
  ["a Host with a port that cannot be", get("Host: a:65536\r\n"), "400 malformed"],
  ["a Host with a port that is no number", get("Host: a:b\r\n"), "400 malformed"],
  ["Host twice in HTTP/1.0", `GET / HTTP/1.0\r\n${H}${H}\r\n`, "400 malformed"],
  ["another expectation", get(`${H}Expect: x\r\n`), "417 expectation_failed"],
  ["two expectations", get(`${H}Expect: 100-continue, x\r\n`), "417 expectation_failed"],
  ["an unknown transfer coding", get(`${H}Transfer-Encoding: gzip\r\n`), "501 not_implemented"],
  ["a chunk size that is no number", chunked("x"), "400 malformed"],
  ["a chunk size with 0x", chunked("0x"), "400 malformed"],
  ["a chunk size with a sign", chunked("-"), "400 malformed"],
  ["a chunk size with a blank before it", chunked(" "), "400 malformed"],
  ["a chunk size with blanks behind it", chunked("3 \r"), "400 malformed"],
  ["an empty chunk size", chunked("\r"), "400 malformed"],
  ["a chunk size beyond counting", chunked("20000000000000"), "400 malformed"],
  ["a chunk line that ends in a bare LF", chunked("3\n"), "400 malformed"],
  ["a bare LF in a chunk extension", chunked("3;a\n"), "400 malformed"],
  ["a bare CR in a chunk extension", chunked("3;a\rb"), "400 malformed"],
  ["a control byte in a quoted extension", chunked('3;a="\n'), "400 malformed"],
  ["an extension without a name", chunked("3;="), "400 malformed"],
  ["an extension without a value", chunked("3;a=\r"), "400 malformed"],
  ["chunk data that is too long", chunked("3\r\nabcd"), "400 malformed"],
  ["chunk data that ends in a bare LF", chunked("3\r\nabc\n"), "400 malformed"],
  ["chunk data that ends in a bare CR", chunked("3\r\nabc\rx"), "400 malformed"],
  ["a trailer with a bare LF", chunked("0\r\nA: b\n"), "400 malformed"],
  ["a trailer that is folded", chunked("0\r\nA: b\r\n c"), "400 malformed"],
  ...[
    "",
    "+1",
    "-1",
    "1 1",
    "0x1",
    "1,1",
    "1, 1",
    "1.0",
    "1e1",
    "a",
    "9007199254740992",
    `9${longest}99`,
  ]
    .map((length) =>
      [
        `the Content-Length ${JSON.stringify(length)}`,
        get(`${H}Content-Length: ${length}\r\n`),
        "400 malformed",
      ] as const
    ),
];

for (const [name, input, error] of refused) {
  Deno.test(`Connection refuses ${name}`, () => {
    for (const pieces of [...feedings(input), ...feedings(`${input}GET / HTTP/1.1\r\n`)]) {
      assertEquals(transcript(pieces, { end: "open" }).at(-1), `error ${error}`);
    }
  });
}

for (
  const [name, input] of [
    ["a request line", "GET / HT"],
    ["a head", "GET / HTTP/1.1\r\nHost: a"],
    ["a body", `POST / HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\nx`],
    ["a chunk", chunked("5\r\nab")],
    ["the trailers", chunked("0\r\n")],
  ] as const
) {
  Deno.test(`Connection refuses an end of input within ${name}`, () => {
    for (const pieces of feedings(input)) {
      assertEquals(transcript(pieces).at(-1), "error 400 malformed");
    }
  });
}

Deno.test("Connection takes host and scheme of an absolute-form target, whatever Host says", () => {
  const connection = new Connection(defaultHttpLimits);
  connection.receive(
    octets("GET HTTPS://b:1/x HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
  );
  const first = connection.nextEvent();
  assert(first.type === "request");
  assertEquals([first.scheme, first.authority, first.path], ["https", "b:1", "/x"]);
  connection.nextEvent();
  connection.sendAnswer({ status: 200, headers: [] }, "", date);
  const second = connection.nextEvent();
  assert(second.type === "request");
  assertEquals([second.scheme, second.authority], [undefined, "a"]);
});
