/**
 * Makes of a copy of a database one that can take the place of a lost one.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { Random } from "../../../lib/random.ts";
import { StoreFailure } from "../store.ts";
import { type Contents, countContents } from "./contents.ts";
import { checkOwner, migrate, newEpoch, schemaOf, systemWords } from "./database.ts";

/** Faults that are told of a damaged database; one is enough to refuse it. */
const faultsMax = 3;

/** What is known of a copy from when it was made. */
export interface Expected {
  readonly schema: number;
  readonly contents: Contents;
}

/** A copy of a database that nobody else uses. */
export class Restoration {
  readonly #db: DatabaseSync;
  readonly #name: string;

  /**
   * Opens the copy at `path`.
   *
   * @param name What it is called in messages.
   * @throws {StoreFailure} if it is no database of ours, or of a newer program.
   */
  constructor(path: string, name: string) {
    this.#name = name;
    this.#db = new DatabaseSync(path);
    this.#try(() => {
      checkOwner(this.#db);
      // If this ends early the copy is thrown away, so nothing beside it should stay behind.
      this.#db.exec("PRAGMA locking_mode = EXCLUSIVE");
      this.#db.exec("PRAGMA journal_mode = MEMORY");
    });
  }

  /** Looks at every page and every row. @throws {StoreFailure} if it is not whole. */
  examine({ schema, contents }: Expected): void {
    this.#try(() => {
      const faults = [
        ...this.#rows(`PRAGMA integrity_check(${faultsMax})`).filter((fault) => fault !== "ok"),
        ...this.#rows("PRAGMA foreign_key_check").map((table) => `a row of ${table} hangs loose`),
      ];
      if (faults[0] !== undefined) throw new Error(faults.slice(0, faultsMax).join("; "));
      const found = { schema: schemaOf(this.#db), contents: countContents(this.#db) };
      if (JSON.stringify(found) !== JSON.stringify({ schema, contents })) {
        throw new Error("it does not hold what it held when it was made");
      }
    });
  }

  /** How many scheduled messages wait that were to be sent by `nowMs`. */
  dueBy(nowMs: number): number {
    const sql = "SELECT count(*) AS due FROM scheduled WHERE end_ms IS NULL AND due_ms <= ?";
    return this.#try(() => Number(this.#db.prepare(sql).get(nowMs)?.["due"]));
  }

  /**
   * Brings it to the schema of this program and begins a new log: under a new epoch, so that no
   * cursor of before leads into it, and `skipped` positions further, so that no id that was given
   * out after the copy was made is ever given to something else.
   */
  renew({ random, skipped }: { readonly random: Random; readonly skipped: number }): void {
    this.#try(() => {
      migrate(this.#db, random);
      this.#db.prepare("UPDATE log SET epoch = ?, head = head + ?").run(newEpoch(random), skipped);
    });
  }

  close(): void {
    this.#db.close();
  }

  #rows(sql: string): readonly string[] {
    return this.#db.prepare(sql).all().map((row) => String(Object.values(row)[0]));
  }

  #try<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      this.#db.close();
      throw new StoreFailure(`Cannot restore ${this.#name}: ${systemWords(cause)}`, { cause });
    }
  }
}
