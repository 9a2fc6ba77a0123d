/**
 * The life of messages: what is there for whom, in every way of reading.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { dayMs, hourMs } from "../../../lib/domain/bounds.ts";
import { commonRoom } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Chat, Person } from "../../support/chat.ts";
import { type Test, textsOf } from "./setting.ts";

/** In which ways someone can read a message, and get what is in it. */
async function waysTo({ id: reader }: Person, message: Message, chat: Chat): Promise<string[]> {
  const { store, life } = chat;
  const { id, room, commentOn = 0, files } = message;
  const holds = ({ items }: { readonly items: readonly { readonly id: number }[] }) => (
    items.some((item) => item.id === id)
  );
  const arrival = await store.arrive(reader, { recent: 100, unread: 100 }, life);
  const { events } = await store.log(reader, id - 1, 1, life);
  const messages = events.flatMap((event) => event.type === "message" ? [event.message] : []);
  const page = { after: id - 1, limit: 1 };
  const file = files[0] === undefined ? undefined : await store.file(files[0].id, reader, life);
  const ways = {
    message: await store.message(id, reader, life) !== undefined,
    messages: holds(await store.messages(room, reader, { limit: 100 }, life)),
    after: holds(await store.messages(room, reader, page, life)),
    unread: holds(await store.unread(reader, { limit: 100 }, life)),
    "unread in room": holds(await store.unread(reader, { room, limit: 100 }, life)),
    arrival: holds({ items: [...arrival.recent, ...arrival.unread] }),
    comments: holds(await store.comments(commentOn as Message["id"], reader, page, life)),
    log: holds({ items: messages }),
    file: file !== undefined,
  };
  return Object.entries(ways).flatMap(([way, is]) => is ? [way] : []);
}

const never: string[] = [];

