/**
 * What a store forgets: receipts and events that have had their time.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom, type UserId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import type { Chat } from "../../support/chat.ts";
import { loaded, type Test } from "./setting.ts";

export function forgettingContract(test: Test): void {
  test("forgetReceipts() forgets the old ones in slices, and no others", async (chat) => {
    const alice = await chat.register("alice");
    const startMs = chat.nowMs;
    for (let n = 0; n < 5; n++) {
      chat.nowMs = startMs + n;
      await chat.say(alice, "hi", {}, { key: `k${n}`, fingerprint: "f" });
    }
    const kept = () =>
      chat.store.transact({
        ...noNeeds(),
        receipts: [0, 1, 2, 3, 4].map((n) => ({ user: alice.id, key: `k${n}` })),
      }, (state) => [0, 1, 2, 3, 4].filter((n) => state.receipt(alice.id, `k${n}`) !== undefined));
    assertEquals(await chat.store.forgetReceipts(startMs, 10), 0);
    assertEquals(await kept(), [0, 1, 2, 3, 4]);
    assertEquals(await chat.store.forgetReceipts(startMs + 3, 2), 2);
    assertEquals(await kept(), [2, 3, 4]);
    assertEquals(await chat.store.forgetReceipts(startMs + 3, 2), 1);
    assertEquals(await chat.store.forgetReceipts(startMs + 3, 2), 0);
    assertEquals(await kept(), [3, 4]);
    // The messages stay, and so does the place of the log.
    const page = await chat.store.messages(commonRoom, alice.id, { limit: 9 }, chat.life);
    assertEquals(page.items.length, 5);
  });

  test("a receipt that is written anew takes the place of the old one", async (chat) => {
    const alice = await chat.register("alice");
    const retry = { key: "k", fingerprint: "f" };
    await chat.say(alice, "hi", {}, retry);
    chat.nowMs += 48 * 3_600_000;
    const again = await chat.say(alice, "hi", {}, retry);
    await loaded(chat, { receipts: [{ user: alice.id, key: "k" }] }, (state) => {
      assertEquals((state.receipt(alice.id, "k")?.kept as { id: number }).id, Number(again.id));
      assertEquals(state.receipt(alice.id, "k")?.atMs, chat.nowMs);
    });
    assertEquals(await chat.store.forgetReceipts(chat.nowMs, 10), 0);
  });

  const told = async ({ store, life }: Chat, user: UserId, after = 0) => {
    const { events } = await store.log(user, after, 1000, life);
    return events.map((event) => event.type === "message" ? event.message.text : event.type);
  };

  test("forgetEvents() forgets what happened before, the oldest first, and tells up to where", async (chat) => {
    const alice = await chat.register("alice");
    const { id: hello } = await chat.say(alice, "hello");
    chat.nowMs += 10;
    await chat.register("bob");
    await chat.register("carl");
    const carlJoined = (await chat.store.head()) - 1;
    chat.nowMs += 10;
    const last = await chat.register("dora");
    const forgotten = async () => (await chat.store.log(alice.id, 0, 9, chat.life)).forgotten;
    assertEquals([await chat.store.forgetEvents(chat.nowMs - 20, 9), await forgotten()], [0, 0]);
    assertEquals(await chat.store.forgetEvents(chat.nowMs, 1), 1);
    // A message is no event of this kind: it goes when its life is over.
    assertEquals(await told(chat, alice.id), [
      "hello",
      "member.joined",
      "member.joined",
      "member.joined",
    ]);
    const covered = await forgotten();
    assertEquals(covered >= alice.id && covered < hello + 2, true, `${covered}`);
    assertEquals(await chat.store.forgetEvents(chat.nowMs, 9), 2);
    assertEquals(await forgotten(), carlJoined);
    assertEquals(await chat.store.forgetEvents(chat.nowMs, 9), 0);
    assertEquals(await told(chat, alice.id), ["hello", "member.joined"]);
    assertEquals(await chat.store.forgetEvents(chat.nowMs + 1, 9), 1);
    assertEquals([await told(chat, alice.id), await forgotten()], [["hello"], Number(last.id)]);
    // Nobody is any less there.
    assertEquals(await chat.store.countUsers(), 4);
    assertEquals((await chat.store.rooms(alice.id, chat.life)).length, 1);
  });

  test("forgotten positions are not given out again", async (chat) => {
    const alice = await chat.register("alice");
    const head = await chat.store.head();
    await chat.store.forgetEvents(chat.nowMs + 1, 9);
    await chat.do({ type: "token.revoke", actor: alice.id, token: alice.token });
    assertEquals(await chat.store.head(), head + 1);
    assertEquals(await told(chat, alice.id, head), ["token.revoked"]);
  });

  test("forgotten covers what was forgotten when the clock was set back meanwhile", async (chat) => {
    const alice = await chat.register("alice");
    chat.nowMs -= 10;
    const bob = await chat.register("bob");
    // What Bob's joining tells came later, and has the earlier time.
    assertEquals(await chat.store.forgetEvents(chat.nowMs + 1, 9), 1);
    const { forgotten, events } = await chat.store.log(alice.id, 0, 9, chat.life);
    assertEquals([forgotten, events.map(({ position }) => position)], [
      Number(bob.id),
      [Number(alice.id)],
    ]);
  });

  test("what was forgotten stays so after a restart", async (chat, { reopen }) => {
    if (reopen === undefined) return;
    const alice = await chat.register("alice");
    await chat.store.forgetEvents(chat.nowMs + 1, 9);
    const store = await reopen();
    const { forgotten, events } = await store.log(alice.id, 0, 9, chat.life);
    assertEquals([forgotten, events], [Number(alice.id), []]);
  });

  test("reclaim() comes to an end", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    for (let n = 0; n < 50; n++) await chat.say(alice, "x".repeat(4000));
    await chat.markRead(bob, await chat.store.head());
    chat.nowMs += chat.policy.messageTtlMs;
    assertEquals((await chat.store.removeExpired({ limit: 500 }, chat.life)).removed, 50);
    let steps = 0;
    while (await chat.store.reclaim()) steps += 1;
    assertEquals(steps < 1000, true);
    assertEquals((await chat.say(alice, "still here")).text, "still here");
    const page = await chat.store.messages(commonRoom, bob.id, { limit: 9 }, chat.life);
    assertEquals(page.items.length, 1);
  });
}
