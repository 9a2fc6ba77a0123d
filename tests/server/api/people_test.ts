/**
 * `/users`, `/tokens` and `/status`: who is here, and by which clients.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Answered, type Api, runScenarios, withApi } from "./driver.ts";

interface Cast {
  readonly alice: string;
  readonly bob: string;
  readonly carol: string;
  /** The id of alice's only token. */
  readonly token: number;
}

async function prepare(api: Api): Promise<Cast> {
  const [alice, bob, carol] = [
    await api.connect("alice", { client: "laptop" }),
    await api.connect("bob"),
    await api.connect("Карл"),
  ];
  const { json } = await api.get({ ask: "GET /tokens", token: alice });
  return { alice, bob, carol, token: json.items[0].id };
}

function names({ json }: Answered): string[] {
  return json.items.map(({ name }: { name: string }) => name);
}

Deno.test("GET /users lists members by name, a page at a time", async () => {
  await withApi(async (api) => {
    const { alice } = await prepare(api);
    const page = (query: string) => api.get({ ask: `GET /users${query}`, token: alice });
    const all = await page("");
    assertEquals([names(all), all.json.has_more], [["alice", "bob", "Карл"], false]);
    assertEquals(all.json.items[0], {
      name: "alice",
      online: false,
      created: "2026-11-20T10:00:00.000Z",
    });
    const first = await page("?limit=2");
    assertEquals([names(first), first.json.has_more], [["alice", "bob"], true]);
    const rest = await page("?limit=2&after=BOB");
    assertEquals([names(rest), rest.json.has_more], [["Карл"], false]);
    assertEquals(names(await page("?after=%D0%9A%D0%90%D0%A0%D0%9B")), []);
    assertEquals(
      names(await page("?after=azz")),
      ["bob", "Карл"],
      "nobody needs to have that name",
    );
  });
});

Deno.test("GET /users tells who is online, and lists only those or only the others", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    const stream = await api.listen(bob);
    const page = (query: string) => api.get({ ask: `GET /users${query}`, token: alice });
    const online = (await page("")).json.items.map((item: { online: boolean }) => item.online);
    assertEquals(online, [false, true, false]);
    assertEquals(names(await page("?online=true")), ["bob"]);
    assertEquals(names(await page("?online=1")), ["bob"]);
    assertEquals(names(await page("?online=false")), ["alice", "Карл"]);
    stream.close();
    assertEquals(names(await page("?online=true")), []);
  });
});

Deno.test("GET /users fills each page of those who are not online", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    for (const token of [alice, bob]) await api.listen(token);
    const { json } = await api.get({ ask: "GET /users?online=false&limit=1", token: alice });
    assertEquals(json.items.map(({ name }: { name: string }) => name), ["Карл"]);
    assertEquals(json.has_more, false);
  });
});

Deno.test("GET /users checks its query", async (test) => {
  const row = (query: string, errors: Record<string, string>) => ({
    does: query,
    ask: ({ alice }: Cast) => ({ ask: `GET /users?${query}`, token: alice }),
    status: 422,
    code: "invalid" as const,
    errors,
  });
  await runScenarios(test, prepare, [
    row("limit=0", { limit: "must be at least 1" }),
    row("limit=1001", { limit: "must be at most 1000" }),
    row("limit=many", { limit: "must be a number" }),
    row("limit=1.5", { limit: "must be a whole number" }),
    row("limit=1&limit=2", { limit: "must be a number" }),
    row("online=yes", { online: "must be true or false" }),
    row("after=", { after: "must not be empty" }),
    row("page=2", { page: "is not a field of this request" }),
  ]);
});

Deno.test("GET /tokens lists my clients, and shows no token", async () => {
  await withApi(async (api) => {
    const password = "correct horse";
    const laptop = await api.connect("alice", { password, client: "laptop" });
    api.clock.advance(90_000);
    const phone = await api.connect("alice", { password });
    await api.connect("bob");
    const { json, text } = await api.get({ ask: "GET /tokens", token: phone });
    assertEquals(json.items.map(({ id: _, ...item }: { id: number }) => item), [
      {
        client: "laptop",
        created: "2026-11-20T10:00:00.000Z",
        last_seen: "2026-11-20T10:00:00.000Z",
        current: false,
      },
      {
        created: "2026-11-20T10:01:30.000Z",
        last_seen: "2026-11-20T10:01:30.000Z",
        current: true,
      },
    ]);
    assert(!text.includes("chat_") && !text.includes("hash"));
    await api.get({ ask: "GET /status", token: laptop });
    await api.turn();
    const seen = await api.get({ ask: "GET /tokens", token: laptop });
    assertEquals(seen.json.items[0].last_seen, "2026-11-20T10:01:30.000Z");
  });
});

