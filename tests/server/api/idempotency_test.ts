/**
 * `Idempotency-Key`: whatever changes something may be repeated, and happens once.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type OperationName, operations } from "../../../lib/api/operations.ts";
import { receiptLifeMs } from "../../../lib/domain/bounds.ts";
import { Gate } from "../../support/scripted_store.ts";
import { type Answered, type Api, type Ask, withApi } from "./driver.ts";
import { appoint, type Garden, makeLink, prepareGarden } from "./garden.ts";

/** Long enough for what stands for a secret. */
const key = "0123456789abcdefghij";
const keyed = { "Idempotency-Key": key };
const utf8 = new TextEncoder();

interface Cast extends Garden {
  readonly dave: string;
  /** alice's message to everyone, and another one. */
  readonly message: number;
  readonly other: number;
  /** Two that she has scheduled, and two links into her room. */
  readonly scheduled: readonly [number, number];
  readonly links: readonly [number, number];
  /** The code that dave has come by, and one that he has not. */
  readonly codes: readonly [string, string];
  /** Two more clients of alice. */
  readonly tokens: readonly [number, number];
  /** A second room of alice's. */
  readonly orchard: string;
  /** Two invitations to register. */
  readonly registrationInvites: readonly [number, number];
}

const password = "correct horse";

/** Two who are reported and banned. */
const troublemakers = ["mallory", "trudy"];

async function prepare(api: Api): Promise<Cast> {
  const garden = await prepareGarden(api);
  const { alice } = garden;
  const dave = await api.connect("dave");
  const erin = await api.connect("erin");
  await api.get({ ask: "PATCH /me", token: alice, json: { password } });
  await api.connect("alice", { password });
  await api.connect("alice", { password });
  const tokens = (await api.get({ ask: "GET /tokens", token: alice })).json.items
    .filter(({ current }: { current: boolean }) => !current)
    .map(({ id }: { id: number }) => id);
  const { json: orchard } = await api.get({
    ask: "POST /rooms",
    token: alice,
    json: { name: "b" },
  });
  const ofOrchard = { ...garden, room: orchard.id };
  const [one, other] = [await makeLink(api, garden), await makeLink(api, garden)];
  const elsewhere = await makeLink(api, ofOrchard);
  for (const token of [dave, erin]) {
    await api.get({ ask: "POST /join", token, json: { code: one.code } });
  }
  for (const room of [garden.room, orchard.id]) {
    const ask = `POST /rooms/${room}/invitations`;
    await api.get({ ask, token: alice, json: { user: "carol" } });
  }
  await appoint(api, "alice", "owner");
  for (const user of troublemakers) {
    await api.connect(user);
    await api.get({ ask: "POST /report", token: dave, json: { user } });
    await api.get({ ask: "POST /bans", token: alice, json: { user } });
  }
  const registrationInvite = async () =>
    (await api.get({ ask: "POST /invites", token: alice, json: {} })).json.id;
  const later = async () => {
    const ask = { ask: "POST /send", token: alice, json: { text: "later", in: 60 } };
    return (await api.get(ask)).json.id;
  };
  return {
    ...garden,
    dave,
    message: await api.send(alice, "for everyone"),
    other: await api.send(alice, "for everyone, too"),
    scheduled: [await later(), await later()],
    links: [one.id, other.id],
    codes: [other.code, elsewhere.code],
    tokens,
    orchard: orchard.id,
    registrationInvites: [await registrationInvite(), await registrationInvite()],
  };
}

/** A request, and another one that it must not be taken for. */
type Pair = (cast: Cast) => readonly [Ask, Ask];

function fields(method: string, path: (cast: Cast) => string, one: unknown, other: unknown): Pair {
  return (cast) => {
    const asked = { ask: `${method} ${path(cast)}`, token: cast.alice };
    return [{ ...asked, json: one }, { ...asked, json: other }];
  };
}

function removals(path: (cast: Cast, which: 0 | 1) => string): Pair {
  return (cast) => {
    const asked = (which: 0 | 1) => ({ ask: `DELETE ${path(cast, which)}`, token: cast.alice });
    return [asked(0), asked(1)];
  };
}

