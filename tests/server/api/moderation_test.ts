/**
 * `/reports`, `/bans` and `/audit`: what moderators see and do, and what is written down of it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { banMsMax, banMsMin, hourMs } from "../../../lib/domain/bounds.ts";
import { type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { appoint, ban, column, type Garden, prepareGarden } from "./garden.ts";

const invalid = { status: 422, code: "invalid" } as const;
const forbidden = { status: 403, code: "forbidden" } as const;
const notFound = { status: 404, code: "not_found" } as const;

interface Cast extends Garden {
  readonly moderator: string;
  readonly other: string;
  readonly chief: string;
}

/** bob was rude, and carol and alice have reported him. */
async function prepare(api: Api): Promise<Cast> {
  const garden = await prepareGarden(api);
  const moderator = await api.connect("moderator");
  const other = await api.connect("other");
  const chief = await api.connect("chief");
  await appoint(api, "moderator", "moderator");
  await appoint(api, "other", "moderator");
  await appoint(api, "chief", "owner");
  const message = await api.send(garden.bob, "something rude");
  const json = { user: "bob", reason: "he was rude", message };
  await api.get({ ask: "POST /report", token: garden.carol, json });
  api.clock.advance(1000);
  await api.get({ ask: "POST /report", token: garden.alice, json: { user: "bob" } });
  return { ...garden, moderator, other, chief };
}

type Who = "alice" | "bob" | "carol" | "moderator" | "other" | "chief";

function asked(ask: string, who: Who, json?: unknown): (cast: Cast) => Ask {
  return (cast) => ({ ask, token: cast[who], ...(json !== undefined && { json }) });
}

Deno.test("GET /reports tells what is reported, the newest first, and never by whom", async () => {
  await withApi(async (api) => {
    const { moderator } = await prepare(api);
    const { json, text } = await api.get({ ask: "GET /reports", token: moderator });
    assertEquals(json.has_more, false);
    const [newer, older] = json.items;
    assertEquals(newer, { user: "bob", at: "2026-11-20T10:00:01.000Z" });
    assertEquals(older.reason, "he was rude");
    assertEquals(older.message.room_kind, "common");
    assertEquals(older.message.text, "something rude");
    for (const name of ["alice", "carol"]) assert(!text.includes(name), `${name}: ${text}`);
  });
});

Deno.test("GET /reports tells nobody what is reported of themselves, for it may tell by whom", async () => {
  await withApi(async (api) => {
    const { alice, moderator, other } = await prepare(api);
    const message = await api.send(moderator, "between you and me", { to: "alice" });
    const json = { user: "moderator", reason: "just to me", message };
    await api.get({ ask: "POST /report", token: alice, json });
    const list = { ask: "GET /reports?limit=1", token: moderator };
    const own = await api.get(list);
    assertEquals(column(own, "user"), ["bob"]);
    assertEquals(own.json.next, `${Date.parse("2026-11-20T10:00:01.000Z")}-0`);
    const rest = await api.get({ ...list, ask: `${list.ask}&before=${own.json.next}` });
    assertEquals([column(rest, "user"), rest.json.has_more], [["bob"], false]);

    const others = await api.get({ ask: "GET /reports", token: other });
    assertEquals(column(others, "user"), ["moderator", "bob", "bob"]);
    assertEquals(others.json.items[0].message, {
      id: message,
      room_kind: "private",
      text: "between you and me",
      at: "2026-11-20T10:00:01.000Z",
    });
    for (const name of ["alice", "carol"]) assert(!others.text.includes(name), others.text);
  });
});

Deno.test("GET /reports goes on from the end of a page, by a key that names nobody", async () => {
  await withApi(async (api) => {
    const { moderator } = await prepare(api);
    const first = await api.get({ ask: "GET /reports?limit=1", token: moderator });
    assertEquals([first.json.items.length, first.json.has_more], [1, true]);
    assertEquals(first.json.next, `${Date.parse("2026-11-20T10:00:01.000Z")}-0`);
    const rest = await api.get({
      ask: `GET /reports?limit=1&before=${first.json.next}`,
      token: moderator,
    });
    assertEquals([rest.json.items.length, rest.json.has_more, rest.json.next], [
      1,
      false,
      undefined,
    ]);
    assertEquals(rest.json.items[0].reason, "he was rude");
  });
});

Deno.test("GET /reports takes no key but one that it gave", async (test) => {
  await runScenarios(test, prepare, [
    ...["0", "1-", "-1", "1-1-1", "a-b", "1-1234567890"].map((before) => ({
      does: before,
      ask: asked(`GET /reports?before=${before}`, "moderator"),
      ...invalid,
      errors: { before: "must be the `next` of a page" },
    })),
    { does: "none", ask: asked("GET /reports?before=0-0", "moderator"), status: 200 },
  ]);
});

