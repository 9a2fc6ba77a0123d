/**
 * A look inside the SQLite store: its connection, its statements, and what they are given.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import type { Durability } from "../../server/store/sqlite/database.ts";
import type { Store } from "../../server/store/store.ts";
import { SeededRandom } from "./seeded_random.ts";

/** A statement that was run, and what it was given. */
export interface Asked {
  readonly sql: string;
  readonly given: readonly unknown[];
}

export interface ProbedStore {
  readonly store: Store;
  /** The store's own connection. */
  readonly db: DatabaseSync;
  /** Every statement that it has prepared, as it was written. */
  readonly statements: readonly string[];
  /** Every use of one of them, in order; to be emptied at will. */
  readonly asked: Asked[];
}

/** Opens a store and takes note of its connection, which it shows to nobody else. */
export function openProbedStore(
  path: string,
  { durability = "full", seed = 1, onAsked }: {
    readonly durability?: Durability;
    readonly seed?: number;
    /** Called before each use of a statement. */
    readonly onAsked?: (asked: Asked) => void;
  } = {},
): ProbedStore {
  const { prepare } = DatabaseSync.prototype;
  const statements: string[] = [];
  const asked: Asked[] = [];
  let db: DatabaseSync | undefined;
  DatabaseSync.prototype.prepare = function (sql, ...options) {
    db = this;
    statements.push(sql);
    return noting(prepare.call(this, sql, ...options), (given) => {
      asked.push({ sql, given });
      onAsked?.({ sql, given });
    });
  };
  try {
    const store = openSqliteStore({ path, durability, random: new SeededRandom(seed) });
    if (db === undefined) throw new Error("The store has prepared no statement");
    return { store, db, statements, asked };
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
}

/** `statement`, which tells `note` what it is given. */
function noting(statement: StatementSync, note: (given: unknown[]) => void): StatementSync {
  return new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        note(given);
        return member.apply(target, given);
      };
    },
  });
}
