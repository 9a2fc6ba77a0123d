/**
 * Static content: its codings, its tags, and what is answered for it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Answer } from "../../../server/api/call.ts";
import { Failure } from "../../../server/api/failure.ts";
import {
  compressedOnDemand,
  staticAnswer,
  type StaticContent,
  type StaticOptions,
} from "../../../server/api/static_content.ts";
import { FieldLines } from "../../../server/http/mod.ts";

const utf8 = new TextEncoder();
const type = "text/plain; charset=utf-8";
const revalidated: StaticOptions = { caching: "revalidated" };
const text = utf8.encode("to be, or not to be. ".repeat(100));

/** What a build step hands in: nothing here compresses it. */
const ready: StaticContent = {
  type,
  identity: utf8.encode("as it is"),
  gzip: utf8.encode("by gzip"),
  br: utf8.encode("by br"),
};

function ask(
  content: StaticContent,
  fields: Readonly<Record<string, string>> = {},
  options = revalidated,
  method = "GET",
): Answer<never> & { readonly fields: FieldLines } {
  const headers = FieldLines.from(Object.entries(fields));
  const answer = staticAnswer(content, { method, headers }, options);
  return { ...answer, fields: FieldLines.from(answer.headers ?? []) };
}

function tagFor(content: StaticContent, accept: string): string {
  return ask(content, { "Accept-Encoding": accept }).fields.get("etag") ?? "";
}

for (
  const [accept, coding, bytes] of [
    [undefined, undefined, ready.identity],
    ["", undefined, ready.identity],
    ["gzip", "gzip", ready.gzip],
    ["br", "br", ready.br],
    ["gzip, deflate, br", "br", ready.br],
    ["gzip;q=1, br;q=0.9", "gzip", ready.gzip],
    ["gzip;q=0.5, identity", undefined, ready.identity],
    ["zstd", undefined, ready.identity],
    ["identity;q=0", undefined, ready.identity],
    ["gzip;;", undefined, ready.identity],
  ] as const
) {
  Deno.test(`Accept-Encoding: ${accept} gets ${coding ?? "it as it is"}`, () => {
    const answer = ask(ready, accept === undefined ? {} : { "Accept-Encoding": accept });
    assertEquals([answer.status, answer.content?.type], [200, type]);
    assertEquals(answer.content?.bytes, bytes);
    assertEquals(answer.fields.get("content-encoding"), coding);
  });
}

Deno.test("a coding that is not there is passed over for the next one", () => {
  const { br: _, ...noBrotli } = ready;
  assertEquals(ask(noBrotli, { "Accept-Encoding": "br, gzip" }).content?.bytes, ready.gzip);
  const { gzip: _gzip, ...bare } = noBrotli;
  const answer = ask(bare, { "Accept-Encoding": "br, gzip" });
  assertEquals(answer.content?.bytes, ready.identity);
  assertEquals(answer.fields.get("content-encoding"), undefined);
});

Deno.test("every answer says what it depends on, how long it may be kept, and what it is", () => {
  for (const accept of ["", "gzip", "br"]) {
    const { fields } = ask(ready, { "Accept-Encoding": accept });
    assertEquals(fields.get("vary"), "Accept-Encoding");
    assertEquals(fields.get("cache-control"), "no-cache");
    assertEquals(fields.get("x-content-type-options"), "nosniff");
    assertEquals(fields.has("accept-ranges"), false);
    assertMatch(fields.get("etag") ?? "", /^"[\w-]{43}"$/);
  }
  const { fields } = ask(ready, {}, { caching: "immutable" });
  assertEquals(fields.get("cache-control"), "public, max-age=31536000, immutable");
});

Deno.test("each coding has a tag of its own, which is the same as long as its bytes are", () => {
  const tags = ["", "gzip", "br"].map((accept) => tagFor(ready, accept));
  assertEquals(new Set(tags).size, 3);
  const again: StaticContent = { ...ready, identity: utf8.encode("as it is") };
  assertEquals(tagFor(again, ""), tags[0]);
  const other: StaticContent = { ...ready, identity: utf8.encode("as it was") };
  assert(tagFor(other, "") !== tags[0]);
  assertEquals(tagFor(other, "br"), tags[2]);
});

