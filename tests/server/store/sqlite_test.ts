/**
 * What is particular to the store on SQLite: the file, its lock, its settings, its failures.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import type { DatabaseSync } from "node:sqlite";
import { commonRoom, type MessageId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import { foldName } from "../../../lib/text/names.ts";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat, saying } from "../../support/chat.ts";
import { openProbedStore } from "../../support/sqlite_probe.ts";
import { meddle, open, peek, test } from "./sqlite_file.ts";

/** Why the store at `path` can't be opened. */
function refusal(path: string): string {
  const { message } = assertThrows(() => open(path), StoreFailure);
  assert(!message.includes("\n") && !/\b(SELECT|CREATE|INSERT)\b/.test(message), message);
  return message;
}

test("openSqliteStore() makes the file, and finds all in it when it opens it again", async (path) => {
  const first = new Chat(open(path));
  const [alice, bob] = await first.people("Alice", "боб");
  const said = await first.say(alice, "👩‍🚀 привет", { to: "боб" });
  await first.store.close();
  const second = open(path);
  assertEquals<unknown>(await second.message(said.id, bob.id, first.life), said);
  assertEquals((await second.users({ limit: 9 })).items.map(({ name }) => name), ["Alice", "боб"]);
  assertEquals(await second.head(), Number(said.id));
  await second.close();
});

test("the epoch is drawn once, and fits into a cursor", async (path, folder) => {
  const first = open(path, 1);
  assertMatch(first.epoch, /^[0-9a-z]{8}$/);
  await first.close();
  const again = open(path, 2);
  assertEquals(again.epoch, first.epoch);
  await again.close();
  const other = open(`${folder}/other.db`, 2);
  assertNotEquals(other.epoch, first.epoch);
  await other.close();
});

test("the secret is drawn once, and is another one in each database", async (path, folder) => {
  const first = open(path, 1);
  assertMatch(first.secret, /^[0-9A-Za-z_-]{43}$/);
  await first.close();
  const again = open(path, 2);
  assertEquals(again.secret, first.secret);
  await again.close();
  const other = open(`${folder}/other.db`, 2);
  assertNotEquals(other.secret, first.secret);
  await other.close();
});

test("what was acknowledged is in the file for others to see", async (path) => {
  const chat = new Chat(open(path));
  const alice = await chat.register("alice");
  for (const text of ["1", "2", "3"]) {
    await chat.say(alice, text);
    assertEquals(peek(path, "SELECT text FROM messages ORDER BY id DESC LIMIT 1"), text);
    assertEquals(peek(path, "SELECT head FROM log"), await chat.store.head());
  }
  await chat.store.close();
});

for (const [durability, synchronous] of [["full", 2], ["normal", 1]] as const) {
  test(`a store of durability ${durability} asks the disk as often as that takes`, async (path) => {
    const { store, db } = openProbedStore(path, { durability });
    const setting = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    assertEquals(setting("synchronous"), synchronous);
    assertEquals(setting("journal_mode"), "wal");
    assertEquals(setting("foreign_keys"), 1);
    // What is given up goes back to the disk in steps, and what it held is not left to be read.
    assertEquals(setting("auto_vacuum"), 2);
    assertEquals(setting("secure_delete"), 2);
    assertEquals(setting("journal_size_limit"), 16_384_000);
    assertEquals(setting("user_version"), migrations.length);
    await store.close();
  });
}

test("openSqliteStore() refuses a file that another one serves, until that lets go", async (path) => {
  const first = new Chat(open(path));
  assertEquals(refusal(path), `Cannot open ${path}: another chat server is using it`);
  // The first one does not notice.
  await first.register("alice");
  await first.store.close();
  const second = open(path);
  assertEquals(await second.countUsers(), 1);
  await second.close();
});

test("a second opener that was refused does not let a third one in", async (path) => {
  const first = open(path);
  refusal(path);
  refusal(path);
  await first.close();
});

test("stores on different files, and in memory, do not mind each other", async (path, folder) => {
  const stores = [open(path), open(`${folder}/other.db`), open(":memory:"), open(":memory:")];
  for (const store of stores) {
    const chat = new Chat(store);
    await chat.register("alice");
    assertEquals(await store.countUsers(), 1);
  }
  for (const store of stores) await store.close();
});

