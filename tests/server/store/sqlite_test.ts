/**
 * What is particular to the store on SQLite: the file, its lock, its failures, its indexes.
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
import { DatabaseSync } from "node:sqlite";
import { commonRoom } from "../../../lib/domain/ids.ts";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { openSqliteStore } from "../../../server/store/sqlite/store.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat, saying } from "../../support/chat.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { openProbedStore } from "../../support/sqlite_probe.ts";

/** Declares a test with a folder of its own. */
function test(title: string, run: (path: string, folder: string) => void | Promise<void>): void {
  Deno.test(title, async () => {
    const folder = await Deno.makeTempDir({ prefix: "chat-sqlite-" });
    try {
      await run(`${folder}/chat.db`, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

function open(path: string, seed = 1) {
  return openSqliteStore({ path, durability: "full", random: new SeededRandom(seed) });
}

/** Why the store at `path` can't be opened. */
function refusal(path: string): string {
  const { message } = assertThrows(() => open(path), StoreFailure);
  assert(!message.includes("\n") && !/\b(SELECT|CREATE|INSERT)\b/.test(message), message);
  return message;
}

/** Asks the file itself, beside the store that has it open. */
function peek(path: string, sql: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.values(db.prepare(sql).get() ?? {})[0];
  } finally {
    db.close();
  }
}

/** Changes the file itself, beside the store that has it open. */
function meddle(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

test("openSqliteStore() makes the file, and finds all in it when it opens it again", async (path) => {
  const first = new Chat(open(path));
  const [alice, bob] = await first.people("Alice", "боб");
  const said = await first.say(alice, "👩‍🚀 привет", { to: "боб" });
  await first.store.close();
  const second = open(path);
  assertEquals<unknown>(await second.message(said.id, bob.id), said);
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
    const rooms = await store.rooms(bob.id);
    begin(path, db);
    // Long enough to need pages of its own.
    const long = "long ".repeat(800);
    const commands = Array.from({ length: 40 }, () => saying(alice, long, { to: "bob" }));
    await assertRejects(() => chat.batch(commands), StoreFailure, says);
    assertEquals(db.isTransaction, false);
    assertEquals(await store.head(), head);
    assertEquals(await store.rooms(bob.id), rooms);
    assertEquals(await store.privateRoom(alice.id, bob.id), undefined);
    assertEquals((await store.messages(commonRoom, { limit: 9 })).items.length, 1);
    end(path, db);
    const { decisions } = await chat.batch(commands);
    assertEquals(decisions.every(({ ok }) => ok), true);
    assertEquals(await store.head(), head + commands.length + 1);
    assertEquals(peek(path, "SELECT head FROM log"), head + commands.length + 1);
    await store.close();
  });
}

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

test("no statement of the store reads through a whole table", async (path) => {
  const { store, db, statements } = openProbedStore(path);
  // The one row of the log, what counts or pages through the users, and what a LIMIT bounds.
  const allowed = [
    /^SCAN log$/,
    /^SCAN users USING COVERING INDEX /,
    /^SCAN sqlite_schema$/,
    /^SCAN json_each /,
    /^SCAN \(subquery-/,
  ];
  let searched = 0;
  for (const sql of new Set(statements)) {
    if (!/^\s*(SELECT|DELETE|UPDATE)/.test(sql)) continue;
    for (const row of db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()) {
      const step = String(row["detail"]);
      if (step.startsWith("SEARCH")) searched += 1;
      // A range of the table itself is most of it, whatever room it is of.
      const walks = step.startsWith("SCAN") || /\(rowid[<>]/.test(step);
      if (!walks || allowed.some((plan) => plan.test(step))) continue;
      throw new Error(`${step}: ${sql}`);
    }
  }
  assert(searched > 30, `${searched} searches`);
  await store.close();
});

test("messages and events come out of the index in order, unsorted", async (path) => {
  const { store, db, statements } = openProbedStore(path);
  let checked = 0;
  for (const sql of statements) {
    if (!/FROM (messages|events)\b.*ORDER BY (m\.id|id|position)\b/s.test(sql)) continue;
    checked += 1;
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail));
    assert(!plan.some((step) => step.includes("TEMP B-TREE")), `${plan.join("; ")}: ${sql}`);
  }
  assert(checked >= 6, `${checked} statements`);
  await store.close();
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
