import { assert, assertEquals, assertMatch } from "@std/assert";
import { Unreachable } from "../../../client/connection/failures.ts";
import { draftExcuse } from "../../../client/conversation/excuses.ts";
import type { Event } from "../../../lib/api/schemas.ts";
import { version } from "../../../lib/version.ts";
import { json, messageOf, refusal, settle, statusOf } from "../stub_server.ts";
import { rooms, Scene } from "./scene.ts";

const created = "2026-11-20T10:00:00.000Z";
const gone = () => new Response(null, { status: 204 });
const scheduled = { id: 31, text: "tea", files: [], at: "2026-11-20T10:10:00.000Z", created };
const profile = { name: "alicia", created };

const garden = {
  id: "12",
  kind: "room",
  name: "garden",
  owner: "alice",
  members: [{ name: "alice", online: true }],
  members_more: false,
};

/** A line that is typed, what the server is asked, and what is shown then. */
interface Typed {
  readonly type: string;
  /** What was typed before it. */
  readonly after?: readonly string[];
  /** What the server answers, by route. */
  readonly answers?: Readonly<Record<string, () => Response>>;
  /** The last request but reads of messages and marks. */
  readonly asks?: string;
  readonly body?: unknown;
  readonly shows: readonly string[];
}

const typed: readonly Typed[] = [
  {
    type: "hello",
    after: ["/room garden"],
    answers: {
      "POST /send": () =>
        json(messageOf(5, { room: "12", room_kind: "room", author: "alice" }), 201),
    },
    asks: "POST /send",
    body: { text: "hello", room: "12" },
    shows: ["… hello", "10:00 ✓ alice message 5 #5"],
  },
  {
    type: "/delay 10 tea",
    answers: { "POST /send": () => json({ ...scheduled, room: "common" }, 202) },
    asks: "POST /send",
    body: { text: "tea", in: 600 },
    shows: ["31 will be sent at 10:10; /cancel 31 takes it back"],
  },
  {
    type: "/delay 90s tea",
    after: ["/query bob"],
    answers: { "POST /send": () => json({ ...scheduled, to: "bob" }, 202) },
    asks: "POST /send",
    body: { text: "tea", to: "bob", in: 90 },
    shows: ["31 will be sent at 10:10; /cancel 31 takes it back"],
  },
  {
    type: "/at 2026-11-20T10:10:00Z tea",
    after: ["/room 12"],
    answers: { "POST /send": () => json({ ...scheduled, room: "12" }, 202) },
    asks: "POST /send",
    body: { text: "tea", room: "12", at: "2026-11-20T10:10:00.000Z" },
    shows: ["31 will be sent at 10:10; /cancel 31 takes it back"],
  },
  {
    type: "/scheduled",
    answers: {
      "GET /scheduled": () =>
        json({
          items: [
            { ...scheduled, room: "12" },
            { ...scheduled, id: 32, to: "bob", failed: "rate_limited" },
          ],
        }),
    },
    shows: [
      "  31  10:10 to garden: tea",
      "  32  not sent (the limit is used up) to >> bob: tea",
    ],
  },
  {
    type: "/scheduled",
    answers: { "GET /scheduled": () => json({ items: [] }) },
    shows: ["Nothing is scheduled"],
  },
  ...([["/change 31 green tea", { text: "green tea" }], ["/postpone 31 10", { in: 600 }]] as const)
    .map(([type, body]): Typed => ({
      type,
      answers: { "PATCH /scheduled/31": () => json({ ...scheduled, room: "common" }) },
      asks: "PATCH /scheduled/31",
      body,
      shows: ["31 is changed, and will be sent at 10:10"],
    })),
  {
    type: "/cancel 31",
    answers: { "DELETE /scheduled/31": gone },
    asks: "DELETE /scheduled/31",
    shows: ["31 is cancelled"],
  },
  {
    type: "/cancel 31",
    answers: { "DELETE /scheduled/31": () => refusal("already_sent", "It has been sent.") },
    shows: ["Cannot do /cancel: it has been sent"],
  },
  {
    type: "/complaint mallory spams all day",
    answers: { "POST /report": () => json({ user: "mallory", reports: 2 }, 201) },
    asks: "POST /report",
    body: { user: "mallory", reason: "spams all day" },
    shows: ["You have reported mallory; 2 reports are open"],
  },
  {
    type: "/ban mallory",
    answers: {
      "POST /report": () =>
        json({ user: "mallory", reports: 3, banned_until: "2026-11-20T14:00:00.000Z" }, 201),
    },
    asks: "POST /report",
    body: { user: "mallory" },
    shows: [
      "You have reported mallory; 3 reports are open",
      "mallory is banned from sending until 14:00",
    ],
  },
  {
    type: "/nickname alicia",
    answers: { "PATCH /me": () => json(profile) },
    asks: "PATCH /me",
    body: { name: "alicia" },
    shows: ["You are called alicia now"],
  },
  {
    type: "/rooms",
    answers: {
      "GET /rooms": () => json({ items: rooms }),
      "GET /invitations": () =>
        json({ items: [{ room: "20", name: "attic", by: "zoe", at: created }] }),
    },
    shows: [
      "  12  garden, yours",
      "  15  Tea house, of bob",
      "  20  attic: zoe invites you; /accept attic or /decline attic",
    ],
  },
  {
    type: "/room tea HOUSE",
    asks: "GET /messages?room=15&limit=20",
    shows: ["Nothing was said here yet"],
  },
  { type: "/query ALICE", shows: ["Cannot do /query: this is you; see /who"] },
  { type: "/room nowhere", shows: ["Cannot do /room: there is no room nowhere here; see /rooms"] },
  {
    type: "/create back garden",
    answers: {
      "POST /rooms": () =>
        json({
          id: "21",
          kind: "room",
          name: "back garden",
          owner: "alice",
          members: [{ name: "alice", online: true }],
          members_more: false,
        }, 201),
    },
    asks: "POST /rooms",
    body: { name: "back garden" },
    shows: ["The room back garden is made; /invite USER or /link lets others in, /room leads back"],
  },
  {
    type: "/invite bob",
    after: ["/room garden"],
    answers: { "POST /rooms/12/invitations": () => json({ room: "12", user: "bob" }, 201) },
    asks: "POST /rooms/12/invitations",
    body: { user: "bob" },
    shows: ["bob is invited into garden"],
  },
  {
    type: "/invite bob garden",
    answers: { "POST /rooms/12/invitations": () => json({ room: "12", user: "bob" }, 201) },
    asks: "POST /rooms/12/invitations",
    shows: ["bob is invited into garden"],
  },
  {
    type: "/invite bob",
    shows: [
      "Cannot do /invite: this is about a room: go there with /room ROOM first, or name it",
    ],
  },
  {
    type: "/accept attic",
    answers: {
      "GET /invitations": () =>
        json({ items: [{ room: "20", name: "attic", by: "zoe", at: created }] }),
      "POST /invitations/20": () => json({ room: "20", status: "joined" }),
    },
    asks: "POST /invitations/20",
    body: { accept: true },
    shows: ["You are in attic now", "Nothing was said here yet"],
  },
  {
    type: "/accept",
    answers: {
      "GET /invitations": () =>
        json({ items: [{ room: "20", name: "attic", by: "zoe", at: created }] }),
      "POST /invitations/20": () => json({ room: "20", status: "joined" }),
    },
    asks: "POST /invitations/20",
    shows: ["You are in attic now"],
  },
  {
    type: "/decline",
    answers: {
      "GET /invitations": () =>
        json({
          items: ["20", "21", "22"].map((room, at) => ({
            room,
            name: ["attic", "cellar", "Attic"][at],
            by: "zoe",
            at: created,
          })),
        }),
    },
    shows: [
      "Cannot do /decline: you are invited into several rooms: name one of 20, cellar, 22",
    ],
  },
  {
    type: "/decline 20",
    answers: {
      "GET /invitations": () =>
        json({ items: [{ room: "20", name: "attic", by: "zoe", at: created }] }),
      "POST /invitations/20": () => json({ room: "20", status: "declined" }),
    },
    asks: "POST /invitations/20",
    body: { accept: false },
    shows: ["You have declined to enter attic"],
  },
  {
    type: "/accept 20",
    answers: { "GET /invitations": () => json({ items: [] }) },
    shows: ["Cannot do /accept: nobody has invited you"],
  },
  {
    type: "/link 2d 5",
    after: ["/room garden"],
    answers: {
      "POST /rooms/12/links": () =>
        json({
          id: 40,
          created,
          expires_at: "2026-11-22T10:00:00.000Z",
          max_uses: 5,
          uses: 0,
          code: "chat_abc",
          url: "http://chat.test/join#chat_abc",
        }, 201),
    },
    asks: "POST /rooms/12/links",
    body: { expires_in: 172_800, max_uses: 5 },
    shows: [
      "Link 40 into garden, until Sun 22 Nov 10:00, for 5 uses; the code is shown this once:",
      "  http://chat.test/join#chat_abc",
      "  /join chat_abc",
    ],
  },
  {
    type: "/links",
    after: ["/room garden"],
    answers: {
      "GET /rooms/12/links": () =>
        json({
          items: [{
            id: 40,
            created,
            expires_at: "2026-11-22T10:00:00.000Z",
            max_uses: 5,
            uses: 2,
          }],
        }),
    },
    shows: ["  40  until Sun 22 Nov 10:00, used 2 of 5 times; /unlink 40"],
  },
  {
    type: "/unlink 40",
    after: ["/room garden"],
    answers: { "DELETE /rooms/12/links/40": gone },
    asks: "DELETE /rooms/12/links/40",
    shows: ["Link 40 is of no use any more"],
  },
  ...["chat_abc", "http://chat.test/join#chat_abc", "/join#chat_abc"].map((code): Typed => ({
    type: `/join ${code}`,
    answers: {
      "POST /join": () => json({ room: "20", name: "attic", status: "pending" }, 202),
    },
    asks: "POST /join",
    body: { code: "chat_abc" },
    shows: ["You have asked to enter attic; its owner decides"],
  })),
  {
    type: "/join https://chat.test/",
    shows: ["Cannot do /join: this is no link into a room"],
  },
  {
    type: "/requests",
    after: ["/room garden"],
    answers: {
      "GET /rooms/12/requests": () => json({ items: [{ user: "dave", at: created }] }),
    },
    shows: ["  dave, since 10:00: /approve dave or /deny dave"],
  },
  {
    type: "/approve dave",
    answers: {
      "GET /rooms/12/requests": () => json({ items: [{ user: "dave", at: created }] }),
      "POST /rooms/12/requests/dave": () => json({ room: "12", user: "dave", status: "joined" }),
    },
    asks: "POST /rooms/12/requests/dave",
    body: { approve: true },
    shows: ["dave is in garden now"],
  },
  {
    type: "/deny dave garden",
    answers: {
      "POST /rooms/12/requests/dave": () => json({ room: "12", user: "dave", status: "denied" }),
    },
    asks: "POST /rooms/12/requests/dave",
    body: { approve: false },
    shows: ["dave is not let into garden"],
  },
  {
    type: "/approve dave",
    answers: { "GET /rooms/12/requests": () => json({ items: [] }) },
    shows: ["Cannot do /approve: dave asks to enter none of your rooms"],
  },
  {
    type: "/remove dave garden",
    answers: { "DELETE /rooms/12/members/dave": gone },
    asks: "DELETE /rooms/12/members/dave",
    shows: ["dave is not in garden any more"],
  },
  {
    // A path of dots would name the room itself.
    type: "/remove .. garden",
    shows: ["Cannot do /remove: there is nothing of this name; see /who"],
  },
  {
    type: "/rename back garden",
    after: ["/room garden"],
    answers: {
      "PATCH /rooms/12": () => json({ ...garden, name: "back garden" }),
    },
    asks: "PATCH /rooms/12",
    body: { name: "back garden" },
    shows: ["The room garden is called back garden now"],
  },
  {
    type: "/handover zoe garden",
    answers: { "PATCH /rooms/12": () => json({ ...garden, owner: "zoe" }) },
    asks: "PATCH /rooms/12",
    body: { owner: "zoe" },
    shows: ["zoe owns garden now"],
  },
  {
    type: "/dissolve garden",
    after: ["/room garden"],
    answers: { "DELETE /rooms/12": gone },
    asks: "DELETE /rooms/12",
    shows: [
      "The room garden is gone, with all that was said in it",
      "You are in the common chat now",
    ],
  },
  {
    type: "/leave",
    after: ["/room garden"],
    answers: { "DELETE /rooms/12/members/alice": gone },
    asks: "DELETE /rooms/12/members/alice",
    shows: ["You are not in garden any more", "You are in the common chat now"],
  },
  {
    type: "/leave tea house",
    answers: { "DELETE /rooms/15/members/alice": gone },
    asks: "DELETE /rooms/15/members/alice",
    shows: ["You are not in Tea house any more"],
  },
  {
    type: "/delete #17",
    answers: { "DELETE /messages/17": gone },
    asks: "DELETE /messages/17",
    shows: ["#17 was deleted"],
  },
  {
    type: "/who",
    after: ["/room garden"],
    answers: {
      "GET /rooms/12": () =>
        json({
          id: "12",
          kind: "room",
          name: "garden",
          owner: "alice",
          members: [{ name: "alice", online: true }, { name: "zoe", online: false }],
          members_more: false,
        }),
    },
    shows: ["● here (1): alice (owner)", "○ away (1): zoe"],
  },
  {
    type: "/revoke 4",
    answers: { "DELETE /tokens/4": gone },
    asks: "DELETE /tokens/4",
    shows: ["Client 4 is signed out"],
  },
  {
    type: "/revoke 999",
    answers: { "DELETE /tokens/999": () => refusal("not_found", "There is no such token.") },
    shows: ["Cannot do /revoke: you have no such client; see /devices"],
  },
  {
    type: "/save 19",
    answers: { "GET /files/19": () => refusal("not_found", "There is no such file here.") },
    shows: [
      "Cannot do /save: there is no such file; FILE is the number in its brackets, " +
      "as in [file 12: ...]; see /history",
    ],
  },
  {
    type: "/password",
    shows: [
      "Cannot do /password: a password is asked for on a terminal only, where nobody sees it",
    ],
  },
  {
    type: "/comment 5",
    shows: ["TEXT is missing; use /comment ID TEXT, as /comment 4187 well said"],
  },
];

