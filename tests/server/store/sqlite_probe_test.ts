/**
 * How a SQLite store finds out that it can be written to again.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { probeBytes } from "../../../server/store/sqlite/probe.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat } from "../../support/chat.ts";
import { open, peek, test } from "./sqlite_file.ts";

/** The names of the files of a folder, but for the one that keeps others off. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

test("probe() writes to the log of the database, and leaves nothing else", async (path, folder) => {
  const store = open(path);
  await new Chat(store).register("alice");
  const files = filesIn(folder);
  const version = peek(path, "PRAGMA user_version");
  const before = Deno.statSync(`${path}-wal`).size;
  await store.probe();
  assertEquals(filesIn(folder), files);
  assertEquals(peek(path, "PRAGMA user_version"), version);
  // One page, and what stands before it.
  assertEquals(Deno.statSync(`${path}-wal`).size - before, 4096 + 24);
  await store.close();
});

test("probe() goes on where it was broken off before", async (path, folder) => {
  const store = open(path);
  Deno.writeFileSync(`${path}.probe`, new Uint8Array(probeBytes + 1));
  await store.probe();
  assertEquals(filesIn(folder).includes("chat.db.probe"), false);
  await store.close();
});

test("probe() fails as the store does where there is no room beside it", async (path) => {
  const store = open(path);
  Deno.mkdirSync(`${path}.probe`);
  await assertRejects(() => store.probe(), StoreFailure, "Cannot write beside the database");
  await store.close();
});

Deno.test("probe() needs no disk where the database is in memory", async () => {
  const store = open(":memory:");
  await store.probe();
  await store.close();
});
