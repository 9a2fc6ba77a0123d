/**
 * `/messages…` and `/read`: what may be read, page by page, and by whom.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Answered, runScenarios, type Scenario, withApi } from "./driver.ts";
import { prepareSpeakers, type Speakers } from "./speakers.ts";

type Row = Scenario<Speakers>;
const notFound = { status: 404, code: "not_found" } as const;
const invalid = { status: 422, code: "invalid" } as const;

function texts({ json }: Answered): string[] {
  return json.items.map(({ text }: { text: string }) => text);
}

Deno.test("a message counts its comments, and they are listed oldest first, page by page", async () => {
  await withApi(async (api) => {
    const { alice, bob, common } = await prepareSpeakers(api);
    for (const text of ["comment one", "comment two", "comment three"]) {
      await api.get({ ask: "POST /comment", token: alice, json: { message: common, text } });
    }
    const { json } = await api.get({ ask: `GET /messages/${common}`, token: bob });
    assertEquals([json.text, json.comments], ["for everyone", 3]);
    const path = `GET /messages/${common}/comments`;
    const first = await api.get({ ask: `${path}?limit=2`, token: bob });
    assertEquals([texts(first), first.json.has_more], [["comment one", "comment two"], true]);
    const after = first.json.items.at(-1).id;
    const rest = await api.get({ ask: `${path}?limit=2&after=${after}`, token: bob });
    assertEquals([texts(rest), rest.json.has_more], [["comment three"], false]);
  });
});

Deno.test("GET /messages gives pages of a room, always oldest first", async () => {
  await withApi(async (api) => {
    const [alice, bob] = [await api.connect("alice"), await api.connect("bob")];
    const ids: number[] = [];
    for (let count = 1; count <= 60; count++) ids.push(await api.send(alice, `message ${count}`));
    const page = async (query: string) => {
      const { json } = await api.get({ ask: `GET /messages${query}`, token: bob });
      return [json.items.map(({ id }: { id: number }) => ids.indexOf(id) + 1), json.has_more];
    };
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at);
    assertEquals(await page(""), [numbers(11, 60), true], "the newest 50");
    assertEquals(await page("?limit=200"), [numbers(1, 60), false]);
    assertEquals(await page("?room=common&limit=60"), [numbers(1, 60), false]);
    assertEquals(await page("?limit=59"), [numbers(2, 60), true]);
    assertEquals(await page(`?before=${ids[10]}&limit=5`), [numbers(6, 10), true]);
    assertEquals(await page(`?before=${ids[5]}&limit=5`), [numbers(1, 5), false]);
    assertEquals(await page(`?after=${ids[9]}&limit=5`), [numbers(11, 15), true]);
    assertEquals(await page(`?after=${ids[54]}&limit=5`), [numbers(56, 60), false]);
    assertEquals(await page(`?after=${ids[59]}`), [[], false]);
    assertEquals(await page("?after=0&limit=1"), [[1], true]);
    assertEquals(await page("?before=1"), [[], false]);
  }, { policy: { limit: 0 } });
});

Deno.test("GET /messages?unread=true gives what is unread, everywhere or in one room", async () => {
  await withApi(async (api) => {
    const { alice, bob, common, secret } = await prepareSpeakers(api);
    await api.send(alice, "my own words");
    const page = async (query: string, token = alice) =>
      texts(await api.get({ ask: `GET /messages?unread=true${query}`, token }));
    assertEquals(await page(""), ["for everyone", "for alice alone"]);
    assertEquals(await page("&limit=1"), ["for everyone"]);
    assertEquals(await page(`&after=${common}`), ["for alice alone"]);
    assertEquals(await page("&room=common"), ["for everyone"]);
    assertEquals(await page("&to=bob"), ["for alice alone"]);
    assertEquals(await page("&to=carol"), [], "they never spoke");
    assertEquals(await page("", bob), ["my own words"]);
    await api.get({ ask: "POST /read", token: alice, json: { to: "bob", upto: secret } });
    assertEquals(await page(""), ["for everyone"]);
  });
});

Deno.test("GET /messages and its kin check what they are asked", async (test) => {
  const asked = (path: string, who: "alice" | "carol" = "alice") => (cast: Speakers) => ({
    ask: `GET /messages${path}`,
    token: cast[who],
  });
  const fault = (path: string, errors: Record<string, string>): Row => ({
    does: path,
    ask: asked(path),
    ...invalid,
    errors,
  });
  await runScenarios<Speakers>(test, prepareSpeakers, [
    fault("?limit=0", { limit: "must be at least 1" }),
    fault("?limit=201", { limit: "must be at most 200" }),
    fault("?limit=x", { limit: "must be a number" }),
    fault("?before=0", { before: "must be at least 1" }),
    fault("?after=-1", { after: "must be at least 0" }),
    fault("?before=5&after=1", { after: "must be left out where `before` is given" }),
    fault("?to=bob&room=common", { room: "must be left out where `to` is given" }),
    fault("?room=0", { room: "must be `common` or a room's id" }),
    fault("?unread=maybe", { unread: "must be true or false" }),
    fault("?newest=true", { newest: "is not a field of this request" }),
    { does: "the chat with nobody", ask: asked("?to=nobody"), ...notFound },
    {
      does: "a chat that was never opened",
      ask: asked("?to=carol"),
      status: 200,
      shows: ['{"items":[],"has_more":false}'],
    },
    { does: "a room that is not there", ask: asked("?room=999"), ...notFound },
    { does: "an id that is none", ask: asked("/first"), ...notFound },
    { does: "an id of zero", ask: asked("/0"), ...notFound },
    {
      does: "an encoded id",
      ask: ({ alice, common }) => ({
        ask: `GET /messages/%3${String(common)[0]}${String(common).slice(1)}`,
        token: alice,
      }),
      status: 200,
      shows: ["for everyone"],
    },
    {
      does: "what is private of two, for one of them",
      ask: ({ alice, secret }) => ({ ask: `GET /messages/${secret}`, token: alice }),
      status: 200,
      shows: ["for alice alone"],
    },
    {
      does: "their chat by its id, for one of them",
      ask: ({ alice, room }) => ({ ask: `GET /messages?room=${room}`, token: alice }),
      status: 200,
      shows: ["for alice alone"],
    },
    {
      does: "everything, for a third one",
      ask: ({ carol }) => ({ ask: "GET /messages?unread=true", token: carol }),
      status: 200,
      shows: ["for everyone"],
      mustNotShow: ["for alice alone"],
    },
  ]);
});

Deno.test("what is private of others looks just like what is not there, to the byte", async () => {
  await withApi(async (api) => {
    const { carol, secret, room } = await prepareSpeakers(api);
    const nothing = 999;
    const pairs: readonly (readonly [string, (id: number) => unknown])[] = [
      ["GET /messages/ID", () => undefined],
      ["GET /messages/ID/comments", () => undefined],
      ["GET /messages?room=ID", () => undefined],
      ["GET /messages?room=ID&unread=true", () => undefined],
      ["POST /send", (id) => ({ text: "to a room", room: String(id) })],
      ["POST /send", (id) => ({ text: "on a message", comment_on: id })],
      ["POST /comment", (id) => ({ text: "on a message", message: id })],
      ["POST /read", (id) => ({ room: String(id), upto: 1 })],
    ];
    for (const [ask, body] of pairs) {
      for (const theirs of [secret, room]) {
        const asked = async (id: number) => {
          const json = body(id);
          const { status, text, headers } = await api.ask({
            ask: ask.replace("ID", String(id)),
            token: carol,
            ...(json !== undefined && { json }),
          });
          return { status, text, headers: [...headers] };
        };
        const answered = await asked(theirs);
        assertEquals(answered.status, 404, ask);
        assertEquals(answered, await asked(nothing), ask);
      }
    }
  });
});

Deno.test("POST /read moves the mark on, for all clients of the reader, and never back", async () => {
  await withApi(async (api) => {
    const { alice, bob, common } = await prepareSpeakers(api);
    const later = await api.send(bob, "and another one");
    const stream = await api.listen(alice);
    const bobs = await api.listen(bob);
    const read = async (json: unknown) =>
      (await api.get({ ask: "POST /read", token: alice, json })).json;
    assertEquals(await read({ upto: common }), { room: "common", read_id: common, unread: 1 });
    assert(stream.text.includes(`{"type":"read","room":"common","read_id":${common}}`));
    assertEquals(await read({ upto: later }), { room: "common", read_id: later, unread: 0 });
    const told = stream.text;
    assertEquals(await read({ upto: common }), { room: "common", read_id: later, unread: 0 });
    assertEquals(stream.text, told, "what changes nothing is not told");
    assert(!bobs.text.includes("read"), "nobody else is told");
  });
});

Deno.test("POST /read checks what it is asked", async (test) => {
  const read = (json: unknown) => ({ alice }: Speakers) => ({
    ask: "POST /read",
    token: alice,
    json,
  });
  await runScenarios<Speakers>(test, prepareSpeakers, [
    {
      does: "by user",
      ask: ({ alice, secret }) => ({
        ask: "POST /read",
        token: alice,
        form: `to=bob&upto=${secret}`,
      }),
      status: 200,
      shows: ['"unread":0'],
    },
    {
      does: "by room",
      ask: ({ alice, secret, room }) => ({
        ask: "POST /read",
        token: alice,
        json: { room: String(room), upto: secret },
      }),
      status: 200,
      shows: ['"unread":0'],
    },
    { does: "no mark", ask: read({}), ...invalid, errors: { upto: "is missing" } },
    {
      does: "a mark beyond the log",
      ask: read({ upto: 999 }),
      ...invalid,
      errors: { upto: "must be a message that exists" },
    },
    { does: "mark 0", ask: read({ upto: 0 }), ...invalid, errors: { upto: "must be at least 1" } },
    {
      does: "a user and a room",
      ask: read({ to: "bob", room: "common", upto: 1 }),
      ...invalid,
      errors: { room: "must be left out where `to` is given" },
    },
    { does: "nobody's chat", ask: read({ to: "nobody", upto: 1 }), ...notFound },
    { does: "a chat that was never opened", ask: read({ to: "carol", upto: 1 }), ...notFound },
    { does: "a room that is not there", ask: read({ room: "999", upto: 1 }), ...notFound },
  ]);
});