for (const { type, after = [], answers = {}, asks, body, shows } of typed) {
  const context = after.length === 0 ? "" : ` after ${after.join(", ")}`;
  Deno.test(`${JSON.stringify(type)}${context} shows ${JSON.stringify(shows[0])}`, async () => {
    await using scene = new Scene();
    for (const [route, answer] of Object.entries(answers)) scene.server.on(route, answer);
    for (const line of after) await scene.type(line);
    const shown = await scene.type(type);
    assertEquals(shown.filter((row) => !row.startsWith("── ")).slice(0, shows.length), [...shows]);
    if (asks === undefined) return;
    const [method, target = ""] = asks.split(" ");
    const request = scene.server.requests.findLast((seen) =>
      seen.method === method && seen.url === `http://chat.test${target}`
    );
    assert(request !== undefined, scene.server.requests.map(({ url }) => url).join("\n"));
    if (body !== undefined) assertEquals(request.body, body);
    const key = request.headers.get("idempotency-key");
    if (method === "GET") assertEquals(key, null);
    else assertMatch(key ?? "", /^[\w-]{20,64}$/);
  });
}

Deno.test("/at means today, or tomorrow where that time is over", async () => {
  await using scene = new Scene();
  const times: string[] = [];
  scene.server.on("POST /send", ({ body }) => {
    const { at } = body as { at: string };
    times.push(at);
    return json({ ...scheduled, room: "common", at }, 202);
  });
  const local = (days: number, hours: number, minutes: number) => {
    const date = new Date(scene.clock.now());
    date.setHours(hours, minutes, 0, 0);
    date.setDate(date.getDate() + days);
    return date.toISOString();
  };
  const now = new Date(scene.clock.now());
  const [hour, minute] = [now.getHours(), now.getMinutes()];
  await scene.type(`/at ${hour}:${String(minute + 1).padStart(2, "0")} tea`);
  await scene.type(`/at ${hour}:${String(minute).padStart(2, "0")} tea`);
  assertEquals(times, [local(0, hour, minute + 1), local(1, hour, minute)]);
});

