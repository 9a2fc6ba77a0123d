/**
 * How much there is in a database, so that a copy can be compared with what it was made from.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";

/** How many there are of each kind, and how far the log has come. */
export interface Contents {
  readonly users: number;
  readonly rooms: number;
  readonly messages: number;
  readonly scheduled: number;
  readonly files: number;
  readonly head: number;
}

/**
 * Counts what is in a database of any schema: before a backup of an earlier one is brought up to
 * date, it is compared with what was counted when it was made.
 */
export function countContents(db: DatabaseSync): Contents {
  const number = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  return {
    users: number("SELECT count(*) FROM users"),
    rooms: number("SELECT count(*) FROM rooms"),
    messages: number("SELECT count(*) FROM messages"),
    scheduled: number("SELECT count(*) FROM scheduled WHERE end_ms IS NULL"),
    files: number("SELECT count(*) FROM files"),
    head: number("SELECT head FROM log"),
  };
}
