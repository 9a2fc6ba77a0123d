/**
 * `/scheduled…`: messages that are sent later, once, and what becomes of those that can't be.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dayMs, hourMs, scheduledPerUserMax, secondMs } from "../../../lib/domain/bounds.ts";
import { clockworkEveryMs } from "../../../server/chat/clockwork.ts";
import { type Answered, type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { ban, column, type Garden, prepareGarden } from "./garden.ts";

interface Cast extends Garden {
  /** A message of alice's to everyone, in an hour. */
  readonly waiting: number;
  /** One of hers that was sent. */
  readonly sent: number;
  /** One of hers to the room, which she was not in any more when it was due. */
  readonly failed: number;
}

const notFound = { status: 404, code: "not_found" } as const;
const invalid = { status: 422, code: "invalid" } as const;

async function schedule(
  api: Api,
  token: string,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  return (await api.get({ ask: "POST /send", token, json: { text, in: 3600, ...more } })).json.id;
}

async function prepare(api: Api): Promise<Cast> {
  const garden = await prepareGarden(api);
  const { bob, alice, room } = garden;
  // bob comes to own the room, so that alice can be put out of it.
  await api.get({ ask: `PATCH /rooms/${room}`, token: alice, json: { owner: "bob" } });
  const failed = await schedule(api, alice, "into the room", { room, in: 2 });
  await api.get({ ask: `DELETE /rooms/${room}/members/alice`, token: bob });
  const sent = await schedule(api, alice, "already said", { in: 1 });
  await api.pass(2 * secondMs);
  const waiting = await schedule(api, alice, "to be said");
  return { ...garden, waiting, sent, failed };
}

function texts(answered: Answered): unknown[] {
  return column(answered, "text");
}

Deno.test("POST /send with a time answers what waits, and sends nothing", async (test) => {
  const send =
    (json: Record<string, unknown>, who: "alice" | "carol" = "alice") => (cast: Garden) => ({
      ask: "POST /send",
      token: cast[who],
      json: { text: "what is said", ...json, ...("room" in json && { room: cast.room }) },
    });
  const mustNotShow = ['"author"', '"expires_at"', '"failed"'];
  await runScenarios(test, prepareGarden, [
    {
      does: "to everyone, after a while",
      ask: send({ in: "10m" }),
      status: 202,
      shows: ['"room":"common","text":"what is said"', '"at":"2026-11-20T10:10:00.000Z"'],
      mustNotShow: [...mustNotShow, '"to"'],
    },
    {
      does: "to a user, at a time",
      ask: send({ to: "BOB", at: "2026-11-20T12:30:00+02:00" }),
      status: 202,
      shows: ['"to":"bob"', '"at":"2026-11-20T10:30:00.000Z"'],
      mustNotShow: [...mustNotShow, '"room"'],
    },
    { does: "to a room", ask: send({ room: true, in: 60 }), status: 202, shows: ['"room":"'] },
    { does: "to a room of others", ask: send({ room: true, in: 60 }, "carol"), ...notFound },
    { does: "to nobody there is", ask: send({ to: "nobody", in: 60 }), ...notFound },
    {
      does: "to oneself",
      ask: send({ to: "alice", in: 60 }),
      ...invalid,
      errors: { to: "must be someone else" },
    },
    {
      does: "at a time and after a while",
      ask: send({ at: "2026-11-20T12:30:00Z", in: 60 }),
      ...invalid,
      errors: { in: "must be left out where `at` is given" },
    },
    {
      does: "at what is no time",
      ask: send({ at: "tomorrow" }),
      ...invalid,
      errors: { at: "must be a time like 2026-11-20T18:30:00Z" },
    },
    {
      does: "after what is no duration",
      ask: send({ in: "a while" }),
      ...invalid,
      errors: { in: "must be a duration like 90s, 10m or 2h, or a number of seconds" },
    },
  ]);
});