Deno.test("/delete and its event are told once, whichever comes first", async () => {
  await using scene = new Scene();
  const deleted: Event = { type: "message.deleted", room: "common", id: 17 };
  scene.server.on("DELETE /messages/17", gone);
  assertEquals(await scene.type("/delete 17"), ["#17 was deleted"]);
  assertEquals(await scene.hear(deleted), []);
  const held = Promise.withResolvers<Response>();
  scene.server.on("DELETE /messages/18", () => held.promise);
  const entered = scene.conversation.enter("/delete 18");
  assertEquals(await scene.hear({ ...deleted, id: 18 }), ["#18 was deleted"]);
  held.resolve(gone());
  await entered;
  assertEquals(scene.shown.filter((row) => row.includes("#18")).length, 1);
});

Deno.test("a change whose answer is lost is made again under the same key", async () => {
  await using scene = new Scene();
  const keys: (string | null)[] = [];
  scene.server.on("POST /rooms/12/invitations", ({ headers }) => {
    keys.push(headers.get("idempotency-key"));
    if (keys.length < 3) throw new TypeError("connection reset");
    return json({ room: "12", user: "bob" }, 201);
  });
  await scene.whileTimePasses(scene.conversation.enter("/invite bob garden"));
  assertEquals([keys.length, new Set(keys).size], [3, 1]);
  assertEquals(scene.shown.at(-1), "bob is invited into garden");
});

