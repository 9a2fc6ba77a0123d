/**
 * `/rooms…` and their members: who may do what, who sees what, and who is told.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hourMs, ownedRoomsMax } from "../../../lib/domain/bounds.ts";
import { membersShownMax } from "../../../server/api/rooms.ts";
import { type Ask, runScenarios, withApi } from "./driver.ts";
import { column, type Garden, letIn, prepareGarden } from "./garden.ts";

const notFound = { status: 404, code: "not_found", mustNotShow: ["garden", "alice"] } as const;
const forbidden = { status: 403, code: "forbidden" } as const;
const invalid = { status: 422, code: "invalid" } as const;

type Who = "alice" | "bob" | "carol";

/** Asks for something of the garden, or of another room. */
function asked(
  method: string,
  { who, room, path = "", json }: {
    readonly who: Who;
    readonly room?: string;
    readonly path?: string;
    readonly json?: unknown;
  },
): (garden: Garden) => Ask {
  return (garden) => ({
    ask: `${method} /rooms/${room === "chat" ? garden.chat : room ?? garden.room}${path}`,
    token: garden[who],
    ...(json !== undefined && { json }),
  });
}

Deno.test("POST /rooms makes a room with a name of 1 to 64 characters", async (test) => {
  const make = (name: unknown) => ({ alice }: Garden): Ask => ({
    ask: "POST /rooms",
    token: alice,
    json: { name },
  });
  const bad = (does: string, name: unknown, fault: string) => ({
    does,
    ask: make(name),
    ...invalid,
    errors: { name: fault },
  });
  await runScenarios(test, prepareGarden, [
    {
      does: "a room",
      ask: make("orchard"),
      status: 201,
      shows: [
        '"kind":"room","name":"orchard","owner":"alice","created":"2026-11-20T10:00:00.000Z"',
        '"members":[{"name":"alice","online":false}],"members_more":false',
      ],
    },
    { does: "another one of the same name", ask: make("garden"), status: 201 },
    { does: "1 character", ask: make("é"), status: 201 },
    { does: "64 characters", ask: make("😀".repeat(64)), status: 201 },
    bad("65 characters", "😀".repeat(65), "must have at most 64 characters"),
    bad("no character", "", "must not be empty"),
    bad("nothing to see", "\u200b \u00ad", "must not be empty"),
    bad("no name", undefined, "is missing"),
    bad("a number", 5, "must be text"),
    bad("half a character", "a\ud800", "must be well-formed Unicode text"),
  ]);
});

Deno.test("GET /rooms/{room} shows a room to those who are in it", async (test) => {
  await runScenarios(test, prepareGarden, [
    {
      does: "to its owner",
      ask: asked("GET", { who: "alice" }),
      status: 200,
      shows: [
        '"name":"garden","owner":"alice"',
        '"members":[{"name":"alice","online":false},{"name":"bob","online":false}]',
      ],
    },
    { does: "to a member", ask: asked("GET", { who: "bob" }), status: 200, shows: ["garden"] },
    { does: "not to a stranger", ask: asked("GET", { who: "carol" }), ...notFound },
    {
      does: "the common chat",
      ask: asked("GET", { who: "carol", room: "common" }),
      status: 200,
      shows: ['"id":"common","kind":"common","name":"common"', '"name":"bob"'],
      mustNotShow: ['"owner"', '"created"'],
    },
    {
      does: "a private chat, by the name of the other one",
      ask: asked("GET", { who: "alice", room: "chat" }),
      status: 200,
      shows: ['"kind":"private","name":"bob"', '"name":"alice"'],
      mustNotShow: ['"owner"'],
    },
    {
      does: "a private chat of others",
      ask: asked("GET", { who: "carol", room: "chat" }),
      ...notFound,
    },
    { does: "nothing there is", ask: asked("GET", { who: "bob", room: "999" }), ...notFound },
    { does: "no room's id", ask: asked("GET", { who: "bob", room: "kitchen" }), ...notFound },
    {
      does: "the number of the common chat",
      ask: asked("GET", { who: "bob", room: "0" }),
      ...notFound,
    },
  ]);
});

Deno.test("GET /rooms/{room} tells who is here", async () => {
  await withApi(async (api) => {
    const { alice, bob, room } = await prepareGarden(api);
    await api.listen(bob);
    const { json } = await api.get({ ask: `GET /rooms/${room}`, token: alice });
    assertEquals(json.members, [{ name: "alice", online: false }, { name: "bob", online: true }]);
  });
});

