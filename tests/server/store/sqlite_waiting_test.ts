/**
 * How long the store waits for another process: as a rule a while, and for some work not at all.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { StoreFailure } from "../../../server/store/store.ts";
import { DatabaseSync } from "node:sqlite";
import {
  busyTimeoutMs,
  lockWaitMs,
  withoutWaiting,
} from "../../../server/store/sqlite/database.ts";
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

/** Runs `work` while someone holds the lock, who lets go of it after so many milliseconds. */
function whileHeld(path: string, forMs: number, work: () => void): number {
  using holder = Deno.openSync(`${Deno.realPathSync(path)}.lock`);
  assert(holder.tryLockSync(false));
  const { wait } = Atomics;
  let waitedMs = 0;
  // No time passes but this, so that the bound is met to the millisecond.
  Atomics.wait = (_: unknown, __: number, ___: unknown, ms = 0) => {
    waitedMs += ms;
    if (waitedMs >= forMs) holder.unlockSync();
    return "timed-out";
  };
  try {
    work();
  } finally {
    Atomics.wait = wait;
  }
  return waitedMs;
}

test("a server starts though someone is just looking whether there is one", async (path) => {
  await open(path).close();
  for (const forMs of [1, lockWaitMs]) {
    const waitedMs = whileHeld(path, forMs, () => open(path).close());
    assert(waitedMs >= forMs && waitedMs <= lockWaitMs, `${waitedMs} ms`);
  }
});

test("a server waits no longer for the lock than it is worth", async (path) => {
  await open(path).close();
  const waitedMs = whileHeld(path, lockWaitMs + 1, () => {
    assertThrows(() => open(path), StoreFailure, "another chat server is using it");
  });
  assertEquals(waitedMs, lockWaitMs);
});
