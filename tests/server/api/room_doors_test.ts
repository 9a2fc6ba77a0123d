/**
 * The ways into a room: invitations, links, and requests to be let in.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { dayMs, invitationsPerHourMax, roomLinksMax } from "../../../lib/domain/bounds.ts";
import { type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { column, type Garden, letIn, makeLink, prepareGarden } from "./garden.ts";

const notFound = { status: 404, code: "not_found", mustNotShow: ["garden", "alice"] } as const;
const forbidden = { status: 403, code: "forbidden" } as const;
const invalid = { status: 422, code: "invalid" } as const;

interface Cast extends Garden {
  /** A link into the garden. */
  readonly id: number;
  readonly code: string;
  /** carol has been invited; dave has come by the link, and waits. */
  readonly dave: string;
}

async function prepare(api: Api): Promise<Cast> {
  const garden = await prepareGarden(api);
  const { alice, room } = garden;
  const dave = await api.connect("dave");
  await api.connect("erin");
  await api.get({ ask: `POST /rooms/${room}/invitations`, token: alice, json: { user: "carol" } });
  const link = await makeLink(api, garden);
  await api.get({ ask: "POST /join", token: dave, json: { code: link.code } });
  return { ...garden, id: link.id, code: link.code, dave };
}

type Who = "alice" | "bob" | "carol" | "dave";

function asked(ask: string, who: Who, json?: unknown): (cast: Cast) => Ask {
  return (cast) => ({
    ask: ask.replace("ROOM", cast.room).replace("CHAT", cast.chat).replace("LINK", String(cast.id)),
    token: cast[who],
    ...(json !== undefined && { json }),
  });
}

Deno.test("only the owner of a room opens its doors: strangers do not even learn that it is there", async (test) => {
  const doors: readonly (readonly [string, unknown?])[] = [
    ["POST /rooms/ROOM/invitations", { user: "erin" }],
    ["POST /rooms/ROOM/links", {}],
    ["GET /rooms/ROOM/links"],
    ["DELETE /rooms/ROOM/links/LINK"],
    ["GET /rooms/ROOM/requests"],
    ["POST /rooms/ROOM/requests/dave", { approve: true }],
  ];
  await runScenarios(
    test,
    prepare,
    doors.flatMap(([door, json]) => [
      { does: `${door}, by a member`, ask: asked(door, "bob", json), ...forbidden },
      { does: `${door}, by one invited`, ask: asked(door, "carol", json), ...notFound },
      { does: `${door}, by one who waits`, ask: asked(door, "dave", json), ...notFound },
      {
        does: `${door}, of no room`,
        ask: asked(door.replace("ROOM", "999"), "alice", json),
        ...notFound,
      },
      {
        does: `${door}, of the common chat`,
        ask: asked(door.replace("ROOM", "common"), "alice", json),
        ...forbidden,
      },
      {
        does: `${door}, of a private chat`,
        ask: asked(door.replace("ROOM", "CHAT"), "bob", json),
        ...forbidden,
      },
    ]),
  );
});

Deno.test("an invitation is sent, listed, accepted, declined and taken back", async (test) => {
  const invite = (user: string) => asked("POST /rooms/ROOM/invitations", "alice", { user });
  const answer = (who: Who, accept: unknown) => asked("POST /invitations/ROOM", who, { accept });
  await runScenarios(test, prepare, [
    { does: "sent", ask: invite("ERIN"), status: 201, shows: ['"user":"erin"'] },
    { does: "sent again", ask: invite("carol"), status: 201, shows: ['"user":"carol"'] },
    { does: "sent to a member", ask: invite("bob"), status: 409, code: "already_member" },
    { does: "sent to oneself", ask: invite("alice"), status: 409, code: "already_member" },
    { does: "sent to nobody", ask: invite("nobody"), status: 404, code: "not_found" },
    {
      does: "listed",
      ask: asked("GET /invitations", "carol"),
      status: 200,
      shows: ['"name":"garden","by":"alice","at":"2026-11-20T10:00:00.000Z"'],
    },
    {
      does: "listed for others",
      ask: asked("GET /invitations", "bob"),
      status: 200,
      shows: ['{"items":[]}'],
    },
    {
      does: "accepted",
      ask: answer("carol", true),
      status: 200,
      shows: ['"status":"joined"'],
    },
    {
      does: "declined",
      ask: answer("carol", false),
      status: 200,
      shows: ['"status":"declined"'],
    },
    {
      does: "accepted in a form",
      ask: ({ carol, room }) => ({
        ask: `POST /invitations/${room}`,
        token: carol,
        form: "accept=true",
      }),
      status: 200,
      shows: ['"status":"joined"'],
    },
    { does: "accepted by another", ask: answer("dave", true), ...notFound },
    {
      does: "neither accepted nor declined",
      ask: answer("carol", "perhaps"),
      ...invalid,
      errors: { accept: "must be true or false" },
    },
    {
      does: "taken back",
      ask: asked("DELETE /rooms/ROOM/members/carol", "alice"),
      status: 204,
    },
  ]);
});

