/**
 * How long the store waits for another process: as a rule a while, and for some work not at all.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { busyTimeoutMs, withoutWaiting } from "../../../server/store/sqlite/database.ts";
import { open, test } from "./sqlite_file.ts";

function patienceOf(db: DatabaseSync): number {
  return Number(Object.values(db.prepare("PRAGMA busy_timeout").get() ?? {})[0]);
}

test("withoutWaiting() waits for nobody, and afterwards as before", (path) => {
  using db = new DatabaseSync(path, { timeout: busyTimeoutMs });
  assertEquals(patienceOf(db), busyTimeoutMs);
  assertEquals(withoutWaiting(db, () => patienceOf(db)), 0);
  assertEquals(patienceOf(db), busyTimeoutMs);
  assertThrows(
    () =>
      withoutWaiting(db, () => {
        throw new Error(`it failed at ${patienceOf(db)}`);
      }),
    Error,
    "it failed at 0",
  );
  assertEquals(patienceOf(db), busyTimeoutMs);
});

test("withoutWaiting() fails at once while another one writes", async (path) => {
  await open(path).close();
  using db = new DatabaseSync(path, { timeout: busyTimeoutMs });
  using other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const startMs = performance.now();
  assertThrows(
    () => withoutWaiting(db, () => db.exec("BEGIN IMMEDIATE")),
    Error,
    "database is locked",
  );
  // With its usual patience it would have waited all of it.
  assert(performance.now() - startMs < busyTimeoutMs);
  other.exec("ROLLBACK");
  withoutWaiting(db, () => db.exec("BEGIN IMMEDIATE; ROLLBACK"));
});
