/**
 * The whole log, whoever may see it, and several stores on one medium.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { textCharactersMax } from "../../../lib/domain/bounds.ts";
import type { Command } from "../../../lib/domain/command.ts";
import type { Event } from "../../../lib/domain/event.ts";
import type { MessageId } from "../../../lib/domain/ids.ts";
import { eventBytes, pageBytesMax } from "../../../server/store/pages.ts";
import { Chat, type Person, saying } from "../../support/chat.ts";
import type { OpenStore, Test } from "./setting.ts";

/** A room, a private chat and what is one's own, each known to some; a deletion is its own test. */
async function muchToTell(chat: Chat, [alice, bob, carl]: readonly Person[]): Promise<Event[]> {
  assert(alice !== undefined && bob !== undefined && carl !== undefined);
  const file = await chat.addFile(alice);
  const room = await chat.makeRoom(carl, "den", bob);
  const first = await chat.store.head() + 1 as MessageId;
  const batches: Command[][] = [
    [saying(alice, "to all", { files: [file.id] })],
    [saying(bob, "!", { commentOn: first })],
    [saying(alice, "psst", { to: "bob" }), { type: "read", actor: bob.id, upto: first }],
    // Gives out positions that no event has.
    [{ type: "token.issue", actor: bob.id, grant: { hash: "b2" } }],
    [saying(carl, "in the den", { room })],
    [{ type: "token.revoke", actor: bob.id, token: bob.token }],
    [{ type: "profile.change", actor: carl.id, name: "Carlotta" }],
    [{ type: "room.delete", actor: carl.id, room }],
    [{ type: "token.issue", actor: bob.id, grant: { hash: "b3" } }],
  ];
  const events: Event[] = [];
  for (const batch of batches) {
    const { decisions, events: told } = await chat.batch(batch);
    assert(decisions.every(({ ok }) => ok), JSON.stringify(decisions));
    events.push(...told);
  }
  return events;
}

/** All that was told, but for what has become of the names. */
function named(events: readonly Event[], { id }: Person, name: string): unknown {
  return JSON.parse(JSON.stringify(events), (_key, value) => {
    const isTheirs = value?.id === id && typeof value.name === "string";
    return isTheirs ? { ...value, name } : value;
  });
}

function positionsOf(events: readonly Event[]): number[] {
  return events.map(({ position }) => position);
}

