/**
 * What is there and what may go in the store on SQLite, whatever the clock and the times to live were.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { commonRoom, type MessageId, type RoomId, type UserId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import type { Life } from "../../../lib/domain/retention.ts";
import type { State } from "../../../lib/domain/state.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import { MemoryStore } from "../../../server/store/memory/store.ts";
import { openSqliteStore } from "../../../server/store/sqlite/store.ts";
import type { Store } from "../../../server/store/store.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const users = [1, 2, 3] as UserId[];
const den = 4 as RoomId;

/** One thing that is saved; the store keeps no rule, so the times are anything. */
interface Step {
  readonly kind: "say" | "read" | "leave";
  readonly user: UserId;
  readonly inDen: boolean;
  readonly atMs: number;
  readonly expiresMs: number;
  /** Which message of the room it is about, if there are so many; or when someone has joined. */
  readonly about: number | undefined;
  readonly upTo: number;
}

const time = fc.integer({ min: 1, max: 30 });
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("say", "say", "say", "say", "read", "leave"),
  user: fc.constantFrom(...users),
  inDen: fc.boolean(),
  atMs: time,
  expiresMs: time,
  about: fc.option(fc.nat(20), { nil: undefined }),
  upTo: fc.nat(40),
});

function begin(state: State): void {
  for (const id of users) {
    state.nextPosition();
    state.users.put({ id, name: `u${id}`, folded: `u${id}` as FoldedName, createdMs: 0 });
    state.members.put({ room: commonRoom, user: id, joined: id, readId: id });
  }
  state.nextPosition();
  const owner = { id: users[0] ?? 1 as UserId, name: "u1" };
  state.rooms.put({ id: den, kind: "room", name: "den", owner, createdMs: 0, closed: false });
  for (const user of users) state.members.put({ room: den, user, joined: den, readId: den });
}

function take(state: State, step: Step, said: { id: MessageId; room: RoomId }[]): void {
  const room = step.inDen ? den : commonRoom;
  const { kind, user, upTo, about, atMs, expiresMs } = step;
  if (kind === "read") {
    // Who had left comes in again, from some position on.
    state.members.put({ room, user, joined: about ?? den, readId: upTo });
  } else if (kind === "leave") {
    state.members.remove({ room, user, joined: 4, readId: 0 });
  } else {
    const id = state.nextPosition() as MessageId;
    const here = said.filter((message) => message.room === room);
    const commentOn = about === undefined ? undefined : here[about]?.id;
    state.say({
      id,
      room,
      roomKind: room === den ? "room" : "common",
      author: { id: user, name: `u${user}` },
      text: `${id}`,
      atMs,
      expiresMs,
      ...(commentOn !== undefined && { commentOn }),
      comments: 0,
      files: [],
    });
    said.push({ id, room });
  }
}

async function answers(store: Store, life: Life, limit: number, middle: number): Promise<unknown> {
  const told: unknown[] = [];
  for (const user of users) {
    const { rooms, ...page } = await store.log(user, middle, limit, life);
    told.push(
      page,
      rooms.toSorted(),
      await store.rooms(user, life),
      await store.arrive(user, { recent: limit, unread: limit }, life),
      await store.unread(user, { after: middle, limit }, life),
    );
    for (const room of [commonRoom, den]) {
      told.push(
        await store.messages(room, user, { limit }, life),
        await store.messages(room, user, { limit, after: middle }, life),
        await store.messages(room, user, { limit, before: middle }, life),
        await store.messages(room, user, { limit, after: 5, before: middle }, life),
        await store.countUnread(user, room, life),
        await store.comments(middle as MessageId, user, { after: 0, limit }, life),
      );
    }
  }
  return told;
}

async function sweep(store: Store, life: Life, limit: number): Promise<number> {
  let removed = 0;
  let next: RoomId | undefined;
  do {
    const swept = await store.removeExpired(
      { ...(next !== undefined && { after: next }), limit },
      life,
    );
    removed += swept.removed;
    next = swept.next;
  } while (next !== undefined);
  return removed;
}

Deno.test("SQLite finds what is there and removes what may go as the model does, whatever the clock did", async () => {
  let removed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.array(fc.record({ nowMs: time, keptSinceMs: fc.integer({ min: -5, max: 12 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(40),
      async (steps, lives, limit, middle) => {
        const random = new SeededRandom(1);
        const real = openSqliteStore({ path: ":memory:", durability: "normal", random });
        const model = new MemoryStore("epoch");
        try {
          for (const store of [real, model]) {
            await store.transact(noNeeds(), begin);
            const said: { id: MessageId; room: RoomId }[] = [];
            for (const step of steps) {
              await store.transact(noNeeds(), (state) => take(state, step, said));
            }
          }
          for (const life of lives) {
            const alike = async () =>
              assertEquals(
                await answers(real, life, limit, middle),
                await answers(model, life, limit, middle),
              );
            await alike();
            const gone = await sweep(model, life, limit);
            assertEquals(await sweep(real, life, limit), gone);
            await alike();
            removed += gone;
          }
        } finally {
          await real.close();
        }
      },
    ),
    { numRuns: 150 },
  );
  assert(removed > 50, `${removed} removed`);
});