Deno.test("a message is scheduled from 1 second to 1 year ahead", async (test) => {
  const fault = "must be from 1 s to 1 year ahead";
  const row = (field: "in" | "at", value: string | number, ok: boolean) => ({
    does: `${field} ${value}`,
    ask: ({ alice }: Garden): Ask => ({
      ask: "POST /send",
      token: alice,
      json: { text: "what is said", [field]: value },
    }),
    ...(ok ? { status: 202 } : { ...invalid, errors: { [field]: fault } }),
  });
  await runScenarios(test, prepareGarden, [
    row("in", 0, false),
    row("in", 0.999, false),
    row("in", 1, true),
    row("in", "1s", true),
    row("in", "365d", true),
    row("in", 365 * 86_400 + 0.001, false),
    row("at", "2026-11-20T09:59:59Z", false),
    row("at", "2026-11-20T10:00:00.999Z", false),
    row("at", "2026-11-20T10:00:01Z", true),
    row("at", "2027-11-20T10:00:00Z", true),
    row("at", "2027-11-20T10:00:00.001Z", false),
  ]);
});

Deno.test("a user has 100 messages waiting, and not one more", async () => {
  await withApi(async (api) => {
    const [alice, bob] = [await api.connect("alice"), await api.connect("bob")];
    let last = 0;
    for (let count = 0; count < scheduledPerUserMax; count++) {
      last = await schedule(api, alice, "x");
    }
    const over = { ask: "POST /send", token: alice, json: { text: "over", in: 60 } };
    const { status, problem } = await api.ask(over);
    assertEquals([status, problem?.errors?.[0]?.field], [422, "in"]);
    await schedule(api, bob, "each has their own");
    const { json } = await api.get({ ask: "GET /status", token: alice });
    assertEquals(json.scheduled, 100);
    await api.get({ ask: `DELETE /scheduled/${last}`, token: alice });
    assertEquals((await api.ask(over)).status, 202);
  });
});

Deno.test("GET /scheduled lists mine that wait or failed, the next one first", async () => {
  await withApi(async (api) => {
    const { alice, bob, waiting, failed } = await prepare(api);
    await schedule(api, bob, "of another");
    const sooner = await schedule(api, alice, "sooner", { in: 1800 });
    const listed = await api.get({ ask: "GET /scheduled", token: alice });
    assertEquals(column(listed, "id"), [failed, sooner, waiting]);
    assertEquals(column(listed, "failed"), ["not_found", undefined, undefined]);
    assert(!listed.text.includes("already said") && !listed.text.includes("of another"));
    const { json } = await api.get({ ask: "GET /status", token: alice });
    assertEquals(json.scheduled, 2, "what has failed does not wait");
  });
});

