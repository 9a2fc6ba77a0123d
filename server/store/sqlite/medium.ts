/**
 * The medium of the store on SQLite: how it is asked and changed, and how its failures are told.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { StoreFailure } from "../store.ts";

export class Medium {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Runs `work` on what there is at one instant, whatever other processes commit meanwhile. */
  ask<Result>(work: () => Result): Promise<Result> {
    return this.attempt(() => {
      this.#db.exec("BEGIN");
      try {
        return work();
      } finally {
        if (this.#db.isTransaction) this.#db.exec("COMMIT");
      }
    });
  }

  /**
   * Runs `work` in one transaction.
   *
   * It all happens in one turn of the event loop, so that nothing of this process comes between; the
   * transaction keeps other processes out from the first look on.
   */
  change<Result>(work: () => Result): Promise<Result> {
    return this.attempt(() => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#db.exec("COMMIT");
        return result;
      } catch (cause) {
        // A failed COMMIT may or may not have ended the transaction.
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw cause;
      }
    });
  }

  /** Runs `work` at once; a failure of SQLite rejects as one of the store. */
  attempt<Result>(work: () => Result): Promise<Result> {
    try {
      return Promise.resolve(work());
    } catch (cause) {
      return Promise.reject(
        isFailureOfMedium(cause) ? new StoreFailure(wordsOf(cause), { cause }) : cause,
      );
    }
  }
}

/** What SQLite says of a file that others keep to themselves; not everywhere does it give a code. */
const busyWords = "database is locked";

/** What a failure of SQLite says to the operator. */
function wordsOf(failure: Error): string {
  const { message } = failure;
  return message === busyWords ? `Another process keeps the database busy: ${message}` : message;
}

/** Extended result codes of broken constraints: CHECK, foreign key, NOT NULL, primary key, UNIQUE. */
const constraintCodes: readonly number[] = [275, 787, 1299, 1555, 2067];

/**
 * Whether it was SQLite that failed, or what it stands on. A broken constraint is no such failure but
 * a defect of what was to be saved: the next attempt, without that, may go well.
 */
function isFailureOfMedium(cause: unknown): cause is Error {
  if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_SQLITE_ERROR")) {
    return false;
  }
  return !("errcode" in cause && constraintCodes.includes(Number(cause.errcode)));
}