Deno.test("DELETE /tokens/{id} revokes a client of mine, and nobody else's", async (test) => {
  const ask = "DELETE /tokens";
  const notFound = { status: 404, code: "not_found" } as const;
  await runScenarios(test, prepare, [
    {
      does: "mine",
      ask: ({ alice, token }) => ({ ask: `${ask}/${token}`, token: alice }),
      status: 204,
    },
    {
      does: "another's",
      ask: ({ bob, token }) => ({ ask: `${ask}/${token}`, token: bob }),
      ...notFound,
    },
    { does: "nobody's", ask: ({ bob }) => ({ ask: `${ask}/999`, token: bob }), ...notFound },
    { does: "no number", ask: ({ bob }) => ({ ask: `${ask}/mine`, token: bob }), ...notFound },
    { does: "zero", ask: ({ bob }) => ({ ask: `${ask}/0`, token: bob }), ...notFound },
    {
      does: "beyond counting",
      ask: ({ bob }) => ({ ask: `${ask}/9007199254740993`, token: bob }),
      ...notFound,
    },
  ]);
});

Deno.test("a revoked token is refused at once, another's attempt leaves it valid", async () => {
  await withApi(async (api) => {
    const { alice, bob, token } = await prepare(api);
    await api.ask({ ask: `DELETE /tokens/${token}`, token: bob });
    await api.get({ ask: "GET /status", token: alice });
    await api.get({ ask: `DELETE /tokens/${token}`, token: alice });
    const { status, problem } = await api.ask({ ask: "GET /status", token: alice });
    assertEquals([status, problem?.code], [401, "unauthorized"]);
  });
});

Deno.test("DELETE /tokens/{id} may be repeated under one key, and says that it was", async () => {
  await withApi(async (api) => {
    const password = "correct horse";
    const alice = await api.connect("alice", { password });
    const phone = await api.connect("alice", { password });
    const { json } = await api.get({ ask: "GET /tokens", token: phone });
    const [{ id }] = json.items;
    const again = {
      ask: `DELETE /tokens/${id}`,
      token: phone,
      headers: { "Idempotency-Key": "revoke-1" },
    };
    const replayed = [];
    for (let count = 0; count < 2; count++) {
      const { headers, status } = await api.ask(again);
      replayed.push([status, headers.get("idempotency-replayed")]);
    }
    assertEquals(replayed, [[204, undefined], [204, "true"]]);
    assertEquals((await api.ask({ ask: "GET /status", token: alice })).status, 401);
  });
});

Deno.test("GET /status tells of the server, me, my rooms and the settings", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    const id = await api.send(bob, "hello alice", { to: "alice" });
    await api.listen(bob);
    api.clock.advance(61_500);
    const { json } = await api.get({ ask: "GET /status", token: alice });
    assertEquals(json, {
      server: {
        version: "1.2.3",
        time: "2026-11-20T10:01:01.500Z",
        uptime_s: 61,
        users: 3,
        online: 1,
      },
      user: { name: "alice", created: "2026-11-20T10:00:00.000Z", reports: 0 },
      limit: { limit: 20, remaining: 20 },
      rooms: [
        {
          id: "common",
          kind: "common",
          name: "common",
          unread: 0,
          last_id: 0,
          read_id: json.rooms[0].read_id,
        },
        {
          id: String(id - 1),
          kind: "private",
          name: "bob",
          unread: 1,
          last_id: id,
          read_id: id - 1,
        },
      ],
      scheduled: 0,
      settings: {
        recent: 20,
        registration: "open",
        limit: 20,
        limit_period_s: 3600,
        message_ttl_s: 3600,
        unread_ttl_s: 2_592_000,
        ban_after: 3,
        ban_for_s: 14_400,
        max_file: 5_242_880,
        text_max: 4000,
        name_max: 32,
      },
    });
  });
});

Deno.test("GET /healthz needs no token, and tells nothing", async () => {
  await withApi(async (api) => {
    for (const token of ["", "chat_nothing"]) {
      const { json } = await api.get({ ask: "GET /healthz", ...(token !== "" && { token }) });
      assertEquals(json, { status: "ok" });
    }
  });
});
