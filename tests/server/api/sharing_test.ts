/**
 * What pages of other origins are told: CORS over the whole API.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { readableHeaders } from "../../../server/api/front/pages.ts";
import { type Answered, type Api, type Ask, everyOperation, withApi } from "./driver.ts";

const app = "https://app.example";
const allowing = { front: { corsOrigins: [app] } };
const preflight = {
  Origin: app,
  "Access-Control-Request-Method": "POST",
  "Access-Control-Request-Headers": "authorization,content-type",
};

function corsOf({ headers }: Answered): string[] {
  return [...headers].filter(([name]) => name.startsWith("Access-Control-")).map(([name]) => name);
}

/** One request for each kind of answer there is. */
async function everyKind(api: Api): Promise<Ask[]> {
  const token = await api.connect("alice");
  return [
    { ask: "GET /status", token },
    { ask: "POST /send", token, form: "text=hello" },
    { ask: "GET /events", token },
    { ask: "GET /events?wait=0", token },
    { ask: "HEAD /status", token },
    { ask: "GET /docs" },
    { ask: "GET /openapi.json" },
    { ask: "GET /healthz" },
    { ask: "POST /connect", form: "user=bob" },
    { ask: "POST /connect", form: "user=carol", headers: { Accept: "text/plain" } },
    { ask: "GET /status" },
    { ask: "GET /nothing" },
    { ask: "PUT /status" },
    { ask: "BREW /status" },
    { ask: "POST /send", token, form: "text=" },
    { ask: "POST /send", token, form: "x".repeat(70_000) },
    { ask: "GET /events", token, headers: { Accept: "image/png" } },
    { ask: "OPTIONS /status" },
    { ask: "OPTIONS *" },
  ];
}

Deno.test("without a page that is allowed, no answer tells of the matter", async () => {
  await withApi(async (api) => {
    for (const ask of await everyKind(api)) {
      if (ask.ask.startsWith("POST")) continue;
      const answered = await api.ask({ ...ask, headers: { ...ask.headers, ...preflight } });
      assertEquals(corsOf(answered), [], ask.ask);
      assert(!(answered.headers.get("vary") ?? "").includes("Origin"));
    }
    const { status, headers } = await api.ask({ ask: "OPTIONS /send", headers: preflight });
    assertEquals([status, headers.get("allow")], [204, "POST, OPTIONS"]);
  });
});

Deno.test("a page that is allowed may read every answer, failures and streams too", async () => {
  await withApi(async (api) => {
    for (const ask of await everyKind(api)) {
      const answered = await api.ask({ ...ask, headers: { ...ask.headers, Origin: app } });
      const { headers } = answered;
      assertEquals(headers.get("access-control-allow-origin"), app, ask.ask);
      assertEquals(headers.get("access-control-expose-headers"), readableHeaders.join(", "));
      assert((headers.get("vary") ?? "").split(", ").includes("Origin"), ask.ask);
      assertEquals(corsOf(answered).length, 2);
    }
  }, allowing);
});

Deno.test("any other page, and who is none, is told only that it depends", async () => {
  await withApi(async (api) => {
    for (const headers of [{}, { Origin: "https://evil.example" }, { Origin: "null" }]) {
      const answered = await api.get({ ask: "GET /healthz", headers });
      assertEquals([corsOf(answered), answered.headers.get("vary")], [[], "Origin"]);
    }
    const headers = { Origin: "https://evil.example" };
    const refused = await api.ask({ ask: "POST /connect", form: "user=eve", headers });
    assertEquals([refused.status, corsOf(refused)], [403, []]);
  }, allowing);
});

Deno.test("a page that is allowed may write, and is told before what it may do where", async () => {
  await withApi(async (api) => {
    const told = async (path: string) => {
      const { status, headers } = await api.ask({ ask: `OPTIONS ${path}`, headers: preflight });
      return [status, headers.get("access-control-allow-methods"), headers.get("allow")];
    };
    for (const { ask } of everyOperation) {
      const [method = "", path = ""] = ask.split(" ");
      const [status, methods, allow] = await told(path);
      assertEquals([status, methods], [204, allow]);
      assert(String(methods).split(", ").includes(method), `${ask}: ${methods}`);
    }
    assertEquals((await told("/nothing"))[0], 404);
    const { headers } = await api.get({ ask: "OPTIONS /send", headers: preflight });
    assertEquals(headers.get("access-control-max-age"), "7200");
    const page = { Origin: app, "Sec-Fetch-Site": "cross-site" };
    await api.get({ ask: "POST /connect", form: "user=bob", headers: page });
  }, allowing);
});

Deno.test("a page that is allowed may send every field that the API reads", async () => {
  await withApi(async (api) => {
    const { headers } = await api.get({ ask: "OPTIONS /files", headers: preflight });
    const sendable = (headers.get("access-control-allow-headers") ?? "").split(", ");
    const read = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Range"];
    for (const name of [...read, "If-Match", "If-None-Match", "If-Range"]) {
      assert(sendable.includes(name), name);
    }
  }, allowing);
});
