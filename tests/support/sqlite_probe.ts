/**
 * A look inside the SQLite store: its connection, and the statements that it prepares.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import type { Durability } from "../../server/store/sqlite/database.ts";
import type { Store } from "../../server/store/store.ts";
import { SeededRandom } from "./seeded_random.ts";

export interface ProbedStore {
  readonly store: Store;
  /** The store's own connection. */
  readonly db: DatabaseSync;
  /** Every statement that it has prepared, as it was written. */
  readonly statements: readonly string[];
}

/** Opens a store and takes note of its connection, which it shows to nobody else. */
export function openProbedStore(
  path: string,
  { durability = "full", seed = 1 }: { durability?: Durability; seed?: number } = {},
): ProbedStore {
  const { prepare } = DatabaseSync.prototype;
  const statements: string[] = [];
  let db: DatabaseSync | undefined;
  DatabaseSync.prototype.prepare = function (sql, ...options) {
    db = this;
    statements.push(sql);
    return prepare.call(this, sql, ...options);
  };
  try {
    const store = openSqliteStore({ path, durability, random: new SeededRandom(seed) });
    if (db === undefined) throw new Error("The store has prepared no statement");
    return { store, db, statements };
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
}
