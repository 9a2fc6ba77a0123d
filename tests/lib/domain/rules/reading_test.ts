/**
 * Read marks.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { commonRoom, type RoomId, type UserId } from "../../../../lib/domain/ids.ts";
import type { MarkRead } from "../../../../lib/domain/rules/reading.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat } from "../../../support/chat.ts";
import { assertRefused, missing } from "../../../support/decisions.ts";

function marking(
  reader: { readonly id: UserId },
  upto: number,
  { to, room }: { readonly to?: string; readonly room?: number } = {},
): MarkRead {
  return {
    type: "read",
    actor: reader.id,
    ...(to !== undefined && { to: foldName(to) }),
    ...(room !== undefined && { room: room as RoomId }),
    upto,
  };
}

Deno.test("markRead() moves the mark and tells the reader's clients", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const first = await chat.say(alice, "1");
  await chat.say(alice, "2");
  assertEquals(await chat.store.countUnread(bob.id, commonRoom, chat.life), 2);
  const { decisions, events, before } = await chat.batch([marking(bob, first.id)]);
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { room: commonRoom, readId: first.id }, replayed: false },
  ]);
  assertEquals<unknown>(events, [{
    position: before + 1,
    type: "read",
    audience: bob.id,
    atMs: chat.nowMs,
    room: commonRoom,
    readId: first.id,
  }]);
  assertEquals(await chat.store.countUnread(bob.id, commonRoom, chat.life), 1);
});

Deno.test("markRead() keeps when the reader joined", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const before = await chat.store.member(commonRoom, bob.id);
  const { id } = await chat.say(alice, "1");
  await chat.markRead(bob, id);
  assertEquals((await chat.store.member(commonRoom, bob.id))?.joined, before?.joined);
});

Deno.test("markRead() never moves back, and then tells nobody", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const first = await chat.say(alice, "1");
  const second = await chat.say(alice, "2");
  const { decisions, events } = await chat.batch([
    marking(bob, second.id),
    marking(bob, first.id),
    marking(bob, second.id),
  ]);
  const outcome = { room: commonRoom, readId: second.id };
  const done = { ok: true, outcome, replayed: false };
  assertEquals<unknown>(decisions, [done, done, done]);
  assertEquals(events.length, 1);
});

Deno.test("markRead() takes the head and refuses what lies beyond it", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { id: head } = await chat.say(alice, "1");
  const { decisions, events } = await chat.batch([marking(bob, head + 1)]);
  assertEquals<unknown>(decisions, [{
    ok: false,
    refusal: {
      code: "invalid",
      errors: [{ field: "upto", message: "must be a message that exists" }],
    },
  }]);
  assertEquals(events, []);
  await chat.markRead(bob, head);
});

Deno.test("markRead() marks a private chat by whom it is with, or by its id, and no other room", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  await chat.say(alice, "open");
  const first = await chat.say(alice, "1", { to: "bob" });
  const second = await chat.say(alice, "2", { to: "bob" });
  await chat.markRead(bob, first.id, { to: "Alice" });
  assertEquals(await chat.store.countUnread(bob.id, first.room, chat.life), 1);
  await chat.markRead(bob, second.id, { room: first.room });
  assertEquals(await chat.store.countUnread(bob.id, first.room, chat.life), 0);
  assertEquals(await chat.store.countUnread(bob.id, commonRoom, chat.life), 1);
});

for (
  const [what, where, missing] of [
    ["with nobody", { to: "nobody" }, "user"],
    ["that was never opened", { to: "carl" }, "message"],
    ["that never was", { room: 999 }, "room"],
    ["of others", { room: 7 }, "room"],
  ] as const
) {
  Deno.test(`markRead() refuses a chat ${what}`, async () => {
    const chat = new Chat();
    const [alice, , carl] = await chat.people("alice", "bob", "carl");
    const { room } = await chat.say(alice, "secret", { to: "bob" });
    assertEquals<number>(room, 7);
    const reader = missing === "message" ? alice : carl;
    const { decisions, changes, events } = await chat.batch([marking(reader, 1, where)]);
    assertEquals<unknown>(decisions, [
      { ok: false, refusal: { code: "not_found", what: missing } },
    ]);
    assertEquals([changes, events], [[], []]);
  });
}

Deno.test("markRead() leaves unread what others said after the mark, and nothing else", async () => {
  const someStep = fc.oneof(
    fc.record({ say: fc.constantFrom(0, 1) }),
    fc.record({ mark: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { maxLength: 25 }), async (steps) => {
      const chat = new Chat();
      chat.policy = { ...chat.policy, limit: 0 };
      const [reader, other] = await chat.people("reader", "other");
      const byOther: number[] = [];
      let mark = 0;
      for (const step of steps) {
        if ("say" in step) {
          const { id } = await chat.say(step.say === 0 ? reader : other, "hi");
          if (step.say === 1) byOther.push(id);
        } else {
          const upto = Math.floor(step.mark * await chat.store.head());
          mark = Math.max(mark, upto);
          const { readId } = await chat.do(marking(reader, upto));
          assertEquals(readId >= upto, true);
        }
        assertEquals(
          (await chat.store.unread(reader.id, { limit: 100 }, chat.life)).items.map(({ id }) =>
            Number(id)
          ),
          byOther.filter((id) => id > mark),
        );
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("markRead() marks a room that one is in, and none that one has left", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(alice, "den", bob);
  const { id } = await chat.say(alice, "1", { room });
  await chat.markRead(bob, id, { room });
  assertEquals(await chat.store.countUnread(bob.id, room, chat.life), 0);
  await chat.remove(bob, room, bob);
  await assertRefused(chat, marking(bob, id, { room }), missing("room"));
});

Deno.test("markRead() finds no private chat with oneself", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await assertRefused(chat, marking(alice, 1, { to: "alice" }), missing("message"));
});

Deno.test("markRead() lets what has had its time expire", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { id } = await chat.say(alice, "1");
  chat.nowMs += 2 * chat.policy.messageTtlMs;
  assertEquals((await chat.store.message(id, bob.id, chat.life))?.text, "1");
  await chat.markRead(bob, id);
  assertEquals(await chat.store.message(id, bob.id, chat.life), undefined);
});
