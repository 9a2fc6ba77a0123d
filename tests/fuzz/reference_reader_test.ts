/**
 * The reference reader and the generator agree on what is valid, without the core.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { defaultHttpLimits } from "../../server/http/limits.ts";
import { Dice } from "../simulation/dice.ts";
import { conversation } from "./conversations.ts";
import { mutated } from "./mutations.ts";
import { readAll } from "./reference_reader.ts";

const limits = { ...defaultHttpLimits, requestLineBytesMax: 30, trailerSectionBytesMax: 13 };

/** What is read of `text`, in short: a line for each message, then how it ends. */
function read(text: string): string[] {
  const { messages, refusal } = readAll(text, limits);
  return [
    ...messages.map(({ method, path, query, authority, body, trailers, keepAlive }) =>
      [method, path, query, authority, body, trailers?.join() ?? "cut", keepAlive].join(" ")
    ),
    refusal === undefined ? "well" : [...refusal].join(" or "),
  ];
}

const post = "POST / HTTP/1.1\r\nHost: a\r\n";
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;

const examples: readonly (readonly [name: string, text: string, told: readonly string[]])[] = [
  ["nothing", "", ["well"]],
  ["an empty line", "\r\n", ["well"]],
  ["two empty lines", "\r\n\r\n", ["400"]],
  ["a request", "GET /a?b HTTP/1.1\r\nHost: h:1\r\n\r\n", ["GET /a b h:1   true", "well"]],
  ["an absolute form", "GET http://b?c HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / c b   true", "well"]],
  ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\nX", ["GET /     false", "well"]],
  ["a body", `${post}Content-Length: 3\r\n\r\nabcX`, ["POST /  a abc  true", "400"]],
  ["a cut body", `${post}Content-Length: 3\r\n\r\nab`, ["POST /  a ab cut true", "400"]],
  ["two lengths", `${post}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, ["400"]],
  ["chunks", `${chunked}2;a="\\""\r\nab\r\n00\r\nX: y\r\nTE: z\r\n\r\n`, [
    "POST /  a ab X,y true",
    "well",
  ]],
  ["a chunk without its end", `${chunked}2\r\nabc\r\n`, ["POST /  a ab cut true", "400"]],
  ["long trailers", `${chunked}0\r\nX: 23456789012\r\n\r\n`, ["POST /  a  cut true", "431"]],
  ["a long line", `GET /${"x".repeat(17)} HTTP/1.1\r\nHost: a\r\n\r\n`, ["414"]],
  ["a length and a coding", `${chunked.slice(0, -2)}Content-Length: 3\r\n\r\n`, ["400"]],
  ["a coding of another name", `${post}Transfer-Encoding: x\r\n\r\n`, ["501"]],
  ["a fault of another kind as well", `${post}Transfer-Encoding: x\r\nExpect: y\r\n\r\n`, [
    "501 or 417",
  ]],
  ["a long method", `${"X".repeat(40)} / HTTP/1.1\r\n\r\n`, ["501"]],
  ["two faults, of which one is known first", "CONNECT a:1 HTTP/1.1\r\nX\r\n\r\n", ["501"]],
  ["HTTP/2.0", "PRI * HTTP/2.0\r\n\r\n", ["505"]],
  ["a bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", ["400"]],
];

for (const [name, text, told] of examples) {
  Deno.test(`the reference reader knows ${name}`, () => assertEquals(read(text), told));
}

Deno.test("a conversation that nobody has spoilt is read to its end, a spoilt one often is not", () => {
  const dice = new Dice(1);
  let refused = 0;
  for (let index = 0; index < 300; index++) {
    const text = conversation(dice);
    const { messages, refusal } = readAll(text, defaultHttpLimits);
    assertEquals(refusal, undefined, JSON.stringify(text));
    assert(messages.length > 0);
    const spoilt = mutated(text, dice, conversation(dice), { bytesMax: 1000 });
    assert(spoilt.length <= 1000);
    if (readAll(spoilt, defaultHttpLimits).refusal !== undefined) refused++;
  }
  assert(refused > 100 && refused < 290, `${refused} of 300 are refused`);
});