Deno.test("an invitation holds until it is answered or taken back, and once", async () => {
  await withApi(async (api) => {
    const { alice, carol, room } = await prepare(api);
    const live = await api.listen(carol);
    const invited = async () =>
      column(await api.get({ ask: "GET /invitations", token: carol }), "room");
    const answer = (accept: boolean) =>
      api.ask({ ask: `POST /invitations/${room}`, token: carol, json: { accept } });
    const invite = {
      ask: `POST /rooms/${room}/invitations`,
      token: alice,
      json: { user: "carol" },
    };

    await api.get({ ask: `DELETE /rooms/${room}/members/carol`, token: alice });
    assertEquals([await invited(), (await answer(true)).status], [[], 404]);
    await api.get(invite);
    assertEquals(await invited(), [room]);
    assertEquals((await answer(false)).status, 200);
    assertEquals([await invited(), (await answer(true)).status], [[], 404]);
    await api.get(invite);
    assertEquals((await answer(true)).status, 200);
    assertEquals([await invited(), (await answer(true)).status], [[], 404]);
    assertEquals(live.text.split("event: invitation\n").length, 3);
    assert(live.text.includes('"type":"member.joined"'));
    await api.send(carol, "hello garden", { room });
  });
});

Deno.test("who joins sees nothing that was said before", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, carol, room } = garden;
    await api.send(alice, "said before", { room });
    await letIn(api, garden, { name: "carol", token: carol });
    await api.send(alice, "said after", { room });
    const poll = await api.get({ ask: "GET /events?after=k3f9-1&wait=0", token: carol });
    assert(!poll.text.includes("said before") && poll.text.includes("said after"));
    const unread = await api.get({ ask: `GET /messages?unread=true&room=${room}`, token: carol });
    assertEquals(column(unread, "text"), ["said after"]);
  });
});

Deno.test("a user invites 100 times in an hour, and not once more", async () => {
  await withApi(async (api) => {
    const { alice, room } = await prepareGarden(api);
    const invite = (count: number) => ({
      ask: `POST /rooms/${room}/invitations`,
      token: alice,
      json: { user: `guest-${count}` },
    });
    for (let count = 0; count <= invitationsPerHourMax; count++) {
      await api.get({ ask: "POST /connect", json: { user: `guest-${count}` } });
    }
    // bob's was the first.
    for (let count = 1; count < invitationsPerHourMax; count++) await api.get(invite(count));
    const { status, problem, headers } = await api.ask(invite(0));
    assertEquals([status, problem?.code], [429, "rate_limited"]);
    assertEquals(headers.get("ratelimit"), '"invite";r=0;t=3600');
    assertEquals((await api.ask(invite(1))).status, 201, "who is invited already costs nothing");
    api.clock.advance(3_600_000);
    assertEquals((await api.ask(invite(0))).status, 201);
  });
});

// Links.