test("openSqliteStore() refuses what a newer version has made, and leaves it alone", async (path) => {
  await open(path).close();
  meddle(path, `PRAGMA user_version = ${migrations.length + 1}`);
  assertMatch(refusal(path), /^Cannot open .*: a newer version of chat made it$/);
  assertEquals(peek(path, "PRAGMA user_version"), migrations.length + 1);
  // The lock was let go of: with the old version it opens again.
  meddle(path, `PRAGMA user_version = ${migrations.length}`);
  await open(path).close();
});

test("openSqliteStore() refuses a database of another program, and leaves it alone", (path) => {
  meddle(path, "CREATE TABLE bookmarks (url)");
  assertMatch(refusal(path), /^Cannot open .*: it is not a database of chat$/);
  assertEquals(peek(path, "SELECT count(*) FROM sqlite_schema"), 1);
  assertEquals(peek(path, "PRAGMA user_version"), 0);
});

test("openSqliteStore() refuses a database whose tables are not those of its version", (path) => {
  meddle(
    path,
    `CREATE TABLE users (x); PRAGMA user_version = ${migrations.length};
     PRAGMA application_id = 0x63686174`,
  );
  assertMatch(refusal(path), /^Cannot open .*: no such table/);
});

test("openSqliteStore() refuses a database that lacks a table, and lets go of its lock", async (path) => {
  await open(path).close();
  meddle(path, "ALTER TABLE windows RENAME TO lost");
  assertEquals(refusal(path), `Cannot open ${path}: no such table: windows`);
  meddle(path, "ALTER TABLE lost RENAME TO windows");
  await open(path).close();
});

test("openSqliteStore() refuses a file that is no database, and lets go of its lock", async (path) => {
  await Deno.writeTextFile(path, "This is a letter, not a database. ".repeat(100));
  assertEquals(refusal(path), `Cannot open ${path}: file is not a database`);
  await Deno.remove(path);
  await open(path).close();
});

test("openSqliteStore() refuses a path where no file can be", async (_path, folder) => {
  assertMatch(refusal(`${folder}/no/such/folder.db`), /^Cannot open .*folder\.db: /);
  await Deno.mkdir(`${folder}/folder.db`);
  assertMatch(refusal(`${folder}/folder.db`), /^Cannot open .*folder\.db: Is a directory/);
});

/** What makes the next message fail, and what ends that. */
const failures: readonly {
  readonly what: string;
  readonly says: string;
  readonly begin: (path: string, db: DatabaseSync) => void;
  readonly end: (path: string, db: DatabaseSync) => void;
}[] = [
  {
    what: "while it writes",
    says: "odd",
    begin: (path) =>
      meddle(
        path,
        `CREATE TRIGGER odd BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'odd'); END`,
      ),
    end: (path) => meddle(path, "DROP TRIGGER odd"),
  },
  {
    // COMMIT itself fails, and leaves the transaction open.
    what: "when it commits",
    says: "FOREIGN KEY constraint failed",
    begin: (path) =>
      meddle(
        path,
        `CREATE TABLE odd (user INTEGER REFERENCES users DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER odd_one AFTER INSERT ON messages BEGIN INSERT INTO odd VALUES (-1); END`,
      ),
    end: (path) => meddle(path, "DROP TRIGGER odd_one; DROP TABLE odd"),
  },
  {
    what: "and takes the transaction with it",
    says: "odd",
    begin: (path) =>
      meddle(
        path,
        `CREATE TRIGGER odd BEFORE INSERT ON messages BEGIN SELECT RAISE(ROLLBACK, 'odd'); END`,
      ),
    end: (path) => meddle(path, "DROP TRIGGER odd"),
  },
  {
    what: "because the disk is full",
    says: "database or disk is full",
    begin: (_path, db) => db.exec("PRAGMA max_page_count = 1"),
    end: (_path, db) => db.exec("PRAGMA max_page_count = 1000000"),
  },
];

