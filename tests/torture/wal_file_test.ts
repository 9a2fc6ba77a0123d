import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { framesOf, spoilLastCommit } from "./wal_file.ts";

/** A database with three commits in its log, whose process has been killed. */
function abandoned(folder: string): string {
  const path = `${folder}/kept.db`;
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("CREATE TABLE said (text)");
  db.exec("INSERT INTO said VALUES ('first')");
  db.exec("INSERT INTO said VALUES ('second')");
  const copy = `${folder}/copy.db`;
  Deno.copyFileSync(path, copy);
  Deno.copyFileSync(`${path}-wal`, `${copy}-wal`);
  db.close();
  return copy;
}

function said(path: string): string {
  const db = new DatabaseSync(path);
  const rows = db.prepare("SELECT text FROM said").all();
  db.close();
  return rows.map((row) => row["text"]).join();
}

Deno.test("spoilLastCommit() takes the last commit, and no other", async () => {
  const folder = await Deno.makeTempDir();
  const path = abandoned(folder);
  assert(spoilLastCommit(`${path}-wal`));
  assertEquals(said(path), "first");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("framesOf() counts the frames of this log, and none of the one before it", async () => {
  const folder = await Deno.makeTempDir();
  const log = Deno.readFileSync(`${abandoned(folder)}-wal`);
  const frames = framesOf(log);
  assert(frames.filter(({ isCommit }) => isCommit).length >= 3);
  const last = frames.at(-1);
  assert(last !== undefined);
  // Of another salt, as what is left from before a checkpoint.
  log[last.offset + 8] = (log[last.offset + 8] ?? 0) ^ 1;
  assertEquals(framesOf(log).length, frames.length - 1);
  assertEquals(framesOf(new Uint8Array(31)), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("spoilLastCommit() says so where there is no log", () => {
  assertEquals(spoilLastCommit("/nowhere/at/all-wal"), false);
});
