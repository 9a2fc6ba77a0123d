/**
 * `/roles` and `DELETE /users/{user}`: who looks after the chat, and who is put out of it for good.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { appoint, column, type Garden, prepareGarden } from "./garden.ts";

const forbidden = { status: 403, code: "forbidden" } as const;
const notFound = { status: 404, code: "not_found" } as const;

interface Cast extends Garden {
  readonly chief: string;
  readonly moderator: string;
}

async function prepare(api: Api): Promise<Cast> {
  const garden = await prepareGarden(api);
  const chief = await api.connect("chief");
  const moderator = await api.connect("moderator");
  await api.connect("second.chief");
  await appoint(api, "chief", "owner");
  await appoint(api, "second.chief", "owner");
  await appoint(api, "moderator", "moderator");
  return { ...garden, chief, moderator };
}

type Who = "alice" | "bob" | "chief" | "moderator";

function asked(ask: string, who: Who, json?: unknown): (cast: Cast) => Ask {
  return (cast) => ({ ask, token: cast[who], ...(json !== undefined && { json }) });
}

Deno.test("POST /roles is for owners, and not against one another", async (test) => {
  const set = (user: string, role: unknown, who: Who = "chief") =>
    asked("POST /roles", who, { user, role });
  await runScenarios(test, prepare, [
    {
      does: "a moderator is made",
      ask: set("BOB", "moderator"),
      status: 200,
      shows: ['{"user":"bob","role":"moderator"}'],
    },
    { does: "an owner is made", ask: set("bob", "owner"), status: 200, shows: ['"owner"'] },
    { does: "a role is taken", ask: set("moderator", "none"), status: 200, shows: ['"none"'] },
    { does: "an owner steps down", ask: set("chief", "none"), status: 200, shows: ['"none"'] },
    { does: "another owner is put down", ask: set("second.chief", "none"), ...forbidden },
    { does: "by a moderator", ask: set("bob", "moderator", "moderator"), ...forbidden },
    { does: "by anyone", ask: set("alice", "owner", "alice"), ...forbidden },
    { does: "nobody", ask: set("nobody", "owner"), ...notFound, mustNotShow: ["nobody"] },
    {
      does: "what is no role",
      ask: set("bob", "king"),
      status: 422,
      code: "invalid",
      errors: { role: "must be owner, moderator or none" },
    },
  ]);
});

Deno.test("a role shows to its user, and to all where people are listed", async () => {
  await withApi(async (api) => {
    const { chief, alice, bob } = await prepare(api);
    const [own, others] = [await api.listen(bob), await api.listen(alice)];
    const give = async (role: string) => {
      await api.get({ ask: "POST /roles", token: chief, json: { user: "bob", role } });
    };
    await give("moderator");
    assert(own.text.includes('{"type":"role.changed","role":"moderator"}'), own.text);
    assert(!others.text.includes("role.changed"), others.text);
    assertEquals((await api.get({ ask: "GET /status", token: bob })).json.user.role, "moderator");
    assertEquals((await api.get({ ask: "GET /roles", token: alice })).json, {
      items: [
        { user: "bob", role: "moderator" },
        { user: "chief", role: "owner" },
        { user: "moderator", role: "moderator" },
        { user: "second.chief", role: "owner" },
      ],
      has_more: false,
    });
    const people = await api.get({ ask: "GET /users", token: alice });
    assertEquals(column(people, "name"), [
      "alice",
      "bob",
      "carol",
      "chief",
      "moderator",
      "second.chief",
    ]);
    assertEquals(column(people, "role"), [
      undefined,
      "moderator",
      undefined,
      "owner",
      "moderator",
      "owner",
    ]);
    await give("none");
    assert(own.text.includes('{"type":"role.changed","role":"none"}'), own.text);
    assertEquals((await api.get({ ask: "GET /status", token: bob })).json.user.role, undefined);
  });
});

Deno.test("DELETE /users/{user} is for owners, and not against themselves", async (test) => {
  await runScenarios(test, prepare, [
    { does: "someone", ask: asked("DELETE /users/BOB", "chief"), status: 204 },
    { does: "a moderator", ask: asked("DELETE /users/moderator", "chief"), status: 204 },
    { does: "another owner", ask: asked("DELETE /users/second.chief", "chief"), ...forbidden },
    {
      does: "oneself",
      ask: asked("DELETE /users/chief", "chief"),
      status: 422,
      code: "invalid",
      errors: { user: "must be someone else" },
    },
    { does: "nobody", ask: asked("DELETE /users/nobody", "chief"), ...notFound },
    { does: "by a moderator", ask: asked("DELETE /users/bob", "moderator"), ...forbidden },
    { does: "by anyone", ask: asked("DELETE /users/bob", "alice"), ...forbidden },
  ]);
});

Deno.test("a deleted user is gone, with what they have said, and their name is free", async () => {
  await withApi(async (api) => {
    const { chief, alice, bob, room, chat } = await prepare(api);
    const said = [
      await api.send(bob, "to all"),
      await api.send(bob, "to the room", { room }),
      await api.send(bob, "to alice", { to: "alice" }),
    ];
    const [own, others] = [await api.listen(bob), await api.listen(alice)];
    assertEquals((await api.get({ ask: "DELETE /users/bob", token: chief })).status, 204);
    for (let turns = 0; turns < 20; turns++) await api.turn();
    assert(own.closed, "their clients are signed out");
    assertEquals((await api.ask({ ask: "GET /status", token: bob })).problem?.code, "unauthorized");
    assert(others.text.includes('{"type":"user.deleted","user":"bob"}'), others.text);
    for (const id of said.slice(0, 2)) {
      assert(others.text.includes(`"type":"message.deleted"`) && others.text.includes(`${id}`));
    }
    assert(others.text.includes(`"type":"room.deleted","room":"${chat}"`), others.text);
    for (const id of said) {
      const { problem } = await api.ask({ ask: `GET /messages/${id}`, token: alice });
      assertEquals(problem?.code, "not_found");
    }
    const people = await api.get({ ask: "GET /users", token: alice });
    assert(!column(people, "name").includes("bob"));
    const members = (await api.get({ ask: `GET /rooms/${room}`, token: alice })).json.members;
    assertEquals(members.map(({ name }: { name: string }) => name), ["alice"]);

    const another = await api.connect("bob");
    const rooms = await api.get({ ask: "GET /rooms", token: another });
    assertEquals(column(rooms, "kind"), ["common"], "nothing is theirs that was the other's");
    const late = await api.ask({ ask: "DELETE /users/bob", token: chief });
    assertEquals(late.status, 204, "the name is the new one's");
  });
});
