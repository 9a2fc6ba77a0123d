/**
 * What moves in `/metrics` when something happens, and what must never be in it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { clockworkEveryMs } from "../../../server/chat/clockwork.ts";
import { metricsKeptMs } from "../../../server/metrics/metrics.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { samplesOf } from "../../support/exposition.ts";
import { accountPolicy } from "../../../server/api/login_guard.ts";
import { Api, withApi } from "./driver.ts";

/** How much each number has grown by; what stands for the time it took is left out. */
type Moves = Readonly<Record<string, number>>;

/** What every look moves, and what the time alone does. */
const ofTheLook = /^(chat_uptime_seconds$|chat_http_.*route="\/metrics")|_bucket|_sum/;

async function look(api: Api): Promise<ReadonlyMap<string, number>> {
  api.clock.advance(metricsKeptMs);
  const { headers, text } = await api.get({ ask: "GET /metrics" });
  assertMatch(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  return samplesOf(text);
}

/** What `work` moves. */
async function moves(api: Api, work: () => Promise<unknown>): Promise<Moves> {
  const before = await look(api);
  await work();
  const after = await look(api);
  assertEquals([...after.keys()], [...before.keys()]);
  const moved = [...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(moved.filter(([name, by]) => by !== 0 && !ofTheLook.test(name)));
}

/** What a request moves that is answered. */
function asked(method: string, route: string, status: string, times = 1): Moves {
  return {
    [`chat_http_requests_total{method="${method}",route="${route}",status="${status}"}`]: times,
    [`chat_http_request_duration_seconds_count{method="${method}",route="${route}"}`]: times,
  };
}

function queried(...kinds: readonly string[]): Moves {
  const counts = Map.groupBy(kinds, (kind) => kind);
  return Object.fromEntries(
    [...counts].map((
      [kind, all],
    ) => [`chat_store_query_duration_seconds_count{kind="${kind}"}`, all.length]),
  );
}

/** What a batch of commands moves that was committed. */
function committed(events: number, batches = 1): Moves {
  return {
    chat_commits_total: batches,
    chat_commit_batch_commands_count: batches,
    chat_commit_duration_seconds_count: batches,
    ...(events > 0 && { chat_events_published_total: events }),
  };
}

const refused = (code: string, times = 1): Moves => ({
  [`chat_refusals_total{code="${code}"}`]: times,
});

/** Those who are there, with tokens that the server remembers. */
async function arrive(api: Api): Promise<{ alice: string; bob: string }> {
  const alice = await api.connect("alice", { password: "open sesame" });
  const bob = await api.connect("bob");
  for (const token of [alice, bob]) await api.get({ ask: "GET /tokens", token });
  return { alice, bob };
}

type Cast = Awaited<ReturnType<typeof arrive>>;

const happenings: Readonly<
  Record<string, readonly [(api: Api, cast: Cast) => Promise<unknown>, Moves]>
> = {
  "nothing": [() => Promise.resolve(), {}],
  "a request": [
    (api) => api.get({ ask: "GET /healthz" }),
    asked("GET", "/healthz", "2xx"),
  ],
  "a HEAD, which counts as GET": [
    (api) => api.get({ ask: "HEAD /healthz" }),
    asked("GET", "/healthz", "2xx"),
  ],
  "a message": [
    (api, { alice }) => api.send(alice, "hello"),
    { ...asked("POST", "/send", "2xx"), ...committed(1) },
  ],
  "messages that share a commit": [
    (api, { alice, bob }) => Promise.all([api.send(alice, "one"), api.send(bob, "two")]),
    { ...asked("POST", "/send", "2xx", 2), ...committed(2) },
  ],
  "a refusal": [
    (api, { alice }) => api.ask({ ask: "POST /send", token: alice, json: { text: "" } }),
    { ...asked("POST", "/send", "4xx"), ...refused("invalid") },
  ],
  "a path that leads nowhere, and a method that nobody knows": [
    async (api) => {
      await api.ask({ ask: "GET /secret-path" });
      await api.ask({ ask: "SECRET /" });
    },
    {
      'chat_http_requests_total{method="other",route="other",status="4xx"}': 1,
      'chat_http_requests_total{method="other",route="other",status="5xx"}': 1,
      'chat_http_request_duration_seconds_count{method="other",route="other"}': 2,
      ...refused("not_found"),
      ...refused("not_implemented"),
    },
  ],
  "a token that nobody has": [
    (api) => api.ask({ ask: "GET /status", token: "chat_nobody" }),
    { ...asked("GET", "/status", "4xx"), ...refused("unauthorized"), ...queried("users") },
  ],
  "a wrong password": [
    (api) => api.ask({ ask: "POST /connect", json: { user: "alice", password: "wrong one" } }),
    {
      ...asked("POST", "/connect", "4xx"),
      ...refused("bad_password"),
      ...queried("users"),
      chat_logins_failed_total: 1,
    },
  ],
  "one wrong password too many": [
    async (api) => {
      const json = { user: "alice", password: "wrong one" };
      for (let count = 0; count <= accountPolicy.free; count++) {
        await api.ask({ ask: "POST /connect", json });
      }
    },
    {
      ...asked("POST", "/connect", "4xx", accountPolicy.free + 1),
      ...refused("bad_password", accountPolicy.free),
      ...refused("too_many_attempts"),
      ...queried(...Array(accountPolicy.free + 1).fill("users")),
      chat_logins_failed_total: accountPolicy.free,
      chat_logins_blocked_total: 1,
    },
  ],
  "a right password": [
    (api) => api.ask({ ask: "POST /connect", json: { user: "alice", password: "open sesame" } }),
    {
      ...asked("POST", "/connect", "2xx"),
      ...queried("users", "messages"),
      ...committed(0),
    },
  ],
  "a stream that is told something, and another kind of it": [
    async (api, { alice, bob }) => {
      await api.listen(bob);
      await api.listen(bob, { Accept: "application/x-ndjson" });
      await api.send(alice, "hello");
    },
    {
      ...asked("GET", "/events", "2xx", 2),
      ...asked("POST", "/send", "2xx"),
      ...committed(1),
      ...queried("log", "log"),
      'chat_streams{kind="sse"}': 1,
      'chat_streams{kind="ndjson"}': 1,
      chat_users_online: 1,
      chat_events_delivered_total: 2,
    },
  ],
  "a stream that was left": [
    async (api, { bob }) => (await api.listen(bob)).close(),
    { ...asked("GET", "/events", "2xx"), ...queried("log") },
  ],
  "a poll that waits, and then one that has its news": [
    async (api, { alice, bob }) => {
      void api.get({ ask: "GET /events?wait=30", token: alice });
      const news = api.get({ ask: "GET /events?wait=30", token: bob });
      await api.turn();
      await api.send(alice, "psst", { to: "bob" });
      await news;
      api.goAway();
      await api.turn();
      void api.get({ ask: "GET /events?wait=30", token: bob });
      await api.turn();
    },
    {
      ...asked("GET", "/events", "2xx", 2),
      ...asked("POST", "/send", "2xx"),
      ...committed(2),
      ...queried("log", "log", "log"),
      'chat_streams{kind="poll"}': 1,
      chat_users_online: 1,
      chat_events_delivered_total: 4,
    },
  ],
  "a file, up and down": [
    async (api, { alice }) => {
      const bytes = new Uint8Array(1000);
      const { json } = await api.get({ ask: "POST /files?name=a.bin", token: alice, bytes });
      await (await api.get({ ask: `GET /files/${json.id}`, token: alice })).download();
      const range = { Range: "bytes=0-9" };
      const part = await api.get({ ask: `GET /files/${json.id}`, token: alice, headers: range });
      await part.download();
      await api.turn();
    },
    {
      ...asked("POST", "/files", "2xx"),
      ...asked("GET", "/files/{id}", "2xx", 2),
      ...committed(0),
      ...queried("users", "files", "files", "files", "files"),
      chat_uploaded_bytes_total: 1000,
      chat_downloaded_bytes_total: 1010,
    },
  ],
  "a store that cannot save": [
    async (api, { alice }) => {
      api.store.before.transact = () => {
        throw new StoreFailure("disk full");
      };
      await api.ask({ ask: "POST /send", token: alice, json: { text: "hello" } });
      delete api.store.before.transact;
    },
    {
      ...asked("POST", "/send", "5xx"),
      ...refused("busy"),
      chat_commit_failures_total: 1,
      chat_store_writable: -1,
    },
  ],
};

for (const [does, [work, expected]] of Object.entries(happenings)) {
  Deno.test(`/metrics is moved by ${does}, and by nothing else`, async () => {
    await withApi(async (api) => {
      const cast = await arrive(api);
      assertEquals(await moves(api, () => work(api, cast)), expected);
    });
  });
}

/** What of `moved` is not about requests, queries and commits. */
function others(moved: Moves): Moves {
  return Object.fromEntries(
    Object.entries(moved).filter(([name]) => !/^chat_(http|store|commit|events)/.test(name)),
  );
}

Deno.test("/metrics is moved by scheduled messages that are sent, and those that cannot be", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await arrive(api);
    await api.send(alice, "later", { to: "bob", in: 30 });
    await api.send(alice, "later too", { in: 30 });
    await api.send(bob, "in time", {});
    await api.send(alice, "now", {});
    assertEquals(others(await moves(api, () => api.pass(31_000))), {
      chat_scheduled_due_total: 2,
      chat_scheduled_sent_total: 1,
      chat_scheduled_failed_total: 1,
    });
  }, { policy: { limit: 1 } });
});

