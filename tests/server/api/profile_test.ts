/**
 * `PATCH /me`: a new name, which everyone is told, and a new password, which ends other clients.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { formerNameLifeMs, hourMs, renamesPerHourMax } from "../../../lib/domain/bounds.ts";
import { type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { column } from "./garden.ts";

const invalid = { status: 422, code: "invalid" } as const;
const password = "correct horse";

interface Cast {
  /** With a password, by two clients. */
  readonly alice: string;
  readonly phone: string;
  /** Without one. */
  readonly bob: string;
}

async function prepare(api: Api): Promise<Cast> {
  return {
    alice: await api.connect("alice", { password }),
    phone: await api.connect("alice", { password }),
    bob: await api.connect("bob"),
  };
}

function patch(json: unknown, who: keyof Cast = "alice"): (cast: Cast) => Ask {
  return (cast) => ({ ask: "PATCH /me", token: cast[who], json });
}

Deno.test("PATCH /me changes a name to one that is free and can be one", async (test) => {
  const mustNotShow = ["correct", "quick$"];
  const bad = (does: string, name: unknown, fault: string) => ({
    does,
    ask: patch({ name }),
    ...invalid,
    errors: { name: fault },
  });
  await runScenarios(test, prepare, [
    {
      does: "a free one",
      ask: patch({ name: "Алиса" }),
      status: 200,
      shows: ['{"name":"Алиса","created":"2026-11-20T10:00:00.000Z"}'],
      mustNotShow,
    },
    { does: "one's own", ask: patch({ name: "alice" }), status: 200, shows: ['"alice"'] },
    { does: "one's own in capitals", ask: patch({ name: "ALICE" }), status: 200, shows: ["ALICE"] },
    { does: "a taken one", ask: patch({ name: "bob" }), status: 401, code: "name_taken" },
    {
      does: "a taken one in capitals",
      ask: patch({ name: "BOB" }),
      status: 401,
      code: "name_taken",
    },
    { does: "32 characters", ask: patch({ name: "x".repeat(32) }), status: 200 },
    bad("33 characters", "x".repeat(33), "must have at most 32 characters"),
    bad("none", "", "must not be empty"),
    bad("with a space", "a b", "must not contain spaces"),
    bad("a number", 5, "must be text"),
    {
      does: "nothing",
      ask: patch({}),
      ...invalid,
      errors: { name: "or `password` must be given" },
    },
    {
      does: "the old password alone",
      ask: patch({ old_password: password }),
      ...invalid,
      errors: { name: "or `password` must be given" },
      mustNotShow,
    },
    {
      does: "what can't be changed",
      ask: patch({ name: "carol", created: "today" }),
      ...invalid,
      errors: { created: "is not a field of this request" },
    },
  ]);
});

Deno.test("a new name is on everything from then on, and the old one is kept for its owner", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    const id = await api.send(alice, "said as alice", { to: "bob" });
    const live = await api.listen(bob);
    await api.get({ ask: "PATCH /me", token: alice, json: { name: "carol" } });
    assert(live.text.includes('"type":"user.renamed","user":"carol","before":"alice"'));
    const { json } = await api.get({ ask: `GET /messages/${id}`, token: bob });
    assertEquals(json.author, "carol");
    assertEquals(column(await api.get({ ask: "GET /users", token: bob }), "name"), [
      "bob",
      "carol",
    ]);
    const rooms = await api.get({ ask: "GET /rooms", token: bob });
    assertEquals(column(rooms, "name"), ["common", "carol"]);
    const taker = await api.ask({ ask: "POST /connect", json: { user: "Alice" } });
    assertEquals([taker.status, taker.problem?.code], [401, "name_taken"]);
    const renamer = await api.ask({ ask: "PATCH /me", token: bob, json: { name: "ALICE" } });
    assertEquals([renamer.status, renamer.problem?.code], [401, "name_taken"]);
    const sender = await api.ask({
      ask: "POST /send",
      token: bob,
      json: { text: "still there?", to: "alice" },
    });
    assertEquals(sender.status, 404);
    const poll = await api.get({ ask: "GET /events?after=k3f9-1&wait=0", token: bob });
    assert(poll.text.includes('"author":"carol"') && !poll.text.includes('"author":"alice"'));
  });
});

Deno.test("a name that was given up is had back by its owner, and by others after 30 days", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    const rename = async (token: string, name: string) =>
      (await api.ask({ ask: "PATCH /me", token, json: { name } })).status;
    assertEquals(await rename(alice, "carol"), 200);
    assertEquals(await rename(alice, "alice"), 200);
    assertEquals(await rename(bob, "carol"), 401);
    api.clock.advance(formerNameLifeMs - 1);
    assertEquals(await rename(bob, "carol"), 401);
    api.clock.advance(1);
    assertEquals(await rename(bob, "carol"), 200);
  });
});

