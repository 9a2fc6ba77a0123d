/**
 * Looks into a database without changing it, beside a server or without one.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../lib/clock.ts";
import { busyTimeoutMs, checkOwner, schemaOf, systemWords } from "../store/sqlite/database.ts";

/** Up to this size each index is held against its table as well. */
export const fullyReadBytesMax = 1024 ** 3;

/** Beyond this size the pieces of files, which are most of it, are left out. */
export const whollyReadBytesMax = 16 * 1024 ** 3;

/** Faults that are told of a damaged database; one is enough to call it that. */
export const faultsMax = 3;

/** How much of a database is read. */
export type Depth = "full" | "pages" | "without files";

/** How much is read of one of this size, so that it is done in minutes. */
export function depthFor(bytes: number): Depth {
  if (bytes <= fullyReadBytesMax) return "full";
  return bytes <= whollyReadBytesMax ? "pages" : "without files";
}

/** What is in a database. */
export interface Examination {
  readonly schema: number;
  /** Why it can't be served, in the words that the server would use. */
  readonly refusal?: string;
  readonly bytes: number;
  readonly freeBytes: number;
  readonly depth: Depth;
  readonly tookMs: number;
  /** What is damaged; at most {@linkcode faultsMax}. */
  readonly faults: readonly string[];
  /** Of its log; absent as long as nothing was ever kept in it. */
  readonly epoch?: string;
  /** When the newest event took place. */
  readonly newestMs?: number;
}

/** It can't be looked into; the message says why. */
export class ExaminationFailure extends Error {
  override readonly name = "ExaminationFailure";
  /** Whether what is there is damaged, and not only out of reach. */
  readonly isDamage: boolean;

  constructor(message: string, { cause, isDamage }: { cause: unknown; isDamage: boolean }) {
    super(message, { cause });
    this.isDamage = isDamage;
  }
}

export interface ExaminationSetup {
  readonly path: string;
  /** Whether nobody can be writing: no server, and no write-ahead log. */
  readonly isAtRest: boolean;
  readonly clock: Clock;
  /** How much is read of so many bytes; {@linkcode depthFor}, if nothing else is said. */
  readonly depth?: (bytes: number) => Depth;
}

/** The results of SQLite for a file that is no database, or a damaged one (sqlite.org/rescode.html). */
const damageCodes: readonly number[] = [11, 26];

/**
 * Reads all of a database, or what {@linkcode depthFor} leaves of it; nothing else happens meanwhile.
 *
 * @throws {ExaminationFailure}
 */
export function examine(setup: ExaminationSetup): Examination {
  const { path, isAtRest } = setup;
  let db: DatabaseSync | undefined;
  try {
    db = open(path, isAtRest);
    return read(db, setup);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    const code = "errcode" in cause ? Number(cause.errcode) & 0xff : 0;
    throw new ExaminationFailure(systemWords(cause), {
      cause,
      isDamage: damageCodes.includes(code),
    });
  } finally {
    db?.close();
  }
}

/** One at rest is opened as what can't change, for else SQLite would put its own files beside it. */
function open(path: string, isAtRest: boolean): DatabaseSync {
  if (isAtRest) {
    const words = Deno.realPathSync(path).split("/").map(encodeURIComponent);
    const url = new URL(`file://${words.join("/")}`);
    url.searchParams.set("immutable", "1");
    try {
      return new DatabaseSync(url, { readOnly: true });
    } catch (failure) {
      // Deno takes a URL only where all is permitted.
      if (!(failure instanceof Error && /unable to open/.test(failure.message))) throw failure;
    }
  }
  return new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
}

const newestSql = `
  SELECT max(
    ifnull((SELECT max(at_ms) FROM events), 0),
    ifnull((SELECT max(last_seen_ms) FROM tokens), 0),
    ifnull((SELECT at_ms FROM messages ORDER BY id DESC LIMIT 1), 0)
  )`;

function read(
  db: DatabaseSync,
  { clock, depth: depthOf = depthFor }: ExaminationSetup,
): Examination {
  const startedMs = clock.monotonic();
  const number = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  const pageBytes = number("PRAGMA page_size");
  const bytes = number("PRAGMA page_count") * pageBytes;
  const schema = schemaOf(db);
  const refusal = refusalOf(db);
  const depth = depthOf(bytes);
  const faults = faultsOf(db, depth);
  const isRead = faults.length === 0 && refusal === undefined && schema > 0;
  const newestMs = isRead ? number(newestSql) : 0;
  return {
    schema,
    ...(refusal !== undefined && { refusal }),
    bytes,
    freeBytes: number("PRAGMA freelist_count") * pageBytes,
    depth,
    tookMs: clock.monotonic() - startedMs,
    faults,
    ...(isRead && { epoch: String(db.prepare("SELECT epoch FROM log").get()?.["epoch"]) }),
    ...(newestMs > 0 && { newestMs }),
  };
}

/** Why the server would not open it. */
function refusalOf(db: DatabaseSync): string | undefined {
  try {
    checkOwner(db);
    return undefined;
  } catch (failure) {
    // What SQLite says has a code: it is no refusal of ours.
    if (!(failure instanceof Error) || "code" in failure) throw failure;
    return failure.message;
  }
}

function faultsOf(db: DatabaseSync, depth: Depth): readonly string[] {
  const faults: string[] = [];
  for (const sql of checksOf(db, depth)) {
    for (const row of db.prepare(sql).iterate()) {
      const fault = String(Object.values(row)[0]);
      if (fault !== "ok") faults.push(fault.replaceAll(/\s+/g, " "));
      if (faults.length === faultsMax) return faults;
    }
  }
  // Where a page is damaged, what hangs loose is only a sign of that.
  if (faults.length > 0) return faults;
  for (const row of db.prepare("PRAGMA foreign_key_check").iterate()) {
    faults.push(`a row of ${row["table"]} hangs loose`);
    if (faults.length === faultsMax) break;
  }
  return faults;
}

function checksOf(db: DatabaseSync, depth: Depth): readonly string[] {
  if (depth === "full") return [`PRAGMA integrity_check(${faultsMax})`];
  if (depth === "pages") return [`PRAGMA quick_check(${faultsMax})`];
  return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    .map((row) => String(row["name"])).filter((name) => name !== "file_chunks")
    .map((name) => `PRAGMA quick_check("${name.replaceAll('"', '""')}")`);
}