/** All that takes a key; `/connect` and `/disconnect` are apart. */
const pairs: Partial<Record<OperationName, Pair>> = {
  revokeToken: removals(({ tokens }, which) => `/tokens/${tokens[which]}`),
  changeProfile: fields("PATCH", () => "/me", { name: "alicia" }, { name: "alice.b" }),
  send: fields("POST", () => "/send", { text: "hello" }, { text: "hello!" }),
  comment: (cast) =>
    fields(
      "POST",
      () => "/comment",
      { message: cast.message, text: "well said" },
      { message: cast.other, text: "well said" },
    )(cast),
  read: (cast) => fields("POST", () => "/read", { upto: cast.message }, { upto: cast.other })(cast),
  deleteMessage: removals(({ message, other }, which) => `/messages/${[message, other][which]}`),
  changeScheduled: fields(
    "PATCH",
    ({ scheduled }) => `/scheduled/${scheduled[0]}`,
    { text: "other words" },
    { in: 90 },
  ),
  cancelScheduled: removals(({ scheduled }, which) => `/scheduled/${scheduled[which]}`),
  uploadFile: ({ alice }) => {
    const asked = { ask: "POST /files?name=a", token: alice };
    return [{ ...asked, bytes: utf8.encode("one") }, { ...asked, bytes: utf8.encode("two") }];
  },
  createRoom: fields("POST", () => "/rooms", { name: "meadow" }, { name: "heath" }),
  changeRoom: fields("PATCH", ({ room }) => `/rooms/${room}`, { name: "patio" }, { owner: "bob" }),
  deleteRoom: removals(({ room, orchard }, which) => `/rooms/${[room, orchard][which]}`),
  invite: fields(
    "POST",
    ({ room }) => `/rooms/${room}/invitations`,
    { user: "dave" },
    { user: "erin" },
  ),
  answerInvitation: ({ carol, room, orchard }) => {
    const asked = (room: string) => ({
      ask: `POST /invitations/${room}`,
      token: carol,
      json: { accept: true },
    });
    return [asked(room), asked(orchard)];
  },
  createLink: fields("POST", ({ room }) => `/rooms/${room}/links`, {}, { max_uses: 1 }),
  revokeLink: removals(({ room, links }, which) => `/rooms/${room}/links/${links[which]}`),
  join: ({ carol, codes }) => {
    const asked = (code: string) => ({ ask: "POST /join", token: carol, json: { code } });
    return [asked(codes[0]), asked(codes[1])];
  },
  answerRequest: ({ alice, room }) => {
    const asked = (user: string) => ({
      ask: `POST /rooms/${room}/requests/${user}`,
      token: alice,
      json: { approve: true },
    });
    return [asked("dave"), asked("erin")];
  },
  removeMember: removals(({ room }, which) => `/rooms/${room}/members/${["bob", "alice"][which]}`),
  report: fields("POST", () => "/report", { user: "bob" }, { user: "carol" }),
  dismissReports: removals((_, which) => `/reports/${troublemakers[which]}`),
  ban: fields("POST", () => "/bans", { user: "bob" }, { user: "bob", for: "1h" }),
  unban: removals((_, which) => `/bans/${troublemakers[which]}`),
  setRole: fields(
    "POST",
    () => "/roles",
    { user: "bob", role: "moderator" },
    { user: "bob", role: "none" },
  ),
  deleteUser: removals((_, which) => `/users/${troublemakers[which]}`),
  createInvite: fields("POST", () => "/invites", {}, { max_uses: 2 }),
  revokeInvite: removals(({ registrationInvites }, which) =>
    `/invites/${registrationInvites[which]}`
  ),
};

/** Everything that was ever saved, counted. */
function savedSoFar({ store }: Api): number {
  return store.saved.reduce((sum, { changes, events }) => sum + changes + events, 0);
}

/** Resolves when nothing more comes of what was asked. */
async function settled(api: Api): Promise<void> {
  for (let before = -1; before !== savedSoFar(api);) {
    before = savedSoFar(api);
    for (let turns = 0; turns < 10; turns++) await api.turn();
  }
}

function told({ status, problem, headers }: Answered): unknown[] {
  return [status, problem?.code, headers.get("idempotency-replayed")];
}