Deno.test("GET, PATCH and DELETE of a scheduled message are for its author, while it waits", async (test) => {
  type Which = "waiting" | "sent" | "failed";
  const asked = (method: string, which: Which | number, who: "alice" | "bob", json?: unknown) =>
  (
    cast: Cast,
  ): Ask => ({
    ask: `${method} /scheduled/${typeof which === "number" ? which : cast[which]}`,
    token: cast[who],
    ...(json !== undefined && { json }),
  });
  const alreadySent = { status: 409, code: "already_sent", mustNotShow: ["already said"] } as const;
  const change = { text: "in other words" };
  await runScenarios(test, prepare, [
    {
      does: "GET mine",
      ask: asked("GET", "waiting", "alice"),
      status: 200,
      shows: ['"text":"to be said"', '"at":"2026-11-20T11:00:02.000Z"'],
      mustNotShow: ['"failed"'],
    },
    {
      does: "GET mine that failed",
      ask: asked("GET", "failed", "alice"),
      status: 200,
      shows: ['"failed":"not_found"', '"text":"into the room"'],
    },
    { does: "GET mine that was sent", ask: asked("GET", "sent", "alice"), ...alreadySent },
    {
      does: "GET another's",
      ask: asked("GET", "waiting", "bob"),
      ...notFound,
      mustNotShow: ["to be said", "alice"],
    },
    { does: "GET another's that was sent", ask: asked("GET", "sent", "bob"), ...notFound },
    { does: "GET nobody's", ask: asked("GET", 999, "alice"), ...notFound },
    {
      does: "PATCH the text",
      ask: asked("PATCH", "waiting", "alice", change),
      status: 200,
      shows: ['"text":"in other words"', '"at":"2026-11-20T11:00:02.000Z"'],
      mustNotShow: ["to be said"],
    },
    {
      does: "PATCH the time",
      ask: asked("PATCH", "waiting", "alice", { in: "2h" }),
      status: 200,
      shows: ['"text":"to be said"', '"at":"2026-11-20T12:00:02.000Z"'],
    },
    {
      does: "PATCH both",
      ask: asked("PATCH", "waiting", "alice", { ...change, at: "2026-11-21T00:00:00Z" }),
      status: 200,
      shows: ['"text":"in other words"', '"at":"2026-11-21T00:00:00.000Z"'],
    },
    {
      does: "PATCH nothing",
      ask: asked("PATCH", "waiting", "alice", {}),
      ...invalid,
      errors: { text: "or a time must be given" },
    },
    {
      does: "PATCH to two times",
      ask: asked("PATCH", "waiting", "alice", { at: "2026-11-21T00:00:00Z", in: 5 }),
      ...invalid,
      errors: { in: "must be left out where `at` is given" },
    },
    {
      does: "PATCH to a time that is over",
      ask: asked("PATCH", "waiting", "alice", { in: 0 }),
      ...invalid,
      errors: { in: "must be from 1 s to 1 year ahead" },
    },
    {
      does: "PATCH where it goes",
      ask: asked("PATCH", "waiting", "alice", { ...change, to: "bob" }),
      ...invalid,
      errors: { to: "is not a field of this request" },
    },
    { does: "PATCH another's", ask: asked("PATCH", "waiting", "bob", change), ...notFound },
    {
      does: "PATCH mine that was sent",
      ask: asked("PATCH", "sent", "alice", change),
      ...alreadySent,
    },
    {
      does: "PATCH mine that failed, without a new time",
      ask: asked("PATCH", "failed", "alice", change),
      ...invalid,
      errors: { at: "must be given, for it could not be sent when it was due" },
    },
    {
      does: "PATCH mine that failed, with a new time",
      ask: asked("PATCH", "failed", "alice", { in: 60 }),
      status: 200,
      mustNotShow: ['"failed"'],
    },
    { does: "DELETE mine", ask: asked("DELETE", "waiting", "alice"), status: 204 },
    { does: "DELETE mine that failed", ask: asked("DELETE", "failed", "alice"), status: 204 },
    { does: "DELETE mine that was sent", ask: asked("DELETE", "sent", "alice"), ...alreadySent },
    { does: "DELETE another's", ask: asked("DELETE", "waiting", "bob"), ...notFound },
    { does: "DELETE nobody's", ask: asked("DELETE", 999, "alice"), ...notFound },
  ]);
});

Deno.test("a refused change leaves a scheduled message as it was, and a cancelled one is gone", async () => {
  await withApi(async (api) => {
    const { alice, bob, waiting } = await prepare(api);
    const path = `/scheduled/${waiting}`;
    await api.ask({ ask: `DELETE ${path}`, token: bob });
    await api.ask({ ask: `PATCH ${path}`, token: alice, json: { text: "other", in: 0 } });
    const { json } = await api.get({ ask: `GET ${path}`, token: alice });
    assertEquals([json.text, json.at], ["to be said", "2026-11-20T11:00:02.000Z"]);
    await api.get({ ask: `DELETE ${path}`, token: alice });
    for (const method of ["GET", "DELETE"]) {
      assertEquals((await api.ask({ ask: `${method} ${path}`, token: alice })).status, 404);
    }
    await api.pass(2 * hourMs);
    await api.pass(clockworkEveryMs);
    const page = await api.get({ ask: "GET /messages", token: bob });
    assert(!page.text.includes("to be said"));
  });
});