Deno.test("who is no moderator is told so, whatever they name", async (test) => {
  const rows: readonly (readonly [string, unknown?])[] = [
    ["GET /reports"],
    ["DELETE /reports/nobody"],
    ["GET /bans"],
    ["POST /bans", { user: "nobody" }],
    ["DELETE /bans/nobody"],
    ["GET /audit"],
  ];
  await runScenarios(
    test,
    prepare,
    rows.map(([ask, json]) => ({ does: ask, ask: asked(ask, "carol", json), ...forbidden })),
  );
});

Deno.test("DELETE /reports/{user} settles what is open, once", async () => {
  await withApi(async (api) => {
    const { moderator, bob, carol } = await prepare(api);
    const dismiss = { ask: "DELETE /reports/BOB", token: moderator };
    assertEquals((await api.get(dismiss)).json, { dismissed: 2 });
    assertEquals((await api.ask(dismiss)).problem?.code, "not_found");
    assertEquals((await api.get({ ask: "GET /status", token: bob })).json.user.reports, 0);
    // The one who reported may do so again.
    const again = await api.ask({ ask: "POST /report", token: carol, json: { user: "bob" } });
    assertEquals([again.status, again.json.reports], [201, 1]);
  });
});

Deno.test("POST /bans bans for the time that is said, or for that of the rules", async (test) => {
  const range = { for: "must be from 1 s to 1 year" };
  const put = (json: unknown) => asked("POST /bans", "moderator", json);
  await runScenarios(test, prepare, [
    {
      does: "not said",
      ask: put({ user: "BOB" }),
      status: 201,
      shows: ['{"user":"bob","banned_until":"2026-11-20T14:00:01.000Z"}'],
    },
    {
      does: "said, with a reason",
      ask: put({ user: "bob", for: "2h", reason: "he was rude" }),
      status: 201,
      shows: ["2026-11-20T12:00:01.000Z"],
      mustNotShow: ["rude"],
    },
    { does: "the shortest", ask: put({ user: "bob", for: banMsMin / 1000 }), status: 201 },
    { does: "shorter", ask: put({ user: "bob", for: 0.999 }), ...invalid, errors: range },
    { does: "the longest", ask: put({ user: "bob", for: banMsMax / 1000 }), status: 201 },
    { does: "longer", ask: put({ user: "bob", for: "366d" }), ...invalid, errors: range },
    {
      does: "no time",
      ask: put({ user: "bob", for: "soon" }),
      ...invalid,
      errors: { for: "must be a duration like 90s, 10m or 2h, or a number of seconds" },
    },
    {
      does: "a reason of 501 characters",
      ask: put({ user: "bob", reason: "😀".repeat(501) }),
      ...invalid,
      errors: { reason: "must have at most 500 characters" },
    },
    { does: "nobody", ask: put({ user: "nobody" }), ...notFound, mustNotShow: ["nobody"] },
    {
      does: "oneself",
      ask: put({ user: "moderator" }),
      ...invalid,
      errors: { user: "must be someone else" },
    },
    { does: "another moderator", ask: put({ user: "other" }), ...forbidden },
    { does: "an owner", ask: put({ user: "chief" }), ...forbidden },
    {
      does: "a moderator, by an owner",
      ask: asked("POST /bans", "chief", { user: "other" }),
      status: 201,
    },
  ]);
});

Deno.test("POST /bans without a time works however short a ban of the rules is", async () => {
  await withApi(async (api) => {
    const { moderator } = await prepare(api);
    const { json } = await api.get({ ask: "POST /bans", token: moderator, json: { user: "bob" } });
    assertEquals(json.banned_until, "2026-11-20T10:00:02.000Z");
  }, { policy: { banForMs: banMsMin } });
});

Deno.test("moderators settle nothing among themselves, and owners nothing for one another", async (test) => {
  const prepareBanned = async (api: Api) => {
    const cast = await prepare(api);
    const witnesses = await Promise.all(["w-1", "w-2", "w-3"].map((name) => api.connect(name)));
    for (const user of ["other", "chief", "bob"]) {
      for (const token of witnesses) {
        await api.ask({ ask: "POST /report", token, json: { user } });
      }
    }
    return cast;
  };
  await runScenarios(test, prepareBanned, [
    { does: "end a ban", ask: asked("DELETE /bans/other", "moderator"), ...forbidden },
    { does: "end an owner's", ask: asked("DELETE /bans/chief", "moderator"), ...forbidden },
    { does: "settle", ask: asked("DELETE /reports/other", "moderator"), ...forbidden },
    { does: "for a user", ask: asked("DELETE /bans/bob", "moderator"), status: 204 },
    { does: "by an owner", ask: asked("DELETE /bans/other", "chief"), status: 204 },
  ]);
});