export function visibilityContract(test: Test): void {
  /** A comment with a file, in the common chat, that Bob has read and Carl has not. */
  async function scene(chat: Chat) {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { id } = await chat.say(carl, "?");
    const file = await chat.addFile(alice);
    const message = await chat.say(alice, "!", { commentOn: id, files: [file.id] });
    await chat.markRead(bob, message.id);
    return { alice, bob, carl, message };
  }

  const read = ["message", "messages", "after", "arrival", "comments", "log", "file"];
  const unread = [
    ...["message", "messages", "after", "unread", "unread in room"],
    ...["arrival", "comments", "log", "file"],
  ];

  for (
    const [afterMs, forReaders, forOthers] of [
      [0, read, unread],
      [hourMs - 1, read, unread],
      [hourMs, never, unread],
      [30 * dayMs - 1, never, unread],
      [30 * dayMs, never, never],
      [31 * dayMs, never, never],
      [-hourMs, read, unread],
    ] as const
  ) {
    test(`a message is there ${afterMs} ms after it was sent for those it should be`, async (chat) => {
      const { alice, bob, carl, message } = await scene(chat);
      chat.nowMs += afterMs;
      assertEquals(await waysTo(alice, message, chat), forReaders, "its author");
      assertEquals(await waysTo(bob, message, chat), forReaders, "who has read it");
      assertEquals(await waysTo(carl, message, chat), forOthers, "who has not");
      const count = forOthers.length === 0 ? 0 : 1;
      assertEquals(await chat.store.countUnread(carl.id, commonRoom, chat.life), count);
      assertEquals((await chat.store.rooms(carl.id, chat.life))[0]?.unread, count);
    });
  }

  test("a message that was deleted is there for nobody", async (chat) => {
    const { alice, bob, carl, message } = await scene(chat);
    await chat.do({ type: "message.delete", actor: alice.id, message: message.id });
    for (const one of [alice, bob, carl]) assertEquals(await waysTo(one, message, chat), never);
    assertEquals(await chat.store.countUnread(carl.id, commonRoom, chat.life), 0);
  });

  test("a message of a room is there for its members alone, whoever they were", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const room = await chat.makeRoom(alice, "den", bob);
    const { id } = await chat.say(alice, "?", { room });
    const file = await chat.addFile(alice);
    const message = await chat.say(alice, "!", { commentOn: id, files: [file.id] });
    const elsewhere = (ways: readonly string[]) => ways.filter((way) => way !== "arrival");
    assertEquals(await waysTo(bob, message, chat), unread);
    assertEquals(await waysTo(alice, message, chat), elsewhere(read));
    assertEquals(await waysTo(carl, message, chat), never);
    await chat.remove(bob, room, bob);
    assertEquals(await waysTo(bob, message, chat), never);
    await chat.letIn(alice, room, bob);
    // What was said before they came is history, and not in their log.
    assertEquals(
      await waysTo(bob, message, chat),
      elsewhere(read).filter((way) => way !== "log"),
    );
    await chat.do({ type: "room.delete", actor: alice.id, room });
    for (const one of [alice, bob, carl]) assertEquals(await waysTo(one, message, chat), never);
  });

  test("comments() and their count leave out what is not there for the reader", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { id } = await chat.say(alice, "?");
    const first = await chat.say(bob, "1", { commentOn: id });
    await chat.say(bob, "2", { commentOn: id });
    const last = await chat.say(carl, "3", { commentOn: id });
    await chat.do({ type: "message.delete", actor: bob.id, message: first.id });
    const told = async (reader: Person) => {
      const page = { after: 0, limit: 9 };
      const comments = await chat.store.comments(id, reader.id, page, chat.life);
      const message = await chat.store.message(id, reader.id, chat.life);
      return [textsOf(comments)[0], message?.comments];
    };
    assertEquals(await told(alice), ["23", 2]);
    chat.nowMs += hourMs;
    // Alice has read none of them, and her own message is gone for her.
    assertEquals(await told(alice), ["23", undefined]);
    assertEquals(await told(bob), ["3", 2 - 1]);
    await chat.markRead(alice, last.id - 1);
    assertEquals(await told(alice), ["3", undefined]);
  });

  test("a message tells in every way how many comments its reader sees on it", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { id } = await chat.say(alice, "?");
    await chat.say(carl, "1", { commentOn: id });
    await chat.say(bob, "2", { commentOn: id });
    chat.nowMs += hourMs;
    const { store, life } = chat;
    // For Bob, who has read nothing, all is there but his own comment.
    const page = { after: id - 1, limit: 1 };
    const { events: [event] } = await store.log(bob.id, id - 1, 1, life);
    const { recent, unread } = await store.arrive(bob.id, { recent: 9, unread: 9 }, life);
    const told = [
      await store.message(id, bob.id, life),
      (await store.messages(commonRoom, bob.id, page, life)).items[0],
      (await store.unread(bob.id, { limit: 1 }, life)).items[0],
      event?.type === "message" ? event.message : undefined,
      recent[0],
      unread[0],
    ];
    assertEquals(told.map((message) => [message?.id, message?.comments]), told.map(() => [id, 1]));
  });

  test("a page is full though much that was said between is gone", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    await chat.say(alice, "a");
    for (let n = 0; n < 30; n++) await chat.say(bob, "x");
    await chat.say(alice, "b");
    chat.nowMs += hourMs;
    const pages = async (bounds: { after?: number; limit: number }) =>
      textsOf(
        await chat.store.messages(commonRoom, bob.id, bounds, chat.life),
      );
    assertEquals(await pages({ limit: 2 }), ["ab", false]);
    assertEquals(await pages({ limit: 1 }), ["b", true]);
    assertEquals(await pages({ after: 0, limit: 2 }), ["ab", false]);
    assertEquals(textsOf(await chat.store.unread(bob.id, { limit: 2 }, chat.life)), ["ab", false]);
  });

  test("a message whose clock was set back meanwhile is there by its own times", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    await chat.say(alice, "late");
    chat.nowMs -= 2 * hourMs;
    const early = await chat.say(alice, "early");
    await chat.markRead(bob, early.id);
    chat.nowMs += 2 * hourMs;
    const page = await chat.store.messages(commonRoom, bob.id, { limit: 9 }, chat.life);
    assertEquals(textsOf(page), ["late", false]);
  });

  test("another life holds at once for how long the unread is kept", async (chat) => {
    const { carl, message } = await scene(chat);
    chat.nowMs += 2 * hourMs;
    chat.policy = { ...chat.policy, unreadTtlMs: 2 * hourMs };
    assertEquals(await waysTo(carl, message, chat), never);
    chat.policy = { ...chat.policy, unreadTtlMs: 3 * hourMs };
    assertEquals(await waysTo(carl, message, chat), unread);
  });
}