Deno.test("everything that changes something is in this table, or apart from it", () => {
  const writing = Object.entries(operations)
    .filter(([, { method }]) => method !== "GET").map(([name]) => name);
  const known = [...Object.keys(pairs), "connect", "disconnect"];
  assertEquals(writing.toSorted(), known.toSorted());
});

for (const [name, pair] of Object.entries(pairs)) {
  const { statuses } = operations[name as OperationName];

  Deno.test(`${name} under one key happens once, and is answered the same again`, async () => {
    await withApi(async (api) => {
      const [one, other] = pair(await prepare(api));
      const first = await api.get({ ...one, headers: keyed });
      assertEquals(first.status, statuses[0]);
      assertEquals(first.headers.get("idempotency-replayed"), undefined);
      // What a deleted user has left behind goes by itself.
      await settled(api);
      const saved = savedSoFar(api);
      for (let again = 0; again < 2; again++) {
        const repeated = await api.ask({ ...one, headers: keyed });
        assertEquals(told(repeated), [first.status, undefined, "true"], repeated.text);
        assertEquals(repeated.text, first.text);
      }
      assertEquals(told(await api.ask({ ...other, headers: keyed })), [
        422,
        "idempotency_mismatch",
        undefined,
      ]);
      assertEquals(savedSoFar(api), saved, "nothing has changed");
      const done = await api.ask({ ...other, headers: { "Idempotency-Key": `${key}!` } });
      assert(done.status < 300, `the other one is another request: ${done.text}`);
      const later = await api.ask({ ...one, headers: keyed });
      assertEquals(told(later), [first.status, undefined, "true"], later.text);
    });
  });

  Deno.test(`${name} twice at once under one key happens once`, async () => {
    await withApi(async (api) => {
      const [one] = pair(await prepare(api));
      const gate = new Gate();
      api.store.before.transact = gate.wait;
      const both = [api.ask({ ...one, headers: keyed }), api.ask({ ...one, headers: keyed })];
      for (let turns = 0; turns < 5; turns++) await api.turn();
      delete api.store.before.transact;
      gate.open();
      const answers = await Promise.all(both);
      assertEquals(answers.map(told).map(([status]) => status), [statuses[0], statuses[0]]);
      assertEquals(new Set(answers.map(({ text }) => text)).size, 1);
      assertEquals(
        answers.map(({ headers }) => headers.get("idempotency-replayed") ?? "").sort(),
        ["", "true"],
      );
    });
  });

  Deno.test(`${name} takes a key that is someone else's for a new one`, async () => {
    await withApi(async (api) => {
      const cast = await prepare(api);
      const json = { text: "under the same key", to: "alice" };
      await api.get({ ask: "POST /send", token: cast.bob, json, headers: keyed });
      const [one] = pair(cast);
      const first = await api.get({ ...one, headers: keyed });
      assertEquals(first.headers.get("idempotency-replayed"), undefined);
      assert(!first.text.includes("under the same key"));
    });
  });
}

Deno.test("a key's answer is kept for a day, and no longer", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const make = { ask: "POST /rooms", token: alice, json: { name: "meadow" }, headers: keyed };
    const first = await api.get(make);
    api.clock.advance(receiptLifeMs - 1);
    assertEquals((await api.get(make)).json.id, first.json.id);
    api.clock.advance(1);
    assertNotEquals((await api.get(make)).json.id, first.json.id);
  });
});

Deno.test("what is told again holds nothing that was said: it comes with the request", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const asks: Ask[] = [
      { ask: "POST /send", token: alice, json: { text: "said in confidence" } },
      { ask: "POST /send", token: alice, json: { text: "said in confidence", in: 60 } },
      { ask: "POST /files?name=said-in-confidence", token: alice, bytes: utf8.encode("said in") },
    ];
    const kept: unknown[] = [];
    api.store.meddle = (state) => {
      const put = state.receipts.put.bind(state.receipts);
      state.receipts.put = (receipt) => {
        kept.push(receipt);
        put(receipt);
      };
    };
    for (const [at, ask] of asks.entries()) {
      await api.get({ ...ask, headers: { "Idempotency-Key": `key-${at}` } });
    }
    assertEquals(kept.length, asks.length);
    assert(!/said.in/.test(JSON.stringify(kept)));
  });
});

