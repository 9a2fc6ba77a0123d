/**
 * The stores answer alike: whatever is done to both, every question has the same answer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { commonRoom, type MessageId, type RoomId } from "../../lib/domain/ids.ts";
import { foldName } from "../../lib/text/names.ts";
import { MemoryStore } from "../../server/store/memory.ts";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import type { Store } from "../../server/store/store.ts";
import { Chat } from "../support/chat.ts";
import { Cast, stepBatches } from "../support/random_commands.ts";
import { SeededRandom } from "../support/seeded_random.ts";

/** Every question, with arguments that `cast` suggests and the bounds `limit` and `middle`. */
async function answers(store: Store, cast: Cast, limit: number, middle: number) {
  const told: unknown[] = [
    await store.head(),
    await store.countUsers(),
    await store.users({ limit }),
    await store.users({ after: foldName("b"), limit }),
    await store.users({ limit, only: new Set(cast.users.slice(0, 2).map(({ id }) => id)) }),
    await store.findToken("registered-1"),
    await store.findToken("issued-2"),
    await store.findUser(foldName("ИВАН")),
  ];
  for (const room of [...cast.rooms, 999 as RoomId]) {
    told.push(
      await store.messages(room, { limit }),
      await store.messages(room, { before: middle, limit }),
      await store.messages(room, { after: middle, limit }),
      await store.messages(room, { after: Math.floor(middle / 2), before: middle, limit }),
    );
  }
  for (const { id } of cast.users) {
    const { rooms, ...page } = await store.log(id, middle, limit);
    told.push(
      page,
      rooms.toSorted((a, b) => a - b),
      await store.log(id, 0, 1000).then(({ events, upTo }) => ({ events, upTo })),
      await store.rooms(id),
      await store.arrive(id, { recent: limit, unread: limit }),
      await store.unread(id, { limit }),
      await store.unread(id, { after: middle, limit }),
      await store.unread(id, { room: commonRoom, limit }),
      await store.tokensOf(id),
      ...await Promise.all(cast.rooms.map((room) => store.member(room, id))),
      ...await Promise.all(cast.rooms.map((room) => store.countUnread(id, room))),
      ...await Promise.all(cast.users.map((other) => store.privateRoom(id, other.id))),
      ...await Promise.all(
        [...cast.messages, middle as MessageId].map((message) => store.message(message, id)),
      ),
    );
  }
  for (const message of cast.messages) {
    told.push(await store.comments(message, { after: 0, limit }));
  }
  return told;
}

Deno.test("SQLite answers every question as the model in memory does, whatever was done", async () => {
  let messages = 0;
  await fc.assert(
    fc.asyncProperty(
      stepBatches,
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (batches, limit, where) => {
        const cast = new Cast();
        const model = new Chat(new MemoryStore("epoch"));
        const random = new SeededRandom(1);
        const real = new Chat(openSqliteStore({ path: ":memory:", durability: "full", random }));
        try {
          for (const { pauseMs, steps } of batches) {
            model.nowMs = real.nowMs += pauseMs;
            const commands = steps.map((step) => cast.commandOf(step));
            const expected = await model.batch(commands);
            assertEquals(await real.batch(commands), expected);
            cast.follow(expected);
            if (pauseMs > 1000) {
              const beforeMs = real.nowMs - 1000;
              const forgotten = await model.store.forgetReceipts(beforeMs, 1000);
              assertEquals(await real.store.forgetReceipts(beforeMs, 1000), forgotten);
            }
          }
          messages += cast.messages.length;
          const middle = Math.floor(where * await model.store.head());
          assertEquals(
            await answers(real.store, cast, limit, middle),
            await answers(model.store, cast, limit, middle),
          );
        } finally {
          await real.store.close();
        }
      },
    ),
    { numRuns: 100 },
  );
  // The property means nothing unless there was much to ask about.
  assert(messages > 200, `${messages} messages`);
});
