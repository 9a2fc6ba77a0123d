/**
 * Copies of a database: of one instant, whole, and fit to take its place.
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
import type { Contents } from "../../../server/store/sqlite/contents.ts";
import { Restoration } from "../../../server/store/sqlite/restoration.ts";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { openSnapshotSource, withoutLog } from "../../../server/store/sqlite/snapshot.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat } from "../../support/chat.ts";
import { SmallDisk } from "../../support/small_disk.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { meddle, open, peek, test } from "./sqlite_file.ts";

/** What was known of a database when it was copied. */
interface Known {
  readonly schema: number;
  readonly contents: Contents;
}

/** Copies the database at `path` to `to`, as a backup would hold it. */
async function copy(path: string, to: string): Promise<Known> {
  using source = openSnapshotSource(path);
  await source.copyTo(to, () => {});
  const pieces = await Array.fromAsync(withoutLog(inPieces(to)));
  await Deno.remove(to);
  for (const piece of pieces) await Deno.writeFile(to, piece, { append: true });
  const { schema, contents } = source;
  return { schema, contents };
}

/** A file in pieces that split what is at its beginning. */
async function* inPieces(path: string) {
  const bytes = await Deno.readFile(path);
  for (const [from, to] of [[0, 19], [19, 21], [21, undefined]] as const) {
    yield bytes.subarray(from, to);
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

/** Why a copy is refused. */
function refusal(path: string, known: Known): string {
  return assertThrows(() => {
    const restoration = new Restoration(path, "a.backup");
    restoration.examine(known);
    restoration.close();
  }, StoreFailure).message;
}

test(
  "a copy has all that was acknowledged before, and nothing that came later",
  async (path, folder) => {
    const chat = new Chat(open(path));
    const alice = await chat.register("alice");
    await chat.say(alice, "before");
    {
      using source = openSnapshotSource(path);
      // The store goes on beside it, and neither waits for the other.
      await chat.say(alice, "after");
      await source.copyTo(`${folder}/copy`, () => {});
      assertEquals(source.contents.messages, 1);
      assertEquals(Deno.statSync(`${folder}/copy`).size, source.bytes);
    }
    assertEquals(peek(path, "SELECT count(*) FROM messages"), 2);
    assertEquals(peek(`${folder}/copy`, "SELECT group_concat(text) FROM messages"), "before");
    await chat.store.close();
  },
);

test("a copy tells how far it is, to its end", async (path, folder) => {
  await open(path).close();
  meddle(path, "CREATE TABLE big (a)");
  meddle(path, "INSERT INTO big VALUES (randomblob(9000000))");
  const told: number[] = [];
  using source = openSnapshotSource(path);
  await source.copyTo(`${folder}/copy`, (doneBytes) => told.push(doneBytes));
  assert(told.length > 1 && told.every((each, at) => at === 0 || each > (told[at - 1] ?? 0)));
});

test("a copy needs nothing beside it", async (path, folder) => {
  const chat = new Chat(open(path));
  await chat.register("alice");
  await Deno.mkdir(`${folder}/apart`);
  const known = await copy(path, `${folder}/apart/copy`);
  assertEquals(names(`${folder}/apart`), ["copy"]);
  // Its header says so to whoever opens it.
  const modes = (await Deno.readFile(`${folder}/apart/copy`)).subarray(18, 20);
  assertEquals([...modes], [1, 1]);
  const restoration = new Restoration(`${folder}/apart/copy`, "a.backup");
  restoration.examine(known);
  restoration.renew({ random: new SeededRandom(9), skipped: 100 });
  assertEquals(names(`${folder}/apart`), ["copy"]);
  restoration.close();
  assertEquals(names(`${folder}/apart`), ["copy"]);
  await chat.store.close();
});

test(
  "a renewed copy has another epoch, the same secret, and never an id of before",
  async (path, folder) => {
    const chat = new Chat(open(path, 1));
    const alice = await chat.register("alice");
    await chat.say(alice, "hello");
    const head = await chat.store.head();
    await copy(path, `${folder}/copy`);
    const restoration = new Restoration(`${folder}/copy`, "a.backup");
    restoration.renew({ random: new SeededRandom(2), skipped: 5000 });
    restoration.close();
    const renewed = new Chat(open(`${folder}/copy`));
    assertNotEquals(renewed.store.epoch, chat.store.epoch);
    assertMatch(renewed.store.epoch, /^[0-9a-z]{8}$/);
    assertEquals(renewed.store.secret, chat.store.secret);
    assertEquals(await renewed.store.head(), head + 5000);
    assertEquals(Number((await renewed.say(alice, "again")).id), head + 5001);
    await renewed.store.close();
    await chat.store.close();
  },
);

for (const [index] of migrations.entries()) {
  test(`a copy of schema ${index + 1} becomes one of this program`, async (path, folder) => {
    meddle(path, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
    for (const step of migrations.slice(0, index + 1)) meddle(path, step);
    meddle(path, `PRAGMA user_version = ${index + 1}; PRAGMA application_id = ${0x63686174}`);
    meddle(
      path,
      "INSERT INTO log (one, epoch, secret, head, forgotten) VALUES (1, 'e', 's', 0, 0)",
    );
    const known = await copy(path, `${folder}/copy`);
    assertEquals(known.schema, index + 1);
    const restoration = new Restoration(`${folder}/copy`, "a.backup");
    restoration.examine(known);
    restoration.renew({ random: new SeededRandom(1), skipped: 1 });
    restoration.close();
    assertEquals(peek(`${folder}/copy`, "PRAGMA user_version"), migrations.length);
    await open(`${folder}/copy`).close();
  });
}

test(
  "a copy of a newer program is refused, and so is what is none of ours",
  async (path, folder) => {
    await open(path).close();
    const known = await copy(path, `${folder}/copy`);
    meddle(`${folder}/copy`, `PRAGMA user_version = ${migrations.length + 1}`);
    const newer = refusal(`${folder}/copy`, known);
    assertEquals(newer, "Cannot restore a.backup: a newer version of chat made it");
    meddle(`${folder}/other`, "CREATE TABLE a (b)");
    assertMatch(refusal(`${folder}/other`, known), /: it is not a database of chat$/);
    await Deno.writeTextFile(`${folder}/text`, "not a database, but long enough to be looked at");
    assertMatch(refusal(`${folder}/text`, known), /: file is not a database$/);
  },
);

test("a copy that lacks a row, or has a damaged page, is refused", async (path, folder) => {
  const chat = new Chat(open(path));
  const alice = await chat.register("alice");
  for (let count = 0; count < 15; count++) await chat.say(alice, `message ${count}`);
  await chat.store.close();
  const known = await copy(path, `${folder}/copy`);

  await Deno.copyFile(`${folder}/copy`, `${folder}/less`);
  meddle(`${folder}/less`, "DELETE FROM messages WHERE text = 'message 7'");
  assertMatch(refusal(`${folder}/less`, known), /it does not hold what it held/);

  await Deno.copyFile(`${folder}/copy`, `${folder}/loose`);
  meddle(
    `${folder}/loose`,
    "PRAGMA foreign_keys = OFF; UPDATE messages SET author = 99 WHERE id = 9",
  );
  assertMatch(refusal(`${folder}/loose`, known), /a row of messages hangs loose/);

  // A row whose index says otherwise.
  const bytes = await Deno.readFile(`${folder}/copy`);
  const root = Number(
    peek(path, "SELECT rootpage FROM sqlite_schema WHERE name='messages_by_age'"),
  );
  bytes.fill(0xaa, root * 4096 - 60, root * 4096);
  await Deno.writeFile(`${folder}/damaged`, bytes);
  assertMatch(refusal(`${folder}/damaged`, known), /^Cannot restore a\.backup: \S/);
});

test("scheduled messages are counted that fell due", async (path, folder) => {
  const chat = new Chat(open(path));
  const alice = await chat.register("alice");
  await chat.store.close();
  const row = (dueMs: number, end: string) =>
    `INSERT INTO scheduled (author, text, due_ms, created_ms, end_ms)
     VALUES (${alice.id}, 'x', ${dueMs}, 0, ${end})`;
  for (const dueMs of [99, 100, 101]) meddle(path, row(dueMs, "NULL"));
  meddle(path, row(50, "60"));
  await copy(path, `${folder}/copy`);
  const restoration = new Restoration(`${folder}/copy`, "a.backup");
  assertEquals([98, 99, 100, 101].map((nowMs) => restoration.dueBy(nowMs)), [0, 1, 2, 3]);
  restoration.close();
});

test("only what is there, and ours, can be copied", (path, folder) => {
  const fault = (name: string) =>
    assertThrows(() => openSnapshotSource(`${folder}/${name}`), StoreFailure).message;
  assertMatch(fault("none.db"), /^Cannot back up .*\/none\.db: No such file or directory/);
  assertEquals(names(folder), []);
  new DatabaseSync(`${folder}/empty.db`).close();
  assertMatch(fault("empty.db"), /: nothing was ever kept in it$/);
  meddle(path, "CREATE TABLE a (b)");
  assertMatch(fault("chat.db"), /: it is not a database of chat$/);
});

Deno.test({
  name: "a copy for which there is no room is told in words",
  ignore: SmallDisk.lacking !== undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "chat-sqlite-" });
    await open(`${folder}/chat.db`).close();
    {
      using disk = new SmallDisk(`${folder}/disk`);
      disk.fill({ leavingBytes: 0 });
      using source = openSnapshotSource(`${folder}/chat.db`);
      const { message } = await assertRejects(
        () => source.copyTo(`${disk.folder}/copy`, () => {}),
        StoreFailure,
      );
      assertEquals(message, `Cannot copy ${folder}/chat.db: database or disk is full`);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
