/**
 * SQLite stores in a folder of their own, and a way past them to the file.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../server/store/sqlite/store.ts";
import type { Store } from "../../../server/store/store.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

/** Declares a test with a folder of its own. */
export function test(
  title: string,
  run: (path: string, folder: string) => void | Promise<void>,
): void {
  Deno.test(title, async () => {
    const folder = await Deno.makeTempDir({ prefix: "chat-sqlite-" });
    try {
      await run(`${folder}/chat.db`, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

export function open(path: string, seed = 1): Store {
  return openSqliteStore({ path, durability: "full", random: new SeededRandom(seed) });
}

/** Opens one more store on a file, as another process would. */
export function openBeside(path: string): Store {
  const random = new SeededRandom(2);
  return openSqliteStore({ path, durability: "full", random, beside: true });
}

/** Asks the file itself, beside the store that has it open. */
export function peek(path: string, sql: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.values(db.prepare(sql).get() ?? {})[0];
  } finally {
    db.close();
  }
}

/** Changes the file itself, beside the store that has it open. */
export function meddle(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}
