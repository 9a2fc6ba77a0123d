/**
 * Messages as a store gives them: one, a page of a room, the comments on one.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { textCharactersMax } from "../../../lib/domain/bounds.ts";
import { commonRoom, type MessageId, type RoomId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import {
  messageBytes,
  type MessagePage,
  type PageBounds,
  pageBytesMax,
} from "../../../server/store/pages.ts";
import type { Chat, Person } from "../../support/chat.ts";
import { nobody, nowhere, type Test, textsOf } from "./setting.ts";

export function messageContract(test: Test): void {
  /** Seven messages in the common room, with other events between them. */
  async function conversation(chat: Chat): Promise<{ alice: Person; bob: Person; ids: number[] }> {
    const [alice, bob] = await chat.people("alice", "bob");
    const ids: number[] = [];
    for (let n = 0; n < 7; n++) {
      ids.push((await chat.say(alice, `${n}`)).id);
      await chat.say(alice, "elsewhere", { to: "bob" });
    }
    return { alice, bob, ids };
  }

  const at = (ids: readonly number[], n: number) => ids[n] ?? NaN;

  for (
    const [what, bounds, expected, more] of [
      ["the newest, oldest first", { limit: 3 }, "456", true],
      ["all but one", { limit: 6 }, "123456", true],
      ["all, and exactly", { limit: 7 }, "0123456", false],
      ["all, and room for more", { limit: 8 }, "0123456", false],
      ["those before one", { before: 4, limit: 2 }, "23", true],
      ["all before one", { before: 4, limit: 4 }, "0123", false],
      ["none before the first", { before: 0, limit: 4 }, "", false],
      ["the oldest after one", { after: 2, limit: 2 }, "34", true],
      ["all after one", { after: 2, limit: 4 }, "3456", false],
      ["none after the last", { after: 6, limit: 4 }, "", false],
      ["the newest between two", { after: 1, before: 6, limit: 2 }, "45", true],
      ["all between two", { after: 1, before: 6, limit: 4 }, "2345", false],
      ["none of no size", { limit: 0 }, "", true],
    ] as const satisfies readonly (readonly [
      string,
      { before?: number; after?: number; limit: number },
      string,
      boolean,
    ])[]
  ) {
    test(`messages() gives ${what}`, async (chat) => {
      const { ids, bob } = await conversation(chat);
      const between = {
        ...("before" in bounds && { before: at(ids, bounds.before) }),
        ...("after" in bounds && { after: at(ids, bounds.after) }),
        limit: bounds.limit,
      };
      const page = await chat.store.messages(commonRoom, bob.id, between, chat.life);
      assertEquals(textsOf(page), [expected, more]);
    });
  }

  test("messages() after 0 begin at the beginning, and before 1 there are none", async (chat) => {
    const { ids, bob } = await conversation(chat);
    const page = (room: RoomId, bounds: PageBounds) => (
      chat.store.messages(room, bob.id, bounds, chat.life)
    );
    const first = await page(commonRoom, { after: 0, limit: 1 });
    assertEquals(first.items.map(({ id }) => Number(id)), [at(ids, 0)]);
    assertEquals((await page(commonRoom, { before: 1, limit: 1 })).items, []);
    assertEquals(await page(nowhere, { limit: 1 }), { items: [], hasMore: false });
  });

  test("a message comes back as it was said, whatever its text", async (chat) => {
    const [alice] = await chat.people("alice", "bob");
    const texts = [
      "👩‍🚀 e\u0301 \u202e",
      "'; DROP TABLE messages; --",
      "a\r\n\tb\u2028",
      "\ufeffbom",
      "\x1b[31m",
      "😀".repeat(4000),
      '{"a":1}',
      "?1 :x $y @z",
    ];
    for (const text of texts) {
      const said = await chat.say(alice, text, { to: "bob" }, { key: "k", fingerprint: text });
      assertEquals<unknown>(await chat.store.message(said.id, alice.id, chat.life), said);
      chat.nowMs += 24 * 3_600_000;
    }
  });

  test("message() is none for who is not in its room", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const secret = await chat.say(alice, "psst", { to: "bob" });
    const open = await chat.say(alice, "open");
    assertEquals((await chat.store.message(secret.id, alice.id, chat.life))?.text, "psst");
    assertEquals((await chat.store.message(secret.id, bob.id, chat.life))?.to?.name, "bob");
    assertEquals(await chat.store.message(secret.id, carl.id, chat.life), undefined);
    assertEquals((await chat.store.message(open.id, carl.id, chat.life))?.text, "open");
    assertEquals(await chat.store.message(open.id, nobody, chat.life), undefined);
    assertEquals(await chat.store.message(999 as MessageId, alice.id, chat.life), undefined);
    assertEquals(
      await chat.store.message(Number(secret.room) as MessageId, alice.id, chat.life),
      undefined,
    );
  });

  test("comments() come oldest first, in pages, and are counted", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const first = await chat.say(alice, "first");
    const second = await chat.say(alice, "second");
    const ids: number[] = [];
    for (const text of ["a", "b", "c"]) {
      ids.push((await chat.say(bob, text, { commentOn: first.id })).id);
      await chat.say(bob, "other", { commentOn: second.id });
    }
    await chat.say(alice, "nested", { commentOn: at(ids, 0) });
    const texts = async (after: number, limit: number) => {
      return textsOf(await chat.store.comments(first.id, bob.id, { after, limit }, chat.life));
    };
    assertEquals<unknown>(await texts(0, 2), ["ab", true]);
    assertEquals<unknown>(await texts(0, 3), ["abc", false]);
    assertEquals<unknown>(await texts(at(ids, 0), 9), ["bc", false]);
    assertEquals<unknown>(await texts(at(ids, 2), 9), ["", false]);
    assertEquals((await chat.store.message(first.id, alice.id, chat.life))?.comments, 3);
    const page = { after: 0, limit: 1 };
    const { items } = await chat.store.comments(first.id, alice.id, page, chat.life);
    assertEquals([items[0]?.comments, items[0]?.commentOn], [1, first.id]);
    const none = await chat.store.comments(999 as MessageId, alice.id, page, chat.life);
    assertEquals(textsOf(none), ["", false]);
  });

  test("a page has no more bytes than it may, and at least one message", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const text = "界".repeat(textCharactersMax);
    const fitting = Math.floor(
      pageBytesMax / messageBytes({ text, files: [] as Message["files"] } as Message),
    );
    const ids: number[] = [];
    for (let count = 0; count < fitting + 2; count++) ids.push((await chat.say(alice, text)).id);
    const idsOf = ({ items, hasMore }: MessagePage) => [items.map(({ id }) => id), hasMore];
    const { store, life } = chat;
    const limit = 200;
    const page = (bounds: PageBounds) => store.messages(commonRoom, bob.id, bounds, life);
    const newest = await page({ limit });
    assertEquals<unknown>(idsOf(newest), [ids.slice(2), true]);
    const oldest = await page({ limit, after: 0 });
    assertEquals<unknown>(idsOf(oldest), [ids.slice(0, fitting), true]);
    const rest = await page({ limit, after: ids[1] ?? 0 });
    assertEquals<unknown>(idsOf(rest), [ids.slice(2), false]);
    const unread = await store.unread(bob.id, { limit }, life);
    assertEquals<unknown>(idsOf(unread), [ids.slice(0, fitting), true]);
    const arrival = await store.arrive(bob.id, { recent: limit, unread: limit }, life);
    assertEquals(arrival.recent.length, fitting);
    assertEquals([arrival.unread.length, arrival.unreadMore], [fitting, true]);
  });

  test("a page of messages with files has no more bytes than it may either", async (chat) => {
    const alice = await chat.register("alice");
    const files = [];
    for (let n = 0; n < 10; n++) files.push((await chat.addFile(alice, `${n}`)).id);
    const message = await chat.say(alice, "界".repeat(textCharactersMax), { files });
    const text = "界".repeat(textCharactersMax);
    const plain = messageBytes({ ...message, files: [] });
    const fitting = Math.floor((pageBytesMax - messageBytes(message)) / plain);
    for (let n = 0; n < fitting; n++) await chat.say(alice, text);
    const oldest = { after: 0, limit: 200 };
    const page = () => chat.store.messages(commonRoom, alice.id, oldest, chat.life);
    assertEquals([(await page()).items.length, (await page()).hasMore], [fitting + 1, false]);
    await chat.say(alice, text);
    assertEquals([(await page()).items.length, (await page()).hasMore], [fitting + 1, true]);
    assertEquals((await page()).items[0], message);
  });
}