Deno.test("a user changes their name 10 times in an hour, and not once more", async () => {
  await withApi(async (api) => {
    const { alice, phone } = await prepare(api);
    const rename = (name: string, token = alice) =>
      api.ask({ ask: "PATCH /me", token, json: { name } });
    for (let count = 1; count <= renamesPerHourMax; count++) {
      assertEquals((await rename(`alice-${count}`)).status, 200);
    }
    assertEquals((await rename("alice-10")).status, 200, "the same name is no change");
    const { status, problem, headers } = await rename("alice-11", phone);
    assertEquals([status, problem?.code], [429, "rate_limited"]);
    assertEquals(problem?.resets_at, "2026-11-20T11:00:00.000Z");
    assertEquals(headers.get("ratelimit-policy"), '"rename";q=10;w=3600');
    assertEquals(headers.get("retry-after"), "3600");
    api.clock.advance(hourMs - 1);
    assertEquals((await rename("alice-11")).status, 429);
    api.clock.advance(1);
    assertEquals((await rename("alice-11")).status, 200);
  });
});

Deno.test("a new password needs the old one, if there is one", async (test) => {
  const next = "battery staple";
  const mustNotShow = ["battery", "correct"];
  const wrong = { status: 401, code: "bad_password", mustNotShow } as const;
  await runScenarios(test, prepare, [
    {
      does: "with it",
      ask: patch({ password: next, old_password: password }),
      status: 200,
      shows: ['"name":"alice"'],
      mustNotShow,
    },
    { does: "without it", ask: patch({ password: next }), ...wrong },
    { does: "with another", ask: patch({ password: next, old_password: next }), ...wrong },
    { does: "with none", ask: patch({ password: next, old_password: "" }), ...wrong },
    { does: "where there was none", ask: patch({ password: next }, "bob"), status: 200 },
    {
      does: "256 characters",
      ask: patch({ password: "😀".repeat(256), old_password: password }),
      status: 200,
    },
    {
      does: "257 characters",
      ask: patch({ password: "😀".repeat(257), old_password: password }),
      ...invalid,
      errors: { password: "must have at most 256 characters" },
    },
    {
      does: "blanks",
      ask: patch({ password: " ", old_password: password }),
      ...invalid,
      errors: { password: "must not be empty" },
    },
    {
      does: "with a name that is taken",
      ask: patch({ password: next, old_password: password, name: "bob" }),
      status: 401,
      code: "name_taken",
      mustNotShow,
    },
  ]);
});

Deno.test("a new password ends all other clients at once, and lets in from then on", async () => {
  await withApi(async (api) => {
    const { alice, phone, bob } = await prepare(api);
    const [own, other] = [await api.listen(alice), await api.listen(phone)];
    const json = { password: "battery staple", old_password: password };
    await api.get({ ask: "PATCH /me", token: alice, json });
    assertEquals([own.closed, other.closed], [false, true]);
    assert(own.text.includes("event: token.revoked"));
    const statusOf = async (token: string) => (await api.ask({ ask: "GET /status", token })).status;
    assertEquals(
      [await statusOf(alice), await statusOf(phone), await statusOf(bob)],
      [200, 401, 200],
    );
    const enter = (password: string) =>
      api.ask({ ask: "POST /connect", json: { user: "alice", password } });
    assertEquals((await enter(password)).problem?.code, "bad_password");
    assertEquals((await enter("battery staple")).status, 200);
  });
});

Deno.test("a name that is refused leaves the password and the clients as they were", async () => {
  await withApi(async (api) => {
    const { alice, phone } = await prepare(api);
    const json = { password: "battery staple", old_password: password, name: "bob" };
    assertEquals((await api.ask({ ask: "PATCH /me", token: alice, json })).status, 401);
    assertEquals((await api.ask({ ask: "GET /status", token: phone })).status, 200);
    await api.connect("alice", { password });
  });
});

Deno.test("who guesses the old password is slowed down", async () => {
  await withApi(async (api) => {
    const { alice } = await prepare(api);
    const guess = (old: string) =>
      api.ask({
        ask: "PATCH /me",
        token: alice,
        json: { password: "mine now", old_password: old },
      });
    for (let count = 0; count < 5; count++) {
      assertEquals((await guess(`guess ${count}`)).problem?.code, "bad_password");
    }
    const { status, problem, headers } = await guess(password);
    assertEquals([status, problem?.code], [429, "too_many_attempts"]);
    assertEquals(headers.get("retry-after"), "1");
    api.clock.advance(1000);
    assertEquals((await guess(password)).status, 200);
  });
});

Deno.test("two new passwords at once: one of them holds, and the other is told", async () => {
  await withApi(async (api) => {
    const { alice } = await prepare(api);
    const change = (next: string) => {
      const json = { password: next, old_password: password };
      return api.ask({ ask: "PATCH /me", token: alice, json });
    };
    const both = ["first of two", "second of two"];
    const answers = await Promise.all(both.map(change));
    assertEquals(answers.map(({ status }) => status).sort(), [200, 401]);
    const entering = both.map((password) =>
      api.ask({ ask: "POST /connect", json: { user: "alice", password } })
    );
    const entered = (await Promise.all(entering)).map(({ status }) => status);
    assertEquals(entered, answers.map(({ status }) => status));
  });
});
