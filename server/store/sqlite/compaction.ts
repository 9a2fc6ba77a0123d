/**
 * Makes the file of a database as small as its contents allow, while nobody uses it.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { StoreFailure } from "../store.ts";
import { checkOwner, lockRealPath, systemWords } from "./database.ts";

/**
 * Writes a database anew, without gaps. It takes as much room again while it does; where there is
 * too little, the database stays as it was.
 *
 * @throws {StoreFailure} if a server is using it, or it can't be written.
 */
export function compact(path: string): void {
  let lock: Deno.FsFile | undefined;
  let db: DatabaseSync | undefined;
  try {
    lock = lockRealPath(Deno.realPathSync(path));
    db = new DatabaseSync(path);
    checkOwner(db);
    db.exec("VACUUM");
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (cause) {
    throw new StoreFailure(`Cannot vacuum ${path}: ${systemWords(cause)}`, { cause });
  } finally {
    db?.close();
    lock?.close();
  }
}
