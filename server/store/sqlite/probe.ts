/**
 * Finds out whether a database that could not be written to can be again.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { StoreFailure } from "../store.ts";
import { schemaOf } from "./database.ts";

/** What must find room on the disk beside the database: more than most commits take. */
export const probeBytes = 1024 * 1024;

/**
 * Takes room on the disk for a moment, and gives it back.
 *
 * A small commit shows too little: after one that did not fit, the write-ahead log has grown by its
 * first pages, in which a smaller one finds room although the disk is full.
 *
 * @throws {StoreFailure} if there is none.
 */
export function takeRoom(db: DatabaseSync): void {
  const database = db.location();
  if (database === null) return;
  const path = `${database}.probe`;
  try {
    const file = Deno.openSync(path, { create: true, write: true, truncate: true, mode: 0o600 });
    try {
      let rest = new Uint8Array(probeBytes);
      while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
      file.syncSync();
    } finally {
      file.close();
      Deno.removeSync(path);
    }
  } catch (cause) {
    throw new StoreFailure(`Cannot write beside the database: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Writes the first page as it is; to be called within a transaction. */
export function rewriteHeader(db: DatabaseSync): void {
  db.exec(`PRAGMA user_version = ${schemaOf(db)}`);
}
