/**
 * The store on SQLite keeps the contract, on a file and in memory.
 *
 * @module
 */
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { type OpenStore, storeContract } from "./store_suite.ts";

function open(path: string, options: { readonly beside?: boolean } = {}) {
  return openSqliteStore({ path, durability: "full", random: new SeededRandom(1), ...options });
}

storeContract("SQLite in memory", () => {
  const store = open(":memory:");
  return { store, discard: () => store.close() };
});

storeContract("SQLite on a file", (): OpenStore => {
  const folder = Deno.makeTempDirSync({ prefix: "chat-store-" });
  const path = `${folder}/chat.db`;
  let store = open(path);
  return {
    store,
    async reopen() {
      await store.close();
      store = open(path);
      return store;
    },
    another: () => open(path, { beside: true }),
    async discard() {
      await store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
});
