/**
 * `/report`: three reports ban from sending for four hours, from nothing else, and then count no more.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { ban, type Garden, letIn, makeLink, prepareGarden } from "./garden.ts";

const invalid = { status: 422, code: "invalid" } as const;
const notFound = { status: 404, code: "not_found" } as const;

interface Cast extends Garden {
  /** A message of bob's to everyone, and one of his to alice. */
  readonly common: number;
  readonly secret: number;
}

async function prepare(api: Api): Promise<Cast> {
  const garden = await prepareGarden(api);
  const common = await api.send(garden.bob, "something rude");
  const secret = await api.send(garden.bob, "rude in private", { to: "alice" });
  return { ...garden, common, secret };
}

function report(api: Api, token: string, user: string) {
  return api.ask({ ask: "POST /report", token, json: { user } });
}

Deno.test("POST /report reports someone else, with a reason and a message of theirs", async (test) => {
  const row =
    (json: (cast: Cast) => unknown, who: "alice" | "carol" = "alice") => (cast: Cast): Ask => ({
      ask: "POST /report",
      token: cast[who],
      json: json(cast),
    });
  const counted = { status: 201, shows: ['{"user":"bob","reports":1}'] };
  await runScenarios(test, prepare, [
    { does: "someone", ask: row(() => ({ user: "BOB" })), ...counted },
    {
      does: "with a reason",
      ask: row(() => ({ user: "bob", reason: "he was rude" })),
      ...counted,
      mustNotShow: ["rude"],
    },
    {
      does: "with a message",
      ask: row(({ common }) => ({ user: "bob", message: common })),
      ...counted,
    },
    {
      does: "with a private message to oneself",
      ask: row(({ secret }) => ({ user: "bob", message: secret })),
      ...counted,
    },
    {
      does: "with a private message to another",
      ask: row(({ secret }) => ({ user: "bob", message: secret }), "carol"),
      ...notFound,
      mustNotShow: ["bob", "rude"],
    },
    {
      does: "with a message of someone else",
      ask: row(({ common }) => ({ user: "carol", message: common })),
      ...invalid,
      errors: { message: "must be one of this user's" },
      mustNotShow: ["rude"],
    },
    {
      does: "with no message there is",
      ask: row(() => ({ user: "bob", message: 999 })),
      ...notFound,
    },
    {
      does: "oneself",
      ask: row(() => ({ user: "Alice" })),
      ...invalid,
      errors: { user: "must be someone else" },
    },
    { does: "nobody", ask: row(() => ({ user: "nobody" })), ...notFound, mustNotShow: ["nobody"] },
    { does: "no one", ask: row(() => ({})), ...invalid, errors: { user: "is missing" } },
    {
      does: "with a reason of 500 characters",
      ask: row(() => ({ user: "bob", reason: "😀".repeat(500) })),
      ...counted,
    },
    {
      does: "with a reason of 501 characters",
      ask: row(() => ({ user: "bob", reason: "😀".repeat(501) })),
      ...invalid,
      errors: { reason: "must have at most 500 characters" },
    },
  ]);
});

Deno.test("a user has one open report about another, whatever the device", async () => {
  await withApi(async (api) => {
    const password = "correct horse";
    const { bob } = await prepare(api);
    const laptop = await api.connect("dave", { password });
    const phone = await api.connect("dave", { password });
    assertEquals((await report(api, laptop, "bob")).status, 201);
    for (const token of [laptop, phone]) {
      const { status, problem } = await report(api, token, "bob");
      assertEquals([status, problem?.code], [409, "already_reported"]);
    }
    const { json } = await api.get({ ask: "GET /status", token: bob });
    assertEquals([json.user.reports, json.user.banned_until], [1, undefined]);
  });
});

Deno.test("the third report bans for four hours, and only the one it is about is told", async () => {
  await withApi(async (api) => {
    const { alice, bob, carol } = await prepare(api);
    const dave = await api.connect("dave");
    const [own, others] = [await api.listen(bob), await api.listen(alice)];
    for (const [at, token] of [alice, carol].entries()) {
      assertEquals((await report(api, token, "bob")).json, { user: "bob", reports: at + 1 });
    }
    await api.send(bob, "two are not enough");
    const third = await report(api, dave, "bob");
    const until = "2026-11-20T14:00:00.000Z";
    assertEquals(third.json, { user: "bob", reports: 3, banned_until: until });
    assert(own.text.includes(`"type":"user.banned","banned_until":"${until}"`));
    for (const name of ["alice", "carol", "dave"]) {
      assert(!own.text.split("user.banned")[1]?.includes(name), "nor who has reported");
    }
    assert(!others.text.includes("user.banned"));
    const { json } = await api.get({ ask: "GET /status", token: bob });
    assertEquals([json.user.reports, json.user.banned_until], [3, until]);
    const erin = await api.connect("erin");
    assertEquals((await report(api, erin, "bob")).json, {
      user: "bob",
      reports: 4,
      banned_until: until,
    });
  });
});

