/**
 * What is found in a database, and what is said of it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  announcementOf,
  judgeExamination,
  judgeHolder,
  slowBytes,
} from "../../../server/doctor/database.ts";
import {
  type Depth,
  depthFor,
  type Examination,
  ExaminationFailure,
  examine,
  faultsMax,
  fullyReadBytesMax,
  whollyReadBytesMax,
} from "../../../server/doctor/examination.ts";
import { lockerOf } from "../../../server/doctor/holder.ts";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { openSqliteStore } from "../../../server/store/sqlite/store.ts";
import { Chat } from "../../support/chat.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

const clock = new VirtualClock();
const path = "chat.db";

const sound: Examination = {
  schema: migrations.length,
  bytes: 1024 ** 2,
  freeBytes: 0,
  depth: "full",
  tookMs: 12,
  faults: [],
};

function told(examination: Examination): string[] {
  return judgeExamination(path, () => examination).map(({ verdict, found }) =>
    `${verdict}: ${found}`
  );
}

/** A database that a server has closed, with one message in it. */
async function database(): Promise<{ readonly path: string } & Disposable> {
  const folder = Deno.makeTempDirSync({ prefix: "chat-test-" });
  const path = `${folder}/a b%20#?.db`;
  const store = openSqliteStore({ path, durability: "normal", random: new SeededRandom(1) });
  const chat = new Chat(store);
  await chat.say(await chat.register("alice"), "hello");
  await store.close();
  return { path, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA foreign_keys = OFF");
  db.exec(sql);
  db.close();
}

function namesBeside(path: string): string[] {
  return [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].map(({ name }) => name)
    .toSorted();
}

Deno.test("examine() finds a database at rest sound, and leaves nothing beside it", async () => {
  using made = await database();
  const before = [namesBeside(made.path), Deno.statSync(made.path).mtime];
  const found = examine({ path: made.path, isAtRest: true, clock });
  assertEquals([namesBeside(made.path), Deno.statSync(made.path).mtime], before);
  assertEquals([found.schema, found.faults, found.depth], [migrations.length, [], "full"]);
  assertEquals(found.newestMs, new Chat().nowMs);
  assertEquals(found.refusal, undefined);
  assertMatch(found.epoch ?? "", /^[a-z0-9]{8}$/);
  assertEquals(found.bytes, Deno.statSync(made.path).size);
});

Deno.test("examine() sees what is only in the log of a server at work", async () => {
  using made = await database();
  const store = openSqliteStore({
    path: made.path,
    durability: "normal",
    random: new SeededRandom(1),
  });
  try {
    const chat = new Chat(store);
    chat.nowMs += 60_000;
    // The first one is alice's.
    chat.newHash();
    await chat.register("bob");
    const { newestMs } = examine({ path: made.path, isAtRest: false, clock });
    assertEquals(newestMs, chat.nowMs);
  } finally {
    await store.close();
  }
});

Deno.test("examine() tells no more than a few of the faults", async () => {
  for (const count of [faultsMax - 1, faultsMax, faultsMax + 1]) {
    using made = await database();
    change(
      made.path,
      Array.from(
        { length: count },
        (_, at) => `INSERT INTO former_names (folded, user, at_ms) VALUES ('${at}', 999, 0);`,
      ).join(""),
    );
    const { faults, newestMs } = examine({ path: made.path, isAtRest: true, clock });
    assertEquals(
      faults,
      Array.from(
        { length: Math.min(count, faultsMax) },
        () => "a row of former_names hangs loose",
      ),
    );
    assertEquals(newestMs, undefined);
  }
});

Deno.test("examine() finds an index that has lost a row, and pages that are none", async () => {
  using made = await database();
  const db = new DatabaseSync(made.path, { readOnly: true });
  const sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'messages_by_age'";
  const page = Number(db.prepare(sql).get()?.["rootpage"]);
  db.close();
  const indexed = Deno.readFileSync(made.path);
  // The last byte of its one entry is the row; before it is the end of the time.
  indexed[page * 4096 - 2] = (indexed[page * 4096 - 2] ?? 0) ^ 1;
  Deno.writeFileSync(made.path, indexed);
  assertMatch(
    examine({ path: made.path, isAtRest: true, clock }).faults.join(),
    /^row 1 missing from index messages_by_age/,
  );

  using other = await database();
  const bytes = Deno.readFileSync(other.path);
  bytes.fill(0x5a, 4096 * 5, 4096 * 12);
  Deno.writeFileSync(other.path, bytes);
  const [finding] = judgeExamination(
    other.path,
    () => examine({ path: other.path, isAtRest: true, clock }),
  ).filter(({ verdict }) => verdict === "failed");
  assertMatch(finding?.found ?? "", /^it is damaged: /);
  assert(!(finding?.found ?? "").includes("\n"));
});

Deno.test("a database that can't be read for its disk leads to what is said of that", () => {
  for (
    const [message, advice] of [
      ["disk I/O error", /^see what is said of the disk below/],
      ["database or disk is full", /^see what is said of the disk below/],
      ["unable to open database file", /^try again as the user/],
    ] as const
  ) {
    const [finding] = judgeExamination("chat.db", () => {
      throw new ExaminationFailure(message, { cause: undefined, isDamage: false });
    });
    assertEquals(finding?.verdict, "failed");
    assertMatch(finding?.advice ?? "", advice);
  }
});

Deno.test("examine() calls a file of something else no damage it could repair, but says so", () => {
  const file = Deno.makeTempFileSync({ prefix: "chat-test-" });
  try {
    Deno.writeTextFileSync(file, "something else\n".repeat(1000));
    const look = () => examine({ path: file, isAtRest: true, clock });
    const { message, isDamage } = assertThrows(look, ExaminationFailure);
    assertEquals([message, isDamage], ["file is not a database", true]);
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("a database of a newer version, or of something else, is refused with a sentence", async () => {
  using made = await database();
  const look = () => examine({ path: made.path, isAtRest: true, clock });
  change(made.path, `PRAGMA user_version = ${migrations.length + 1}`);
  const [newer] = judgeExamination(path, look);
  assertEquals(newer?.verdict, "failed");
  assertEquals(
    newer?.found,
    `a newer version of chat made it: its schema is ${migrations.length + 1}, and this version ` +
      `knows up to ${migrations.length}`,
  );
  change(made.path, `PRAGMA application_id = 1`);
  const [other, ...more] = judgeExamination(path, look);
  assertEquals([other?.verdict, other?.found], ["failed", "it is not a database of chat"]);
  assertEquals(more, []);
});

Deno.test("an older schema is a warning, with the backup that is worth making", () => {
  const [older, pages] = judgeExamination("my chat.db", () => ({
    ...sound,
    schema: migrations.length - 1,
  }));
  assertEquals(older?.verdict, "warning");
  assertEquals(older?.advice, "chat backup --db 'my chat.db' before.backup");
  assertEquals(pages?.verdict, "ok");
});

Deno.test("depthFor() bounds what is read", () => {
  assertEquals([fullyReadBytesMax, fullyReadBytesMax + 1].map(depthFor), ["full", "pages"]);
  assertEquals([whollyReadBytesMax, whollyReadBytesMax + 1].map(depthFor), [
    "pages",
    "without files",
  ]);
  assertMatch(told({ ...sound, depth: "without files" })[1] ?? "", /each page but those of files/);
});

Deno.test("examine() reads as much as it is to, and finds what is damaged of that", async () => {
  using made = await database();
  const look = (depth: Depth) =>
    examine({ path: made.path, isAtRest: true, clock, depth: () => depth });
  const depths = ["full", "pages", "without files"] as const;
  assertEquals(depths.map((depth) => look(depth).faults), [[], [], []]);
  const sound = Deno.readFileSync(made.path);
  const damaged = (table: string) => {
    const db = new DatabaseSync(made.path, { readOnly: true });
    const sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?";
    const page = Number(db.prepare(sql).get(table)?.["rootpage"]);
    db.close();
    const bytes = sound.slice();
    // Its number of entries is more than a page has room for.
    bytes.fill(0xff, (page - 1) * 4096 + 3, (page - 1) * 4096 + 5);
    Deno.writeFileSync(made.path, bytes);
    return depths.map((depth) => look(depth).faults.length > 0);
  };
  assertEquals(damaged("reports"), [true, true, true]);
  Deno.writeFileSync(made.path, sound);
  assertEquals(damaged("sqlite_autoindex_file_chunks_1"), [true, true, false]);
});

Deno.test("a large database is announced before it is read", () => {
  assertEquals(announcementOf(path, slowBytes - 1), "");
  assertEquals(announcementOf(path, slowBytes), "Reading chat.db, 256 MB; this takes a while\n");
});

Deno.test("who holds the lock is told, and what a killed server has left", () => {
  const found = (...args: Parameters<typeof judgeHolder>) => judgeHolder(...args).found;
  assertEquals(
    found(path, { kind: "server", process: 12 }, 0),
    "a server uses the database, process 12",
  );
  assertEquals(found(path, { kind: "nobody" }, 0), "no server uses the database");
  assertMatch(found(path, { kind: "nobody" }, 1), /the next takes over what is in chat.db-wal$/);
  assertEquals(judgeHolder(path, { kind: "unknown" }, 0).verdict, "warning");
});

Deno.test("lockerOf() finds the process in the system's list", () => {
  const list = "1: POSIX  ADVISORY  WRITE 11 fe:00:42 0 EOF\n" +
    "2: FLOCK  ADVISORY  WRITE 12 fe:00:142 0 EOF\n3: FLOCK  ADVISORY  WRITE 13 fe:00:42 0 EOF\n";
  assertEquals([42, 142, 4].map((inode) => lockerOf(inode, list)), [13, 12, undefined]);
});
