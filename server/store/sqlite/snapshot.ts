/**
 * A copy of the database as it is at one instant, taken beside a server that goes on writing.
 *
 * @module
 */
import { backup, DatabaseSync } from "node:sqlite";
import { StoreFailure } from "../store.ts";
import { busyTimeoutMs, checkOwner, schemaOf, systemWords } from "./database.ts";
import { type Contents, countContents } from "./contents.ts";

/**
 * Pages copied at a time; between two, progress is told. It is few enough for the copy to lose its
 * name soon, and many enough not to be slow.
 */
const pagesAtOnce = 1000;

/** What is known of a database before its copy begins. */
export interface SnapshotSource extends Disposable {
  readonly bytes: number;
  readonly schema: number;
  readonly contents: Contents;
  /**
   * Copies all of it to `path`, where an empty file must be; what is committed meanwhile is not in
   * the copy. Nothing else happens in this process until it is done.
   *
   * @param progress Is told after each step how many bytes are done.
   * @throws {StoreFailure} if it can't be read or written.
   */
  copyTo(path: string, progress: (doneBytes: number) => void): Promise<void>;
}

/**
 * Holds on to one instant of the database at `path`; all that was acknowledged before is in it.
 *
 * The server goes on beside it. Only its write-ahead log can't begin anew until it is let go.
 *
 * @throws {StoreFailure} if there is none, if it is not ours, or if a newer program made it.
 */
export function openSnapshotSource(path: string): SnapshotSource {
  let db: DatabaseSync | undefined;
  try {
    // SQLite would make one.
    Deno.statSync(path);
    db = new DatabaseSync(path, { timeout: busyTimeoutMs });
    checkOwner(db);
    // What is read first in a transaction decides what all of it sees. Without that the copy would
    // begin anew with each commit of the server, and maybe never end.
    db.exec("BEGIN");
    const schema = schemaOf(db);
    if (schema === 0) throw new Error("nothing was ever kept in it");
    const source = db;
    const number = (name: string) =>
      Number(Object.values(source.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    const pageBytes = number("page_size");
    return {
      bytes: number("page_count") * pageBytes,
      schema,
      contents: countContents(db),
      async copyTo(target, progress) {
        try {
          await backup(source, target, {
            rate: pagesAtOnce,
            progress: ({ totalPages, remainingPages }) =>
              progress((totalPages - remainingPages) * pageBytes),
          });
        } catch (cause) {
          throw new StoreFailure(`Cannot copy ${path}: ${systemWords(cause)}`, { cause });
        }
      },
      [Symbol.dispose]: () => source.close(),
    };
  } catch (cause) {
    db?.close();
    throw new StoreFailure(`Cannot back up ${path}: ${systemWords(cause)}`, { cause });
  }
}

/** Where the header of a database says how it is written and read: 1 by a journal, 2 by a log. */
const [modesFrom, modesTo] = [18, 20] as const;
const byJournal = 1;

/**
 * The bytes of a copy, as those of a database that has no write-ahead log beside it: the copy has
 * none, and whoever opens it should not make one.
 *
 * @param pieces The copy from its beginning, in pieces.
 */
export async function* withoutLog(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    if (at < modesTo) piece.fill(byJournal, Math.max(0, modesFrom - at), modesTo - at);
    at += piece.length;
    yield piece;
  }
}
