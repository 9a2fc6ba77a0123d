/**
 * Prepared statements that know what their rows look like.
 *
 * @module
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

export type Value = SQLInputValue;

/** What a statement is given: its values in order, or all of them by name. */
export type Given = Value[] | [Readonly<Record<string, Value>>];

/**
 * A statement that selects.
 *
 * Our own statements name their columns, and STRICT tables keep their types, so that a row is taken
 * as what its statement selects.
 */
export class Selection<Row> {
  readonly #statement: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.#statement = db.prepare(sql);
  }

  first(...given: Given): Row | undefined {
    return this.#statement.get(...given as Value[]) as Row | undefined;
  }

  all(...given: Given): Row[] {
    return this.#statement.all(...given as Value[]) as Row[];
  }

  /** Row by row; another use of this selection meanwhile would end it. */
  each(...given: Given): Iterable<Row> {
    return this.#statement.iterate(...given as Value[]) as Iterable<Row>;
  }
}

/** A statement that changes something. */
export class Action {
  readonly #statement: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.#statement = db.prepare(sql);
  }

  /** Tells how many rows it has changed. */
  run(...values: Value[]): number {
    return Number(this.#statement.run(...values).changes);
  }
}

/** Several ids as one value, which `IN (SELECT value FROM json_each(?))` takes apart. */
export function idList(ids: Iterable<number>): string {
  return JSON.stringify([...ids]);
}

/** A column that may be empty as an optional field. */
export function optional<Name extends string, Content>(
  name: Name,
  content: Content | null,
): { readonly [N in Name]?: Content } {
  return content === null ? {} : { [name]: content } as { readonly [N in Name]: Content };
}