Deno.test("a command whose answer was lost is told as what may have been done", async () => {
  const told = "may have been done (the connection broke); look before you do it again";
  for (
    const [typed, route, see] of [
      ["/nickname caro", "PATCH /me", "/status"],
      ["/create cellar", "POST /rooms", "/rooms"],
      ["/at 18:30 tea", "POST /send", "/scheduled"],
      ["/delay 10 tea", "POST /send", "/scheduled"],
    ] as const
  ) {
    // Lost is lost, even if the server can't be reached at all when it is asked again.
    for (const lost of [1, Infinity]) {
      await using scene = new Scene();
      let asked = 0;
      scene.server.on(route, () => {
        if (++asked >= lost) scene.server.down = lost === 1;
        throw new TypeError("connection reset");
      });
      await scene.whileTimePasses(scene.conversation.enter(typed));
      const [name] = typed.split(" ");
      assertEquals(scene.shown.find((row) => row.includes("/")), `${name} ${told}; see ${see}`);
    }
  }
});

Deno.test("a command that only asks is told as not done when its answer is lost", async () => {
  await using scene = new Scene();
  scene.server.on("GET /users", () => {
    throw new TypeError("connection reset");
  });
  assertEquals(await scene.type("/who"), [
    "Cannot do /who now: the connection broke; try again soon",
  ]);
});

