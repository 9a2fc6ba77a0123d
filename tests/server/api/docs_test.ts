/**
 * What the API says of itself, as it is served.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
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

function textOf({ content }: Answer): string {
  return typeof content?.bytes === "string"
    ? content.bytes
    : new TextDecoder().decode(content?.bytes);
}

function headersOf({ headers = [] }: Answer): FieldLines {
  return FieldLines.from(headers);
}

Deno.test("GET /openapi.json gives the document of this version", () => {
  const answer = handlers.openapi();
  assertEquals([answer.status, answer.content?.type], [200, "application/json"]);
  assertEquals(textOf(answer), JSON.stringify(openApiDocument({ version })));
});

Deno.test("GET /docs gives the page, with the limits of this server", () => {
  const answer = handlers.docs();
  assertEquals([answer.status, answer.content?.type], [200, "text/html; charset=utf-8"]);
  assertEquals(textOf(answer), docsPage({ version, policy, fileBytesMax: 1024 }));
  assert(textOf(answer).includes("at most 7 messages"));
});

Deno.test("neither is kept by caches, nor taken for anything else than it is", () => {
  for (const answer of [handlers.openapi(), handlers.docs()]) {
    assertEquals(headersOf(answer).get("cache-control"), "no-store");
    assertEquals(headersOf(answer).get("x-content-type-options"), "nosniff");
  }
});

Deno.test("the page may use its own style and nothing else", () => {
  const hash = createHash("sha256").update(docsStyle).digest("base64");
  assertEquals(headersOf(handlers.docs()).get("content-security-policy")?.split("; "), [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  // A browser hashes what stands between the tags, to the byte.
  assertEquals(/<style>([^]*)<\/style>/.exec(textOf(handlers.docs()))?.[1], docsStyle);
});

Deno.test("both are made once, for all that ask", () => {
  assert(handlers.docs() === handlers.docs());
  assert(handlers.openapi() === handlers.openapi());
});
