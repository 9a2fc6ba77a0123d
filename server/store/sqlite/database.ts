/**
 * Opens the SQLite file: its lock, its settings, its tables.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { type Random, randomText } from "../../../lib/random.ts";
import { StoreFailure } from "../store.ts";
import { migrations } from "./schema.ts";

/** `full` waits for the disk with each commit; `normal` may lose the last ones to a power cut. */
export type Durability = "full" | "normal";

export interface DatabaseSettings {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
  readonly random: Random;
  /**
   * To work on it beside whoever serves it, now or later: it must be there, and of the schema of this
   * program. The lock is left alone, and what only looks writes nothing.
   */
  readonly beside?: boolean;
}

/** An open database and what holds others off it. */
export interface OpenDatabase {
  readonly db: DatabaseSync;
  readonly epoch: string;
  readonly secret: string;
  close(): void;
}

/** How long to wait for another process that reads or backs up the file. */
export const busyTimeoutMs = 5000;

/**
 * How long a server that starts waits for others to let go of the lock, in milliseconds, and how
 * often it tries: who only looks whether there is one holds it for a moment.
 */
export const lockWaitMs = 1000;
const lockTryEveryMs = 20;

/** Says in the file's header whose it is: "chat" in ASCII. */
const applicationId = 0x63686174;

/** What people say is nobody else's to read on this machine. */
const fileMode = 0o600;

const pageBytes = 4096;

/** The write-ahead log is folded into the file when it has this many pages. */
const checkpointPages = 4000;

/** Random bytes in the secret of a database. */
const secretBytes = 32;

/**
 * Opens or makes the database.
 *
 * @throws {StoreFailure} if another process serves it, unless it is to be opened beside that; if it
 * is of a newer version of the program, or beside others of an older one; or if it can't be read or
 * written.
 */
export function openDatabase(settings: DatabaseSettings): OpenDatabase {
  const { path, durability, random, beside = false } = settings;
  const lock = path === ":memory:" || beside ? undefined : lockFile(path);
  let db: DatabaseSync | undefined;
  try {
    // SQLite would make it.
    if (beside) Deno.statSync(path);
    db = new DatabaseSync(path, { timeout: busyTimeoutMs });
    checkOwner(db);
    if (beside) checkSchema(db);
    // Takes effect only while there is no table yet; later it would be written in vain each time.
    if (schemaOf(db) === 0) db.exec(`PRAGMA auto_vacuum = INCREMENTAL`);
    db.exec(`PRAGMA journal_mode = WAL`);
    db.exec(`PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    // A burst makes it longer than that, and must not leave it so.
    db.exec(`PRAGMA journal_size_limit = ${checkpointPages * pageBytes}`);
    db.exec(`PRAGMA cache_size = -65536`);
    // What is removed is overwritten where it stood; whole pages that become free are cut off later.
    db.exec(`PRAGMA secure_delete = FAST`);
    migrate(db, random);
    const log = db.prepare("SELECT epoch, secret FROM log").get();
    const open = db;
    return {
      db: open,
      epoch: String(log?.["epoch"]),
      secret: String(log?.["secret"]),
      close() {
        open.close();
        lock?.close();
      },
    };
  } catch (cause) {
    db?.close();
    lock?.close();
    throw cannotOpen(path, cause);
  }
}

/** What the operator is told. */
export function cannotOpen(path: string, cause: unknown): StoreFailure {
  return new StoreFailure(`Cannot open ${path}: ${systemWords(cause)}`, { cause });
}

/** What went wrong, in the words of SQLite or of the system. */
export function systemWords(cause: unknown): string {
  // After the first line SQLite may quote a whole statement; the system names the path once more.
  const [why = ""] = (cause as Error).message.replace(/( \(os error \d+\))?: [a-z]+ '.*'$/, "")
    .split("\n");
  return why;
}

/** Keeps a second server off the file; the system lets go of it however this one ends. */
function lockFile(path: string): Deno.FsFile {
  try {
    // SQLite gives the mode of its file to those that it puts beside it.
    Deno.openSync(path, { create: true, write: true, mode: fileMode }).close();
    // By its real path, so that a link to the file is no way around.
    return lockRealPath(Deno.realPathSync(path));
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

/**
 * Keeps servers off a database that may not be there yet.
 *
 * @param realPath Without links.
 * @throws {Error} if a server is using it.
 */
export function lockRealPath(realPath: string): Deno.FsFile {
  const path = `${realPath}.lock`;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { create: true, write: true, mode: fileMode });
  } catch (cause) {
    // It may be another's where the database is not.
    throw new Error(`${path}: ${systemWords(cause)}`, { cause });
  }
  for (let waitedMs = 0; !file.tryLockSync(true); waitedMs += lockTryEveryMs) {
    if (waitedMs >= lockWaitMs) {
      file.close();
      throw new Error("another chat server is using it");
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockTryEveryMs);
  }
  return file;
}

/**
 * Whether a server is using a database. Who asks can't keep one from starting next, and makes no file;
 * two may ask at the same time.
 */
export function isServed(path: string): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(`${Deno.realPathSync(path)}.lock`);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cannotOpen(`${path}.lock`, cause);
  }
  const isFree = file.tryLockSync(false);
  file.close();
  return !isFree;
}

/** Refuses, before anything is changed, what is not ours or not yet known to us. */
export function checkOwner(db: DatabaseSync): void {
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (!isEmpty && pragma(db, "application_id") !== applicationId) {
    throw new Error("it is not a database of chat");
  }
  if (schemaOf(db) > migrations.length) {
    throw new Error("a newer version of chat made it");
  }
}

/** Refuses a database that would have to be brought to the schema of this program first. */
function checkSchema(db: DatabaseSync): void {
  const schema = schemaOf(db);
  if (schema === 0) throw new Error("it is not a database of chat");
  if (schema < migrations.length) {
    throw new Error("an older version of chat made it; chat serve of this version renews it");
  }
}

/** How many steps of {@linkcode migrations} a database has taken. */
export function schemaOf(db: DatabaseSync): number {
  return pragma(db, "user_version");
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** Takes the steps of {@linkcode migrations} that a database has not taken. */
export function migrate(db: DatabaseSync, random: Random): void {
  const version = schemaOf(db);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    db.exec("BEGIN IMMEDIATE");
    db.exec(step);
    db.exec(`PRAGMA user_version = ${index + 1}`);
    if (index === 0) {
      db.exec(`PRAGMA application_id = ${applicationId}`);
      db.prepare("INSERT INTO log (one, epoch, secret, head, forgotten) VALUES (1, ?, ?, 0, 0)")
        .run(newEpoch(random), randomText(random, secretBytes));
    }
    db.exec("COMMIT");
  }
}

/** A name for a new log, unlike that of any other with all likelihood. */
export function newEpoch(random: Random): string {
  // Lower case letters and digits only: `-` parts it from the position in a cursor.
  return randomText(random, 12).toLowerCase().replaceAll(/[-_]/g, "x").slice(0, 8);
}

/** Does at once, or fails in doing, what is not worth waiting for another process for. */
export function withoutWaiting<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec("PRAGMA busy_timeout = 0");
  try {
    return work();
  } finally {
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  }
}
