/**
 * The body of a request as text: however it comes, it says the same.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { ProtocolError } from "../../../server/http/mod.ts";
import { H, ok, talk, turn } from "./talk.ts";

const limitBytes = 64;

/** How the bytes of a body come: all with the head, one by one, in chunks of one. */
const ways = {
  whole: (bytes) => [`${H}Content-Length: ${bytes.length}\r\n\r\n${bytes.toString("latin1")}`],
  slowly: (bytes) => [`${H}Content-Length: ${bytes.length}\r\n\r\n`, ...bytes.toString("latin1")],
  chunked: (bytes) => [
    `${H}Transfer-Encoding: chunked\r\n\r\n`,
    ...[...bytes.toString("latin1")].map((byte) => `1\r\n${byte}\r\n`),
    "0\r\n\r\n",
  ],
} satisfies Record<string, (bytes: Buffer) => string[]>;

/** What a handler is told that reads a body as text. */
async function textOf(pieces: readonly string[]): Promise<string> {
  let told = "nothing";
  const { stream, dialogue, done } = talk(async ({ body }) => {
    try {
      told = await body.text(limitBytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      told = `${error.status}: ${error.message}`;
    }
    return ok("");
  });
  stream.send("POST / HTTP/1.1\r\n");
  for (const piece of pieces) {
    stream.send(piece);
    await turn();
  }
  assertEquals(stream.writes.length, 1);
  dialogue.cut();
  await done;
  return told;
}

const notText = "400: Cannot read request: its body is not UTF-8";

for (
  const { what, bytes, is } of [
    { what: "nothing", bytes: Buffer.of(), is: "" },
    { what: "ASCII", bytes: Buffer.from("hello"), is: "hello" },
    { what: "all of UTF-8", bytes: Buffer.from("żółw, мир, 日本, 🙂"), is: "żółw, мир, 日本, 🙂" },
    { what: "a byte order mark", bytes: Buffer.from("\ufeffa"), is: "\ufeffa" },
    { what: "a replacement character", bytes: Buffer.from("\ufffd"), is: "\ufffd" },
    { what: "a lone byte", bytes: Buffer.of(0x61, 0xff), is: notText },
    { what: "a character that is cut", bytes: Buffer.of(0xf0, 0x9f, 0x99), is: notText },
    { what: "an overlong character", bytes: Buffer.of(0xc0, 0xaf), is: notText },
    { what: "half of a surrogate pair", bytes: Buffer.of(0xed, 0xa0, 0x80), is: notText },
    { what: "as much as may be", bytes: Buffer.alloc(64, "x"), is: "x".repeat(64) },
  ]
) {
  Deno.test(`a body that is ${what} is the same text, however it comes`, async () => {
    for (const piecesOf of Object.values(ways)) assertEquals(await textOf(piecesOf(bytes)), is);
  });
}

Deno.test("a body of one byte too much is no text", async () => {
  for (const piecesOf of Object.values(ways)) {
    assertMatch(await textOf(piecesOf(Buffer.alloc(limitBytes + 1, "x"))), /^413: /);
  }
});
