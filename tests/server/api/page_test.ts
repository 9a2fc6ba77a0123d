/**
 * The page for browsers, as it is served.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Answered, type Api, withApi } from "./driver.ts";
import { sampleAsset, samplePage } from "./sample_page.ts";

const html = new TextDecoder().decode(samplePage.html.identity);
const pages = ["/", "/join"];

/** What a browser says that it would have. */
const browser = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

/** What keeps a page apart from all others, whichever page it is. */
function checkIsolation({ headers }: Answered): void {
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  assertEquals(headers.get("referrer-policy"), "no-referrer");
  assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
  assertMatch(headers.get("permissions-policy") ?? "", /^([a-z-]+=\(\), )+[a-z-]+=\(\)$/);
}

for (const path of pages) {
  Deno.test(`${path} is the page, which may do nothing but what it needs`, async () => {
    await withApi(async (api) => {
      const answered = await api.get({ ask: `GET ${path}`, headers: browser });
      assertEquals(answered.text, html);
      assertEquals(answered.headers.get("content-type"), "text/html; charset=utf-8");
      assertEquals(answered.headers.get("content-security-policy")?.split("; "), [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ]);
      checkIsolation(answered);
    });
  });

  Deno.test(`${path} is asked for each time, and sent when it has changed`, async () => {
    await withApi(async (api) => {
      for (const coding of ["identity", "gzip", "br"]) {
        const accept = { "Accept-Encoding": coding };
        const first = await api.get({ ask: `GET ${path}`, headers: accept });
        assertEquals(first.headers.get("cache-control"), "no-cache");
        assertEquals(first.headers.get("vary"), "Accept-Encoding");
        const tag = first.headers.get("etag") ?? "";
        const headers = { ...accept, "If-None-Match": tag };
        const again = await api.ask({ ask: `GET ${path}`, headers });
        assertEquals([again.status, again.text], [304, ""]);
        const other = { ...accept, "If-None-Match": '"a"' };
        assertEquals((await api.ask({ ask: `GET ${path}`, headers: other })).status, 200);
      }
    });
  });

  Deno.test(`${path} is the page, whatever others have hung onto its address`, async () => {
    await withApi(async (api) => {
      for (const query of ["?", "?utm=1", "?a=b&a=c&__proto__=1&%ff=%", `?${"x=1&".repeat(500)}`]) {
        assertEquals((await api.get({ ask: `GET ${path}${query}` })).text, html);
      }
    });
  });
}

Deno.test("POST /join is still what asks to enter a room", async () => {
  await withApi(async (api) => {
    const { status } = await api.ask({ ask: "POST /join", json: { code: "c" } });
    assertEquals(status, 401);
    const { headers } = await api.ask({ ask: "OPTIONS /join" });
    assertEquals(headers.get("allow")?.split(", ").toSorted(), ["GET", "HEAD", "OPTIONS", "POST"]);
  });
});

Deno.test("an asset may be kept for ever, and comes in the coding that is asked for", async () => {
  await withApi(async (api) => {
    const ask = `GET ${sampleAsset}`;
    const plain = await api.get({ ask });
    assertEquals(plain.headers.get("content-type"), "text/javascript; charset=utf-8");
    assertEquals(plain.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(plain.headers.get("x-content-type-options"), "nosniff");
    for (const coding of ["gzip", "br"]) {
      const coded = await api.get({ ask, headers: { "Accept-Encoding": coding } });
      assertEquals(coded.headers.get("content-encoding"), coding);
      assert(coded.text.length < plain.text.length);
    }
    const headers = { "If-None-Match": plain.headers.get("etag") ?? "" };
    assertEquals((await api.ask({ ask, headers })).status, 304);
  });
});

Deno.test("nothing can be asked for but what the page consists of", async () => {
  await withApi(async (api) => {
    for (
      const path of [
        "/assets",
        "/assets/",
        "/assets/index.html",
        "/assets/page-0124.js",
        "/assets/page-0123.js/",
        "/assets/page-0123.js%00",
        "/assets/page-0123.js.gz",
        "/assets//page-0123.js",
        "//assets/page-0123.js",
        "/assets/./page-0123.js",
        "/assets/%2e/page-0123.js",
        "/assets/%2e%2e",
        "/assets/..",
        "/assets/../main.ts",
        "/assets/..%2fmain.ts",
        "/assets/..%5cmain.ts",
        "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/assets/%252e%252e%252fmain.ts",
        "/assets/%",
        "/assets/__proto__",
        "/assets/constructor",
        "/Assets/page-0123.js",
        "/index.html",
        "/join/",
        "//",
      ]
    ) {
      const { status, problem } = await api.ask({ ask: `GET ${path}` });
      assertEquals([status, problem?.code], [404, "not_found"], path);
    }
  });
});

// Without a build.

function unbuilt(work: (api: Api) => Promise<void>): Promise<void> {
  return withApi(work, { unbuilt: true });
}

Deno.test("where the page was not built, a browser shows what to do", async () => {
  await unbuilt(async (api) => {
    for (const path of pages) {
      const answered = await api.ask({ ask: `GET ${path}`, headers: browser });
      assertEquals(answered.status, 503);
      assertEquals(answered.headers.get("content-type"), "text/html; charset=utf-8");
      assertEquals(answered.headers.get("cache-control"), "no-store");
      assertMatch(answered.text, /<code>deno task page<\/code>/);
      // It has nothing that its policy would keep out.
      assertEquals(
        answered.headers.get("content-security-policy"),
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      assert(!/<(script|style|link|img|form|base)\b| style=/.test(answered.text));
      checkIsolation(answered);
    }
  });
});

Deno.test("where the page was not built, a terminal shows one line", async () => {
  await unbuilt(async (api) => {
    for (const accept of ["*/*", "text/plain", "image/png", undefined]) {
      const headers: Record<string, string> = accept === undefined ? {} : { Accept: accept };
      const answered = await api.ask({ ask: "GET /", headers });
      assertEquals(answered.status, 503);
      assertEquals(answered.headers.get("content-type"), "text/plain; charset=utf-8");
      assertMatch(answered.text, /^[^\n]*`deno task page`[^\n]*\n$/);
    }
  });
});

Deno.test("where the page was not built, there are no assets, and all else is there", async () => {
  await unbuilt(async (api) => {
    const { status, problem } = await api.ask({ ask: `GET ${sampleAsset}` });
    assertEquals([status, problem?.code], [404, "not_found"]);
    assertEquals((await api.ask({ ask: "GET /docs" })).status, 200);
  });
});
