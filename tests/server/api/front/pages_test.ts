/**
 * What pages of other origins may do and read.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../../server/api/failure.ts";
import {
  isOrigin,
  originCharactersMax,
  Pages,
  preflightLifeS,
  readableHeaders,
  sendableHeaders,
} from "../../../../server/api/front/pages.ts";
import { TrustedProxies } from "../../../../server/api/front/proxies.ts";
import type { Response } from "../../../../server/http/mod.ts";
import { type Asking, asking } from "./asking.ts";

function isAdmitted(origins: readonly string[], request: Asking): boolean {
  const asked = asking(request);
  try {
    new Pages(origins).admit(asked, new TrustedProxies([]).callerOf(asked));
    return true;
  } catch (failure) {
    assert(failure instanceof Failure && failure.code === "forbidden", String(failure));
    return false;
  }
}

const from = (origin: string, relation?: string): NonNullable<Asking["headers"]> => [
  ["Origin", origin],
  ...(relation === undefined ? [] : [["Sec-Fetch-Site", relation] as const]),
];

const app = "https://app.example";

interface Row {
  readonly does: string;
  readonly origins?: readonly string[];
  readonly headers: NonNullable<Asking["headers"]>;
  readonly authority?: string | null;
  readonly expected: boolean;
}

const rows: readonly Row[] = [
  { does: "a program, which names no origin", headers: [], expected: true },
  { does: "a page of ours", headers: from("https://chat.example"), expected: true },
  { does: "a page of ours, without TLS", headers: from("http://chat.example"), expected: true },
  {
    does: "a page of ours, host in capitals",
    headers: from("http://chat.example"),
    authority: "CHAT.example.",
    expected: true,
  },
  {
    does: "a page of ours, at a port",
    headers: from("http://chat.example:8000"),
    authority: "chat.example:8000",
    expected: true,
  },
  {
    does: "a page of ours, at the usual port",
    headers: from("https://chat.example"),
    authority: "chat.example:443",
    expected: true,
  },
  {
    does: "a page of ours, at the other usual port",
    headers: from("http://chat.example"),
    authority: "chat.example:80",
    expected: true,
  },
  {
    does: "a page of ours, at an address",
    headers: from("http://[::1]:8000"),
    authority: "[0::1]:8000",
    expected: true,
  },
  {
    does: "a page at another port",
    headers: from("http://chat.example:8001"),
    authority: "chat.example:8000",
    expected: false,
  },
  {
    does: "a page at a port, where the host has none",
    headers: from("http://chat.example:8000"),
    expected: false,
  },
  {
    does: "a page without a port, where the host has one",
    headers: from("http://chat.example"),
    authority: "chat.example:8000",
    expected: false,
  },
  {
    does: "a page that speaks TLS at the port of HTTP",
    headers: from("https://chat.example"),
    authority: "chat.example:80",
    expected: false,
  },
  { does: "a page of another host", headers: from("https://evil.example"), expected: false },
  {
    does: "a page of a host within ours",
    headers: from("https://a.chat.example"),
    expected: false,
  },
  { does: "a page of a host around ours", headers: from("https://example"), expected: false },
  { does: "a page of nowhere", headers: from("null"), expected: false },
  { does: "an empty origin", headers: from(""), expected: false },
  {
    does: "two origins",
    headers: [...from("https://chat.example"), ...from("https://evil.example")],
    expected: false,
  },
  { does: "what is no origin", headers: from("chat.example"), expected: false },
  { does: "another scheme", headers: from("ftp://chat.example"), expected: false },
  { does: "an origin with a path", headers: from("https://chat.example/"), expected: false },
  {
    does: "an origin with a user",
    headers: from("https://chat.example@evil.example"),
    expected: false,
  },
  {
    does: "a page, where no host is named",
    headers: from("https://chat.example"),
    authority: null,
    expected: false,
  },
  {
    does: "a page, where the host cannot be read",
    headers: from("https://a%2e"),
    authority: "a%2e",
    expected: false,
  },
  {
    does: "a page of ours, as the browser says, whatever a proxy has made of the host",
    headers: from("https://chat.example", "same-origin"),
    authority: "127.0.0.1:8000",
    expected: true,
  },
  {
    does: "what the user does by themselves, as the browser says",
    headers: from("chrome-extension://abc", "none"),
    expected: true,
  },
  {
    does: "a page of the same site, as the browser says",
    headers: from("https://a.chat.example", "same-site"),
    expected: false,
  },
  {
    does: "a page of our host and another scheme, as the browser says",
    headers: from("http://chat.example", "cross-site"),
    expected: false,
  },
  {
    does: "a page of another site, as the browser says",
    headers: from("https://evil.example", "cross-site"),
    expected: false,
  },
  {
    does: "what no browser says",
    headers: from("https://chat.example", "friendly"),
    expected: false,
  },
  {
    does: "a page that is allowed",
    origins: [app],
    headers: from(app, "cross-site"),
    expected: true,
  },
  {
    does: "a page that is allowed, of an older browser",
    origins: ["https://x.example", app],
    headers: from(app),
    expected: true,
  },
  {
    does: "a page that is not the one allowed",
    origins: [app],
    headers: from("https://evil.example", "cross-site"),
    expected: false,
  },
  {
    does: "a page whose origin begins like the one allowed",
    origins: [app],
    headers: from(`${app}.evil`),
    expected: false,
  },
  {
    does: "a page whose origin is the one allowed in capitals, as none is",
    origins: [app],
    headers: from(app.toUpperCase()),
    expected: false,
  },
  {
    does: "a page of nowhere, where another is allowed",
    origins: [app],
    headers: from("null"),
    expected: false,
  },
  {
    does: "any page",
    origins: ["*"],
    headers: from("https://evil.example", "cross-site"),
    expected: true,
  },
  {
    does: "any page, of nowhere too",
    origins: ["*", app],
    headers: from("null", "cross-site"),
    expected: true,
  },
];

for (const { does, origins = [], expected, ...request } of rows) {
  Deno.test(`a write is ${expected ? "let through" : "refused"}: ${does}`, () => {
    for (const method of ["POST", "PATCH", "DELETE", "PUT"]) {
      assertEquals(isAdmitted(origins, { method, ...request }), expected, method);
    }
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      assertEquals(isAdmitted(origins, { method, ...request }), true, method);
    }
  });
}

Deno.test("a page that is refused is told how it could be allowed, if it is one", () => {
  const detail = (origin: string) => {
    const asked = asking({ method: "POST", headers: from(origin) });
    const caller = new TrustedProxies([]).callerOf(asked);
    return assertThrows(() => new Pages([]).admit(asked, caller), Failure).message;
  };
  assert(detail("https://evil.example").includes("--cors-origin https://evil.example."));
  for (const origin of ["null", "*", "<b>", "https://a b", `https://${"a".repeat(300)}`]) {
    assertEquals(detail(origin), "A page of another origin may not do this here.");
  }
});

const plain: Response = { status: 200, headers: [["Content-Type", "text/plain"]], body: "x" };

function shared(origins: readonly string[], request: Asking, response = plain): Response {
  return new Pages(origins).share(asking(request), response);
}

function corsOf({ headers }: Response): Record<string, string> {
  const wanted = headers.filter(([name]) => /^(Access-Control-|Vary$)/.test(name));
  return Object.fromEntries(wanted);
}

const reading = { "Access-Control-Expose-Headers": readableHeaders.join(", ") };
const preflight = [
  ["Access-Control-Request-Method", "POST"],
  ["Access-Control-Request-Headers", "authorization"],
] as const;

Deno.test("without a page that is allowed, answers are left as they are", () => {
  for (const method of ["GET", "POST", "OPTIONS"]) {
    const response = shared([], { method, headers: [...from(app), ...preflight] });
    assert(response === plain);
  }
});

Deno.test("a page that is allowed may read, and every answer says on what that depends", () => {
  const allowed = shared([app], { headers: from(app) });
  assertEquals({ ...allowed, headers: allowed.headers.slice(0, 1) }, plain);
  assertEquals(corsOf(allowed), {
    "Access-Control-Allow-Origin": app,
    ...reading,
    Vary: "Origin",
  });
  for (const origin of ["https://evil.example", "null", "", `${app}/`, `${app}, ${app}`]) {
    assertEquals(corsOf(shared([app], { headers: from(origin) })), { Vary: "Origin" }, origin);
  }
  assertEquals(corsOf(shared([app], {})), { Vary: "Origin" });
  const other = "http://localhost:3000";
  const second = corsOf(shared([app, other], { headers: from(other) }));
  assertEquals(second["Access-Control-Allow-Origin"], other);
});

Deno.test("where any page is allowed, every answer says so, and depends on nothing", () => {
  const expected = { "Access-Control-Allow-Origin": "*", ...reading };
  assertEquals(corsOf(shared(["*"], { headers: from(app) })), expected);
  assertEquals(corsOf(shared([app, "*"], { headers: from("null") })), expected);
  assertEquals(corsOf(shared(["*"], {})), expected);
});

Deno.test("a page that asks before what it may do is told, if it is allowed", () => {
  const options: Response = { status: 204, headers: [["Allow", "GET, HEAD, OPTIONS"]] };
  const ask = { method: "OPTIONS", headers: [...from(app), ...preflight] };
  const permissions = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": sendableHeaders.join(", "),
    "Access-Control-Max-Age": String(preflightLifeS),
  };
  const grant = { "Access-Control-Allow-Origin": app, ...reading, Vary: "Origin" };
  assertEquals(corsOf(shared([app], ask, options)), { ...grant, ...permissions });
  const any = corsOf(shared(["*"], ask, options));
  assertEquals(any, { "Access-Control-Allow-Origin": "*", ...reading, ...permissions });
  // An OPTIONS that is no such question, a question of another page, and one to which the answer is no.
  assertEquals(corsOf(shared([app], { ...ask, headers: from(app) }, options)), grant);
  const evil = [...from("https://evil.example"), ...preflight];
  assertEquals(corsOf(shared([app], { ...ask, headers: evil }, options)), { Vary: "Origin" });
  assertEquals(corsOf(shared([app], ask, { status: 404, headers: [] })), grant);
  assertEquals(corsOf(shared([app], { ...ask, method: "DELETE" }, options)), grant);
});

Deno.test("no answer lets a page send what the browser keeps, or reach into a private network", () => {
  const options: Response = { status: 204, headers: [["Allow", "GET"]] };
  const headers = [
    ...from(app),
    ...preflight,
    ["Access-Control-Request-Private-Network", "true"],
    ["Access-Control-Request-Local-Network", "true"],
  ] as const;
  for (const origins of [[app], ["*"]]) {
    const names = Object.keys(corsOf(shared(origins, { method: "OPTIONS", headers }, options)));
    assertEquals(names.filter((name) => /Credentials|Network/.test(name)), []);
  }
});

for (
  const [text, expected] of [
    ["https://app.example", true],
    ["http://app.example:8080", true],
    ["http://localhost:3000", true],
    ["https://[::1]:8443", true],
    ["https://xn--e1aybc.example", true],
    ["chrome-extension://abcdef", true],
    ["capacitor://localhost", true],
    ["*", true],
    ["https://app.example/", false],
    ["https://app.example:443", false],
    ["http://app.example:80", false],
    ["https://App.example", false],
    ["HTTPS://app.example", false],
    ["https://тест.example", false],
    ["https://user@app.example", false],
    ["https://app.example/path", false],
    ["https://*.example", false],
    ["https://", false],
    ["app.example", false],
    ["//app.example", false],
    ["null", false],
    ["", false],
    ["javascript:alert(1)", false],
    ["data://a b", false],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} is ${expected ? "an origin" : "no origin"}`, () => {
    assertEquals(isOrigin(text), expected);
  });
}

Deno.test(`an origin has at most ${originCharactersMax} characters`, () => {
  for (const over of [-1, 0, 1]) {
    const text = "capacitor://".padEnd(originCharactersMax + over, "a");
    assertEquals(isOrigin(text), over <= 0, String(text.length));
  }
});
