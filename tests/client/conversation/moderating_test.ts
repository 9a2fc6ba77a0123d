/**
 * `/mod`: what moderators and owners type, what the server is asked, and what is shown.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { json, refusal, statusOf } from "../stub_server.ts";
import { Scene } from "./scene.ts";

const at = "2026-11-20T09:30:00.000Z";
const until = "2026-11-20T14:00:00.000Z";

/** alice moderates, as the server tells her when she comes. */
async function moderator(): Promise<Scene> {
  const scene = new Scene();
  const { user } = statusOf();
  scene.server.on(
    "GET /status",
    () => json(statusOf({ user: { ...user, role: "moderator" } })),
  );
  for (const list of ["GET /invitations", "GET /rooms/12/requests"]) {
    scene.server.on(list, () => json({ items: [] }));
  }
  await scene.live();
  return scene;
}

Deno.test("/mod ban bans for as long as is said, and for what", async () => {
  await using scene = await moderator();
  scene.server.on("POST /bans", () => json({ user: "mallory", banned_until: until }, 201));
  const words = "mallory is banned from sending until 14:00; /mod unban mallory ends it";
  assertEquals(await scene.type("/mod ban mallory"), [words]);
  assertEquals(await scene.type("/mod ban @mallory 2h sends spam"), [words]);
  assertEquals(await scene.type("/mod ban mallory sends spam"), [words]);
  assertEquals(scene.server.bodies("/bans"), [
    { user: "mallory" },
    { user: "mallory", for: 7200, reason: "sends spam" },
    { user: "mallory", reason: "sends spam" },
  ]);
});

Deno.test("/ban is a report for moderators, too, who are told what bans", async () => {
  await using scene = await moderator();
  scene.server.on("POST /report", () => json({ user: "mallory", reports: 1 }, 201));
  assertEquals(await scene.type("/ban mallory"), [
    "You have reported mallory; 1 report is open",
    "/mod ban mallory bans them at once",
  ]);
  await using other = new Scene();
  other.server.on("POST /report", () => json({ user: "mallory", reports: 1 }, 201));
  assertEquals(await other.type("/ban mallory"), ["You have reported mallory; 1 report is open"]);
});

Deno.test("/mod unban and /mod bans end bans, and show those that run", async () => {
  await using scene = await moderator();
  scene.server.on("DELETE /bans/mallory", () => new Response(null, { status: 204 }));
  assertEquals(await scene.type("/mod unban mallory"), ["mallory can send again"]);
  scene.server.on("GET /bans", () => json({ items: [], has_more: false }));
  assertEquals(await scene.type("/mod bans"), ["Nobody is banned"]);
  const items = [{ user: "mallory", banned_until: until }];
  const row = "  mallory, until 14:00: /mod unban mallory";
  for (const has_more of [false, true]) {
    scene.server.on("GET /bans", () => json({ items, has_more }));
    const more = has_more ? ["There are more; the operator sees all by chat admin users"] : [];
    assertEquals(await scene.type("/mod bans"), [row, ...more]);
  }
});

Deno.test("/mod reports shows the newest at the end, with what they are about", async () => {
  await using scene = await moderator();
  const message = { id: 7, room: "common", room_kind: "common", text: "buy this", at };
  scene.server.on("GET /reports", ({ query }) => {
    assertEquals(query.get("limit"), "20");
    return json({
      items: [
        { user: "mallory", at, reason: "spam", message },
        { user: "trudy", at, message: { id: 9 } },
        { user: "bob", at },
        { user: "zoe", at, message: { ...message, id: 4, room_kind: "private", text: "psst" } },
      ],
      has_more: true,
      next: "1-0",
    });
  });
  assertEquals(await scene.type("/mod reports"), [
    "There are more before these; /mod reports 200",
    "  09:30  zoe; about #4, said in private: psst",
    "  09:30  bob",
    "  09:30  trudy; about #9, which is gone",
    "  09:30  mallory: spam; about #7: buy this",
    "/mod ban USER, /mod dismiss USER, or /delete ID",
  ]);
  scene.server.on("GET /reports", ({ query }) => {
    assertEquals(query.get("limit"), "200", "no page is larger");
    return json({ items: [], has_more: false });
  });
  assertEquals(await scene.type("/mod reports 1000"), ["No report is open"]);
  scene.server.on("DELETE /reports/bob", () => json({ dismissed: 2 }));
  assertEquals(await scene.type("/mod dismiss bob"), ["2 reports on bob dismissed"]);
});

