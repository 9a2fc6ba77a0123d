/**
 * docs/operating/rescue.md, typed as it stands there, on servers that need it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { pollUntil, testWith } from "../../support/tools.ts";
import { recipe, textOf } from "./handbook.ts";
import { Machine } from "./machine.ts";

const page = "operating/rescue.md";
const pageBytes = 4096;

function sizeOf(path: string): number {
  return Deno.statSync(path).size;
}

testWith(["curl"], "what is typed at a server that runs does what it says", async () => {
  await using machine = await Machine.installed();
  await machine.start();
  const alice = await Guest.arrive(machine.url, "alice");
  const bob = await Guest.arrive(machine.url, "bob");
  const spammer = await Guest.arrive(machine.url, "spammer");
  await alice.say("hello");

  const [look = "", kill = ""] = recipe(page, "Something is wrong", 2);
  const looked = (await machine.type(look)).out;
  assertMatch(looked, /^chat doctor [^]*\{"status":"ready"\}[^]*users +3$/m);
  await machine.type(kill);
  await pollUntil(async () => {
    const answer = await fetch(`${machine.url}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  }, "the next server");
  assertEquals(await alice.texts(), ["hello"]);

  await machine.type("mkdir backups; touch -d '5 days ago' backups/old.backup backups/other");
  const [room = "", vacuum = ""] = recipe(page, "The disk is full", 2);
  assertMatch((await machine.type(room)).out, /chat\.db\n[^]*\{"status":"ready"\}$/);
  const left = [...Deno.readDirSync(machine.path("var/lib/chat/backups"))].map(({ name }) => name);
  assertEquals(left, ["other"]);
  await machine.type(vacuum);

  const [shrink = ""] = recipe(page, "The log of the database has grown", 1);
  await alice.ask("POST /connect");
  for (let at = 0; at < 5; at++) await alice.say("x".repeat(4000));
  assert(sizeOf(machine.path("var/lib/chat/chat.db-wal")) > 0);
  await machine.type(shrink);
  assertEquals(sizeOf(machine.path("var/lib/chat/chat.db-wal")), 0);

  const [forgotten = ""] = recipe(page, "A password is forgotten, or a token lost", 1);
  const password = (await machine.type(forgotten)).out.trim();
  assertEquals((await bob.try("GET /status")).status, 401);
  const again = await Guest.arrive(machine.url, "bob", password);
  const [leaked = ""] = recipe(page, "A token, a link or an invitation has leaked", 1);
  await machine.type(leaked);
  assertEquals((await again.try("GET /status")).status, 401);

  await spammer.say("buy now");
  const [end = "", bound = "", trust = ""] = recipe(page, "Somebody spams", 3);
  await machine.type(end);
  assert(!(await alice.texts()).includes("buy now"));
  await machine.type(bound);
  await machine.start();
  await machine.type(trust);
  assertEquals((await alice.ask("GET /status")).user.role, "moderator");
  const body = new URLSearchParams({ user: "spammer2" });
  const outside = await fetch(`${machine.url}/connect`, { method: "POST", body });
  assertEquals((await outside.json()).code, "invite_needed");

  const [own = ""] = recipe(page, "Nobody owns the chat", 1);
  await machine.type(own);
  assertEquals((await alice.ask("GET /status")).user.role, "owner");
  const [clock = ""] = recipe(page, "The clock is wrong", 1);
  assertMatch((await machine.type(clock)).out, /^clock\n {2}ok /);
  const [slow = ""] = recipe(page, "It is slow", 1);
  await machine.start();
  assertMatch((await machine.type(slow)).out, /^chat_connections \d+$/m);
});

/** Writes over a page in the middle of the messages, where a leaf is. */
function damage(path: string): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'messages'")
    .get() ?? {};
  db.close();
  using file = Deno.openSync(path, { read: true, write: true });
  const page = new Uint8Array(pageBytes);
  file.seekSync((Number(rootpage) - 1) * pageBytes, Deno.SeekMode.Start);
  file.readSync(page);
  const view = new DataView(page.buffer);
  // An interior page of a table: 12 bytes, then where its cells are; a cell begins with a page.
  assertEquals(view.getUint8(0), 5);
  const leaf = view.getUint32(view.getUint16(12));
  file.seekSync((leaf - 1) * pageBytes, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(pageBytes).fill(0xee));
}

