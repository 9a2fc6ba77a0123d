/**
 * What `Connection` is to its caller: who may do what when, and what happens to bytes that are lent.
 * What it makes of requests is in the documents of `tests/conformance/`.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { defaultHttpLimits } from "../../../../server/http/limits.ts";
import { Connection } from "../../../../server/http/protocol/connection.ts";
import { LocalProtocolError, ProtocolError } from "../../../../server/http/protocol/events.ts";
import { readAnswer } from "../answer_reader.ts";
import { date, octets, transcript } from "./transcript.ts";

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const late = new ProtocolError(408, "timeout", "Cannot wait longer");

function fed(text: string): Connection {
  const connection = new Connection(defaultHttpLimits);
  connection.receive(octets(text));
  return connection;
}

/** Types of the next events, up to one that says that there is nothing to be told now. */
function nextTypes(connection: Connection): string[] {
  const types: string[] = [];
  for (;;) {
    const { type } = connection.nextEvent();
    types.push(type);
    if (type === "need_data" || type === "paused" || type === "closed") return types;
  }
}

function answer(connection: Connection, status = 200): void {
  connection.sendAnswer({ status, headers: [] }, "", date);
}

function sent(connection: Connection): string {
  return Array.from(connection.output.take(), (byte) => String.fromCharCode(byte)).join("");
}

Deno.test("Connection holds the next request back until this one is answered", () => {
  const connection = fed(`${get}${get}`);
  assertEquals(nextTypes(connection), ["request", "end", "paused"]);
  assertEquals(connection.unreadBytes, get.length);
  answer(connection);
  assertEquals(nextTypes(connection), ["request", "end", "paused"]);
  answer(connection);
  assertEquals(nextTypes(connection), ["need_data"]);
});

Deno.test("Connection can be answered before it has told of the body, which is told afterwards", () => {
  const connection = fed(`${post}abc${get}`);
  assertEquals(connection.nextEvent().type, "request");
  assertEquals([connection.answerDue, connection.bodyUnderWay], [true, true]);
  answer(connection);
  assertEquals([connection.answerDue, connection.bodyUnderWay], [false, true]);
  assertEquals(nextTypes(connection), ["data", "end", "request", "end", "paused"]);
  assertEquals(connection.bodyUnderWay, false);
});

Deno.test("Connection tells how far a request has come", () => {
  const connection = new Connection(defaultHttpLimits);
  const states: [head: boolean, body: boolean][] = [];
  for (const piece of ["\r\n", "GET", " / HTTP/1.1\r\n", "Host: a\r\n", "\r\n"]) {
    connection.receive(octets(piece));
    nextTypes(connection);
    states.push([connection.headUnderWay, connection.bodyUnderWay]);
  }
  assertEquals(states.map(([head]) => head), [false, true, true, true, false]);
  assertEquals(states.map(([, body]) => body), [false, false, false, false, false]);
});

Deno.test("Connection tells of fields that are found by their names", () => {
  const connection = fed("GET / HTTP/1.1\r\nHost:\ta \r\nAccept: b\r\naccept:c\r\nEmpty:\r\n\r\n");
  const event = connection.nextEvent();
  assert(event.type === "request");
  const { headers } = event;
  assertEquals([headers.get("HOST"), headers.get("Accept"), headers.get("empty")], [
    "a",
    "b, c",
    "",
  ]);
  assertEquals([headers.has("host"), headers.has("hos"), headers.has("accept:")], [
    true,
    false,
    false,
  ]);
  assertEquals([headers.getAll("accept"), headers.length], [["b", "c"], 4]);
});

Deno.test("Connection says the same error again and again, and sends one answer to it", () => {
  const connection = fed("\0");
  const first = assertThrows(() => connection.nextEvent(), ProtocolError);
  const second = assertThrows(() => connection.nextEvent(), ProtocolError);
  assert(first === second);
  assertEquals([connection.failed, connection.answerDue, connection.keepAlive], [
    true,
    true,
    false,
  ]);
  answer(connection, 400);
  assertEquals(connection.answerDue, false);
  assertThrows(() => answer(connection, 400), LocalProtocolError);
  const read = readAnswer(sent(connection));
  assertEquals([read?.answer.status, read?.rest], [400, ""]);
});