Deno.test("/mod role gives a role and takes it, and /mod roles shows who has one", async () => {
  await using scene = await moderator();
  scene.server.on("POST /roles", ({ body }) => json(body));
  assertEquals(await scene.type("/mod role bob Moderator"), ["bob is a moderator now"]);
  assertEquals(await scene.type("/mod role bob owner"), ["bob is an owner now"]);
  assertEquals(await scene.type("/mod role bob none"), ["bob is a user, no more"]);
  assertEquals(await scene.type("/mod role bob king"), [
    "Cannot do /mod role: ROLE must be owner, moderator or none",
  ]);
  const items = [{ user: "bob", role: "owner" }, { user: "zoe", role: "moderator" }];
  scene.server.on("GET /roles", () => json({ items, has_more: false }));
  assertEquals(await scene.type("/mod roles"), ["  bob, owner", "  zoe, moderator"]);
});

Deno.test("/mod expel takes the name twice, for it can't be taken back", async () => {
  await using scene = await moderator();
  scene.server.on("DELETE /users/mallory", () => new Response(null, { status: 204 }));
  assertEquals(await scene.type("/mod expel mallory bob"), [
    "Cannot do /mod expel: this can't be taken back: give the name twice",
  ]);
  assertEquals(await scene.type("/mod expel mallory @Mallory"), ["mallory is gone for good"]);
  assertEquals(await scene.hear({ type: "user.deleted", user: "mallory" }), [], "told already");
});

Deno.test("/mod invite shows the code once; /mod invites and /mod uninvite go by numbers", async () => {
  await using scene = await moderator();
  const invitation = {
    id: 40,
    by: "alice",
    created: at,
    expires_at: until,
    max_uses: 5,
    uses: 1,
  };
  const code = "chat_abc";
  scene.server.on(
    "POST /invites",
    () => json({ ...invitation, code, url: "http://chat.test/#invite=chat_abc" }, 201),
  );
  assertEquals(await scene.type("/mod invite 2d 5"), [
    "Invitation 40, until 14:00, for 5 newcomers; the code is shown this once:",
    "  http://chat.test/#invite=chat_abc",
    "  chat client --user NAME --invite chat_abc",
  ]);
  assertEquals(scene.server.bodies("/invites"), [{ expires_in: 172_800, max_uses: 5 }]);
  scene.server.on("POST /invites", () => json({ ...invitation, code: "a\nb", url: "" }, 201));
  assertMatch((await scene.type("/mod invite")).join(), /cannot be typed/);

  const operators = { ...invitation, id: 41, by: undefined };
  scene.server.on("GET /invites", () => json({ items: [invitation, operators] }));
  assertEquals(await scene.type("/mod invites"), [
    "  40  by alice, until 14:00, used 1 of 5 times; /mod uninvite 40",
    "  41  by the operator, until 14:00, used 1 of 5 times; /mod uninvite 41",
  ]);
  scene.server.on("DELETE /invites/40", () => new Response(null, { status: 204 }));
  assertEquals(await scene.type("/mod uninvite 40"), ["Invitation 40 is of no use any more"]);
});