Deno.test("a refusal after a lost answer is the answer", async () => {
  await using scene = new Scene();
  let asked = 0;
  scene.server.on("PATCH /me", () => {
    if (++asked === 1) throw new TypeError("connection reset");
    return refusal("name_taken", "This name is taken.");
  });
  await scene.whileTimePasses(scene.conversation.enter("/nickname bob"));
  assertMatch(scene.shown.at(-1) ?? "", /^Cannot do \/nickname: /);
});

Deno.test("a change that can't have come through is not made again", async () => {
  await using scene = new Scene();
  await scene.hear({ type: "presence", user: "bob", online: true });
  scene.server.down = true;
  assertEquals(await scene.type("/invite bob garden"), [
    "Cannot do /invite now: the server cannot be reached (nothing listens there). " +
    "Messages that you write now are kept, and sent when it is back",
  ]);
});

Deno.test("a limit and a ban are told with when they end", async () => {
  await using scene = new Scene();
  const said = refusal("rate_limited", "You have used all 20.", {
    extras: { resets_at: "2026-11-20T11:00:00.000Z" },
  });
  scene.server.on("POST /send", () => said);
  assertEquals(
    (await scene.type("hi")).at(-1),
    [
      "✗ not sent: the limit is used up; it begins anew at 11:00: hi",
    ][0],
  );
  scene.server.on("POST /send", () =>
    refusal("banned", "You are banned.", {
      extras: { banned_until: "2026-11-21T02:00:00.000Z" },
    }));
  assertEquals(
    (await scene.type("hi")).at(-1),
    "✗ not sent: you are banned from sending until Sat 21 Nov 02:00: hi",
  );
});