// What brings a secret.

Deno.test("a link's code is the same again under one key, and only under a key that can't be guessed", async () => {
  await withApi(async (api) => {
    const { alice, room, carol } = await prepareGarden(api);
    const make = (key: string) =>
      api.ask({
        ask: `POST /rooms/${room}/links`,
        token: alice,
        json: {},
        headers: { "Idempotency-Key": key },
      });
    const [first, again, another] = [await make(key), await make(key), await make(`${key}!`)];
    assertEquals([first.json.id, first.json.code], [again.json.id, again.json.code]);
    assertNotEquals(first.json.code, another.json.code);
    const short = await make(key.slice(1));
    assertEquals([short.status, short.problem?.errors], [422, [{
      field: "Idempotency-Key",
      message: "must have at least 20 characters here: it stands for a secret",
    }]]);
    await api.get({ ask: "POST /join", token: carol, json: { code: again.json.code } });
  });
});

Deno.test("POST /connect under one key gives the same token, and makes one client", async (test) => {
  const connect = (api: Api, json: unknown, key: string) =>
    api.ask({ ask: "POST /connect", json, headers: { "Idempotency-Key": key } });
  const rows = {
    "a new name": { status: 201, json: { user: "dave" } },
    "a new name with a password": { status: 201, json: { user: "dave", password } },
    "a login": { status: 200, json: { user: "alice", password } },
  };
  for (const [does, { status, json }] of Object.entries(rows)) {
    await test.step(does, () =>
      withApi(async (api) => {
        const alice = await api.connect("alice", { password });
        api.clock.advance(1);
        const first = await connect(api, json, key);
        const again = await connect(api, json, key);
        assertEquals([first.status, again.status], [status, status], again.text);
        assertEquals(first.json.token, again.json.token);
        assertEquals(again.headers.get("idempotency-replayed"), "true");
        const token = json.user === "alice" ? alice : first.json.token;
        const { json: clients } = await api.get({ ask: "GET /tokens", token });
        assertEquals(clients.items.length, json.user === "alice" ? 2 : 1);
        const other = await connect(api, { ...json, client: "another" }, key);
        assertNotEquals(other.json?.token, first.json.token);
        const short = await connect(api, json, key.slice(1));
        assertEquals([short.status, short.problem?.code], [422, "invalid"]);
      }));
  }
});

Deno.test("POST /connect twice at once under one key registers once", async () => {
  await withApi(async (api) => {
    const ask: Ask = { ask: "POST /connect", json: { user: "dave" }, headers: keyed };
    const [one, other] = await Promise.all([api.ask(ask), api.ask(ask)]);
    assertEquals([one.status, other.status], [201, 201]);
    assertEquals(one.json.token, other.json.token);
  });
});

Deno.test("a key lets nobody in who does not have the password, nor the same request", async () => {
  await withApi(async (api) => {
    const connect = (json: unknown) => api.ask({ ask: "POST /connect", json, headers: keyed });
    await connect({ user: "dave", password });
    for (const json of [{ user: "dave" }, { user: "dave", password: "wrong horse" }]) {
      const { status, text } = await connect(json);
      assertEquals(status, 401);
      assert(!text.includes("chat_"));
    }
  });
});

Deno.test("a new password under one key is set once, and needs a key that can't be guessed", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice", { password });
    const change = (password: string, old_password: string, key: string) =>
      api.ask({
        ask: "PATCH /me",
        token: alice,
        json: { password, old_password },
        headers: { "Idempotency-Key": key },
      });
    const short = await change("battery staple", password, key.slice(1));
    assertEquals([short.status, short.problem?.code], [422, "invalid"]);
    const first = await change("battery staple", password, key);
    assertEquals(told(first), [200, undefined, undefined]);
    const again = await change("battery staple", password, key);
    assertEquals(told(again), [200, undefined, "true"], again.text);
  });
});

Deno.test("POST /disconnect needs no key: who repeats it is not let in", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice");
    const leave: Ask = { ask: "POST /disconnect", token: alice, headers: keyed };
    assertEquals([(await api.ask(leave)).status, (await api.ask(leave)).status], [204, 401]);
  });
});