for (
  const [input, why] of [
    ["\n", /bare LF/],
    ["GET\n", /bare LF/],
    ["(", /does not start with a method/],
    ["GET  ", /target is missing/],
    ["GET /\r", /HTTP\/0\.9/],
    ["GET /\n", /HTTP\/0\.9/],
    ["GET /\xe4", /percent-encoded/],
    ["GET / \n", /bare LF/],
    ["GET / X", /no version/],
    ["GET / HTTP/1.1x", /does not end after its version/],
    ["GET / HTTP/1.1\rx", /CR stands alone/],
    ["GET / HTTP/3.0\r\n", /Cannot speak HTTP\/3\.0/],
    ["GET x HTTP/1.1\r\n", /neither a path nor a URL/],
    ["GET / HTTP/1.1\r\nA:b\n", /bare LF/],
    ["GET / HTTP/1.1\r\nA:\0", /control byte/],
    ["GET / HTTP/1.1\r\nA b", /does not end in a colon/],
    ["GET / HTTP/1.1\r\n b", /folded/],
    ["GET / HTTP/1.1\r\n:", /name is empty/],
    ["GET / HTTP/1.1\r\n(", /not a token/],
    ["GET / HTTP/1.1\r\n\n", /bare LF/],
    ["GET / HTTP/1.1\r\n\r\n", /Host field is missing/],
  ] as const
) {
  Deno.test(`an error says what is wrong with ${JSON.stringify(input)}`, () => {
    const { message } = assertThrows(() => fed(input).nextEvent(), ProtocolError);
    assert(why.test(message), message);
  });
}

for (
  const [where, input, answered] of [
    ["between two requests", "", false],
    ["within a head", "GET /", false],
    ["within a body", post, false],
    ["within a body whose request is answered", post, true],
    ["when all of a request is there", get, false],
  ] as const
) {
  Deno.test(`fail() ends the reading ${where}, and an answer is due unless there was one`, () => {
    const connection = fed(input);
    nextTypes(connection);
    if (answered) answer(connection);
    connection.fail(late);
    assertThrows(() => connection.nextEvent(), ProtocolError, late.message);
    assertEquals(connection.answerDue, !answered);
    assertEquals(connection.keepAlive, false);
    if (answered) return;
    answer(connection, 408);
    assert(sent(connection).includes("\r\nConnection: close\r\n"));
  });
}

Deno.test("fail() a second time replaces what the first one said", () => {
  const connection = fed("");
  connection.fail(late);
  connection.fail(new ProtocolError(503, "busy", "Cannot serve"));
  assertThrows(() => connection.nextEvent(), ProtocolError, "Cannot serve");
  answer(connection, 503);
});

Deno.test("receive() is refused after the end of input", () => {
  const connection = fed(get);
  assertEquals(connection.inputEnded, false);
  connection.receiveEnd();
  assertEquals(connection.inputEnded, true);
  assertThrows(() => connection.receive(octets(get)), LocalProtocolError);
  assertEquals(nextTypes(connection), ["request", "end", "paused"]);
  answer(connection);
  assertEquals(nextTypes(connection), ["closed"]);
  assertEquals(nextTypes(connection), ["closed"]);
});

Deno.test("receive() takes as many of the bytes as it is told, and all if it is told nothing", () => {
  const connection = new Connection(defaultHttpLimits);
  connection.receive(octets(`${get}garbage`), get.length);
  assertEquals(nextTypes(connection), ["request", "end", "paused"]);
  answer(connection);
  connection.receive(octets("GET /xxxxx"), 5);
  assertEquals(nextTypes(connection), ["need_data"]);
  connection.receive(octets(" HTTP/1.1\r\nHost: a\r\n\r\nxxxxx"), 22);
  const event = connection.nextEvent();
  assert(event.type === "request");
  assertEquals(event.path, "/");
});

Deno.test("receive() takes a part of a larger buffer", () => {
  const connection = new Connection(defaultHttpLimits);
  const buffer = octets(`before${get}behind`);
  connection.receive(buffer.subarray(6, 6 + get.length));
  assertEquals(nextTypes(connection), ["request", "end", "paused"]);
});

Deno.test("what is unread may be overwritten once it has been kept", () => {
  const connection = new Connection(defaultHttpLimits);
  const buffer = octets(`${post}abc${get}`);
  connection.receive(buffer);
  assertEquals(connection.nextEvent().type, "request");
  connection.keepInput();
  buffer.fill(0);
  const event = connection.nextEvent();
  assert(event.type === "data");
  assertEquals([...event.bytes], [...octets("abc")]);
  answer(connection);
  assertEquals(nextTypes(connection), ["end", "request", "end", "paused"]);
});