Deno.test("/nickname is told to the one who keeps tokens, and moves what is one's own", async () => {
  await using scene = new Scene();
  scene.server.on("PATCH /me", () => json(profile));
  await scene.type("/nickname alicia");
  assertEquals(await scene.hear({ type: "user.renamed", user: "alicia", before: "alice" }), []);
  assertEquals(scene.renames, ["alice → alicia"]);
  assertEquals(scene.conversation.model.user, "alicia");
  assertEquals(scene.conversation.model.rooms.get("12")?.owner, "alicia");
});

Deno.test("/password asks twice for the new one, and sends it with the old one", async () => {
  const questions: string[] = [];
  const answers = ["old", "new", "new", "", "a", "b", undefined];
  await using scene = new Scene({
    screen: {
      askSecret: (question) => {
        questions.push(question);
        return Promise.resolve(answers.shift());
      },
    },
  });
  scene.server.on("PATCH /me", () => json(profile));
  assertEquals(await scene.type("/password"), [
    "The password is set; your other clients are signed out",
  ]);
  assertEquals(questions, [
    "Old password (none: just Enter): ",
    "New password: ",
    "The new one again: ",
  ]);
  assertEquals(scene.server.bodies("/me"), [{ password: "new", old_password: "old" }]);
  assertEquals(await scene.type("/password"), [
    "These were not the same; the password stays as it is",
  ]);
  assertEquals(await scene.type("/password"), ["The password stays as it is"]);
  assertEquals(scene.server.bodies("/me").length, 1);
});

Deno.test("/help shows the rules with the numbers in force, and the commands without a server", async () => {
  await using scene = new Scene();
  const help = (await scene.type("/rules")).join("\n");
  assertMatch(help, /\/private USER TEXT +Send privately/);
  assertMatch(help, /20 messages to the common chat in 1h, comments included/);
  assertMatch(help, /3 reports ban someone from sending for 4h/);
  assertMatch(help, /Files have at most 5 MB, texts 4000 characters, names 32/);
  assertMatch(help, /goes 1h after it was sent .* for 30d/);
  scene.server.down = true;
  const offline = (await scene.type("/help")).join("\n");
  assertMatch(offline, /\/private USER TEXT +Send privately/);
  assertMatch(offline, /not known now: nothing listens there/);
});

Deno.test("/status tells of limit, ban, reports, what is scheduled and what is unread", async () => {
  await using scene = new Scene();
  scene.server.on("GET /status", () =>
    json(statusOf({
      user: {
        name: "alice",
        created,
        reports: 1,
        banned_until: "2026-11-20T14:00:00.000Z",
      },
      limit: { limit: 20, remaining: 8, resets_at: "2026-11-20T10:40:00.000Z" },
      scheduled: 2,
      rooms: [{ ...rooms[2], unread: 3 }, rooms[1], { ...rooms[0], unread: 1000 }],
    })));
  const garden = { room: "12", room_kind: "room", text: "hey @alice" } as const;
  await scene.hear({ type: "message", ...messageOf(5, garden) });
  assertEquals(await scene.type("/status"), [
    "You are alice, here since 10:00",
    "You are banned from sending until 14:00",
    "8 of 20 messages to the common chat left; it begins anew at 10:40",
    "1 report about you",
    "2 messages scheduled; see /scheduled",
    `Server ${version}, up for 2 h; 2 of 3 users online`,
    "  garden (12): 3 unread, 1 of them calls you",
    "  >> bob: nothing unread",
    "  common: 1000 or more unread",
  ]);
});