Deno.test("GET /rooms/{room} shows 1000 members, and tells if there are more", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice");
    const register = async (names: readonly string[]) => {
      const commands = names.map((name) =>
        ({ type: "register", name, grant: { hash: name } }) as const
      );
      await Promise.all(commands.map((command) => api.engine.submit(command)));
    };
    const shown = async () => {
      const { json } = await api.get({ ask: "GET /rooms/common", token: alice });
      return [json.members.length, json.members_more];
    };
    await register(Array.from({ length: membersShownMax - 1 }, (_, at) => `user-${at}`));
    assertEquals(await shown(), [1000, false]);
    await register(["one-more"]);
    assertEquals(await shown(), [1000, true]);
  });
});

Deno.test("GET /rooms lists my rooms and no others, with what is unread in them", async () => {
  await withApi(async (api) => {
    const { alice, bob, carol, room, chat } = await prepareGarden(api);
    await api.send(alice, "first", { room });
    const own = await api.send(bob, "second", { room });
    const bobs = await api.get({ ask: "GET /rooms", token: bob });
    assertEquals(column(bobs, "id"), ["common", room, chat]);
    assertEquals(column(bobs, "kind"), ["common", "room", "private"]);
    assertEquals(column(bobs, "name"), ["common", "garden", "alice"]);
    assertEquals(column(bobs, "owner"), [undefined, "alice", undefined]);
    assertEquals(column(bobs, "unread"), [0, 1, 1]);
    assertEquals(bobs.json.items[1].last_id, own);
    const carols = await api.get({ ask: "GET /rooms", token: carol });
    assertEquals(column(carols, "id"), ["common"]);
    const arrival = await api.get({ ask: "POST /connect", token: bob });
    assertEquals(arrival.json.rooms, bobs.json.items);
  });
});

Deno.test("PATCH /rooms/{room} is for its owner, who may rename it or hand it over", async (test) => {
  const patch = (json: unknown, who: Who = "alice", room?: string) =>
    asked("PATCH", { who, json, ...(room !== undefined && { room }) });
  await runScenarios(test, prepareGarden, [
    {
      does: "the name",
      ask: patch({ name: "back garden" }),
      status: 200,
      shows: ['"name":"back garden","owner":"alice"'],
    },
    { does: "the same name", ask: patch({ name: "garden" }), status: 200, shows: ["garden"] },
    { does: "the owner", ask: patch({ owner: "BOB" }), status: 200, shows: ['"owner":"bob"'] },
    {
      does: "both",
      ask: patch({ name: "orchard", owner: "bob" }),
      status: 200,
      shows: ['"name":"orchard","owner":"bob"'],
    },
    { does: "to a stranger", ask: patch({ owner: "carol" }), status: 404, code: "not_found" },
    { does: "to nobody there is", ask: patch({ owner: "dave" }), status: 404, code: "not_found" },
    { does: "nothing", ask: patch({}), ...invalid, errors: { name: "or `owner` must be given" } },
    { does: "by a member", ask: patch({ name: "mine" }, "bob"), ...forbidden },
    { does: "by a stranger", ask: patch({ name: "mine" }, "carol"), ...notFound },
    { does: "the common chat", ask: patch({ name: "mine" }, "alice", "common"), ...forbidden },
    { does: "a private chat", ask: patch({ name: "mine" }, "alice", "chat"), ...forbidden },
    {
      does: "a private chat of others",
      ask: patch({ name: "mine" }, "carol", "chat"),
      ...notFound,
    },
  ]);
});

Deno.test("DELETE of a room and of its members: who may", async (test) => {
  const remove = (who: Who, path: string, room?: string) =>
    asked("DELETE", { who, path, ...(room !== undefined && { room }) });
  await runScenarios(test, prepareGarden, [
    { does: "the room, by its owner", ask: remove("alice", ""), status: 204 },
    { does: "the room, by a member", ask: remove("bob", ""), ...forbidden },
    { does: "the room, by a stranger", ask: remove("carol", ""), ...notFound },
    { does: "the common chat", ask: remove("alice", "", "common"), ...forbidden },
    { does: "a private chat", ask: remove("alice", "", "chat"), ...forbidden },
    { does: "a member, by the owner", ask: remove("alice", "/members/BOB"), status: 204 },
    { does: "oneself", ask: remove("bob", "/members/bob"), status: 204 },
    { does: "the owner, by themselves", ask: remove("alice", "/members/alice"), status: 204 },
    { does: "the owner, by a member", ask: remove("bob", "/members/alice"), ...forbidden },
    {
      does: "a member, by a stranger",
      ask: remove("carol", "/members/bob"),
      ...notFound,
    },
    { does: "a stranger, by themselves", ask: remove("carol", "/members/carol"), ...notFound },
    {
      does: "who is no member",
      ask: remove("alice", "/members/carol"),
      status: 404,
      code: "not_found",
    },
    {
      does: "who is nobody",
      ask: remove("alice", "/members/dave"),
      status: 404,
      code: "not_found",
    },
    { does: "leaving the common chat", ask: remove("bob", "/members/bob", "common"), ...forbidden },
  ]);
});

