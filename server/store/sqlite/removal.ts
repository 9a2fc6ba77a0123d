/**
 * Removes rows with what hangs on them.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { Action, idList } from "./statements.ts";

const oneOfThese = "IN (SELECT value FROM json_each(?))";

/** To be used within a transaction; each tells how many were there to be removed. */
export class Removal {
  readonly #messages: Action;
  readonly #filesOfMessages: Action;
  readonly #scheduled: Action;
  readonly #filesOfScheduled: Action;
  readonly #files: Action;
  readonly #chunks: Action;

  constructor(db: DatabaseSync) {
    this.#messages = new Action(db, `DELETE FROM messages WHERE id ${oneOfThese}`);
    this.#filesOfMessages = new Action(
      db,
      `UPDATE files INDEXED BY files_by_message SET doomed = 1 WHERE message ${oneOfThese}`,
    );
    this.#scheduled = new Action(db, `DELETE FROM scheduled WHERE id ${oneOfThese}`);
    this.#filesOfScheduled = new Action(
      db,
      `UPDATE files INDEXED BY files_by_scheduled SET doomed = 1
       WHERE scheduled ${oneOfThese} AND message IS NULL`,
    );
    this.#files = new Action(db, `DELETE FROM files WHERE id ${oneOfThese}`);
    this.#chunks = new Action(db, `DELETE FROM file_chunks WHERE file ${oneOfThese}`);
  }

  /** Their files can't be reached any more; they go by {@linkcode Removal.files}, a few at a time. */
  messages(ids: Iterable<number>): number {
    const list = idList(ids);
    this.#filesOfMessages.run(list);
    return this.#messages.run(list);
  }

  /** Files that were to be sent with them go as those of messages do. */
  scheduled(ids: Iterable<number>): number {
    const list = idList(ids);
    this.#filesOfScheduled.run(list);
    return this.#scheduled.run(list);
  }

  files(ids: Iterable<number>): number {
    const list = idList(ids);
    this.#chunks.run(list);
    return this.#files.run(list);
  }

  contents(ids: Iterable<number>): number {
    return this.#chunks.run(idList(ids));
  }
}
