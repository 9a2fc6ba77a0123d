/**
 * Whom a request comes from, and what becomes of those who should not ask: all through the API.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { registrationPolicy } from "../../../server/api/registrations.ts";
import { accountPolicy } from "../../../server/api/login_guard.ts";
import { type Api, type Ask, everyOperation, runScenarios, withApi } from "./driver.ts";

const proxy = "10.0.0.1";
const trusting = { front: { trustedProxies: ["10.0.0.0/8"] } };

/** As it comes from `client` by the proxy, in both ways that proxies have. */
const ways: Readonly<Record<string, (client: string) => Partial<Ask>>> = {
  "X-Forwarded-For": (client) => ({ address: proxy, headers: { "X-Forwarded-For": client } }),
  Forwarded: (client) => {
    const node = client.includes(":") ? `"[${client}]"` : client;
    return { address: proxy, headers: { Forwarded: `for=${node}` } };
  },
};

async function register(api: Api, user: string, from: Partial<Ask>): Promise<number> {
  return (await api.ask({ ask: "POST /connect", json: { user }, ...from })).status;
}

for (const [way, by] of Object.entries(ways)) {
  Deno.test(`new names are counted by the client that ${way} names`, async () => {
    await withApi(async (api) => {
      const { free } = registrationPolicy;
      for (let count = 0; count <= free; count++) {
        const expected = count < free ? 201 : 429;
        assertEquals(await register(api, `a${count}`, by("192.0.2.7")), expected);
      }
      assertEquals(await register(api, "b", by("192.0.2.8")), 201);
      assertEquals(await register(api, "c", { address: proxy }), 201);
      // The client itself, without the proxy, is the same one.
      assertEquals(await register(api, "d", { address: "192.0.2.7" }), 429);
    }, trusting);
  });

  Deno.test(`wrong passwords are counted by the client that ${way} names`, async () => {
    await withApi(async (api) => {
      await api.connect("alice", { password: "correct horse" });
      const guess = async (from: Partial<Ask>) => {
        const json = { user: "alice", password: "wrong" };
        return (await api.ask({ ask: "POST /connect", json, ...from })).problem?.code;
      };
      for (let count = 0; count < accountPolicy.free; count++) {
        assertEquals(await guess(by("192.0.2.7")), "bad_password");
      }
      assertEquals(await guess(by("192.0.2.7")), "too_many_attempts");
      assertEquals(await guess(by("192.0.2.8")), "bad_password");
    }, trusting);
  });

  Deno.test(`what fails is logged with the client that ${way} names`, async () => {
    await withApi(async (api) => {
      await api.ask({ ask: "GET /status", ...by("2001:DB8::7") });
      await api.ask({ ask: "GET /status", ...by("unknown") });
      await api.ask({ ask: "GET /status", ...by("192.0.2.7"), address: "192.0.2.1" });
      const logged = api.lines.map((line) => JSON.parse(line).address);
      assertEquals(logged, ["2001:db8::7", proxy, "192.0.2.1"]);
    }, trusting);
  });
}

Deno.test("the old password, too, is guessed by the client and not by the proxy", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice", { password: "correct horse" });
    const guess = async (client: string) => {
      const json = { password: "another one", old_password: "wrong" };
      const by = { address: proxy, headers: { "X-Forwarded-For": client } };
      return (await api.ask({ ask: "PATCH /me", token, json, ...by })).problem?.code;
    };
    for (let count = 0; count < accountPolicy.free; count++) {
      assertEquals(await guess("192.0.2.7"), "bad_password");
    }
    assertEquals(await guess("192.0.2.7"), "too_many_attempts");
    assertEquals(await guess("192.0.2.8"), "bad_password");
  }, trusting);
});

Deno.test("what passes for another client is refused, and logged as the proxy's", async () => {
  await withApi(async (api) => {
    const headers = { "X-Forwarded-For": "192.0.2.7", Forwarded: "for=192.0.2.66" };
    const { status, problem } = await api.ask({ ask: "GET /healthz", address: proxy, headers });
    assertEquals([status, problem?.code], [400, "malformed"]);
    assert(problem?.detail.includes("X-Forwarded-For"));
    assertEquals(JSON.parse(api.lines[0] ?? "").address, proxy);
  }, trusting);
});

Deno.test("a link leads to where its owner has come from, by the proxy", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice");
    const { json: { id } } = await api.get({ ask: "POST /rooms", token, json: { name: "garden" } });
    const headers = { Forwarded: "for=192.0.2.7;proto=https;host=chat.example" };
    const link = await api.get({ ask: `POST /rooms/${id}/links`, token, address: proxy, headers });
    assert(link.json.url.startsWith("https://chat.example/join#"), link.json.url);
  }, trusting);
});

/** Every operation, and what is none. */
const everything = [...everyOperation.map(({ ask }) => ask), "GET /nothing", "BREW /", "OPTIONS *"];

Deno.test("nothing is answered for a host that is not the server's", async (test) => {
  const misdirected = { status: 421, code: "misdirected" } as const;
  await runScenarios(test, (api) => Promise.resolve(api), [
    ...everything.map((ask) => ({
      does: ask,
      ask: { ask, authority: "evil.example:8000", address: "127.0.0.1" },
      ...misdirected,
      shows: ["--allowed-host evil.example"],
    })),
    {
      does: "the machine's own name",
      ask: { ask: "GET /healthz", authority: "localhost:8000" },
      status: 200,
    },
    { does: "no host", ask: { ask: "GET /healthz", authority: null }, status: 200 },
    {
      does: "https, without TLS",
      ask: { ask: "GET /healthz", authority: "localhost", scheme: "https" },
      ...misdirected,
    },
    {
      does: "https by TLS",
      ask: { ask: "GET /healthz", authority: "localhost", scheme: "https", secure: true },
      status: 200,
    },
  ], { localOnly: true });
});

Deno.test("a host that the operator names is answered for", async () => {
  await withApi(async (api) => {
    await api.get({ ask: "GET /healthz", authority: "chat.example" });
    const { status } = await api.ask({ ask: "GET /healthz", authority: "a.chat.example" });
    assertEquals(status, 421);
    assertEquals(JSON.parse(api.lines.at(-1) ?? "").code, "misdirected");
  }, { front: { allowedHosts: ["chat.example"] } });
});

Deno.test("a page of another origin writes nothing, with a token or without", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice", { password: "correct horse" });
    const page = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    for (const { ask } of everyOperation) {
      if (ask.startsWith("GET ")) continue;
      for (const known of [{}, { token }]) {
        const { status, problem } = await api.ask({ ask, headers: page, ...known });
        assertEquals([status, problem?.code], [403, "forbidden"], ask);
      }
    }
    // What a form on any page can send: it would register a name, or guess a password.
    for (const form of ["user=mallory", "user=alice&password=guess"]) {
      const { status } = await api.ask({ ask: "POST /connect", form, headers: page });
      assertEquals(status, 403);
    }
    assertEquals((await api.get({ ask: "GET /users", token })).json.items.length, 1);
    const own = { Origin: "http://chat.test" };
    await api.get({ ask: "POST /connect", form: "user=bob", headers: own });
    await api.get({ ask: "GET /status", token, headers: page });
  });
});
