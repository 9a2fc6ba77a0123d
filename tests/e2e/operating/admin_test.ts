/**
 * `chat admin`, beside a server at work and while there is none.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { actions } from "../../../server/admin/admin.ts";
import { programWords, Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { TmuxTerminal } from "../../support/tmux.ts";
import { testWith } from "../../support/tools.ts";
import { servicePermissions } from "./handbook.ts";

/** Runs `chat admin ARGS` on the database of a workspace; gives what it printed. */
async function admin(workspace: Workspace, ...args: string[]): Promise<string> {
  const { code, out, err } = await workspace.run(["admin", ...args]);
  assertEquals(code, 0, `${args.join(" ")}: ${err}`);
  return out;
}

// deno-lint-ignore no-explicit-any -- a test says what it expects.
async function adminJson(workspace: Workspace, ...args: string[]): Promise<any> {
  return JSON.parse(await admin(workspace, ...args, "--json"));
}

/** Runs what must fail; gives its exit code and its sentence. */
async function refused(workspace: Workspace, ...args: string[]): Promise<[number, string]> {
  const { code, out, err } = await workspace.run(["admin", ...args]);
  assertEquals(out, "");
  return [code, err];
}

Deno.test("what chat admin changes is told by the streams of the running server at once", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  const message = await bob.say("buy now");
  await using stream = await alice.listen();
  await using bobs = await bob.listen();

  const banned = await adminJson(workspace, "ban", "bob", "--for", "1h", "--reason", "spam");
  const told = await bobs.next("user.banned");
  assertEquals(
    new Date(told["until"]).getTime(),
    new Date(banned.banned_until).getTime() +
      new Date(told["until"]).getMilliseconds(),
  );
  await bob.refused("banned", "POST /send", { text: "again" });
  await admin(workspace, "unban", "bob");
  await bobs.next("user.unbanned");
  await bob.say("thanks");

  await admin(workspace, "role", "alice", "moderator");
  assertEquals((await stream.next("role.changed"))["role"], "moderator");
  assertEquals((await alice.ask("GET /status")).user.role, "moderator");

  await admin(workspace, "delete-message", String(message));
  assertEquals((await stream.next("message.deleted"))["id"], message);
  assertEquals(await alice.texts(), ["thanks"]);

  assertEquals(await adminJson(workspace, "revoke", "bob", "--all"), { user: "bob", revoked: 1 });
  await bobs.next("bye");
  await bob.refused("unauthorized", "GET /status");
  assert(stream.types.indexOf("role.changed") < stream.types.indexOf("message.deleted"));
});

Deno.test("a user who is deleted is gone with all they said, and their name is free", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  for (const text of ["one", "two"]) await bob.say(text);
  await bob.say("psst", { to: "alice" });
  await alice.say("kept");
  await using stream = await alice.listen();
  await admin(workspace, "delete-user", "bob", "--yes");
  assertEquals((await stream.next("user.deleted"))["user"], "bob");
  for (let gone = 0; gone < 2; gone++) await stream.next("message.deleted");
  assertEquals(stream.types.sort(), [
    "message.deleted",
    "message.deleted",
    "room.deleted",
    "user.deleted",
  ]);
  assertEquals(await alice.texts(), ["kept"]);
  const { items } = await alice.ask("GET /users");
  assertEquals(items.map(({ name }: { name: string }) => name), ["alice"]);
  await alice.refused("not_found", "POST /send", { text: "hello?", to: "bob" });
  await bob.refused("unauthorized", "GET /status");
  const other = await Guest.arrive(url, "bob");
  assertEquals((await other.ask("GET /status")).rooms.length, 1);
});

Deno.test("without a server it does the same, and the server finds it when it starts", async () => {
  await using workspace = new Workspace();
  const first = await workspace.serve();
  const alice = await Guest.arrive(first.url, "alice");
  const bob = await Guest.arrive(first.url, "bob", "the old one");
  await bob.ask("POST /report", { user: "alice", reason: "shouts" });
  await first.process.kill("SIGTERM");

  const { items: [report] } = await adminJson(workspace, "reports");
  assertEquals([report.user, report.reason], ["alice", "shouts"]);
  assertEquals(Object.keys(report).sort(), ["at", "reason", "user"]);
  assertEquals(await admin(workspace, "dismiss", "alice"), "1 report dismissed\n");
  assertEquals(await admin(workspace, "reports"), "There are no open reports\n");
  const password = (await admin(workspace, "reset-password", "bob")).trim();
  await admin(workspace, "role", "alice", "owner");
  await admin(workspace, "ban", "bob");

  const { url } = await workspace.serve();
  await bob.at(url).refused("unauthorized", "GET /status");
  const again = await Guest.arrive(url, "bob", password);
  await again.refused("banned", "POST /send", { text: "hi" });
  assertEquals((await alice.at(url).ask("GET /status")).user.role, "owner");
});