Deno.test("POST /rooms/{room}/links takes a life and a number of uses", async (test) => {
  const make = (json: unknown, more: Partial<Ask> = {}) => (cast: Garden): Ask => ({
    ask: `POST /rooms/${cast.room}/links`,
    token: cast.alice,
    json,
    ...more,
  });
  const from = (more: Partial<Ask>) => make({}, more);
  const life = "must be from 1 s to 1 year";
  const bad = (does: string, json: unknown, errors: Record<string, string>) => ({
    does,
    ask: make(json),
    ...invalid,
    errors,
    mustNotShow: ["chat_"],
  });
  await runScenarios(test, prepareGarden, [
    {
      does: "7 days where it is not said, and any number of uses",
      ask: make({}),
      status: 201,
      shows: ['"expires_at":"2026-11-27T10:00:00.000Z","uses":0,"code":"chat_'],
      mustNotShow: ["max_uses", "hash"],
    },
    {
      does: "what is said",
      ask: make({ expires_in: "2d", max_uses: 5 }),
      status: 201,
      shows: ['"expires_at":"2026-11-22T10:00:00.000Z","max_uses":5'],
    },
    { does: "1 second", ask: make({ expires_in: 1 }), status: 201 },
    { does: "1 year", ask: make({ expires_in: "365d" }), status: 201 },
    bad("less than a second", { expires_in: 0.999 }, { expires_in: life }),
    bad("more than a year", { expires_in: "366d" }, { expires_in: life }),
    { does: "1 use", ask: make({ max_uses: 1 }), status: 201, shows: ['"max_uses":1'] },
    { does: "10,000 uses", ask: make({ max_uses: 10_000 }), status: 201 },
    bad("no use", { max_uses: 0 }, { max_uses: "must be at least 1" }),
    bad("10,001 uses", { max_uses: 10_001 }, { max_uses: "must be at most 10000" }),
    bad("half a use", { max_uses: 1.5 }, { max_uses: "must be a whole number" }),
    {
      does: "the address that its owner came by",
      ask: from({ authority: "chat.example:8000" }),
      status: 201,
      shows: ['"url":"http://chat.example:8000/join#chat_'],
    },
    {
      does: "the address that its owner came by safely",
      ask: from({ authority: "chat.example", secure: true }),
      status: 201,
      shows: ['"url":"https://chat.example/join#chat_'],
    },
    {
      does: "the address that its owner came by, not that of a proxy which nobody trusts",
      ask: from({
        authority: "chat.example",
        headers: { Forwarded: "for=192.0.2.9;host=evil.example;proto=https" },
      }),
      status: 201,
      shows: ['"url":"http://chat.example/join#chat_'],
    },
    {
      does: "no address where its owner has named none",
      ask: from({ authority: null }),
      status: 201,
      shows: ['"url":"/join#chat_'],
    },
    {
      does: "an address of digits",
      ask: from({ authority: "[2001:db8::1]:80" }),
      status: 201,
      shows: ['"url":"http://[2001:db8::1]:80/join#chat_'],
    },
    ...["", "evil.example/path?", "user@evil.example", "a b", "a%2e", "<b>", "evil.example:80:80"]
      .map(
        (host) => ({
          does: `no address of ${host}`,
          ask: from({ authority: host }),
          status: 201,
          shows: ['"url":"/join#chat_'],
          mustNotShow: ["evil", "<b>"],
        }),
      ),
  ]);
});

Deno.test("a link's code is shown once, and its url has it", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, room } = garden;
    const { json } = await api.get({ ask: `POST /rooms/${room}/links`, token: alice, json: {} });
    assertMatch(json.code, /^chat_[\w-]{43}$/);
    assertEquals(json.url, `http://chat.test/join#${json.code}`);
    assertNotEquals((await makeLink(api, garden)).code, json.code);
    const listed = await api.get({ ask: `GET /rooms/${room}/links`, token: alice });
    assertEquals(listed.json.items.length, 2);
    assertEquals(listed.json.items[0], {
      id: json.id,
      created: "2026-11-20T10:00:00.000Z",
      expires_at: "2026-11-27T10:00:00.000Z",
      uses: 0,
    });
    assert(!listed.text.includes("chat_") && !listed.text.includes("hash"));
  });
});

Deno.test("a room has 20 links that can be used, and not one more", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const ask: Ask = { ask: `POST /rooms/${garden.room}/links`, token: garden.alice, json: {} };
    for (let count = 1; count < roomLinksMax; count++) await api.get(ask);
    const brief = await makeLink(api, garden, { expires_in: 60 });
    assertEquals((await api.ask(ask)).status, 422);
    api.clock.advance(60_000);
    assertEquals((await api.ask(ask)).status, 201, "what is over makes room");
    const { json } = await api.get({ ...ask, ask: ask.ask.replace("POST", "GET") });
    assert(!json.items.some(({ id }: { id: number }) => id === brief.id));
  });
});

Deno.test("a code that never was, is over, used up or revoked is the same to whoever tries", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, carol, room } = garden;
    const dave = await api.connect("dave");
    const over = await makeLink(api, garden, { expires_in: 60 });
    const revoked = await makeLink(api, garden);
    const usedUp = await makeLink(api, garden, { max_uses: 1 });
    await api.get({ ask: `DELETE /rooms/${room}/links/${revoked.id}`, token: alice });
    await api.get({ ask: "POST /join", token: dave, json: { code: usedUp.code } });
    await api.get({
      ask: `POST /rooms/${room}/requests/dave`,
      token: alice,
      json: { approve: true },
    });
    const join = (code: string) => api.ask({ ask: "POST /join", token: carol, json: { code } });
    assertEquals((await join(over.code)).status, 202, "until it is over");
    await api.get({
      ask: `POST /rooms/${room}/requests/carol`,
      token: alice,
      json: { approve: false },
    });
    api.clock.advance(60_000);
    const answers = [];
    for (const code of ["invented", over.code, revoked.code, usedUp.code]) {
      const { status, text, problem } = await join(code);
      assertEquals([status, problem?.code], [404, "not_found"]);
      answers.push(text);
    }
    assertEquals(new Set(answers).size, 1);
    const again = await api.ask({ ask: `DELETE /rooms/${room}/links/${revoked.id}`, token: alice });
    assertEquals(again.status, 404);
  });
});

