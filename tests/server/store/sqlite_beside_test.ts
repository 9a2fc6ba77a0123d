/**
 * Several processes on one SQLite file: who may open it, and what each sees of the others.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { commonRoom } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { isServed } from "../../../server/store/sqlite/database.ts";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat, saying } from "../../support/chat.ts";
import { openProbedStore } from "../../support/sqlite_probe.ts";
import { meddle, open, openBeside, peek, test } from "./sqlite_file.ts";

/** Why the store at `path` can't be opened beside another. */
function refusal(path: string): string {
  return assertThrows(() => openBeside(path), StoreFailure).message;
}

test("a store opened beside a server's changes what that serves, and leaves its lock alone", async (path) => {
  const served = new Chat(open(path));
  const alice = await served.register("alice");
  const first = new Chat(openBeside(path));
  const second = new Chat(openBeside(path));
  first.newHash = () => "first";
  second.newHash = () => "second";
  const bob = await first.register("bob");
  const carl = await second.register("carl");
  assertEquals([bob.id > alice.token, carl.id > bob.token], [true, true]);
  assertEquals(await served.store.countUsers(), 3);
  await first.store.close();
  assertThrows(() => open(path), StoreFailure, "another chat server is using it");
  await served.say(alice, "still served");
  const { items } = await second.store.messages(commonRoom, carl.id, { limit: 9 }, second.life);
  assertEquals(items.map(({ text }) => text), ["still served"]);
  await served.store.close();
  // The last of them puts all of it into the file.
  await second.say(carl, "and now by myself");
  await second.store.close();
  assertEquals(peek(path, "SELECT count(*) FROM messages"), 2);
});

test("a store opened beside nobody keeps no server off", async (path) => {
  await open(path).close();
  const beside = openBeside(path);
  const served = new Chat(open(path));
  await served.register("alice");
  assertEquals(await beside.countUsers(), 1);
  await beside.close();
  await served.store.close();
});

test("openSqliteStore() beside others renews no database, and makes none of an empty file", async (path) => {
  Deno.writeFileSync(path, new Uint8Array());
  assertEquals(refusal(path), `Cannot open ${path}: it is not a database of chat`);
  assertEquals(Deno.statSync(path).size, 0);
  Deno.removeSync(path);
  await open(path).close();
  for (const serve of [() => undefined, () => open(path)]) {
    const store = serve();
    meddle(path, `PRAGMA user_version = ${migrations.length - 1}`);
    const why = "an older version of chat made it; chat serve of this version renews it";
    assertEquals(refusal(path), `Cannot open ${path}: ${why}`);
    assertEquals(peek(path, "PRAGMA user_version"), migrations.length - 1);
    meddle(path, `PRAGMA user_version = ${migrations.length + 1}`);
    assertEquals(refusal(path), `Cannot open ${path}: a newer version of chat made it`);
    meddle(path, `PRAGMA user_version = ${migrations.length}`);
    await openBeside(path).close();
    await store?.close();
  }
});

test("who only looks at a database writes nothing, and waits for nobody who writes", async (path) => {
  const served = open(path);
  const beside = openBeside(path);
  const writer = new DatabaseSync(path);
  writer.exec("BEGIN IMMEDIATE");
  const sizes = () => ["", "-wal"].map((end) => Deno.statSync(path + end).size);
  const before = sizes();
  const another = openBeside(path);
  assertEquals(await another.countUsers(), 0);
  await another.close();
  assertEquals(sizes(), before);
  writer.close();
  await beside.close();
  await served.close();
});

test(
  "isServed() tells while a server has the database, and makes no file",
  async (path, folder) => {
    assertEquals(isServed(path), false, "not there");
    const store = open(path);
    assertEquals([isServed(path), isServed(path)], [true, true]);
    await store.close();
    assertEquals(isServed(path), false);
    Deno.removeSync(`${path}.lock`);
    assertEquals(isServed(path), false);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [path.split("/").at(-1)]);
  },
);

test("openSqliteStore() beside others makes no file", (path, folder) => {
  assertEquals(refusal(path), `Cannot open ${path}: No such file or directory`);
  assertEquals([...Deno.readDirSync(folder)], []);
});

test("every answer is of one instant, whatever others commit meanwhile", async (path) => {
  let meanwhile = (_sql: string) => {};
  const { store } = openProbedStore(path, { onAsked: ({ sql }) => meanwhile(sql) });
  const chat = new Chat(store);
  chat.policy = { ...defaultPolicy, limit: 0 };
  const [alice, bob] = await chat.people("alice", "bob");
  const other = new Chat(openBeside(path));
  other.policy = chat.policy;
  const start = await store.head();
  let commits = 0;
  let failure: unknown;
  let statements = 0;
  // Between the first statements of an answer, and before it looks where the log ends, another
  // process says something more.
  meanwhile = (sql) => {
    statements += 1;
    if (statements > 5 && !sql.includes("FROM log")) return;
    commits += 1;
    other.batch([saying(alice, `${commits}`)]).catch((cause) => failure = cause);
  };
  const { life } = chat;
  const upTo = (head: number) => Array.from({ length: head - start }, (_, at) => start + at + 1);
  for (let n = 0; n < 5; n++) {
    const before = commits;
    statements = 0;
    const log = await store.log(bob.id, start, 1000, life);
    assertEquals(log.events.map(({ position }) => position), upTo(log.upTo));
    statements = 0;
    const page = await store.eventsAfter(start, 1000);
    assertEquals(page.events.map(({ position }) => position), upTo(page.upTo));
    statements = 0;
    const { recent, unread, head, rooms } = await store.arrive(
      bob.id,
      { recent: 1000, unread: 1000 },
      life,
    );
    const told = [recent, unread].map((messages) => messages.map(({ id }) => Number(id)));
    assertEquals(told, [upTo(head), upTo(head)]);
    assertEquals(rooms[0]?.unread, head - start);
    assert(commits > before + 9, `${commits - before} commits meanwhile`);
  }
  meanwhile = () => {};
  assertEquals([await store.head(), failure], [start + commits, undefined]);
  await other.store.close();
  await store.close();
});

test("a store that another process keeps out too long says so, and goes on when it is let in", async (path) => {
  const { store, db } = openProbedStore(path);
  const chat = new Chat(store);
  const alice = await chat.register("alice");
  const head = await store.head();
  const holder = new DatabaseSync(path);
  holder.exec("BEGIN IMMEDIATE");
  // For the test it need not wait.
  db.exec("PRAGMA busy_timeout = 0");
  const failure = await assertRejects(() => chat.say(alice, "hello?"), StoreFailure);
  assertEquals(failure.message, "Another process keeps the database busy: database is locked");
  assertEquals(db.isTransaction, false);
  // To read it has to ask nobody.
  assertEquals(await store.head(), head);
  holder.exec("COMMIT");
  holder.close();
  assertEquals((await chat.say(alice, "hello!")).id, head + 1);
  await store.close();
});