for (const { what, says, begin, end } of failures) {
  test(`a commit that fails ${what} saves nothing, and the store goes on`, async (path) => {
    const { store, db } = openProbedStore(path);
    const chat = new Chat(store);
    const [alice, bob] = await chat.people("alice", "bob");
    await chat.say(alice, "before");
    const head = await store.head();
    const rooms = await store.rooms(bob.id, chat.life);
    begin(path, db);
    // Long enough to need pages of its own.
    const long = "long ".repeat(800);
    const commands = Array.from({ length: 40 }, () => saying(alice, long, { to: "bob" }));
    await assertRejects(() => chat.batch(commands), StoreFailure, says);
    assertEquals(db.isTransaction, false);
    assertEquals(await store.head(), head);
    assertEquals(await store.rooms(bob.id, chat.life), rooms);
    assertEquals(await store.privateRoom(alice.id, bob.id), undefined);
    assertEquals(
      (await store.messages(commonRoom, bob.id, { limit: 9 }, chat.life)).items.length,
      1,
    );
    end(path, db);
    const { decisions } = await chat.batch(commands);
    assertEquals(decisions.every(({ ok }) => ok), true);
    assertEquals(await store.head(), head + commands.length + 1);
    assertEquals(peek(path, "SELECT head FROM log"), head + commands.length + 1);
    await store.close();
  });
}

test("what can't stand beside what is there is a defect of it, not a failure of the store", async (path) => {
  const { store } = openProbedStore(path);
  const chat = new Chat(store);
  const [alice, bob] = await chat.people("alice", "bob");
  const users = new Set([alice.id, bob.id]);
  const failure = await assertRejects(() =>
    store.transact({ ...noNeeds(), users }, (state) => {
      const user = state.users.get(bob.id);
      if (user !== undefined) state.users.put({ ...user, folded: foldName("alice") });
    })
  );
  // Whoever shares a batch with it is not told that nothing can be saved.
  assert(!(failure instanceof StoreFailure));
  assertEquals((await store.user(bob.id))?.folded, foldName("bob"));
  await store.close();
});

test("a question that fails rejects as a failure of the store", async (path) => {
  const { store, db } = openProbedStore(path);
  db.exec("DROP TABLE receipts; ALTER TABLE tokens RENAME TO lost");
  const failure = await assertRejects(() => store.findToken("x"), StoreFailure);
  assert(failure.cause instanceof Error);
  await assertRejects(() => store.forgetReceipts(1, 1), StoreFailure);
  await store.close();
});

test("a batch that changes nothing writes nothing", async (path) => {
  const { store, db } = openProbedStore(path);
  const chat = new Chat(store);
  const alice = await chat.register("alice");
  const changes = () => Object.values(db.prepare("SELECT total_changes()").get() ?? {})[0];
  const before = changes();
  await chat.decide(saying(alice, "me", { to: "alice" }));
  await chat.decide({ type: "token.revoke", actor: alice.id, token: 999 as never });
  assertEquals(changes(), before);
  await chat.say(alice, "hi");
  assertNotEquals(changes(), before);
  await store.close();
});

test("a message that is sent and taken back in one batch is not there", async (path) => {
  const chat = new Chat(open(path));
  const [alice, bob] = await chat.people("alice", "bob");
  const file = await chat.addFile(alice);
  const id = await chat.store.head() + 1 as MessageId;
  const { decisions } = await chat.batch([
    // Has her membership at hand, by which she may take back what was not there before.
    { type: "read", actor: alice.id, upto: 0 },
    { ...saying(alice, "oh"), files: [file.id] },
    { type: "message.delete", actor: alice.id, message: id },
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, true, true]);
  assertEquals(await chat.store.message(id, bob.id, chat.life), undefined);
  assertEquals(await chat.store.removeFiles(0, 9), 1);
  await chat.store.close();
});

test("the files of a database are for their owner alone", async (path) => {
  const store = open(path);
  for (const suffix of ["", "-wal", ".lock"]) {
    assertEquals(Deno.statSync(`${path}${suffix}`).mode ?? 0, 0o100600, suffix);
  }
  await store.close();
});

test("a link to a database that is served is no way around its lock", async (path, folder) => {
  const store = open(path);
  await Deno.symlink(path, `${folder}/link.db`);
  assertMatch(refusal(`${folder}/link.db`), /another chat server is using it$/);
  await store.close();
  await open(`${folder}/link.db`).close();
});