Deno.test("a ban and its end are told to the one whom it is about, and hold", async () => {
  await withApi(async (api) => {
    const { moderator, alice, bob } = await prepare(api);
    const [own, others] = [await api.listen(bob), await api.listen(alice)];
    await api.get({ ask: "POST /bans", token: moderator, json: { user: "bob", reason: "why" } });
    assert(own.text.includes('"type":"user.banned","banned_until":"2026-11-20T14:00:01.000Z"'));
    assert(!own.text.includes("why") && !own.text.includes("moderator"), own.text);
    const send = { ask: "POST /send", token: bob, json: { text: "let me speak" } };
    assertEquals((await api.ask(send)).problem?.code, "banned");
    const { json } = await api.get({ ask: "GET /bans", token: moderator });
    assertEquals(json, {
      items: [{ user: "bob", banned_until: "2026-11-20T14:00:01.000Z" }],
      has_more: false,
    });

    const unban = { ask: "DELETE /bans/bob", token: moderator };
    assertEquals((await api.get(unban)).status, 204);
    assert(own.text.includes('{"type":"user.unbanned"}'), own.text);
    assert(!others.text.includes("user.banned") && !others.text.includes("user.unbanned"));
    assertEquals((await api.ask(send)).status, 201);
    assertEquals((await api.ask(unban)).problem?.code, "not_found");
    assertEquals((await api.get({ ask: "GET /bans", token: moderator })).json.items, []);
    const { user } = (await api.get({ ask: "GET /status", token: bob })).json;
    assertEquals([user.reports, user.banned_until], [0, undefined], "what led to it is settled");
  });
});

Deno.test("GET /bans and GET /roles come in pages", async () => {
  await withApi(async (api) => {
    const { moderator } = await prepare(api);
    const pages = async (ask: string) => {
      const told: unknown[] = [];
      for (let [after, more] = ["", true]; more;) {
        const page = await api.get({ ask: `GET ${ask}?limit=1${after}`, token: moderator });
        told.push(...column(page, "user"));
        assertEquals(page.json.items.length, 1);
        more = page.json.has_more;
        after = `&after=${told.at(-1)}`;
      }
      return told;
    };
    for (const user of ["carol", "bob"]) {
      await api.get({ ask: "POST /bans", token: moderator, json: { user } });
    }
    assertEquals(await pages("/bans"), ["bob", "carol"]);
    assertEquals(await pages("/roles"), ["chief", "moderator", "other"]);
  });
});

Deno.test("GET /bans lists bans that came of reports, too, until they are over", async () => {
  await withApi(async (api) => {
    const { moderator } = await prepare(api);
    await ban(api, "carol");
    const list = { ask: "GET /bans", token: moderator };
    assertEquals(column(await api.get(list), "user"), ["carol"]);
    api.clock.advance(4 * hourMs);
    assertEquals(column(await api.get(list), "user"), []);
  });
});

Deno.test("a moderator deletes what they can see, and what they do is written down", async () => {
  await withApi(async (api) => {
    const { moderator, chief, alice, bob, room } = await prepare(api);
    const common = await api.send(bob, "rude again");
    const inRoom = await api.send(bob, "in the room", { room });
    const secret = await api.send(bob, "in private", { to: "alice" });
    const stream = await api.listen(alice);
    assertEquals(
      (await api.ask({ ask: `DELETE /messages/${common}`, token: moderator })).status,
      204,
    );
    assert(stream.text.includes(`"type":"message.deleted","room":"common","id":${common}`));
    for (const id of [inRoom, secret]) {
      const { problem } = await api.ask({ ask: `DELETE /messages/${id}`, token: moderator });
      assertEquals(problem?.code, "not_found");
    }
    const own = await api.send(moderator, "mine");
    await api.get({ ask: `DELETE /messages/${own}`, token: moderator });
    api.clock.advance(1000);
    await api.get({
      ask: "POST /bans",
      token: chief,
      json: { user: "bob", for: "1h", reason: "rude twice" },
    });
    const { json } = await api.get({ ask: "GET /audit?limit=2", token: moderator });
    assertEquals(json.has_more, true, "the roles were given");
    assertEquals(json.items.map(({ id: _, ...entry }: { id: number }) => entry), [
      {
        at: "2026-11-20T10:00:02.000Z",
        act: "ban",
        by: "chief",
        user: "bob",
        until: "2026-11-20T11:00:02.000Z",
        reason: "rude twice",
      },
      {
        at: "2026-11-20T10:00:01.000Z",
        act: "message.delete",
        by: "moderator",
        user: "bob",
        message: common,
        room: "common",
      },
    ]);
    const before = json.items[1].id;
    const rest = await api.get({ ask: `GET /audit?before=${before}`, token: moderator });
    assertEquals(column(rest, "act"), ["role", "role", "role"]);
    assertEquals(rest.json.items[0], {
      id: rest.json.items[0].id,
      at: "2026-11-20T10:00:00.000Z",
      act: "role",
      user: "chief",
      role: "owner",
    });
  });
});