Deno.test("what was lent may be overwritten when more is asked for", () => {
  const connection = new Connection(defaultHttpLimits);
  const buffer = octets("GET /first HTTP/1.1\r\nHo");
  connection.receive(buffer);
  assertEquals(nextTypes(connection), ["need_data"]);
  buffer.fill(0);
  connection.receive(octets("st: a\r\n\r\n"));
  const event = connection.nextEvent();
  assert(event.type === "request");
  assertEquals([event.path, event.authority], ["/first", "a"]);
});

Deno.test("what is kept is moved to the front of its buffer, or to a larger one, when more comes", () => {
  const request = (size: number) => `GET /${"x".repeat(size)} HTTP/1.1\r\nHost: a\r\n\r\n`;
  // A first piece that is kept, a second that ends it and begins another, a third that goes on.
  for (const [first, second, third] of [[200, 10, 60], [200, 10, 900], [60, 200, 900], [9, 9, 9]]) {
    const wire = request(first ?? 0) + request(second ?? 0) + request(third ?? 0);
    for (let cut = 1; cut < wire.length; cut += 13) {
      for (let next = cut + 1; next < wire.length; next += 61) {
        const pieces = [wire.slice(0, cut), wire.slice(cut, next), wire.slice(next)];
        assertEquals(transcript(pieces), transcript([wire]), `cut at ${cut} and ${next}`);
      }
    }
  }
});

Deno.test("a head that is let go of is read again as it was", () => {
  const connection = fed(get);
  for (const forgets of [false, true, false]) {
    const event = connection.nextEvent();
    assert(event.type === "request");
    assertEquals([event.method, event.authority], ["GET", "a"]);
    assertEquals([...event.headers], [["Host", "a"]]);
    assertEquals(nextTypes(connection), ["end", "paused"]);
    answer(connection);
    if (forgets) connection.forgetHead();
    connection.receive(octets(get));
  }
});

Deno.test("a client that never says the same twice is read as well as one that always does", () => {
  const different = Array.from(
    { length: 20 },
    (_, index) => `GET /${index} HTTP/1.1\r\nHost: a\r\nA: ${index}\r\n\r\n`,
  );
  const wire = [...different, get, get, get, ...different].join("");
  const lines = transcript([wire]);
  assertEquals(lines.length, 2 * 43 + 1);
  assertEquals(lines[38], "GET /19 1.1 0 keep Host=a&A=19");
  assertEquals(lines[44], "GET / 1.1 0 keep Host=a");
  assertEquals(transcript(wire), lines);
});

Deno.test("sendContinue() asks once, only whoever waits for it, and never for what has come", () => {
  const expecting = post.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
  const asked = (connection: Connection) => {
    connection.sendContinue();
    return sent(connection).includes("100 Continue");
  };
  const waits = fed(expecting);
  assertEquals(asked(waits), false, "nothing has come");
  waits.nextEvent();
  assertEquals([asked(waits), asked(waits)], [true, false]);
  const tells = fed(post);
  tells.nextEvent();
  assertEquals(asked(tells), false, "does not wait");
  const early = fed(`${expecting}a`);
  nextTypes(early);
  assertEquals(asked(early), false, "the body is coming");
  const answered = fed(expecting);
  answered.nextEvent();
  answer(answered);
  sent(answered);
  assertEquals(asked(answered), false, "it has its answer");
  const failed = fed(expecting);
  failed.nextEvent();
  failed.fail(late);
  assertEquals(asked(failed), false, "it is too late");
});

Deno.test("closeAfter() makes the exchange under way, or the next one, the last", () => {
  const during = fed(`${get}${get}`);
  nextTypes(during);
  during.closeAfter();
  const before = fed(`${get}${get}`);
  before.closeAfter();
  nextTypes(before);
  for (const connection of [during, before]) {
    assertEquals(connection.keepAlive, false);
    answer(connection);
    assert(sent(connection).includes("\r\nConnection: close\r\n"));
    assertEquals(nextTypes(connection), ["closed"]);
  }
});

Deno.test("the rest of a body leads nowhere when the answer has ended the connection", () => {
  const connection = fed(`${chunked}3\r\nabc\r\n`);
  connection.nextEvent();
  connection.closeAfter();
  answer(connection);
  assertEquals(nextTypes(connection), ["closed"]);
});

Deno.test("nothing can be sent before anything was asked", () => {
  assertThrows(() => answer(fed("")), LocalProtocolError);
  assertThrows(() => answer(fed("GET /")), LocalProtocolError);
  const head = { status: 200, headers: [] };
  assertThrows(() => fed("").sendHead(head, date), LocalProtocolError);
});