Deno.test("it shows users, their clients, rooms, figures and what was done", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const julia = await Guest.arrive(url, "Юля");
  await Guest.arrive(url, "日本");
  await julia.ask("POST /rooms", { name: "кухня" });
  await julia.say("hello");
  await admin(workspace, "role", "Юля", "owner");
  await admin(workspace, "ban", "日本", "--for", "30d", "--reason", "because");

  const users = (await admin(workspace, "users")).trimEnd().split("\n");
  assertMatch(users[0] ?? "", /^USER +ROLE +CLIENTS +LAST SEEN +REPORTS +BANNED UNTIL +CREATED$/);
  assertMatch(users.find((line) => line.startsWith("Юля")) ?? "", /^Юля +owner +1 +20/);
  assertMatch(users.find((line) => line.startsWith("日本")) ?? "", /^日本 +- +1 +20\S+ +0 +20/);
  const { items: [client] } = await adminJson(workspace, "clients", "Юля");
  assertEquals(
    await admin(workspace, "revoke", "Юля", String(client.id)),
    "1 client of Юля signed out\n",
  );
  const { items: [room] } = await adminJson(workspace, "rooms");
  assertEquals([room.name, room.owner, room.members, room.messages], ["кухня", "Юля", 1, 0]);
  const stats = await adminJson(workspace, "stats");
  assertEquals(
    [stats.users, stats.banned, stats.rooms, stats.messages, stats.served],
    [2, 1, 1, 1, true],
  );
  const { items } = await adminJson(workspace, "audit");
  assertEquals(items.map(({ act }: { act: string }) => act), ["clients.revoke", "ban", "role"]);
  assertEquals([items[1].user, items[1].reason, items[1].by], ["日本", "because", undefined]);
  assertMatch(
    await admin(workspace, "audit"),
    /\(operator\) +ban +日本 +- +until 20\S+, "because"/,
  );
});

Deno.test("vacuum gives back what is not needed, with the server and without", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bytes = new Uint8Array(4_000_000);
  for (const name of ["a", "b"]) {
    const { json } = await alice.try(`POST /files?name=${name}`, { bytes });
    await alice.say("a file", { files: json.id });
  }
  await admin(workspace, "delete-user", "alice", "--yes");
  const before = await adminJson(workspace, "stats");
  assertEquals([before.served, before.users], [true, 0]);
  await admin(workspace, "vacuum");
  await process.kill("SIGTERM");
  assertMatch(
    await admin(workspace, "vacuum"),
    /^[\d.]+ (?:bytes|KB) given back; [\d.]+ KB left\n$/,
  );
  const after = await adminJson(workspace, "stats");
  assert(after.disk_bytes < 1_000_000, `${after.disk_bytes}`);
});

Deno.test("vacuum gives room back where no server is, and says what keeps the log", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve({ args: ["--limit", "0"] });
  const alice = await Guest.arrive(url, "alice");
  const { json } = await alice.try("POST /files?name=a", { bytes: new Uint8Array(4_000_000) });
  const message = await alice.say("a file", { files: json.id });
  await process.kill("SIGTERM");
  await admin(workspace, "delete-message", String(message));
  const reader = new DatabaseSync(workspace.path("chat.db"), { readOnly: true });
  reader.exec("BEGIN; SELECT count(*) FROM users");
  const held = await workspace.run(["admin", "vacuum"]);
  reader.close();
  assertEquals(held.code, 0);
  assertMatch(held.out, /given back/);
  assertEquals(held.err, "Something reads the database; its log stays until that has ended\n");
  const free = await workspace.run(["admin", "vacuum"]);
  assertEquals([free.code, free.err], [0, ""]);
  assertMatch(free.out, /^\d+(?:\.\d)? MB given back; \d+ KB left\n$/);
});

Deno.test("invitations are shown by their numbers, and taken back", async () => {
  await using workspace = new Workspace();
  await (await workspace.serve({ args: ["--registration", "invite"] })).process.kill("SIGTERM");
  assertEquals(await admin(workspace, "invites"), "There are no open invitations\n");
  const made = await adminJson(workspace, "invite", "--uses", "3", "--for", "2d");
  const { items } = await adminJson(workspace, "invites");
  assertEquals(items.map(({ created: _, ...item }: { created: string }) => item), [
    { id: made.id, expires_at: made.expires_at, uses: 0, max_uses: 3 },
  ]);
  const [heading = "", row = ""] = (await admin(workspace, "invites")).split("\n");
  assertMatch(heading, /^NUMBER +BY +CREATED +EXPIRES +USED +OF$/);
  assertMatch(row, new RegExp(`^ *${made.id} +\\(operator\\) +20\\S+ +20\\S+ +0 +3$`));
  assertEquals(
    await admin(workspace, "uninvite", String(made.id)),
    `Invitation ${made.id} is of no use any more\n`,
  );
  assertEquals((await adminJson(workspace, "invites")).items, []);
  const { items: acts } = await adminJson(workspace, "audit");
  assertEquals(acts.map(({ act }: { act: string }) => act), ["invite.revoke", "invite"]);
  assertMatch(await admin(workspace, "audit"), / until 20\S+, 3 newcomers$/m);
});