Deno.test("what is said in a room is marked where another chat is looked at", async () => {
  await using scene = new Scene();
  const said = messageOf(5, { room: "12", room_kind: "room" });
  assertEquals(
    (await scene.hear({ type: "message", ...said })).at(-1),
    [
      "10:00 [garden] bob message 5 #5",
    ][0],
  );
  await scene.type("/room garden");
  assertEquals(await scene.hear({ type: "message", ...said, id: 6 }), ["10:00 bob message 5 #6"]);
  assertEquals(await scene.hear({ type: "message", ...messageOf(7) }), [
    "10:00 [common] bob message 7 #7",
  ]);
});

Deno.test("a token of one's own that is revoked ends the session with a sentence", async () => {
  await using scene = new Scene();
  scene.server.on("GET /tokens", () => json({ items: [] }));
  assertEquals(await scene.hear({ type: "token.revoked", token: 3 }), ["Client 3 is signed out"]);
  assertEquals(scene.conversation.over, false);
  scene.server.on("GET /tokens", () => refusal("unauthorized", "This token is not valid."));
  const shown = await scene.hear({ type: "token.revoked", token: 4 });
  assertEquals(shown.at(-1), "Cannot go on: this client is signed out; start it anew to sign in");
  await scene.conversation.ended();
  assertEquals(scene.conversation.over, true);
});

Deno.test("an upload that is under way ends when its user leaves, without a complaint", async () => {
  const scene = new Scene();
  const path = await Deno.makeTempFile();
  try {
    scene.server.on("POST /files", () => new Promise<Response>(() => {}));
    const entered = scene.conversation.enter(`/file ${path}`);
    await settle();
    await scene.close();
    const failed = entered.then(() => "ended");
    scene.clock.advance(60_000);
    assertEquals(await failed, "ended");
    assertEquals(scene.shown, []);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("one who makes a room, or is let in, is there at once; a script says where it goes", async () => {
  for (const interactive of [true, false]) {
    await using scene = new Scene({ screen: { interactive } });
    const whereOne = (wanted: string) => interactive ? wanted : "common";
    scene.server.on("POST /rooms", () => json({ ...garden, id: "21", name: "cellar" }, 201));
    const shown = await scene.type("/create cellar");
    assertEquals(scene.conversation.placeName, whereOne("cellar"));
    assertEquals(shown, [
      interactive
        ? "The room cellar is made; /invite USER or /link lets others in, /room leads back"
        : "The room cellar is made; /room cellar goes there",
    ]);
    const invitation = { room: "20", name: "attic", by: "zoe", at: created };
    scene.server.on("GET /invitations", () => json({ items: [invitation] }));
    scene.server.on("POST /invitations/20", () => json({ room: "20", status: "joined" }));
    await scene.type("/accept attic");
    assertEquals(scene.conversation.placeName, whereOne("attic"));
  }
});

Deno.test("of a draft that may have arrived nobody is told that it was not sent", () => {
  const sending = { key: "k", draft: { text: "hi" } };
  const failure = new Unreachable("http://chat.test", "no answer came");
  const reading = { nowMs: 0 };
  assertEquals(
    draftExcuse({ sending, failure, arrived: "perhaps" }, reading).plain,
    "✗ it may have been sent already (no answer came); look, and send it again if it was not: hi",
  );
  assertEquals(
    draftExcuse({ sending, failure, arrived: "never" }, reading).plain,
    "✗ not sent: no answer came: hi",
  );
});
