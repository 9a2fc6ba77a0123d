/**
 * What the API says of itself, as it is served.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { docsPage, docsStyle } from "../../../lib/docs/page.ts";
import { openApiDocument } from "../../../lib/docs/openapi.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import type { Answer, Handlers } from "../../../server/api/call.ts";
import { docsHandlers } from "../../../server/api/docs.ts";
import { FieldLines } from "../../../server/http/mod.ts";

const policy = { ...defaultPolicy, limit: 7 };
const version = "1.2.3";
const handlers = docsHandlers({
  version,
  settings: { recent: 20, registration: "open", fileBytesMax: 1024, policy },
}) satisfies Pick<Handlers, "openapi" | "docs">;
const names = ["openapi", "docs"] as const;

function ask(
  name: (typeof names)[number],
  fields: Readonly<Record<string, string>> = {},
): Answer {
  const headers = FieldLines.from(Object.entries(fields));
  return handlers[name]({ request: { method: "GET", headers } });
}

function bytesOf({ content }: Answer): Uint8Array {
  assert(content !== undefined && typeof content.bytes !== "string");
  return content.bytes;
}

function textOf(answer: Answer): string {
  return new TextDecoder().decode(bytesOf(answer));
}

function headersOf({ headers = [] }: Answer): FieldLines {
  return FieldLines.from(headers);
}

Deno.test("GET /openapi.json gives the document of this version", () => {
  const answer = ask("openapi");
  assertEquals([answer.status, answer.content?.type], [200, "application/json"]);
  assertEquals(textOf(answer), JSON.stringify(openApiDocument({ version })));
});

Deno.test("GET /docs gives the page, with the limits of this server", () => {
  const answer = ask("docs");
  assertEquals([answer.status, answer.content?.type], [200, "text/html; charset=utf-8"]);
  assertEquals(textOf(answer), docsPage({ version, policy, fileBytesMax: 1024 }));
  assert(textOf(answer).includes("at most 7 messages"));
});

for (const name of names) {
  Deno.test(`${name} may be kept and is asked for each time, and taken for nothing else`, () => {
    const headers = headersOf(ask(name));
    assertEquals(headers.get("cache-control"), "no-cache");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("vary"), "Accept-Encoding");
  });

  Deno.test(`${name} is the same in each coding, and much shorter`, () => {
    const plain = bytesOf(ask(name));
    for (const [coding, decode] of [["gzip", gunzipSync], ["br", brotliDecompressSync]] as const) {
      const answer = ask(name, { "Accept-Encoding": coding });
      assertEquals(headersOf(answer).get("content-encoding"), coding);
      assertEquals(new Uint8Array(decode(bytesOf(answer))), plain);
      assert(bytesOf(answer).length < plain.length / 5);
    }
  });

  Deno.test(`${name} is not sent to those who have it`, () => {
    for (const coding of ["", "gzip", "br"]) {
      const accept = { "Accept-Encoding": coding };
      const tag = headersOf(ask(name, accept)).get("etag") ?? "";
      assertEquals(ask(name, { ...accept, "If-None-Match": tag }).status, 304);
      assertEquals(ask(name, { ...accept, "If-None-Match": '"a"' }).status, 200);
    }
  });

  Deno.test(`${name} is made once in each coding, for all that ask`, () => {
    for (const coding of ["", "gzip", "br"]) {
      const accept = { "Accept-Encoding": coding };
      assert(bytesOf(ask(name, accept)) === bytesOf(ask(name, accept)));
    }
  });
}

Deno.test("the page may use its own style and nothing else, in whatever coding it comes", () => {
  const hash = createHash("sha256").update(docsStyle).digest("base64");
  for (const coding of ["", "gzip", "br"]) {
    const headers = headersOf(ask("docs", { "Accept-Encoding": coding }));
    assertEquals(headers.get("content-security-policy")?.split("; "), [
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  }
  // A browser hashes what stands between the tags, to the byte.
  assertEquals(/<style>([^]*)<\/style>/.exec(textOf(ask("docs")))?.[1], docsStyle);
});