Deno.test("/metrics is moved by what upkeep removes, by kind", async () => {
  await withApi(async (api) => {
    const { alice } = await arrive(api);
    const headers = { "Idempotency-Key": "once" };
    await api.get({ ask: "POST /send", token: alice, json: { text: "hello" }, headers });
    await api.get({ ask: "POST /send", token: alice, json: { text: "hello", in: 1 } });
    await api.get({ ask: "POST /files?name=a", token: alice, bytes: new Uint8Array(9) });
    await api.pass(2000);
    const moved = await moves(api, async () => {
      api.clock.setWall(api.clock.now() + 31 * 24 * hourMs);
      await api.pass(clockworkEveryMs);
      await api.pass(clockworkEveryMs);
    });
    const removed = Object.entries(others(moved)).filter(([name]) => name.includes("removed"));
    const kinds = removed.map(([name]) => /kind="(\w+)"/.exec(name)?.[1]);
    assertEquals(kinds.toSorted(), ["events", "files", "messages", "receipts", "scheduled"]);
    assertEquals(moved['chat_removed_total{kind="messages"}'], 2);
    assertEquals(moved['chat_removed_total{kind="files"}'], 1);
  });
});

Deno.test("/metrics tells nothing that people say, are called, or keep secret", async () => {
  await withApi(async (api) => {
    const marked = (what: string) => `marked-${what}`;
    const alice = await api.connect(marked("alice"), { password: marked("password") });
    const bob = await api.connect(marked("bob"), { client: marked("client") });
    await api.listen(bob, { "X-Marked": marked("header") });
    const bytes = new TextEncoder().encode(marked("bytes"));
    const name = marked("file");
    const file = (await api.get({ ask: `POST /files?name=${name}`, token: alice, bytes })).json;
    await api.send(alice, marked("text"), { files: [file.id] });
    await api.send(alice, marked("later"), { to: marked("bob"), in: 1 });
    await api.pass(2000);
    const room =
      (await api.get({ ask: "POST /rooms", token: alice, json: { name: marked("room") } }))
        .json;
    const link = (await api.get({ ask: `POST /rooms/${room.id}/links`, token: alice })).json;
    await api.get({ ask: "POST /join", token: bob, json: { code: link.code } });
    const reason = marked("reason");
    await api.get({
      ask: "POST /report",
      token: alice,
      json: { user: marked("bob"), reason },
      headers: { "Idempotency-Key": marked("idempotency-key") },
    });
    await api.ask({ ask: `GET /${marked("path")}?q=${marked("query")}` });
    await api.ask({ ask: `${marked("METHOD")} /send`, address: "203.0.113.77" });
    await api.ask({ ask: "POST /connect", json: { user: marked("alice"), password: "marked-2" } });
    api.store.before.transact = () => {
      throw new StoreFailure(marked("failure"));
    };
    await api.ask({ ask: "POST /send", token: bob, json: { text: marked("lost") } });
    delete api.store.before.transact;
    api.clock.advance(metricsKeptMs);
    const { text } = await api.get({ ask: "GET /metrics" });
    for (const secret of ["marked", alice, bob, link.code, file.sha256, "203.0.113.77", "k3f9"]) {
      assert(!text.toLowerCase().includes(String(secret).toLowerCase()), String(secret));
    }
    // Nor whose it was: all that is numbered is a number of the whole.
    assert([...samplesOf(text).keys()].every((name) => !/\b(user|room|id|token)="/.test(name)));
  });
});