export function followingContract(test: Test): void {
  test("eventsAfter() tells all that was published, whoever may see it, as it was told", async (chat) => {
    const people = await chat.people("alice", "bob", "carl");
    const from = await chat.store.head();
    // What goes before is told by the setting itself.
    const published = await muchToTell(chat, people);
    const start = (published[0]?.position ?? 0) - 1;
    assert(start > from);
    const { events, upTo, hasMore, forgotten } = await chat.store.eventsAfter(start, 100);
    assert(published.some((event) => event.type === "message" && event.message.files.length > 0));
    const carl = people[2];
    // Messages tell of people by their names of now, all others what they told.
    const messages = (all: readonly Event[]) => all.filter(({ type }) => type === "message");
    const others = (all: readonly Event[]) => all.filter(({ type }) => type !== "message");
    assertEquals(messages(events), named(messages(published), carl, "Carlotta"));
    assertEquals(others(events), others(published));
    assertEquals(positionsOf(events), positionsOf(published));
    assertEquals([upTo, hasMore, forgotten], [await chat.store.head(), false, 0]);
    assert(upTo > (events.at(-1)?.position ?? 0), "the last positions have no event");
  });

  test("eventsAfter() in pages of any size tells everything once, and says whether there is more", async (chat) => {
    await muchToTell(chat, await chat.people("alice", "bob", "carl"));
    const { store } = chat;
    const head = await store.head();
    const all = positionsOf((await store.eventsAfter(0, 1000)).events);
    for (let limit = 1; limit <= all.length + 1; limit++) {
      const told: number[] = [];
      let after = 0;
      let page;
      do {
        page = await store.eventsAfter(after, limit);
        assert(page.upTo > after, "a page leads on");
        const expected = all.filter((position) => position > after).slice(0, limit);
        assertEquals(positionsOf(page.events), expected);
        assertEquals(page.hasMore, told.length + expected.length < all.length);
        assertEquals(page.upTo, page.hasMore ? expected.at(-1) : head);
        told.push(...expected);
        after = page.upTo;
      } while (page.hasMore);
      assertEquals(told, all, `pages of ${limit}`);
    }
  });

  test("eventsAfter() the head, or beyond it, is empty up to the head", async (chat) => {
    await chat.people("alice", "bob");
    const head = await chat.store.head();
    const nothing = { events: [], upTo: head, hasMore: false, forgotten: 0 };
    assertEquals(await chat.store.eventsAfter(head, 9), nothing);
    assertEquals(await chat.store.eventsAfter(head + 5, 9), nothing);
  });

  test("eventsAfter() leaves out what was taken back, and tells that it was", async (chat) => {
    const alice = await chat.register("alice");
    const from = await chat.store.head();
    const { id } = await chat.say(alice, "oh");
    await chat.say(alice, "well");
    await chat.do({ type: "message.delete", actor: alice.id, message: id });
    const { events } = await chat.store.eventsAfter(from, 9);
    assertEquals(
      events.map((event) => event.type === "message" ? event.message.text : event.type),
      ["well", "message.deleted"],
    );
  });

  test("eventsAfter() tells what has expired as long as it is kept, and up to where events are gone", async (chat) => {
    const [alice] = await chat.people("alice", "bob");
    const { id } = await chat.say(alice, "soon gone");
    chat.nowMs += chat.policy.messageTtlMs;
    assertEquals(await chat.store.forgetEvents(chat.nowMs, 1), 1);
    const { events, forgotten } = await chat.store.eventsAfter(0, 9);
    assertEquals([events.at(-1)?.position, forgotten], [Number(id), Number(alice.id)]);
  });

  test("eventsAfter() has no more bytes in a page than it may, and at least one event", async (chat) => {
    const alice = await chat.register("alice");
    const from = await chat.store.head();
    const text = "界".repeat(textCharactersMax);
    const commands = Array.from({ length: 100 }, () => saying(alice, text));
    const { events } = await chat.batch(commands);
    const [first] = events;
    assert(first !== undefined);
    const fitting = Math.floor(pageBytesMax / eventBytes(first));
    assert(fitting > 1 && fitting < events.length - 1);
    const page = await chat.store.eventsAfter(from, 1000);
    assertEquals(positionsOf(page.events), positionsOf(events.slice(0, fitting)));
    assertEquals([page.hasMore, page.upTo], [true, page.events.at(-1)?.position]);
    const last = (count: number) =>
      chat.store.eventsAfter((events.at(-1)?.position ?? 0) - count, 1000);
    for (const [count, hasMore] of [[fitting - 1, false], [fitting, false], [fitting + 1, true]]) {
      const { events, hasMore: told } = await last(Number(count));
      assertEquals([events.length, told], [Math.min(Number(count), fitting), hasMore]);
    }
  });

  /** A second chat on the medium of the first, if there can be one. */
  async function beside(
    chat: Chat,
    { another }: OpenStore,
    run: (other: Chat) => Promise<void>,
  ): Promise<void> {
    if (another === undefined) return;
    const other = new Chat(another());
    other.policy = chat.policy;
    other.newHash = () => `other ${chat.newHash()}`;
    try {
      await run(other);
    } finally {
      await other.store.close();
    }
  }

  test(
    "two stores of one medium share one log, in the order of their commits",
    async (chat, opened) => {
      await beside(chat, opened, async (other) => {
        assertEquals([other.store.epoch, other.store.secret], [
          chat.store.epoch,
          chat.store.secret,
        ]);
        const alice = await chat.register("alice");
        const bob = await other.register("bob");
        const start = await chat.store.head();
        let head = start;
        const said = [];
        for (let n = 0; n < 40; n++) {
          const [here, author] = n % 3 === 0 ? [other, bob] : [chat, alice];
          const batch = await here.batch([saying(author, `${n}`), saying(author, `${n}!`)]);
          assertEquals(batch.before, head);
          head = batch.head;
          said.push(`${n}`, `${n}!`);
          for (const { store } of [chat, other]) {
            assertEquals(await store.head(), batch.head);
            assertEquals((await store.eventsAfter(batch.before, 9)).events, batch.events);
          }
        }
        for (const { store, life } of [chat, other]) {
          const { events } = await store.log(bob.id, start, 1000, life);
          assertEquals(
            events.map((event) => event.type === "message" ? event.message.text : event.type),
            said,
          );
        }
      });
    },
  );

  test("a store decides on what another has just changed", async (chat, opened) => {
    await beside(chat, opened, async (other) => {
      const [alice, bob] = await chat.people("alice", "bob");
      const room = await other.makeRoom(alice, "den", bob);
      assertEquals((await chat.decide(saying(bob, "hi", { room }))).ok, true);
      await other.remove(alice, room, bob);
      assertEquals((await chat.decide(saying(bob, "still here?", { room }))).ok, false);
      assertEquals(
        (await other.decide({ type: "register", name: "ALICE", grant: { hash: "x" } })).ok,
        false,
      );
      const key = { key: "once", fingerprint: "f" };
      const first = await chat.say(alice, "hello", {}, key);
      assertEquals((await other.say(alice, "hello", {}, key)).id, first.id);
      await other.do({ type: "token.revoke", actor: alice.id, token: alice.token });
      assertEquals(await chat.store.tokensOf(alice.id), []);
    });
  });

  test("what one store forgets is forgotten for the other", async (chat, opened) => {
    await beside(chat, opened, async (other) => {
      const alice = await chat.register("alice");
      assertEquals(await other.store.forgetEvents(chat.nowMs + 1, 9), 1);
      const { events, forgotten } = await chat.store.eventsAfter(0, 9);
      assertEquals([events, forgotten], [[], Number(alice.id)]);
    });
  });
}