Deno.test("/mod audit tells what was done in words, the newest at the end", async () => {
  await using scene = await moderator();
  const deeds = [
    [{ act: "ban", user: "bob", until, reason: "spam" }, "banned bob until 14:00: spam"],
    [{ act: "unban", user: "bob" }, "ended the ban of bob"],
    [{ act: "message.delete", user: "bob", message: 7, room: "common" }, "deleted #7 of bob"],
    [{ act: "reports.dismiss", user: "bob", count: 2 }, "dismissed 2 reports on bob"],
    [{ act: "role", user: "bob", role: "owner" }, "made bob an owner"],
    [{ act: "role", user: "bob", role: "none" }, "took the role of bob"],
    [{ act: "user.delete", user: "bob" }, "deleted bob"],
    [{ act: "password.reset", user: "bob" }, "gave bob another password"],
    [{ act: "clients.revoke", user: "bob", count: 1 }, "signed out 1 client of bob"],
    [{ act: "invite", until, count: 5 }, "invited 5 newcomers until 14:00"],
    [{ act: "invite.revoke" }, "revoked an invitation"],
    [{ act: "owner.claimed", user: "bob" }, "let bob in as the first owner"],
  ] as const;
  const entries = deeds.map(([entry], index) => ({ id: index + 1, at, by: "alice", ...entry }));
  const byOperator = { id: 99, at, act: "unban", user: "bob" };
  scene.server.on(
    "GET /audit",
    () => json({ items: [byOperator, ...entries.toReversed()], has_more: false }),
  );
  assertEquals(await scene.type("/mod audit"), [
    ...deeds.map(([, words]) => `  09:30  alice ${words}`),
    "  09:30  the operator ended the ban of bob",
  ]);
});

Deno.test("/mod audit and /mod reports tell where to see what they do not show", async () => {
  await using scene = await moderator();
  const items = [{ id: 1, at, act: "unban", user: "bob" }];
  scene.server.on("GET /audit", () => json({ items, has_more: true }));
  scene.server.on("GET /reports", () => json({ items: [{ user: "bob", at }], has_more: true }));
  for (const list of ["audit", "reports"]) {
    const first = async (typed: string) => (await scene.type(typed))[0];
    const more = "There are more before these;";
    assertEquals(await first(`/mod ${list}`), `${more} /mod ${list} 200`);
    assertEquals(await first(`/mod ${list} 199`), `${more} /mod ${list} 200`);
    const all = `${more} the operator sees all by chat admin ${list}`;
    assertEquals(await first(`/mod ${list} 200`), all);
  }
});

Deno.test("/help tells of one command of /mod", async () => {
  await using scene = await moderator();
  for (const typed of ["/help mod ban", "/help /mod  BAN"]) {
    const [usage, example] = await scene.type(typed);
    assertMatch(usage ?? "", /^\/mod ban USER \[DURATION\] \[WHY\] {2}Ban a user/);
    assertEquals(example, "As in: /mod ban mallory 2h sends spam");
  }
  assertEquals(await scene.type("/help mod bna"), [
    "There is no command /mod bna; /help shows all",
  ]);
});

Deno.test("/mod alone, or with what there is not, says where to look", async () => {
  await using scene = await moderator();
  assertEquals(await scene.type("/mod"), [
    "Cannot do /mod: say what is to be done; see /help mod",
  ]);
  assertEquals(await scene.type("/mod bna mallory"), [
    "Cannot do /mod: there is no /mod bna; see /help mod",
  ]);
  const help = await scene.type("/help mod");
  assert(help.some((row) => row.includes("/mod ban USER [DURATION] [WHY]")), help.join("\n"));
  assert(help.every((row) => row.startsWith("  /mod ")), help.join("\n"));
});

Deno.test("/help, /status and /who tell of roles to those who have one, and of others", async () => {
  await using scene = await moderator();
  assert((await scene.type("/help")).includes("Moderate:"));
  assert((await scene.type("/status")).includes("You are a moderator here; see /help mod"));
  const items = [
    { name: "alice", online: true, created: at, role: "moderator" },
    { name: "bob", online: true, created: at },
    { name: "zoe", online: false, created: at, role: "owner" },
  ];
  scene.server.on("GET /users", () => json({ items, has_more: false }));
  assertEquals(await scene.type("/who"), [
    "● here (2): alice (moderator), bob",
    "○ away (1): zoe (owner)",
  ]);
  await scene.hear({ type: "role.changed", role: "none" });
  assert(!(await scene.type("/help")).includes("Moderate:"));
});

Deno.test("who is no moderator is told so by the server", async () => {
  await using scene = new Scene();
  scene.server.on("GET /reports", () => refusal("forbidden", "Only moderators can do this."));
  assertEquals(await scene.type("/mod reports"), [
    "Cannot do /mod reports: only moderators can do this",
  ]);
});
