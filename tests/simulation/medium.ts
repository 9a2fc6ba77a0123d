/**
 * What a simulated chat is kept on, which outlives the server.
 *
 * @module
 */
import { MemoryStore } from "../../server/store/memory/store.ts";
import type { Store } from "../../server/store/store.ts";

export interface Medium {
  readonly store: Store;
  /** What a new process does first. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export function memoryMedium(): Medium {
  const store = new MemoryStore("epoch");
  return {
    store,
    reopen: () => Promise.resolve(),
    close: () => store.close(),
  };
}

/** A store on a file, which `open` opens. */
export function fileMedium(open: () => Store): Medium {
  let store = open();
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = open();
    },
    close: () => store.close(),
  };
}