Deno.test("POST /join asks to come in, once", async (test) => {
  const join = (who: Who, code?: unknown) => (cast: Cast): Ask => ({
    ask: "POST /join",
    token: cast[who],
    json: { code: code ?? cast.code },
  });
  await runScenarios(test, prepare, [
    {
      does: "a stranger",
      ask: join("carol"),
      status: 202,
      shows: ['"name":"garden","status":"pending"'],
      mustNotShow: ["alice", "members"],
    },
    { does: "one who waits", ask: join("dave"), status: 409, code: "pending_approval" },
    { does: "a member", ask: join("bob"), status: 409, code: "already_member" },
    { does: "the owner", ask: join("alice"), status: 409, code: "already_member" },
    { does: "no code", ask: join("carol", ""), ...invalid, errors: { code: "must not be empty" } },
    { does: "256 characters", ask: join("carol", "x".repeat(256)), ...notFound },
    {
      does: "257 characters",
      ask: join("carol", "x".repeat(257)),
      ...invalid,
      errors: { code: "must be at most 256 characters long" },
    },
  ]);
});

Deno.test("who comes by a link is in only when the owner says so", async () => {
  await withApi(async (api) => {
    const { alice, bob, dave, room } = await prepare(api);
    const lives = [await api.listen(bob), await api.listen(dave)];
    const requests = { ask: `GET /rooms/${room}/requests`, token: alice };
    const answer = (approve: boolean) =>
      api.ask({ ask: `POST /rooms/${room}/requests/DAVE`, token: alice, json: { approve } });
    const waiting = await api.get(requests);
    assertEquals(waiting.json, { items: [{ user: "dave", at: "2026-11-20T10:00:00.000Z" }] });
    assertEquals((await api.ask({ ask: `GET /rooms/${room}`, token: dave })).status, 404);
    const text = "too early";
    const early = await api.ask({ ask: "POST /send", token: dave, json: { text, room } });
    assertEquals(early.status, 404);

    assertEquals((await answer(true)).json, { room, user: "dave", status: "joined" });
    assertEquals([(await api.get(requests)).json.items, (await answer(true)).status], [[], 404]);
    await api.send(dave, "hello garden", { room });
    for (const live of lives) assert(live.text.includes('"type":"member.joined"'));
    assert(lives[1]?.text.includes('"type":"join.approved"'));
    assert(!lives[0]?.text.includes("join."), "what is between the two is not for others");
    const { json } = await api.get({ ask: `GET /rooms/${room}/links`, token: alice });
    assertEquals(json.items[0].uses, 1);
  });
});

Deno.test("who is denied is told, is not in, and may ask again", async () => {
  await withApi(async (api) => {
    const { alice, dave, room, code } = await prepare(api);
    const live = await api.listen(dave);
    const ask = {
      ask: `POST /rooms/${room}/requests/dave`,
      token: alice,
      json: { approve: false },
    };
    assertEquals((await api.get(ask)).json.status, "denied");
    assert(live.text.includes('"type":"join.denied"'));
    assertEquals((await api.ask({ ask: `GET /rooms/${room}`, token: dave })).status, 404);
    const again = await api.ask({ ask: "POST /join", token: dave, json: { code } });
    assertEquals(again.status, 202);
    const { json } = await api.get({ ask: `GET /rooms/${room}/links`, token: alice });
    assertEquals(json.items[0].uses, 0);
  });
});

Deno.test("a request holds when its link is over, and no longer than the room", async () => {
  await withApi(async (api) => {
    const { alice, dave, room, id } = await prepare(api);
    await api.get({ ask: `DELETE /rooms/${room}/links/${id}`, token: alice });
    api.clock.advance(8 * dayMs);
    const requests = await api.get({ ask: `GET /rooms/${room}/requests`, token: alice });
    assertEquals(column(requests, "user"), ["dave"]);
    const live = await api.listen(dave);
    await api.get({ ask: `DELETE /rooms/${room}`, token: alice });
    assert(live.text.includes('"type":"join.denied"'));
  });
});
