/**
 * `/send` and `/comment`, and how a retry does not send twice.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { receiptLifeMs } from "../../../lib/domain/bounds.ts";
import { type Answered, runScenarios, type Scenario, withApi } from "./driver.ts";
import { prepareSpeakers, type Speakers } from "./speakers.ts";

type Row = Scenario<Speakers>;
const notFound = { status: 404, code: "not_found" } as const;
const invalid = { status: 422, code: "invalid" } as const;

function texts({ json }: Answered): string[] {
  return json.items.map(({ text }: { text: string }) => text);
}

Deno.test("POST /send takes a message to where it should go", async (test) => {
  const send = (json: unknown | ((cast: Speakers) => unknown)) => (cast: Speakers) => ({
    ask: "POST /send",
    token: cast.alice,
    json: typeof json === "function" ? json(cast) : json,
  });
  const text = "what is said";
  await runScenarios<Speakers>(test, prepareSpeakers, [
    {
      does: "to everyone",
      ask: send({ text }),
      status: 201,
      shows: ['"room":"common","room_kind":"common","author":"alice","text":"what is said"'],
      mustNotShow: ['"to"', "comment_on", '"key"'],
    },
    {
      does: "to everyone, in a form",
      ask: ({ alice }) => ({ ask: "POST /send", token: alice, form: "text=what+is%20said" }),
      status: 201,
      shows: ['"text":"what is said"', '"at":"2026-11-20T10:00:00.000Z"', '"files":[]'],
    },
    {
      does: "to the common room by its id",
      ask: send({ text, room: "common" }),
      status: 201,
      shows: ['"room":"common"'],
    },
    {
      does: "to a user",
      ask: send({ text, to: "BOB" }),
      status: 201,
      shows: ['"room_kind":"private","to":"bob"'],
    },
    {
      does: "to a new private chat",
      ask: send({ text, to: "carol" }),
      status: 201,
      shows: ['"to":"carol"'],
    },
    {
      does: "to a private chat by its id",
      ask: send(({ room }: Speakers) => ({ text, room: String(room) })),
      status: 201,
      shows: ['"to":"bob"'],
    },
    {
      does: "on a message of everyone's",
      ask: send(({ common }: Speakers) => ({ text, comment_on: common })),
      status: 201,
      shows: ['"room":"common"', '"comment_on":'],
    },
    {
      does: "on a private message",
      ask: send(({ secret }: Speakers) => ({ text, comment_on: secret })),
      status: 201,
      shows: ['"room_kind":"private","to":"bob"', '"comment_on":'],
    },
    {
      does: "on a private message, naming its chat",
      ask: send(({ secret }: Speakers) => ({ text, to: "bob", comment_on: secret })),
      status: 201,
      shows: ['"comment_on":'],
    },
    {
      does: "to nobody there is",
      ask: send({ text, to: "nobody" }),
      ...notFound,
      mustNotShow: ["nobody", "said"],
    },
    {
      does: "to oneself",
      ask: send({ text, to: "Alice" }),
      ...invalid,
      errors: { to: "must be someone else" },
    },
    {
      does: "to a user and a room",
      ask: send({ text, to: "bob", room: "common" }),
      ...invalid,
      errors: { room: "must be left out where `to` is given" },
    },
    {
      does: "to what is no room id",
      ask: send({ text, room: "kitchen" }),
      ...invalid,
      errors: { room: "must be `common` or a room's id" },
    },
    { does: "to a room that is not there", ask: send({ text, room: "999" }), ...notFound },
    {
      does: "on a message of another chat",
      ask: send(({ common }: Speakers) => ({ text, to: "bob", comment_on: common })),
      ...invalid,
      errors: { comment_on: "must be a message of the chat that this is sent to" },
    },
    { does: "on a message that is not there", ask: send({ text, comment_on: 999 }), ...notFound },
    {
      does: "on a private message of others",
      ask: ({ carol, secret }) => ({
        ask: "POST /send",
        token: carol,
        json: { text, comment_on: secret },
      }),
      ...notFound,
      mustNotShow: ["alice"],
    },
    {
      does: "into a private chat of others",
      ask: ({ carol, room }) => ({
        ask: "POST /send",
        token: carol,
        json: { text, room: String(room) },
      }),
      ...notFound,
    },
    {
      does: "no field",
      ask: send({}),
      ...invalid,
      errors: { text: "is missing" },
    },
    { does: "no text", ask: send({ text: "" }), ...invalid, errors: { text: "must not be empty" } },
    {
      does: "blanks alone",
      ask: send({ text: " \n\t\u00a0" }),
      ...invalid,
      errors: { text: "must not be empty" },
    },
    {
      does: "text that is not Unicode",
      ask: send({ text: "abc\ud800" }),
      ...invalid,
      errors: { text: "must be well-formed Unicode text" },
    },
    {
      does: "text with NUL",
      ask: send({ text: "abc\0def" }),
      ...invalid,
      errors: { text: "must be well-formed Unicode text" },
    },
    {
      does: "several faults at once",
      ask: send({ text: 5, to: "", colour: "red" }),
      ...invalid,
      errors: {
        text: "must be text",
        to: "must not be empty",
        colour: "is not a field of this request",
      },
    },
    {
      does: "a form with a text for a number",
      ask: ({ alice }) => ({
        ask: "POST /send",
        token: alice,
        form: "text=what+is+said&comment_on=first",
      }),
      ...invalid,
      errors: { comment_on: "must be a number" },
    },
  ]);
});

Deno.test("POST /send takes texts of 1 to 4,000 characters, whatever their bytes", async (test) => {
  const row = (does: string, text: string, ok: boolean): Row => ({
    does,
    ask: ({ alice }) => ({ ask: "POST /send", token: alice, json: { text } }),
    ...(ok ? { status: 201 } : invalid),
    ...(!ok && { errors: { text: "must have at most 4000 characters" }, mustNotShow: [text] }),
  });
  await runScenarios<Speakers>(test, prepareSpeakers, [
    row("one character", "x", true),
    row("4,000 letters", "x".repeat(4000), true),
    row("4,001 letters", "x".repeat(4001), false),
    row("4,000 emoji", "😀".repeat(4000), true),
    row("4,001 emoji", "😀".repeat(4001), false),
  ]);
});

Deno.test("POST /send under one key sends once, and answers the same again", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareSpeakers(api);
    const live = await api.listen(bob);
    const send = (text: string, token = alice, key = "outbox-1") =>
      api.ask({
        ask: "POST /send",
        token,
        json: { text, to: "carol" },
        headers: { "Idempotency-Key": key },
      });
    const first = await send("said only once");
    assertEquals([first.status, first.headers.get("idempotency-replayed")], [201, undefined]);
    assertEquals(first.json.key, "outbox-1");
    const again = await send("said only once");
    assertEquals([again.status, again.text], [201, first.text]);
    assertEquals(again.headers.get("idempotency-replayed"), "true");
    const chat = await api.get({ ask: "GET /messages?to=carol", token: alice });
    assertEquals(texts(chat), ["said only once"]);
    assert(!live.text.includes("said only once"));

    const other = await send("something else");
    assertEquals([other.status, other.problem?.code], [422, "idempotency_mismatch"]);
    assert(!other.text.includes("said only once") && !other.text.includes("something else"));
    assertEquals((await send("said only once", bob)).status, 201, "a key is its user's own");
    assertNotEquals((await send("said only once", alice, "outbox-2")).json.id, first.json.id);

    api.clock.advance(receiptLifeMs);
    const late = await send("something else");
    assertEquals([late.status, late.headers.get("idempotency-replayed")], [201, undefined]);
  });
});

Deno.test("POST /send twice at once under one key sends once", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareSpeakers(api);
    const asked = {
      ask: "POST /send",
      token: alice,
      json: { text: "said only once" },
      headers: { "Idempotency-Key": "outbox-1" },
    };
    const [one, other] = await Promise.all([api.ask(asked), api.ask(asked)]);
    assertEquals(one.text, other.text);
    assertEquals(
      [one, other].map(({ headers }) => headers.get("idempotency-replayed")).sort(),
      ["true", undefined],
    );
  });
});

Deno.test("a refused request leaves its key free", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareSpeakers(api);
    const send = (to: string) =>
      api.ask({
        ask: "POST /send",
        token: alice,
        json: { text: "hello dave", to },
        headers: { "Idempotency-Key": "outbox-1" },
      });
    assertEquals((await send("dave")).status, 404);
    assertEquals((await send("bob")).status, 201);
  });
});

Deno.test("Idempotency-Key is 1 to 64 visible characters", async (test) => {
  const row = (does: string, key: string, ok: boolean): Row => ({
    does,
    ask: ({ alice }) => ({
      ask: "POST /send",
      token: alice,
      json: { text: "with a key" },
      headers: { "Idempotency-Key": key },
    }),
    ...(ok ? { status: 201 } : invalid),
    ...(!ok && { errors: { "Idempotency-Key": "must be 1–64 visible ASCII characters" } }),
  });
  await runScenarios<Speakers>(test, prepareSpeakers, [
    row("none", "", false),
    row("one", "!", true),
    row("64", "~".repeat(64), true),
    row("65", "~".repeat(65), false),
    row("with a space", "a b", false),
    row("not ASCII", "ключ", false),
    row("a control", "a\x07", false),
  ]);
});

Deno.test("POST /comment comments where the message stands", async (test) => {
  const comment =
    (json: unknown | ((cast: Speakers) => unknown), who: "alice" | "carol" = "alice") =>
    (
      cast: Speakers,
    ) => ({
      ask: "POST /comment",
      token: cast[who],
      json: typeof json === "function" ? json(cast) : json,
    });
  const text = "what is said";
  await runScenarios<Speakers>(test, prepareSpeakers, [
    {
      does: "in the common chat",
      ask: comment(({ common }: Speakers) => ({ message: common, text })),
      status: 201,
      shows: ['"room":"common"', '"comment_on":'],
    },
    {
      does: "in a private chat",
      ask: comment(({ secret }: Speakers) => ({ message: secret, text })),
      status: 201,
      shows: ['"to":"bob"', '"comment_on":'],
    },
    {
      does: "in a form",
      ask: ({ alice, common }) => ({
        ask: "POST /comment",
        token: alice,
        form: `message=${common}&text=what+is+said`,
      }),
      status: 201,
      shows: ['"comment_on":'],
    },
    {
      does: "on a private message of others",
      ask: comment(({ secret }: Speakers) => ({ message: secret, text }), "carol"),
      ...notFound,
    },
    { does: "on nothing there is", ask: comment({ message: 999, text }), ...notFound },
    {
      does: "on nothing",
      ask: comment({ text }),
      ...invalid,
      errors: { message: "is missing" },
    },
    {
      does: "on message 0",
      ask: comment({ message: 0, text }),
      ...invalid,
      errors: { message: "must be at least 1" },
    },
    {
      does: "on a text",
      ask: comment({ message: "1", text }),
      ...invalid,
      errors: { message: "must be a number" },
    },
  ]);
});
