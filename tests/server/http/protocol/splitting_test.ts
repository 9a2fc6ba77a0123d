/**
 * Properties of reading: the cuts between pieces mean nothing, and garbage is refused.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { transcript } from "./transcript.ts";

const token = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}$/);
const value = fc.stringMatching(/^[!-~\x80-\xff]([ \t!-~\x80-\xff]{0,20}[!-~\x80-\xff])?$/);
const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => String.fromCharCode(...bytes));
// Such names would be read as more than what they are.
const fields = fc.array(fc.tuple(token.map((name) => `X-${name}`), value), { maxLength: 5 });

interface Message {
  readonly wire: string;
  readonly events: readonly string[];
}

const message: fc.Arbitrary<Message> = fc.record({
  method: token.filter((method) => method !== "CONNECT"),
  path: fc.stringMatching(/^\/[!$-;=@-Z_a-z~]{0,20}$/),
  fields,
  body,
  cuts: fc.option(fc.array(fc.nat(60), { maxLength: 4 }), { nil: undefined }),
}).map(({ method, path, fields, body, cuts }) => {
  const framing = cuts === undefined
    ? ["Content-Length", String(body.length)]
    : ["Transfer-Encoding", "chunked"];
  const lines = [["Host", "a"], ...fields, framing];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = cuts === undefined ? body.length : "chunked";
  const shown = lines.map(([name, value]) => `${name}=${value}`).join("&");
  return {
    wire: `${method} ${path} HTTP/1.1\r\n${head}\r\n${
      cuts === undefined ? body : chunks(body, cuts)
    }`,
    events: [
      `${method} ${path} 1.1 ${length} keep ${shown}`,
      ...(body === "" ? [] : [`data ${body}`]),
      "end",
    ],
  };
});

function chunks(body: string, cuts: readonly number[]): string {
  return split(body, cuts).filter((part) => part !== "")
    .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("") + "0\r\n\r\n";
}

function split(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b)];
  return places.map((place, index) => text.slice(place, places[index + 1]));
}

Deno.test("any requests are read as they were written, wherever their bytes are cut", () => {
  const messages = fc.array(message, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(messages, fc.array(fc.nat(600), { maxLength: 12 }), (messages, cuts) => {
    const wire = messages.map(({ wire }) => wire).join("");
    const events = messages.flatMap(({ events }) => events);
    assertEquals(transcript(split(wire, cuts), { end: "open" }), events);
  }));
});

Deno.test("a request is read the same whatever came before it on its connection", () => {
  const few = fc.array(message, { minLength: 1, maxLength: 3 });
  // From a few requests many sequences: each comes again, at once or after another.
  const order = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(few, order, fc.nat(4000), (few, order, cut) => {
    const messages = order.flatMap((index) => few[index % few.length] ?? []);
    const wire = messages.map(({ wire }) => wire).join("");
    const events = messages.flatMap(({ events }) => events);
    assertEquals(transcript([wire.slice(0, cut), wire.slice(cut)], { end: "open" }), events);
  }));
});

Deno.test("a message with a byte changed gives the same events however it is cut", () => {
  const change = fc.tuple(fc.nat(), fc.nat(255));
  fc.assert(
    fc.property(message, change, fc.array(fc.nat(200)), ({ wire }, [place, byte], cuts) => {
      const at = place % wire.length;
      const changed = wire.slice(0, at) + String.fromCharCode(byte) + wire.slice(at + 1);
      const whole = transcript([changed]);
      assertEquals(transcript(split(changed, cuts)), whole);
      assertEquals(transcript(changed), whole);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("garbage gives events or a ProtocolError, and nothing else", () => {
  const pieces = fc.constantFrom(
    "GET ",
    "/ ",
    "HTTP/1.1",
    "HTTP/1.0",
    "\r\n",
    "\r",
    "\n",
    ":",
    " ",
    "Host: a\r\n",
    "\0",
    "\xff",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "3\r\nabc\r\n",
    "0\r\n\r\n",
    ';a="',
  );
  const garbage = fc.oneof(
    fc.uint8Array().map((bytes) => String.fromCharCode(...bytes)),
    fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(garbage, (text) => {
      const lines = transcript([text]);
      assertEquals(transcript(text), lines);
      assert(/^(closed$|error [45][0-9]{2} )/.test(lines.at(-1) ?? ""), lines.join("\n"));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a long head fed byte by byte is not read again from its start", () => {
  // Reading 40 MB of heads whole takes a tenth of a second; reading them n² bytes would take hours.
  const line = `A: ${"x".repeat(3990)}\r\n`;
  const head = `GET / HTTP/1.1\r\nHost: a\r\n${line.repeat(250)}\r\n`;
  const limits = { headerSectionBytesMax: 2_000_000, headerLinesMax: 1000 };
  assertEquals(transcript(head, { limits, end: "open" }).at(-1), "end");
});
