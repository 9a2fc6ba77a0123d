/**
 * The store in memory keeps the contract.
 *
 * @module
 */
import { MemoryStore } from "../../server/store/memory/store.ts";
import { storeContract } from "./store_suite.ts";

storeContract("MemoryStore", () => {
  const store = new MemoryStore("epoch");
  return { store, another: () => store, discard: () => store.close() };
});
