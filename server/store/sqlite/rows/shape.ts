/**
 * The shape of a table: which column holds what of a row.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { Action, type Value } from "../statements.ts";

/** How what the rules know is laid down in a table. */
export interface Shape<Row> {
  readonly table: string;
  /** The columns that tell rows apart. */
  readonly key: readonly string[];
  readonly columns: { readonly [column: string]: (row: Row) => Value };
}

/** Writes one kind of row. */
export interface Writer<Row> {
  readonly put: (row: Row) => void;
  readonly remove: (row: Row) => void;
}

/** Inserts a row or replaces the one of the same key; deletes by the key. */
export function writerOf<Row>(
  db: DatabaseSync,
  { table, key, columns }: Shape<Row>,
): Writer<Row> {
  const names = Object.keys(columns);
  const cells = Object.values(columns);
  const keyCells = Object.entries(columns).filter(([name]) => key.includes(name));
  const changed = names.filter((name) => !key.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  const put = new Action(
    db,
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
     ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changed.join(", ")}`,
  );
  const remove = new Action(
    db,
    `DELETE FROM ${table} WHERE ${keyCells.map(([name]) => `${name} = ?`).join(" AND ")}`,
  );
  return {
    put: (row) => void put.run(...cells.map((cell) => cell(row))),
    remove: (row) => void remove.run(...keyCells.map(([, cell]) => cell(row))),
  };
}