Deno.test("each action does with the permissions of chat.sh what it does with all", async () => {
  const permissions = await servicePermissions();
  assert(permissions.length > 3 && !permissions.includes("--allow-all"), permissions.join(" "));
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const message = await alice.say("hello");
  const bob = await Guest.arrive(url, "bob");
  await bob.ask("POST /report", { user: "alice", reason: "shouts" });
  await process.kill("SIGTERM");
  const { id: invitation } = await adminJson(workspace, "invite");
  const calls: readonly (readonly string[])[] = [
    ["users"],
    ["reports"],
    ["dismiss", "alice"],
    ["ban", "alice"],
    ["unban", "alice"],
    ["rooms"],
    ["role", "bob", "moderator"],
    ["reset-password", "bob"],
    ["clients", "alice"],
    ["revoke", "alice", "--all"],
    ["delete-message", String(message)],
    ["delete-user", "bob", "--yes"],
    ["invite"],
    ["invites"],
    ["uninvite", String(invitation)],
    ["audit"],
    ["stats"],
    ["vacuum"],
  ];
  assertEquals(calls.map(([name]) => name).sort(), Object.keys(actions).sort());
  const main = new URL("../../../main.ts", import.meta.url).pathname;
  for (const words of calls) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...permissions, main, "admin", ...words],
      cwd: workspace.folder,
      env: { NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 0, `${words.join(" ")}: ${said}`);
  }
});

Deno.test("what it prints as JSON commands no terminal", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  const reason = "\x9b2J\u202eevil";
  await bob.ask("POST /report", { user: "alice", reason });
  assertEquals((await alice.ask("GET /status")).user.name, "alice");
  const text = await admin(workspace, "reports", "--json");
  assert(text.includes("\\u009b2J\\u202eevil"), text);
  assertEquals(JSON.parse(text).items[0].reason, reason);
});

Deno.test("a path that leads nowhere, or to what may not be opened, is told in a line", async () => {
  await using workspace = new Workspace();
  Deno.writeTextFileSync(workspace.path("file"), "");
  assertEquals(await refused(workspace, "users", "--db", "file/chat.db"), [
    1,
    "chat: Cannot open file/chat.db: Not a directory\n",
  ]);
  const before = [...Deno.readDirSync(workspace.folder)].length;
  Deno.writeTextFileSync(workspace.path("passwd"), "root:x:0:0:root:/root:/bin/bash\n".repeat(50));
  assertEquals(
    await refused(workspace, "stats", "--db", "passwd"),
    [1, "chat: Cannot open passwd: file is not a database\n"],
  );
  assertEquals([...Deno.readDirSync(workspace.folder)].length, before + 1);
});

testWith(["setpriv"], "who may not open the database is told whose part that is", async () => {
  await using workspace = new Workspace();
  await (await workspace.serve()).process.kill("SIGTERM");
  // Root, too, is subject to permissions then.
  const limited = ["--bounding-set=-dac_override,-dac_read_search"];
  const openIt = async (...command: string[]) => {
    const { code, stderr } = await new Deno.Command("setpriv", {
      args: [
        ...Deno.uid() === 0 ? limited : [],
        ...programWords(),
        ...[...command, "--db", workspace.path("chat.db")],
      ],
      env: { NO_COLOR: "1" },
    }).output();
    return [code, new TextDecoder().decode(stderr).replaceAll(workspace.folder, "")];
  };
  const advice = "; run it as the user that the server runs as";
  await Deno.chmod(workspace.folder, 0);
  assertEquals(await openIt("admin", "users"), [
    1,
    `chat: Cannot open /chat.db: Permission denied${advice}
`,
  ]);
  await Deno.chmod(workspace.folder, 0o700);
  if (Deno.uid() !== 0) return;
  await Deno.chown(workspace.path("chat.db.lock"), 65534, 65534);
  const [, locked] = await openIt("serve", "--port", "0", "--log-format", "json");
  assertMatch(
    String(locked),
    /"why":"Cannot open \/chat\.db: \/chat\.db\.lock: Permission denied"/,
  );
  await Deno.remove(workspace.path("chat.db.lock"));
  await Deno.chown(workspace.path("chat.db"), 65534, 65534);
  const why = "unable to open database file: /chat.db";
  assertEquals(await openIt("admin", "users"), [
    1,
    `chat: Cannot open /chat.db: ${why}${advice}
`,
  ]);
});

