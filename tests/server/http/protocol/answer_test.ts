/**
 * What the protocol core sends.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { defaultHttpLimits } from "../../../../server/http/limits.ts";
import { Connection } from "../../../../server/http/protocol/connection.ts";
import { LocalProtocolError } from "../../../../server/http/protocol/events.ts";
import {
  chunkFrame,
  fixedHeaders,
  type HeaderList,
} from "../../../../server/http/protocol/writers.ts";
import { readAnswer } from "../answer_reader.ts";
import { date, octets } from "./transcript.ts";

function asked(request: string): Connection {
  const connection = new Connection(defaultHttpLimits);
  connection.receive(octets(request));
  assertEquals(connection.nextEvent().type, "request");
  return connection;
}

function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
const old = "GET / HTTP/1.0\r\n\r\n";
const oldKept = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
const last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const large = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
const expecting = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";
const dated = `Date: ${date}\r\n`;

interface Case {
  readonly name: string;
  readonly request: string;
  readonly status: number;
  readonly headers?: HeaderList;
  readonly body?: string;
  readonly wire: string;
}

const whole: readonly Case[] = [
  {
    name: "a body with its length in bytes",
    request: get,
    status: 200,
    body: "ü€😀",
    wire: `200 OK\r\nContent-Length: 9\r\n${dated}\r\n\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80`,
  },
  {
    name: "a long body with its length in bytes",
    request: get,
    status: 200,
    body: `${"x".repeat(100)}ü`,
    wire: `200 OK\r\nContent-Length: 102\r\n${dated}\r\n${"x".repeat(100)}\xc3\xbc`,
  },
  {
    name: "a lone surrogate as what takes its place",
    request: get,
    status: 200,
    body: "\ud800x",
    wire: `200 OK\r\nContent-Length: 4\r\n${dated}\r\n\xef\xbf\xbdx`,
  },
  {
    name: "an empty body",
    request: get,
    status: 201,
    wire: `201 Created\r\nContent-Length: 0\r\n${dated}\r\n`,
  },
  {
    name: "no body to HEAD, but its length",
    request: head,
    status: 200,
    body: "abc",
    wire: `200 OK\r\nContent-Length: 3\r\n${dated}\r\n`,
  },
  {
    name: "the length that is stated to HEAD",
    request: head,
    status: 200,
    headers: [["Content-Length", "7"]],
    wire: `200 OK\r\nContent-Length: 7\r\n${dated}\r\n`,
  },
  { name: "no length with 204", request: get, status: 204, wire: `204 No Content\r\n${dated}\r\n` },
  {
    name: "no length with 304",
    request: get,
    status: 304,
    headers: [["ETag", '"x"']],
    wire: `304 Not Modified\r\nETag: "x"\r\n${dated}\r\n`,
  },
  {
    name: "a status without a name",
    request: get,
    status: 299,
    wire: `299 \r\nContent-Length: 0\r\n${dated}\r\n`,
  },
  {
    name: "the end to HTTP/1.0",
    request: old,
    status: 200,
    wire: `200 OK\r\nContent-Length: 0\r\n${dated}Connection: close\r\n\r\n`,
  },
  {
    name: "keep-alive to HTTP/1.0 that asks for it",
    request: oldKept,
    status: 200,
    wire: `200 OK\r\nContent-Length: 0\r\n${dated}Connection: keep-alive\r\n\r\n`,
  },
  {
    name: "the end to who asks for it",
    request: last,
    status: 200,
    wire: `200 OK\r\nContent-Length: 0\r\n${dated}Connection: close\r\n\r\n`,
  },
  {
    name: "the end when the application wants it",
    request: get,
    status: 200,
    headers: [["connection", "Close"]],
    wire: `200 OK\r\nContent-Length: 0\r\n${dated}Connection: close\r\n\r\n`,
  },
  {
    name: "the end when a large body was not read",
    request: large,
    status: 413,
    wire: `413 Content Too Large\r\nContent-Length: 0\r\n${dated}Connection: close\r\n\r\n`,
  },
  {
    name: "the end when the body was not asked for",
    request: expecting,
    status: 413,
    wire: `413 Content Too Large\r\nContent-Length: 0\r\n${dated}Connection: close\r\n\r\n`,
  },
  {
    name: "the date that is stated",
    request: get,
    status: 200,
    headers: [["Date", "x"]],
    wire: `200 OK\r\nDate: x\r\nContent-Length: 0\r\n\r\n`,
  },
];

for (const { name, request, status, headers = [], body = "", wire } of whole) {
  Deno.test(`sendAnswer() sends ${name}`, () => {
    for (const form of [body, new TextEncoder().encode(body)]) {
      const connection = asked(request);
      connection.sendAnswer({ status, headers }, form, date);
      assertEquals(textOf(connection.output.take()), `HTTP/1.1 ${wire}`);
    }
  });
}

for (
  const [name, request, headers, framing, lines, wire] of [
    ["in chunks", get, [], "chunked", "Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\n\r\n"],
    [
      "with a stated length",
      get,
      [["Content-Length", "2"]],
      "length",
      "Content-Length: 2\r\n",
      "ab",
    ],
    ["to HTTP/1.0 until the end", oldKept, [], "close", "", "ab"],
  ] as const
) {
  Deno.test(`sendHead() sends a body ${name}`, () => {
    const connection = asked(request);
    assertEquals(connection.sendHead({ status: 200, headers }, date), framing);
    const close = framing === "close" ? "Connection: close\r\n" : "";
    assertEquals(
      textOf(connection.output.take()),
      `HTTP/1.1 200 OK\r\n${lines}${dated}${close}\r\n`,
    );
    assertEquals(textOf(connection.frameData(octets("ab"))) + textOf(connection.frameEnd()), wire);
    assertEquals(connection.keepAlive, framing !== "close");
  });
}

Deno.test("sendHead() says that nothing follows an answer to HEAD", () => {
  const connection = asked(head);
  assertEquals(connection.sendHead({ status: 200, headers: [] }, date), "none");
  assertEquals(connection.nextEvent().type, "end");
  assertEquals(connection.nextEvent().type, "need_data");
});

Deno.test("a body sent by parts cannot be longer or shorter than its Content-Length", () => {
  const connection = asked(get);
  connection.sendHead({ status: 200, headers: [["Content-Length", "2"]] }, date);
  connection.frameData(octets("a"));
  assertThrows(() => connection.frameEnd(), LocalProtocolError);
  assertThrows(() => connection.frameData(octets("bc")), LocalProtocolError);
});

Deno.test("chunkFrame() builds the frame of a shared payload once", () => {
  const payload = octets("x".repeat(17));
  assertEquals(textOf(chunkFrame(payload)), `11\r\n${"x".repeat(17)}\r\n`);
  assert(chunkFrame(payload) === chunkFrame(payload));
  assertThrows(() => chunkFrame(octets("")), LocalProtocolError);
});

const unsendable: readonly (readonly [name: string, headers: HeaderList])[] = [
  ["CR in a value", [["A", "b\rc"]]],
  ["LF in a value", [["A", "b\nc"]]],
  ["NUL in a value", [["A", "b\0c"]]],
  ["more than ASCII in a value", [["A", "ü"]]],
  ["a name that is no token", [["A b", "c"]]],
  ["an empty name", [["", "c"]]],
  ["a line end in a name", [["A\r\nB", "c"]]],
  ["Transfer-Encoding", [["transfer-encoding", "chunked"]]],
  ["another Connection than close", [["Connection", "upgrade"]]],
  ["a Content-Length that is not the body's", [["Content-Length", "9"]]],
  ["two Content-Lengths", [["Content-Length", "1"], ["Content-Length", "1"]]],
  ["a Content-Length that is no length", [["Content-Length", "+1"]]],
];

Deno.test("sendAnswer() sends lines whose names are as long as those that mean something", () => {
  const headers: HeaderList = [
    ["ETag", '"x"'],
    ["Keep-Alive", "max=1"],
    ["Content-Digest", "x"],
    ["Proxy-Status-More", "y"],
  ];
  const connection = asked(get);
  connection.sendAnswer({ status: 200, headers }, "", date);
  assertEquals(readAnswer(textOf(connection.output.take()))?.answer.headers.slice(0, 4), headers);
});

Deno.test("fixedHeaders() gives lines that can be sent again and again, with any status", () => {
  const fixed = fixedHeaders([["X-A", "b"]]);
  for (const status of [200, 200, 404, 200, 404]) {
    const connection = asked(get);
    connection.sendAnswer({ status, headers: fixed }, "", date);
    const read = readAnswer(textOf(connection.output.take()));
    assertEquals([read?.answer.status, read?.answer.headers[0]], [status, ["X-A", "b"]]);
  }
});

Deno.test("fixedHeaders() gives the same lines, and none of them changes any more", () => {
  const pair: [string, string] = ["X-A", "b"];
  const list: [string, string][] = [pair, ["Connection", "close"]];
  const fixed = fixedHeaders(list);
  pair[1] = "c";
  list.push(["X-B", "d"]);
  const connection = asked(get);
  connection.sendAnswer({ status: 200, headers: fixed }, "x", date);
  assertEquals(
    textOf(connection.output.take()),
    `HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 1\r\n${dated}Connection: close\r\n\r\nx`,
  );
});

for (const [name, headers] of unsendable.filter(([name]) => !name.endsWith("body's"))) {
  Deno.test(`fixedHeaders() refuses ${name}`, () => {
    assertThrows(() => fixedHeaders(headers), LocalProtocolError);
  });
}

for (const [name, headers] of unsendable) {
  Deno.test(`sendAnswer() refuses ${name}, sends nothing, and lets another answer be sent`, () => {
    const connection = asked(get);
    assertThrows(
      () => connection.sendAnswer({ status: 200, headers }, "x", date),
      LocalProtocolError,
    );
    assertEquals(connection.output.length, 0);
    connection.sendAnswer({ status: 500, headers: [] }, "", date);
    assertEquals(readAnswer(textOf(connection.output.take()))?.answer.status, 500);
  });
}

Deno.test("sendAnswer() refuses an interim status, a body with 204, and a second answer", () => {
  const connection = asked(get);
  assertThrows(
    () => connection.sendAnswer({ status: 100, headers: [] }, "", date),
    LocalProtocolError,
  );
  assertThrows(
    () => connection.sendAnswer({ status: 204, headers: [] }, "x", date),
    LocalProtocolError,
  );
  connection.sendAnswer({ status: 200, headers: [] }, "", date);
  assertThrows(
    () => connection.sendAnswer({ status: 200, headers: [] }, "", date),
    LocalProtocolError,
  );
});

Deno.test("Connection sends 100 Continue once, and not when the body is there", () => {
  const connection = asked(expecting);
  connection.sendContinue();
  connection.sendContinue();
  assertEquals(textOf(connection.output.take()), "HTTP/1.1 100 Continue\r\n\r\n");
  const early = asked(`${expecting}x`);
  early.nextEvent();
  early.sendContinue();
  assertEquals(early.output.length, 0);
});

Deno.test("Connection holds the next request back until this one is answered", () => {
  const connection = asked(`${get}${get}`);
  assertEquals(connection.nextEvent().type, "end");
  assertEquals(connection.nextEvent().type, "paused");
  connection.sendAnswer({ status: 200, headers: [] }, "", date);
  assertEquals(connection.nextEvent().type, "request");
});

Deno.test("no header value that is reflected can end its line", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (value, name) => {
    const connection = asked(get);
    try {
      connection.sendAnswer({ status: 200, headers: [["X-A", value], [name, "1"]] }, "body", date);
    } catch (error) {
      assert(error instanceof LocalProtocolError);
      return;
    }
    const read = readAnswer(textOf(connection.output.take()));
    assertEquals(read?.answer.headers[0], ["X-A", value]);
    assertEquals(read?.answer.body, "body");
    assertEquals(read?.rest, "");
  }));
});

Deno.test("what is written is what a client reads", () => {
  const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 });
  fc.assert(fc.property(payloads, fc.string({ unit: "binary" }), (parts, text) => {
    const connection = asked(`${get}${get}`);
    assertEquals(connection.nextEvent().type, "end");
    connection.sendHead({ status: 200, headers: [] }, date);
    let wire = textOf(connection.output.take());
    for (const part of parts) wire += textOf(connection.frameData(part));
    wire += textOf(connection.frameEnd());
    assertEquals(connection.nextEvent().type, "request");
    connection.sendAnswer({ status: 200, headers: [] }, text, date);
    wire += textOf(connection.output.take());
    const first = readAnswer(wire);
    assertEquals(first?.answer.body, parts.map(textOf).join(""));
    const second = readAnswer(first?.rest ?? "");
    assertEquals(second?.answer.body, textOf(new TextEncoder().encode(text)));
    assertEquals(second?.rest, "");
  }));
});
