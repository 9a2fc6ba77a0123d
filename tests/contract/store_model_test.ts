/**
 * The stores answer alike: whatever is done to both, every question has the same answer.
 *
 * @module
 */
import { assert } from "@std/assert";
import { MemoryStore } from "../../server/store/memory/store.ts";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { compareStores } from "./side_by_side.ts";

Deno.test("SQLite answers every question as the model in memory does, whatever was done", async () => {
  const { messages, events, removed, done } = await compareStores({
    model: () => new MemoryStore("epoch"),
    real() {
      const random = new SeededRandom(1);
      return openSqliteStore({ path: ":memory:", durability: "full", random });
    },
  }, { numRuns: 40 });
  // The property means nothing unless there was much to ask about, and much to tidy.
  assert(messages > 150 && events > 500, `${messages} messages, ${events} events`);
  for (const [what, count] of Object.entries(removed)) assert(count > 3, `${count} ${what}`);
  for (const type of ["role.set", "user.ban", "user.delete", "user.erase", "registration.invite"]) {
    assert((done[type] ?? 0) > 3, `${done[type]} ${type}`);
  }
});