Deno.test("what it can't do it says in a sentence, and changes nothing", async () => {
  await using workspace = new Workspace();
  assertEquals(await refused(workspace, "users"), [
    1,
    "chat: Cannot open chat.db: there is no such file\n",
  ]);
  const { process, url } = await workspace.serve();
  await Guest.arrive(url, "alice");
  const faults: readonly (readonly [string[], number, RegExp])[] = [
    [["ban", "nobody"], 4, /There is no user "nobody"/],
    [["clients", "nobody"], 4, /There is no user "nobody"/],
    [["unban", "alice"], 4, /There is no ban on "alice"/],
    [["dismiss", "alice"], 4, /There is no report on "alice"/],
    [["delete-message", "7"], 4, /There is no message 7/],
    [["revoke", "alice", "77"], 4, /There is no client 77 of "alice"/],
    [["uninvite", "77"], 4, /There is no invitation 77/],
    [["delete-user", "alice"], 1, /say --yes/],
    [["invite", "--for", "365d"], 2, /^chat: --for must be from 1 min to 30 d\n$/],
    [["uninvite", "first"], 2, /Cannot take "first" for the number of an invitation/],
    [["ban"], 2, /USER is missing: chat admin ban USER/],
    [["role", "alice"], 2, /owner\|moderator\|none is missing: chat admin role USER owner/],
    [["ban", "alice", "bob"], 2, /Cannot understand "bob"/],
    [["ban", "alice", "--for", "0s"], 2, /from 1s to 365d/],
    [["ban", "alice", "--uses", "3"], 2, /Cannot use --uses with ban/],
    [["role", "alice", "king"], 2, /owner, moderator or none/],
    [["revoke", "alice"], 2, /--all/],
    [["dance"], 2, /Unknown action "dance"/],
    [[], 2, /^chat: No action is given; see chat help admin\n$/],
  ];
  for (const [args, code, sentence] of faults) {
    const [ended, said] = await refused(workspace, ...args);
    assertEquals(ended, code, args.join(" "));
    assertMatch(said, sentence);
  }
  assertEquals((await adminJson(workspace, "audit")).items, []);
  await process.kill("SIGTERM");
  Deno.writeTextFileSync(workspace.path("chat.db"), "no database at all, but long enough for one");
  const [code, said] = await refused(workspace, "users");
  assertEquals(code, 1);
  assertMatch(said, /^chat: Cannot open chat\.db: /);
});

Deno.test("what it refuses commands no terminal, whatever it was called with", async () => {
  await using workspace = new Workspace();
  await workspace.serve();
  for (const args of [["unban", "x\u009b31m\u202e"], ["\u009b2J"], ["stats", "--for", "\u202e"]]) {
    const [, said] = await refused(workspace, ...args);
    assertMatch(said, /^chat: [\x20-\x7e‹›]*\n$/);
  }
});

Deno.test("it works beside a server that writes all the time", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const guests = await Promise.all(["a", "b", "c", "d"].map((name) => Guest.arrive(url, name)));
  await using stream = await guests[0]?.listen() ?? never();
  let isOver = false;
  const said: number[] = [];
  const talking = Promise.all(guests.map(async (guest) => {
    while (!isOver) said.push(await guest.say("again and again"));
  }));
  for (const role of ["moderator", "owner", "none"]) await admin(workspace, "role", "a", role);
  isOver = true;
  await talking;
  const last = Math.max(...said);
  while (stream.heard.at(-1)?.["id"] !== last) await stream.next("message");
  const roles = stream.heard.filter(({ type }) => type === "role.changed");
  assertEquals(roles.map(({ role }) => role), ["moderator", "owner", "none"]);
  const heard = stream.heard.filter(({ type }) => type === "message").map(({ id }) => id);
  assertEquals(heard, said.toSorted((a, b) => a - b).filter((id) => id >= heard[0]));
});

function never(): never {
  throw new Error("There is a first guest");
}

testWith(["tmux"], "before it deletes a user it has their name typed", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  await Guest.arrive(url, "alice");
  await using terminal = await TmuxTerminal.open({
    command: [...programWords(), "admin", "delete-user", "alice"],
    folder: workspace.folder,
  });
  await terminal.sees("Type the name to go on");
  await terminal.enter("bob");
  // It is no secret.
  await terminal.sees("Type the name to go on: bob");
  await terminal.sees("alice is not deleted");
  assertEquals(await terminal.exited(), 1);
  assertEquals((await adminJson(workspace, "users")).items.length, 1);
});

Deno.test("chat help admin tells of every action", async () => {
  await using workspace = new Workspace();
  const { out } = await workspace.run(["help", "admin"]);
  for (const [name, { does }] of Object.entries(actions)) {
    assert(out.includes(`chat admin ${name}`), name);
    assert(out.includes(does), does);
  }
});