Deno.test("a room that was deleted is gone for everyone, with all that was said in it", async () => {
  await withApi(async (api) => {
    const { alice, bob, room } = await prepareGarden(api);
    const id = await api.send(alice, "said in the garden", { room });
    const live = await api.listen(bob);
    await api.get({ ask: `DELETE /rooms/${room}`, token: alice });
    assert(
      live.text.includes(`event: room.deleted\ndata: {"type":"room.deleted","room":"${room}"}`),
    );
    for (const token of [alice, bob]) {
      for (
        const ask of [
          `GET /rooms/${room}`,
          `DELETE /rooms/${room}`,
          `GET /messages?room=${room}`,
          `GET /messages/${id}`,
        ]
      ) {
        const { status, text } = await api.ask({ ask, token });
        assertEquals(status, 404, ask);
        assert(!text.includes("garden"), text);
      }
      assert(!(await api.get({ ask: "GET /rooms", token })).text.includes("garden"));
    }
  });
});

Deno.test("who leaves a room or is put out hears nothing more of it", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, bob, carol, room } = garden;
    await letIn(api, garden, { name: "carol", token: carol });
    const lives = [await api.listen(bob), await api.listen(carol)];
    const id = await api.send(alice, "heard by all", { room });
    await api.get({ ask: `DELETE /rooms/${room}/members/bob`, token: bob });
    await api.get({ ask: `DELETE /rooms/${room}/members/carol`, token: alice });
    await api.send(alice, "heard by none", { room });
    for (const live of lives) {
      assert(live.text.includes("heard by all"));
      assert(live.text.includes("event: member.left"));
      assert(!live.text.includes("heard by none"));
    }
    for (const token of [bob, carol]) {
      assertEquals((await api.ask({ ask: `GET /messages/${id}`, token })).status, 404);
      const unread = await api.get({ ask: "GET /messages?unread=true", token });
      assert(!unread.text.includes("heard by"), "not even what was unread");
      const poll = await api.get({ ask: "GET /events?after=k3f9-1&wait=0", token });
      assert(!poll.text.includes("heard by"), "nor what is replayed");
    }
  });
});

Deno.test("a room whose owner leaves goes to the one who is in it longest, or ends", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, bob, carol, room } = garden;
    await letIn(api, garden, { name: "carol", token: carol });
    const live = await api.listen(carol);
    await api.get({ ask: `DELETE /rooms/${room}/members/alice`, token: alice });
    const { json } = await api.get({ ask: `GET /rooms/${room}`, token: carol });
    assertEquals([json.owner, json.members.length], ["bob", 2]);
    assert(
      live.text.includes(`"type":"room.updated","room":"${room}","name":"garden","owner":"bob"`),
    );
    await api.get({ ask: `DELETE /rooms/${room}/members/bob`, token: bob });
    await api.get({ ask: `DELETE /rooms/${room}/members/carol`, token: carol });
    assertEquals((await api.ask({ ask: `GET /rooms/${room}`, token: carol })).status, 404);
  });
});

Deno.test("a replayed change of a room shows nothing to who has left it since", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, bob, carol, room } = garden;
    const change: Ask = {
      ask: `PATCH /rooms/${room}`,
      token: alice,
      json: { owner: "bob" },
      headers: { "Idempotency-Key": "hand-over" },
    };
    assertEquals((await api.get(change)).json.members.length, 2);
    await api.get({ ask: `DELETE /rooms/${room}/members/alice`, token: alice });
    await letIn(api, { alice: bob, room }, { name: "carol", token: carol });
    const { json, text, headers } = await api.get(change);
    assertEquals([json.owner, json.members], ["bob", []]);
    assertEquals(headers.get("idempotency-replayed"), "true");
    assert(!text.includes("carol"));
  });
});

Deno.test("a user owns 100 rooms, and not one more", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice");
    let last = "";
    const make: Ask = { ask: "POST /rooms", token: alice, json: { name: "one of many" } };
    for (let count = 0; count < ownedRoomsMax; count++) last = (await api.get(make)).json.id;
    const { status, problem } = await api.ask(make);
    assertEquals([status, problem?.detail], [422, "You own 100 rooms already."]);
    await api.get({ ask: `DELETE /rooms/${last}`, token: alice });
    // As many as that may be made in an hour.
    assertEquals((await api.ask(make)).status, 429);
    await api.pass(hourMs);
    assertEquals((await api.ask(make)).status, 201);
  });
});
