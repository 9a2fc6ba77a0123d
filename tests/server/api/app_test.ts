/**
 * What holds for all operations alike: who may ask, what a body may be, and how failures look.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { requestBodyBytesMax } from "../../../server/api/app.ts";
import { BodyTooLarge, ProtocolError, type ProtocolErrorCode } from "../../../server/http/mod.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Gate } from "../../support/scripted_store.ts";
import { FakeBody } from "./bodies.ts";
import { type Api, type Ask, everyOperation, runScenarios, withApi } from "./driver.ts";

function prepare(api: Api): Promise<string> {
  return api.connect("alice");
}

const utf8 = new TextEncoder();
const stranger = { address: "192.0.2.1", secure: false };

Deno.test("every operation that needs a token refuses whoever has none", async (test) => {
  const unauthorized = {
    status: 401,
    code: "unauthorized",
    headers: { "WWW-Authenticate": "Bearer" },
  } as const;
  const guarded = everyOperation.filter(({ access }) => access === "token");
  assertEquals(guarded.length, 48);
  await runScenarios(test, prepare, [
    ...guarded.map(({ ask }) => ({ does: `${ask}, no token`, ask: { ask }, ...unauthorized })),
    ...guarded.map(({ ask }) => ({
      does: `${ask}, a token that is none`,
      ask: { ask, token: "chat_nothing" },
      ...unauthorized,
      mustNotShow: ["chat_nothing"],
    })),
    ...["Basic YWxpY2U6eA==", "Bearer", "Bearer ", "bearer x y", "Token x", "Bearer é", ""].map(
      (authorization) => ({
        does: `Authorization: ${authorization}`,
        ask: { ask: "GET /status", headers: { Authorization: authorization } },
        ...unauthorized,
      }),
    ),
    {
      does: "two tokens, one of which is good",
      ask: (token: string) => ({
        ask: "GET /status",
        token,
        headers: { Authorization: `Bearer ${token}` },
      }),
      ...unauthorized,
    },
    {
      does: "the scheme in other letters",
      ask: (token: string) => ({
        ask: "GET /status",
        headers: { authorization: `BEARER  ${token}` },
      }),
      status: 200,
    },
    {
      does: "no token and a broken body: first of all, who asks?",
      ask: {
        ask: "POST /send",
        bytes: utf8.encode("{"),
        headers: { "Content-Type": "application/json" },
      },
      ...unauthorized,
    },
  ]);
});

Deno.test("what is at no path, and what a path cannot do", async (test) => {
  const allowed = (allow: string) =>
    ({ status: 405, code: "method_not_allowed", headers: { Allow: allow } }) as const;
  await runScenarios(test, prepare, [
    { does: "a path", ask: { ask: "GET /nothing" }, status: 404, code: "not_found" },
    {
      does: "a path with much in it",
      ask: { ask: "GET /<script>/%00/.." },
      status: 404,
      code: "not_found",
      mustNotShow: ["script"],
    },
    { does: "GET /send", ask: { ask: "GET /send" }, ...allowed("POST, OPTIONS") },
    { does: "TRACE /send", ask: { ask: "TRACE /send" }, ...allowed("POST, OPTIONS") },
    { does: "PUT of nothing", ask: { ask: "PUT /nothing" }, status: 404, code: "not_found" },
    ...["BREW /status", "get /status", "Post /send", "PROPFIND /nothing", "OPTION *"].map((
      ask,
    ) => ({
      does: `a method that nobody knows: ${ask}`,
      ask: { ask },
      status: 501,
      code: "not_implemented",
      mustNotShow: ["BREW"],
    } as const)),
    { does: "PUT /status", ask: { ask: "PUT /status" }, ...allowed("GET, HEAD, OPTIONS") },
    { does: "POST /tokens/1", ask: { ask: "POST /tokens/1" }, ...allowed("DELETE, OPTIONS") },
    {
      does: "OPTIONS /send",
      ask: { ask: "OPTIONS /send" },
      status: 204,
      headers: { Allow: "POST, OPTIONS" },
    },
    {
      does: "OPTIONS /messages/1",
      ask: { ask: "OPTIONS /messages/1" },
      status: 204,
      headers: { Allow: "GET, HEAD, DELETE, OPTIONS" },
    },
    {
      does: "OPTIONS of the server as a whole",
      ask: { ask: "OPTIONS *" },
      status: 204,
      headers: { Allow: "GET, HEAD, POST, PATCH, DELETE, OPTIONS" },
    },
    { does: "OPTIONS of nothing", ask: { ask: "OPTIONS /x" }, status: 404, code: "not_found" },
    {
      does: "HEAD is answered like GET",
      ask: (token) => ({ ask: "HEAD /status", token }),
      status: 200,
      headers: { "Content-Type": "application/json" },
    },
  ]);
});

Deno.test("a body is JSON or a form, well-formed, and not too large", async (test) => {
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Ask["headers"] = {}) =>
  (
    token: string,
  ): Ask => ({
    ask: "POST /send",
    token,
    bytes: typeof body === "string" ? utf8.encode(body) : body,
    headers: { "Content-Type": "application/json", ...headers },
  });
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  const text = '{"text":"what is said"}';
  const padded = (bytes: number) => text + " ".repeat(bytes - text.length);
  const malformed = { status: 400, code: "malformed" } as const;
  const notUnderstood = {
    status: 415,
    code: "unsupported_media_type",
    headers: { Accept: "application/json, application/x-www-form-urlencoded" },
  } as const;
  const tooLarge = { status: 413, code: "too_large", shows: ['"limit":65536'] } as const;
  await runScenarios(test, prepare, [
    { does: "JSON", ask: send(text), status: 201 },
    {
      does: "JSON with parameters",
      ask: send(text, { "Content-Type": "Application/JSON; charset=utf-8" }),
      status: 201,
    },
    { does: "under the bound", ask: send(padded(requestBodyBytesMax - 1)), status: 201 },
    { does: "at the bound", ask: send(padded(65_536)), status: 201 },
    { does: "over the bound", ask: send(padded(65_537)), ...tooLarge, mustNotShow: ["said"] },
    { does: "broken JSON", ask: send('{"text":'), ...malformed, mustNotShow: ["Unexpected"] },
    { does: "JSON with something after it", ask: send(`${text}x`), ...malformed },
    { does: "JSON with a byte order mark", ask: send(`\ufeff${text}`), ...malformed },
    {
      does: "JSON that is not UTF-8",
      ask: send(Uint8Array.from([...utf8.encode('{"text":"'), 0xff, ...utf8.encode('"}')])),
      ...malformed,
      shows: ["UTF-8"],
    },
    {
      does: "a form that is not UTF-8",
      ask: send(Uint8Array.from([...utf8.encode("text="), 0xc3, 0x28]), form),
      ...malformed,
    },
    { does: "text", ask: send("what is said", { "Content-Type": "text/plain" }), ...notUnderstood },
    {
      does: "a form of parts",
      ask: send("--x", { "Content-Type": "multipart/form-data; boundary=x" }),
      ...notUnderstood,
    },
    {
      does: "an image",
      ask: (token) => ({
        ask: "POST /send",
        token,
        headers: { "Content-Type": "image/jpeg" },
        body: new FakeBody(Uint8Array.of(0xff, 0xd8, 0xff)),
      }),
      ...notUnderstood,
    },
    { does: "no type", ask: send(text, { "Content-Type": "" }), ...notUnderstood },
    {
      does: "a compressed one",
      ask: send(text, { "Content-Encoding": "gzip" }),
      status: 415,
      code: "unsupported_media_type",
      headers: { "Accept-Encoding": "identity" },
    },
    {
      does: "one that says that it is not compressed",
      ask: send(text, { "Content-Encoding": "identity" }),
      status: 201,
    },
    {
      does: "none at all, of whatever type",
      ask: send("", { "Content-Type": "text/plain" }),
      status: 422,
      code: "invalid",
      errors: { text: "is missing" },
    },
    {
      does: "null",
      ask: send("null"),
      status: 422,
      code: "invalid",
      errors: { "": "must be an object" },
    },
    {
      does: "a field where there is none to give",
      ask: (token) => ({ ask: "POST /disconnect", token, form: "user=alice" }),
      status: 422,
      code: "invalid",
      errors: { user: "is not a field of this request" },
    },
  ]);
});

Deno.test("a body over the bound is refused whether it is there or still coming", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    const json = { text: "x".repeat(requestBodyBytesMax) };
    for (let count = 0; count < 2; count++) {
      const { status, problem } = await api.ask({ ask: "POST /send", token, json });
      assertEquals([status, problem?.code, problem?.limit], [413, "too_large", 65_536]);
    }
  });
});

Deno.test("a full engine is busy: nothing was done, and one may come back", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    const gate = new Gate();
    api.store.before.transact = gate.wait;
    const send = (text: string) => api.ask({ ask: "POST /send", token, json: { text } });
    const first = send("under way");
    await gate.reached;
    const second = send("waiting in line");
    await api.turn();
    const { status, problem, headers } = await send("too much of it");
    assertEquals([status, problem?.code, headers.get("retry-after")], [503, "busy", "1"]);
    delete api.store.before.transact;
    gate.open();
    assertEquals([(await first).status, (await second).status], [201, 201]);
    const { text } = await api.get({ ask: "GET /messages", token });
    assert(!text.includes("too much of it"));
  }, { queueMax: 1 });
});

Deno.test("a store that fails is busy to the client, and why is for the log alone", async () => {
  const why = "SQLITE_FULL: database or disk is full, /var/lib/chat.db";
  const moments = [
    ["transact", { ask: "POST /send", json: { text: "what is said" } }],
    ["arrive", { ask: "POST /connect" }],
    ["messages", { ask: "GET /messages" }],
    ["findToken", { ask: "GET /status" }],
  ] as const;
  for (const [moment, asked] of moments) {
    await withApi(async (api) => {
      const token = await prepare(api);
      api.store.before[moment] = () => {
        throw new StoreFailure(why);
      };
      const { status, problem, headers, text } = await api.ask({ ...asked, token });
      assertEquals([status, problem?.code, headers.get("retry-after")], [503, "busy", "1"], moment);
      assert(!/SQLITE|disk|chat\.db/.test(text), text);
      assert(api.lines.some((line) => line.includes("SQLITE_FULL")), `${moment} is logged`);
      delete api.store.before[moment];
      assertEquals((await api.ask({ ...asked, token })).status < 300, true, "it goes on");
    });
  }
});

Deno.test("a fault of ours is an id to the client, by which the log tells the rest", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    api.store.before.messages = () => {
      throw new TypeError("SELECT * FROM messages: no such table in /srv/store.ts");
    };
    const { status, problem, text } = await api.ask({ ask: "GET /messages", token });
    assertEquals([status, problem?.code], [500, "internal"]);
    assert(!/SELECT|TypeError|table|srv/.test(text), text);
    const id = problem?.request_id ?? "";
    assertMatch(id, /^[\w-]{6}-\d+$/);
    const told = api.lines.map((line) => JSON.parse(line)).filter(({ request }) => request === id);
    assertEquals(told.map(({ level, message }) => [level, message]), [
      ["error", "A request failed"],
      ["info", "request"],
    ]);
    assert(told[0].failure.includes("no such table") && told[0].stack.includes("app_test.ts"));
    assertEquals(told[1].status, 500);
  });
});

Deno.test("a closed API refuses everything, and says when to come back", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    api.app.close();
    for (
      const ask of ["GET /healthz", "GET /status", "POST /send", "GET /nothing", "OPTIONS /send"]
    ) {
      const { status, problem, headers } = await api.ask({ ask, token });
      assertEquals([status, problem?.code], [503, "shutting_down"], ask);
      assertEquals(headers.get("retry-after"), "2");
    }
  });
});

Deno.test("a stopped engine is a server that shuts down", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    await api.engine.stop();
    const { status, problem } = await api.ask({
      ask: "POST /send",
      token,
      json: { text: "what is said" },
    });
    assertEquals([status, problem?.code], [503, "shutting_down"]);
    await api.get({ ask: "GET /status", token });
  });
});

Deno.test("what is not HTTP is answered with a problem of its code", async () => {
  await withApi((api) => {
    const cases: readonly (readonly [number, ProtocolErrorCode])[] = [
      [400, "malformed"],
      [408, "timeout"],
      [414, "uri_too_long"],
      [417, "expectation_failed"],
      [421, "misdirected"],
      [431, "headers_too_large"],
      [501, "not_implemented"],
      [503, "busy"],
      [505, "version_not_supported"],
    ];
    for (const [status, code] of cases) {
      const error = new ProtocolError(status, code, "Cannot read request: it is odd");
      const { problem, headers, ...answered } = api.read(
        api.app.onProtocolError(error, stranger),
      );
      assertEquals([answered.status, problem?.status, problem?.code], [status, status, code]);
      assertEquals(problem?.detail, "Cannot read request: it is odd.");
      assertEquals(headers.get("content-type"), "application/problem+json");
      assertEquals(headers.has("retry-after"), status === 503, "with every 503");
    }
    const { problem } = api.read(api.app.onProtocolError(new BodyTooLarge(10), stranger));
    assertEquals([problem?.code, problem?.limit], ["too_large", 10]);
    return Promise.resolve();
  });
});

Deno.test("each request is one line in the log: its route, not its path, and who asked", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    api.lines.length = 0;
    await api.ask({ ask: "GET /messages/12345?x=hidden", token });
    await api.ask({ ask: "GET /some/hidden/path" });
    await api.ask({ ask: "GET /healthz" });
    const lines = api.lines.map((line) => JSON.parse(line));
    assertEquals(
      lines.map((
        { part, message, method, route, status, user },
      ) => [part, message, method, route, status, user]),
      [
        ["http", "request", "GET", "/messages/{id}", 422, 1],
        ["http", "request", "GET", "-", 404, undefined],
        ["http", "request", "GET", "/healthz", 200, undefined],
      ],
    );
    const ids = lines.map(({ request }) => request);
    assertEquals(new Set(ids).size, 3);
    assert(!/hidden|12345/.test(api.lines.join("")));
  });
});

Deno.test("a method that nobody knows is not logged, for it may be anything", async () => {
  await withApi(async (api) => {
    for (const [method, logged] of [["M", "-"], ["Get", "-"], ["PUT", "PUT"], ["GET", "GET"]]) {
      api.lines.length = 0;
      await api.ask({ ask: `${method} /status` });
      assertEquals(api.lines.map((line) => JSON.parse(line).method), [logged]);
    }
  });
});

Deno.test("a failure is logged with its code and whom it was told to, a success with neither", async () => {
  await withApi(async (api) => {
    await api.ask({ ask: "GET /status", address: "192.0.2.77" });
    await api.get({ ask: "GET /healthz", address: "192.0.2.77" });
    const [failed, succeeded] = api.lines.map((line) => JSON.parse(line));
    assertEquals([failed.code, failed.address], ["unauthorized", "192.0.2.77"]);
    assertEquals(["code" in succeeded, "address" in succeeded], [false, false]);
  });
});

Deno.test("a form whose escapes are no UTF-8 is malformed, and a lone percent sign is text", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice");
    const send = (form: string) => api.ask({ ask: "POST /send", token: alice, form });
    for (const form of ["text=%ff", "text=%D0", "text=a%C3%28", "te%80xt=a"]) {
      assertEquals((await send(form)).problem?.code, "malformed", form);
    }
    assertEquals((await send("text=100%+of+%D0%B4%D0%B0+%F0%9F%91%8B")).json.text, "100% of да 👋");
  });
});

Deno.test("what was made says where it is", async () => {
  await withApi(async (api) => {
    const token = await prepare(api);
    const made = async (ask: string, json: unknown) => {
      const { json: { id }, headers } = await api.get({ ask, token, json });
      return [headers.get("location"), id];
    };
    const [message, id] = await made("POST /send", { text: "what is said" });
    assertEquals(message, `/messages/${id}`);
    assertEquals((await api.get({ ask: `GET ${message}`, token })).json.id, id);
    const [comment, commentId] = await made("POST /comment", { message: id, text: "well said" });
    assertEquals(comment, `/messages/${commentId}`);
    const [room, roomId] = await made("POST /rooms", { name: "garden" });
    assertEquals(room, `/rooms/${roomId}`);
    assertEquals((await api.get({ ask: `GET ${room}`, token })).json.id, roomId);
    const [link, linkId] = await made(`POST ${room}/links`, {});
    assertEquals(link, `${room}/links/${linkId}`);
    await api.get({ ask: `DELETE ${link}`, token });
  });
});