Deno.test("a scheduled message is sent once, at its time, as it was changed last", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const live = await api.listen(bob);
    const own = await api.listen(alice);
    const id = await schedule(api, alice, "first words", { in: 30 });
    await api.get({ ask: `PATCH /scheduled/${id}`, token: alice, json: { text: "last words" } });
    await api.pass(30 * secondMs - 1);
    assert(!live.text.includes("words"), "not before its time");
    assert(!live.text.includes("scheduled."), "nobody else knows of it");
    await api.pass(1);
    await api.pass(clockworkEveryMs);
    assertEquals(live.text.split("last words").length, 2, "once");
    assert(!own.text.includes("first words"));
    for (const type of ["created", "updated", "sent"]) {
      assertEquals(own.text.split(`event: scheduled.${type}\n`).length, 2, type);
    }
    assertEquals(texts(await api.get({ ask: "GET /scheduled", token: alice })), []);
    const page = await api.get({ ask: "GET /messages", token: bob });
    assertEquals(texts(page), ["last words"]);
    assertEquals(page.json.items[0].at, "2026-11-20T10:00:30.000Z");
  });
});

Deno.test("a scheduled message meets the limit when it is sent, and its author is told", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const own = await api.listen(alice);
    const late = await schedule(api, alice, "one too many", { in: 10 });
    await api.send(alice, "the only one");
    await api.pass(10 * secondMs);
    assert(own.text.includes(`"scheduled":${late},"code":"rate_limited"`), own.text);
    const { json } = await api.get({ ask: `GET /scheduled/${late}`, token: alice });
    assertEquals(json.failed, "rate_limited");
    assertEquals(texts(await api.get({ ask: "GET /messages", token: bob })), ["the only one"]);

    await api.get({ ask: `PATCH /scheduled/${late}`, token: alice, json: { in: 3600 } });
    await api.pass(hourMs);
    await api.pass(clockworkEveryMs);
    assert(own.text.includes("event: scheduled.sent"), "it has another chance");
  }, { policy: { limit: 1 } });
});

Deno.test("who is banned can schedule nothing, and what was to be sent meanwhile is not", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const id = await schedule(api, alice, "meanwhile", { in: 30 });
    await ban(api, "alice");
    const banned = { status: 403, code: "banned" };
    for (
      const ask of [
        { ask: "POST /send", json: { text: "later", in: 60 } },
        { ask: `PATCH /scheduled/${id}`, json: { text: "other words" } },
      ]
    ) {
      const { status, problem } = await api.ask({ ...ask, token: alice });
      assertEquals({ status, code: problem?.code }, banned);
      assertEquals(problem?.banned_until, "2026-11-20T14:00:00.000Z");
    }
    await api.pass(30 * secondMs);
    const { json } = await api.get({ ask: `GET /scheduled/${id}`, token: alice });
    assertEquals([json.failed, json.text], ["banned", "meanwhile"]);
    assertEquals(texts(await api.get({ ask: "GET /messages", token: bob })), []);
    await api.get({ ask: `DELETE /scheduled/${id}`, token: alice });
  });
});

Deno.test("it is known for a day that a message was sent, or why not", async () => {
  await withApi(async (api) => {
    const { alice, sent, failed } = await prepare(api);
    const statusOf = async (id: number) =>
      (await api.ask({ ask: `GET /scheduled/${id}`, token: alice })).status;
    const statuses = async () => [await statusOf(sent), await statusOf(failed)];
    await api.pass(dayMs - clockworkEveryMs);
    assertEquals(await statuses(), [409, 200]);
    await api.pass(2 * clockworkEveryMs);
    await api.pass(clockworkEveryMs);
    assertEquals(await statuses(), [404, 404]);
  });
});
