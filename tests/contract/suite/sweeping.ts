/**
 * The sweep: which messages it removes, which it leaves, and that its steps are small.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { dayMs, hourMs } from "../../../lib/domain/bounds.ts";
import { commonRoom, type MessageId, type RoomId } from "../../../lib/domain/ids.ts";
import { lifeAt } from "../../../lib/domain/retention.ts";
import type { Chat } from "../../support/chat.ts";
import { sweep } from "../side_by_side.ts";
import { loaded, nobody, type Test } from "./setting.ts";

/** The ids of `messages` that are still kept, whether anyone may see them or not. */
function kept(chat: Chat, messages: readonly { readonly id: MessageId }[]): Promise<number[]> {
  const needs = { messages: messages.map(({ id }) => ({ message: id, user: nobody })) };
  return loaded(chat, needs, (state) => {
    return [...state.messages].map(({ id }) => Number(id)).toSorted((a, b) => a - b);
  });
}

export function sweepContract(test: Test): void {
  test("removeExpired() removes what everyone has read or written, when its time is over", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const old = [await chat.say(alice, "1"), await chat.say(bob, "2")];
    chat.nowMs += 1;
    const young = await chat.say(alice, "3");
    for (const one of [alice, bob]) await chat.markRead(one, young.id);
    chat.nowMs += hourMs - 2;
    assertEquals(await sweep(chat.store, chat.life, 9), 0);
    chat.nowMs += 1;
    assertEquals(await sweep(chat.store, chat.life, 9), 2);
    assertEquals(await kept(chat, [...old, young]), [Number(young.id)]);
    chat.nowMs += 1;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
    assertEquals(await kept(chat, [...old, young]), []);
  });

  test("removeExpired() leaves what someone has not read, until the cap", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const first = await chat.say(alice, "1");
    const second = await chat.say(alice, "2");
    await chat.markRead(bob, second.id);
    await chat.markRead(carl, first.id);
    chat.nowMs += hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
    assertEquals(await kept(chat, [first, second]), [Number(second.id)]);
    chat.nowMs += 30 * dayMs - hourMs - 1;
    assertEquals(await sweep(chat.store, chat.life, 9), 0);
    chat.nowMs += 1;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
  });

  test("removeExpired() removes what only its author has not read", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const messages = [];
    for (const author of [alice, alice, bob, alice]) messages.push(await chat.say(author, "hi"));
    await chat.markRead(bob, messages[3]?.id ?? 0);
    chat.nowMs += hourMs;
    // Alice has marked nothing as read: Bob's message is the only one that is unread for her.
    assertEquals(await sweep(chat.store, chat.life, 9), 3);
    assertEquals(await kept(chat, messages), [Number(messages[2]?.id)]);
  });

  test("removeExpired() leaves nothing to who came later, or is no longer there", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    const messages = [await chat.say(alice, "1", { room }), await chat.say(alice, "2", { room })];
    chat.nowMs += hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 0);
    const carl = await chat.register("carl");
    await chat.letIn(alice, room, carl);
    await chat.remove(bob, room, bob);
    assertEquals(await sweep(chat.store, chat.life, 9), 2);
    assertEquals(await kept(chat, messages), []);
  });

  test("removeExpired() removes all comments on what is over for everyone", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const capped = await chat.say(alice, "1");
    chat.nowMs += 10 * dayMs;
    const other = await chat.say(alice, "2");
    const comments = [];
    for (let n = 0; n < 5; n++) comments.push(await chat.say(bob, "!", { commentOn: capped.id }));
    const elsewhere = await chat.say(bob, "!", { commentOn: other.id });
    chat.nowMs += 20 * dayMs;
    assertEquals(await sweep(chat.store, chat.life, 2), 6);
    const left = await kept(chat, [capped, other, ...comments, elsewhere]);
    assertEquals(left, [Number(other.id), Number(elsewhere.id)]);
  });

  test("removeExpired() removes the comments on a comment that is over for everyone itself", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const message = await chat.say(alice, "1");
    const comment = await chat.say(bob, "2", { commentOn: message.id });
    chat.nowMs += 10 * dayMs;
    const nested = await chat.say(alice, "3", { commentOn: comment.id });
    chat.nowMs += 20 * dayMs;
    // One at a time: a step that ends between must leave no comment behind.
    assertEquals(await sweep(chat.store, chat.life, 1), 3);
    assertEquals(await kept(chat, [message, comment, nested]), []);
  });

  test("removeExpired() leaves the comments on what has only been read", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const message = await chat.say(alice, "1");
    await chat.markRead(bob, message.id);
    const comment = await chat.say(bob, "!", { commentOn: message.id });
    chat.nowMs += hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
    assertEquals(await kept(chat, [message, comment]), [Number(comment.id)]);
    const { items } = await chat.store.unread(alice.id, { limit: 9 }, chat.life);
    assertEquals(items.map(({ commentOn }) => commentOn), [message.id]);
  });

  test("removeExpired() empties a closed room, whose last message takes it with it", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    const empty = await chat.makeRoom(alice, "lair");
    const messages = [];
    for (let n = 0; n < 5; n++) messages.push(await chat.say(alice, "hi", { room }));
    const open = await chat.say(alice, "open");
    for (const id of [room, empty]) {
      await chat.do({ type: "room.delete", actor: alice.id, room: id });
    }
    let after: RoomId | undefined;
    let removed = 0;
    do {
      const step = { ...(after !== undefined && { after }), limit: 2 };
      const swept = await chat.store.removeExpired(step, chat.life);
      removed += swept.removed;
      const left = await kept(chat, messages);
      const isThere = await chat.store.room(room) !== undefined;
      assertEquals(isThere, left.length > 0, "not before, and not after");
      after = swept.next;
    } while (after !== undefined);
    assertEquals([removed, await chat.store.room(room)], [5, undefined]);
    assertEquals(await kept(chat, [open]), [Number(open.id)]);
    assertEquals(await chat.store.room(empty), undefined, "nothing was left of it");
  });

  test("removeExpired() puts files out of reach with their message", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const file = await chat.addFile(alice);
    const message = await chat.say(alice, "look", { files: [file.id] });
    await chat.markRead(bob, message.id);
    const before = chat.life;
    chat.nowMs += hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
    // Not even for who asks by an earlier clock.
    for (const { id } of [alice, bob]) {
      assertEquals(await chat.store.file(file.id, id, before), undefined);
    }
    assertEquals(await chat.store.removeFiles(0, 9), 1);
    assertEquals(await chat.store.fileBytes(file.id, 0, 9), undefined);
  });

  for (const limit of [1, 2, 7, 500]) {
    test(`removeExpired() in steps of ${limit} removes the same, through all rooms`, async (chat) => {
      const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
      const room = await chat.makeRoom(alice, "den", bob, carl);
      const messages = [];
      for (let n = 0; n < 4; n++) {
        messages.push(await chat.say(alice, "1"), await chat.say(bob, "2", { to: "carl" }));
        messages.push(await chat.say(carl, "3", { room }), await chat.say(bob, "4", { room }));
      }
      const head = await chat.store.head();
      for (const one of [alice, bob, carl]) await chat.markRead(one, head);
      await chat.markRead(carl, head, { to: "bob" });
      for (const one of [alice, carl]) await chat.markRead(one, head, { room });
      chat.nowMs += hourMs;
      // Bob has not read what Carl said in the room.
      assertEquals(await sweep(chat.store, chat.life, limit), 12);
      assertEquals(await sweep(chat.store, chat.life, limit), 0);
      assertEquals((await kept(chat, messages)).length, 4);
    });
  }

  test("removeExpired() removes nothing that was said between its steps", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    for (let n = 0; n < 5; n++) await chat.say(alice, "old");
    await chat.markRead(bob, await chat.store.head());
    chat.nowMs += hourMs;
    const { next } = await chat.store.removeExpired({ limit: 2 }, chat.life);
    const young = await chat.say(alice, "young");
    await chat.markRead(bob, young.id);
    const step = { ...(next !== undefined && { after: next }), limit: 9 };
    assertEquals((await chat.store.removeExpired(step, chat.life)).removed, 3);
    const page = await chat.store.messages(commonRoom, bob.id, { limit: 9 }, chat.life);
    assertEquals(page.items.map(({ text }) => text), ["young"]);
  });

  test("removeExpired() goes by each message's own end when the clock was set back", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const late = await chat.say(alice, "late");
    chat.nowMs -= 10 * hourMs;
    const early = await chat.say(alice, "early");
    await chat.markRead(bob, early.id);
    chat.nowMs += hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
    assertEquals(await kept(chat, [late, early]), [Number(late.id)]);
    chat.nowMs += 10 * hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
  });

  test("removeExpired() goes by each message's own end when they were given different ones", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    chat.policy = { ...chat.policy, messageTtlMs: 5 * hourMs };
    const long = await chat.say(alice, "long");
    chat.policy = { ...chat.policy, messageTtlMs: hourMs };
    const short = await chat.say(alice, "short");
    await chat.markRead(bob, short.id);
    chat.nowMs += hourMs;
    assertEquals(await sweep(chat.store, chat.life, 9), 1);
    assertEquals(await kept(chat, [long, short]), [Number(long.id)]);
    chat.nowMs += 4 * hourMs;
    assertEquals(await sweep(chat.store, lifeAt(chat.nowMs, chat.policy), 9), 1);
  });
}
