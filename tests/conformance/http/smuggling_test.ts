/**
 * Messages that other servers have read in two ways: here each ends the connection.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { feedings, transcript } from "../../server/http/transcript.ts";

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const post = (fields: string, body = "") =>
  `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}${smuggled}`;
const chunked = (body: string) => post("Transfer-Encoding: chunked\r\n", body);

const attacks: readonly (readonly [section: string, name: string, input: string, error: string])[] =
  [
    [
      "RFC 9112 §6.1",
      "CL.TE",
      post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX"),
      "400",
    ],
    [
      "RFC 9112 §6.1",
      "TE.CL",
      post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "1\r\nZ\r\n0\r\n\r\n"),
      "400",
    ],
    [
      "RFC 9112 §6.1",
      "both, with a coding that is not known",
      post("Transfer-Encoding: x\r\nContent-Length: 3\r\n"),
      "400",
    ],
    [
      "RFC 9112 §6.1",
      "both, Content-Length 0",
      post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §6.1",
      "Transfer-Encoding in HTTP/1.0",
      `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      "400",
    ],
    ["RFC 9112 §6.1", "chunked not last", post("Transfer-Encoding: chunked, identity\r\n"), "400"],
    [
      "RFC 9112 §6.1",
      "chunked twice in a list",
      post("Transfer-Encoding: chunked, chunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §6.1",
      "chunked twice in two lines",
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §6.1",
      "chunked and another line",
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n"),
      "400",
    ],
    ["RFC 9112 §6.1", "identity", post("Transfer-Encoding: identity\r\n"), "501"],
    ["RFC 9112 §6.1", "chunked in quotes", post('Transfer-Encoding: "chunked"\r\n'), "501"],
    ["RFC 9112 §6.1", "xchunked", post("Transfer-Encoding: xchunked\r\n"), "501"],
    [
      "RFC 9112 §6.1",
      "chunked with a parameter",
      post("Transfer-Encoding: chunked;q=1\r\n"),
      "501",
    ],
    ["RFC 9112 §6.1", "an empty coding", post("Transfer-Encoding:\r\n"), "501"],
    [
      "RFC 9110 §5.5",
      "vertical tab before chunked",
      post("Transfer-Encoding: \x0bchunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §5.1",
      "Transfer-Encoding before a blank",
      post("Transfer-Encoding : chunked\r\n"),
      "400",
    ],
    ["RFC 9112 §5.1", "Content-Length before a blank", post("Content-Length : 5\r\n"), "400"],
    [
      "RFC 9112 §5.2",
      "Transfer-Encoding folded",
      post("Transfer-Encoding:\r\n chunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §5.2",
      "Transfer-Encoding folded away behind another field",
      post("A: b\r\n Transfer-Encoding: chunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §2.2",
      "Transfer-Encoding behind a bare LF",
      post("A: b\nTransfer-Encoding: chunked\r\n"),
      "400",
    ],
    [
      "RFC 9112 §2.2",
      "Transfer-Encoding behind a bare CR",
      post("A: b\rTransfer-Encoding: chunked\r\n"),
      "400",
    ],
    ["RFC 9112 §2.2", "a head that ends in LF LF", `GET / HTTP/1.1\nHost: a\n\n${smuggled}`, "400"],
    ["RFC 9110 §5.5", "NUL in Transfer-Encoding", post("Transfer-Encoding: chunked\0\r\n"), "400"],
    [
      "RFC 9112 §6.3",
      "Content-Length twice, different",
      post("Content-Length: 5\r\nContent-Length: 6\r\n"),
      "400",
    ],
    [
      "RFC 9112 §6.3",
      "Content-Length twice, equal",
      post("Content-Length: 5\r\nContent-Length: 5\r\n"),
      "400",
    ],
    ["RFC 9112 §6.3", "Content-Length listed, equal", post("Content-Length: 5, 5\r\n"), "400"],
    ["RFC 9112 §6.3", "Content-Length signed", post("Content-Length: +5\r\n"), "400"],
    ["RFC 9112 §6.3", "Content-Length negative", post("Content-Length: -5\r\n"), "400"],
    ["RFC 9112 §6.3", "Content-Length in hex", post("Content-Length: 0x5\r\n"), "400"],
    ["RFC 9112 §6.3", "Content-Length with a blank inside", post("Content-Length: 1 0\r\n"), "400"],
    ["RFC 9112 §6.3", "Content-Length with an underscore", post("Content-Length: 1_0\r\n"), "400"],
    [
      "RFC 9112 §6.3",
      "Content-Length beyond 64 bits",
      post("Content-Length: 18446744073709551621\r\n"),
      "400",
    ],
    ["RFC 9112 §6.3", "Content-Length empty", post("Content-Length:\r\n"), "400"],
    [
      "RFC 9112 §7.1",
      "a chunk size beyond 64 bits",
      chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
      "400",
    ],
    ["RFC 9112 §7.1", "a chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), "400"],
    [
      "RFC 9112 §7.1",
      "a chunk size with an underscore",
      chunked("0_5\r\nhello\r\n0\r\n\r\n"),
      "400",
    ],
    ["RFC 9112 §7.1", "a chunk size signed", chunked("+5\r\nhello\r\n0\r\n\r\n"), "400"],
    [
      "RFC 9112 §7.1",
      "a chunk size followed by a blank",
      chunked("5 \r\nhello\r\n0\r\n\r\n"),
      "400",
    ],
    ["RFC 9112 §7.1", "a chunk size that ends in LF", chunked("5\nhello\r\n0\r\n\r\n"), "400"],
    [
      "RFC 9112 §7.1",
      "a chunk size that ends in CR and another byte",
      chunked("5\rXhello\r\n0\r\n\r\n"),
      "400",
    ],
    ["RFC 9112 §7.1.1", "LF within an extension", chunked("5;a\nxx\r\nhello\r\n0\r\n\r\n"), "400"],
    [
      "RFC 9112 §7.1.1",
      "LF within a quoted extension",
      chunked('5;a="\n"\r\nhello\r\n0\r\n\r\n'),
      "400",
    ],
    [
      "RFC 9112 §7.1",
      "two bytes in place of the CRLF of a chunk",
      chunked("5\r\nhelloXX0\r\n\r\n"),
      "400",
    ],
    ["RFC 9112 §7.1", "no CRLF after the data of a chunk", chunked("5\r\nhello0\r\n\r\n"), "400"],
    ["RFC 9112 §7.1.2", "a last chunk without its empty line", chunked("0\r\n"), "400"],
    [
      "RFC 9112 §3",
      "a request line within a field name",
      `GET / HTTP/1.1\r\nHost: a\r\nGET /x HTTP/1.1\r\n\r\n${smuggled}`,
      "400",
    ],
    [
      "RFC 9112 §3.2",
      "two hosts",
      `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${smuggled}`,
      "400",
    ],
    [
      "RFC 9112 §3.2",
      "a host with a user",
      `GET / HTTP/1.1\r\nHost: a@b\r\n\r\n${smuggled}`,
      "400",
    ],
    [
      "RFC 9113 §3.4",
      "the preface of HTTP/2",
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${smuggled}`,
      "505",
    ],
  ];

for (const [section, name, input, status] of attacks) {
  Deno.test(`${section}: ${name} is refused, and nothing behind it is read`, () => {
    for (const pieces of feedings(input)) {
      const lines = transcript(pieces);
      assertEquals(lines.at(-1)?.split(" ", 2), ["error", status]);
      // What is wrong in a head must not even give a request; §7 is about bodies.
      if (!section.includes("§7")) assertEquals(lines.length, 1, lines.join("\n"));
      assert(!lines.some((line) => line.startsWith("GET /smuggled")), lines.join("\n"));
    }
  });
}

Deno.test("RFC 9110 §6.5.1: a trailer cannot pass for a field of the head", () => {
  const names = [
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Authorization",
    "Cookie",
    "Expect",
  ];
  const trailers = names.map((name) => `${name}: 7\r\n`).join("");
  const lines = transcript([chunked(`1\r\nx\r\n0\r\n${trailers}Other: 1\r\n\r\n`)]);
  assertEquals(lines[2], "end Other=1");
  assertEquals(lines[3], "GET /smuggled 1.1 0 keep Host=a");
});

Deno.test("RFC 9112 §6.2: a body that looks like a request is a body", () => {
  const lines = transcript([post(`Content-Length: ${smuggled.length}\r\n`, smuggled)]);
  assertEquals(lines[1], `data ${smuggled}`);
  assertEquals(lines.filter((line) => line.startsWith("GET /smuggled")).length, 1);
});

Deno.test("RFC 9110 §9.3.1: the body of a GET is not read as a request", () => {
  const input = `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc${smuggled}`;
  assertEquals(transcript([input])[1], "data abc");
});