testWith(
  ["curl", "sqlite3"],
  "a damaged database is brought back, or what is left of it",
  async () => {
    await using machine = await Machine.installed();
    const database = machine.path("var/lib/chat/chat.db");
    await machine.start();
    const alice = await Guest.arrive(machine.url, "alice");
    await alice.say("in the backup");
    await machine.type("mkdir backups; sudo -u chat chat backup backups/monday.backup");
    for (let at = 0; at < 15; at++) await alice.say(`${at} ${"x".repeat(1000)}`);
    const { cursor } = await alice.ask("GET /events?wait=0");
    await machine.type("systemctl stop chat");
    damage(database);
    const looking = "sudo -u chat chat doctor --port 0 || true";
    assertMatch((await machine.type(looking)).out, /FAILED .* it is damaged: /);
    await machine.type("cp chat.db copy.db");

    const [restore = "", salvage = ""] = recipe(page, "The database is damaged", 2);
    await machine.type(restore);
    await machine.start();
    assertEquals(await alice.texts(), ["in the backup"]);

    await machine.type("systemctl stop chat; rm chat.db*; mv copy.db chat.db");
    await machine.type(salvage);
    await machine.start();
    const texts = await alice.texts();
    assert(texts.length > 8 && texts.length < 16, `${texts.length} messages`);
    assertEquals((await alice.ask(`GET /events?wait=0&after=${cursor}`)).events[0].type, "reset");
    assert(!(await machine.type(looking)).out.includes("damaged"));
  },
);

testWith(["curl"], "a server moves to another machine, and its clients with it", async () => {
  await using here = await Machine.installed();
  await here.start();
  const alice = await Guest.arrive(here.url, "alice");
  await alice.say("hello");
  const [leave = "", arrive = ""] = recipe(page, "To another machine", 2);
  await here.type(leave);
  await using there = await Machine.installed();
  await Deno.copyFile(
    here.path("var/lib/chat/move.backup"),
    there.path("var/lib/chat/move.backup"),
  );
  await there.type(arrive);
  await there.start();
  assertEquals(await alice.at(there.url).texts(), ["hello"]);
});

testWith(["curl"], "a server that could not start starts when the cause is gone", async () => {
  await using machine = await Machine.installed();
  await Deno.writeTextFile(machine.path("var/lib/chat/chat.db"), "no database");
  await machine.type("systemctl start chat");
  await pollUntil(() => Promise.resolve(machine.hasGivenUp), "the last of the starts");
  await Deno.remove(machine.path("var/lib/chat/chat.db"));
  const [again = ""] = recipe(page, "The server does not start", 1);
  await machine.type(again);
  await machine.start();
});

Deno.test("why a server does not start is told in the words of the handbook", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { port } = new URL(url);
  const file = (name: string) => workspace.path(name);
  const made = (name: string, change: string) => {
    const db = new DatabaseSync(file(name));
    db.exec(change);
    db.close();
    return name;
  };
  Deno.writeTextFileSync(file("text.db"), "no database at all, but long enough for one");
  // To root nothing is forbidden.
  Deno.writeTextFileSync(file("theirs.db"), "", { mode: 0 });
  const tls = ["--tls-cert", file("text.db"), "--tls-key", file("text.db")];
  const mishaps: Readonly<Record<string, readonly string[]>> = {
    "something else listens there": ["--port", port, "--db", ":memory:"],
    "another chat server is using it": ["--db", file("chat.db")],
    "a newer version of chat made it": [
      "--db",
      made("newer.db", "PRAGMA user_version = 1000"),
    ],
    "it is not a database of chat": ["--db", made("other.db", "CREATE TABLE a (b)")],
    "file is not a database": ["--db", file("text.db")],
    ...(Deno.uid() !== 0 && { "Permission denied": ["--db", file("theirs.db")] }),
    "Cannot use …": ["--db", ":memory:", ...tls],
  };
  const [, table = ""] = /\n## The server does not start\n([^]*?)\n## /.exec(textOf(page)) ?? [];
  for (const [words, args] of Object.entries(mishaps)) {
    assert(table.includes(`\`${words}\``), words);
    const { code, err } = await workspace.run(["serve", "--port", "0", ...args]);
    assertEquals(code, 1, err);
    assert(err.includes(words.replace("…", "")), err);
  }
});
