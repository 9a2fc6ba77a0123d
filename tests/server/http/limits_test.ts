/**
 * Each bound of the protocol core: under it, at it, over it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { HttpLimits } from "../../../server/http/limits.ts";
import { feedings, transcript } from "./transcript.ts";

interface Bound {
  readonly limit: keyof HttpLimits;
  readonly at: number;
  /** A request that uses up exactly `size` of it. */
  readonly input: (size: number) => string;
  readonly error: string;
}

const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const fill = (size: number, around: string) => "x".repeat(size - around.length);

const bounds: readonly Bound[] = [
  {
    limit: "requestLineBytesMax",
    at: 40,
    input: (size) => `GET /${fill(size, "GET / HTTP/1.1")} HTTP/1.1\r\nHost: a\r\n\r\n`,
    error: "414 uri_too_long",
  },
  {
    limit: "headerSectionBytesMax",
    at: 40,
    input: (size) => `GET / HTTP/1.1\r\nHost: a\r\nA: ${fill(size, "Host: a\r\nA: \r\n")}\r\n\r\n`,
    error: "431 headers_too_large",
  },
  {
    limit: "headerLinesMax",
    at: 5,
    input: (size) => `GET / HTTP/1.1\r\nHost: a\r\n${"A: b\r\n".repeat(size - 1)}\r\n`,
    error: "431 headers_too_large",
  },
  {
    limit: "leadingEmptyLinesMax",
    at: 3,
    input: (size) => `${"\r\n".repeat(size)}GET / HTTP/1.1\r\nHost: a\r\n\r\n`,
    error: "400 malformed",
  },
  {
    limit: "chunkLineBytesMax",
    at: 20,
    input: (size) => `${chunked}${"0".repeat(size - 1)}1\r\nx\r\n0\r\n\r\n`,
    error: "400 malformed",
  },
  {
    limit: "chunkLineBytesMax",
    at: 20,
    input: (size) => `${chunked}1;${fill(size, "1;")}\r\nx\r\n0\r\n\r\n`,
    error: "400 malformed",
  },
  {
    limit: "chunkExtensionsBytesMax",
    at: 20,
    input: (size) => `${chunked}1;abcd\r\nx\r\n1;${fill(size, ";abcd;")}\r\nx\r\n0\r\n\r\n`,
    error: "400 malformed",
  },
  {
    limit: "trailerSectionBytesMax",
    at: 20,
    input: (size) => `${chunked}0\r\nA: ${fill(size, "A: \r\n")}\r\n\r\n`,
    error: "431 headers_too_large",
  },
  {
    limit: "trailerLinesMax",
    at: 3,
    input: (size) => `${chunked}0\r\n${"A: b\r\n".repeat(size)}\r\n`,
    error: "431 headers_too_large",
  },
];

for (const { limit, at, input, error } of bounds) {
  Deno.test(`${limit} is kept to the byte: ${input(at).split("\r\n")[0]}`, () => {
    for (const size of [at - 1, at, at + 1]) {
      for (const pieces of feedings(input(size))) {
        const last = transcript(pieces, { limits: { [limit]: at }, end: "open" }).at(-1) ?? "";
        if (size <= at) assertEquals(last.split(" ")[0], "end", `${size} of ${at}`);
        else assertEquals(last, `error ${error}`, `${size} of ${at}`);
      }
    }
  });
}

Deno.test("a request line over its bound is refused without waiting for its end", () => {
  const limits = { requestLineBytesMax: 30 };
  assertEquals(transcript(["x".repeat(30)], { limits, end: "open" }), []);
  assertEquals(transcript(["x".repeat(31)], { limits, end: "open" }), ["error 414 uri_too_long"]);
});

Deno.test("a header section over its bound is refused without waiting for its end", () => {
  const limits = { headerSectionBytesMax: 30 };
  const line = "GET / HTTP/1.1\r\n";
  assertEquals(transcript([line, "x".repeat(30)], { limits, end: "open" }), []);
  assertEquals(transcript([line, "x".repeat(31)], { limits, end: "open" }), [
    "error 431 headers_too_large",
  ]);
});