Deno.test("who has it is told so, with what a 304 must repeat and nothing else", () => {
  const headers = [["Content-Security-Policy", "default-src 'none'"]] as const;
  for (const method of ["GET", "HEAD"]) {
    for (const accept of ["", "gzip", "br"]) {
      const tag = tagFor(ready, accept);
      for (const condition of [tag, `W/${tag}`, `"a", ${tag}`, "*"]) {
        const answer = ask(
          ready,
          { "Accept-Encoding": accept, "If-None-Match": condition },
          { ...revalidated, headers },
          method,
        );
        assertEquals([answer.status, answer.content, answer.json], [304, undefined, undefined]);
        assertEquals([...answer.fields], [
          ["ETag", tag],
          ["Cache-Control", "no-cache"],
          ["Vary", "Accept-Encoding"],
        ]);
      }
    }
  }
});

Deno.test("who has it in another coding than they ask for now does not have it", () => {
  const condition = { "If-None-Match": tagFor(ready, "gzip") };
  const answer = ask(ready, { "Accept-Encoding": "br", ...condition });
  assertEquals([answer.status, answer.content?.bytes], [200, ready.br]);
});

Deno.test("If-Match is for the coding that would be sent, and refuses another", () => {
  const condition = { "If-Match": tagFor(ready, "gzip") };
  assertEquals(ask(ready, { "Accept-Encoding": "gzip", ...condition }).status, 200);
  const refused = assertThrows(() => ask(ready, condition), Failure);
  assertEquals(refused.code, "precondition_failed");
});

Deno.test("there are no ranges of it, nor dates", () => {
  const then = "Fri, 20 Nov 2099 10:00:00 GMT";
  for (
    const fields of [
      { Range: "bytes=0-1" },
      { Range: "bytes=0-1", "If-Range": tagFor(ready, "") },
      { Range: "bytes=99-" },
      { "If-Modified-Since": then },
    ]
  ) {
    const answer = ask(ready, fields);
    assertEquals([answer.status, answer.content?.bytes], [200, ready.identity]);
    assertEquals(answer.fields.has("last-modified"), false);
  }
});

Deno.test("what is compressed on demand is the same again, and kept", () => {
  const content = compressedOnDemand({ type, identity: text });
  const { gzip, br } = content;
  assert(gzip !== undefined && br !== undefined);
  assertEquals(new Uint8Array(gunzipSync(gzip)), text);
  assertEquals(new Uint8Array(brotliDecompressSync(br)), text);
  assert(br.length < gzip.length && gzip.length < text.length);
  assert(content.gzip === gzip && content.br === br, "nothing is compressed twice");
});

Deno.test("what gets no shorter is sent as it is", () => {
  // By less than a compressor adds of its own.
  for (const identity of [new Uint8Array(), utf8.encode("a"), utf8.encode("chat: 1.2.3")]) {
    const content = compressedOnDemand({ type, identity });
    assertEquals([content.gzip, content.br], [undefined, undefined]);
    const answer = ask(content, { "Accept-Encoding": "gzip, br" });
    assertEquals(answer.content?.bytes, identity);
    assertEquals(answer.fields.has("content-encoding"), false);
    assertEquals(answer.fields.get("vary"), "Accept-Encoding");
  }
});

Deno.test("a compressed form is kept as soon as it is one byte shorter, and not when as long", () => {
  // By one byte at a time, so that each relation of the lengths comes up.
  const seen = new Set<number>();
  for (let length = 1; length <= 60; length++) {
    const identity = utf8.encode("ab".repeat(30).slice(0, length));
    const { gzip } = compressedOnDemand({ type, identity });
    const compressed = gzip?.length ?? Infinity;
    assert(compressed < identity.length || gzip === undefined);
    if (gzip !== undefined) seen.add(identity.length - gzip.length);
  }
  assertEquals(seen.has(0), false);
  assertEquals(seen.has(1), true);
});