Deno.test("who is banned sends nothing, by no device, and reads and does all else", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, carol, room } = garden;
    const password = "correct horse";
    const dave = await api.connect("dave", { password });
    await letIn(api, garden, { name: "dave", token: dave });
    const id = await api.send(alice, "for everyone");
    const own = await api.send(dave, "my last words");
    await ban(api, "dave");
    const phone = await api.connect("dave", { password });
    const live = await api.listen(phone);
    const sends: readonly Omit<Ask, "token">[] = [
      { ask: "POST /send", json: { text: "to everyone" } },
      { ask: "POST /send", json: { text: "to bob", to: "bob" } },
      { ask: "POST /send", json: { text: "to the room", room } },
      { ask: "POST /send", json: { text: "later", in: 60 } },
      { ask: "POST /comment", json: { message: id, text: "a comment" } },
      { ask: "POST /files", bytes: new Uint8Array(3) },
      // Names are told to others, too.
      { ask: "PATCH /me", json: { name: "david" } },
      { ask: "POST /rooms", json: { name: "my own" } },
    ];
    for (const token of [dave, phone]) {
      for (const ask of sends) {
        const { status, problem } = await api.ask({ ...ask, token });
        assertEquals([status, problem?.code], [403, "banned"], ask.ask);
        assertEquals(problem?.banned_until, "2026-11-20T14:00:00.000Z");
      }
    }
    // What they could not do otherwise has its usual answer.
    const usual: readonly (readonly [Omit<Ask, "token">, number])[] = [
      [{ ask: "POST /send", json: { text: "to nobody", to: "nobody" } }, 404],
      [{ ask: "POST /send", json: { text: "to a strange room", room: "999" } }, 404],
      [{ ask: "POST /send", json: { text: "to myself", to: "dave" } }, 422],
      [{ ask: "POST /comment", json: { message: 999, text: "on nothing" } }, 404],
    ];
    for (const [ask, status] of usual) {
      assertEquals((await api.ask({ ...ask, token: dave })).status, status);
    }
    await api.send(alice, "still heard");
    assert(live.text.includes("still heard"));
    const { code } = await makeLink(api, garden);
    for (
      const ask of [
        { ask: "GET /messages" },
        { ask: "POST /read", json: { upto: id } },
        { ask: `DELETE /messages/${own}` },
        { ask: "POST /report", json: { user: "carol" } },
        { ask: `DELETE /rooms/${room}/members/dave` },
        { ask: "POST /join", json: { code } },
      ]
    ) await api.get({ ...ask, token: dave });
    await api.send(carol, "others are not banned");
  });
});

Deno.test("a ban ends after four hours, and the count is at zero then", async () => {
  await withApi(async (api) => {
    const { alice, bob, carol } = await prepare(api);
    const dave = await api.connect("dave");
    const all = [alice, carol, dave];
    const say = async () => {
      const ask = { ask: "POST /send", token: bob, json: { text: "am I back?", to: "carol" } };
      return (await api.ask(ask)).status;
    };
    for (let bans = 0; bans < 2; bans++) {
      for (const token of all) assertEquals((await report(api, token, "bob")).status, 201);
      assertEquals(await say(), 403);
      api.clock.advance(4 * hourMs - 1);
      assertEquals(await say(), 403);
      assertEquals((await report(api, alice, "bob")).status, 409);
      api.clock.advance(1);
      assertEquals(await say(), 201);
      const { json } = await api.get({ ask: "GET /status", token: bob });
      assertEquals([json.user.reports, json.user.banned_until], [0, undefined]);
    }
  });
});

Deno.test("how many reports ban, for how long, and whether at all, is the operator's choice", async () => {
  await withApi(async (api) => {
    const { alice } = await prepare(api);
    assertEquals((await report(api, alice, "bob")).json.banned_until, "2026-11-20T10:00:05.000Z");
  }, { policy: { banAfter: 1, banForMs: 5000 } });
  await withApi(async (api) => {
    const { bob } = await prepare(api);
    await ban(api, "bob");
    await api.send(bob, "nobody is ever banned");
  }, { policy: { banAfter: 0 } });
});
