/**
 * The log as each user may see it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Command } from "../../../lib/domain/command.ts";
import { type Chat, type Person, saying } from "../../support/chat.ts";
import { nobody, type Test } from "./setting.ts";

export function logContract(test: Test): void {
  /** All kinds of events, some of which bob may see. */
  async function history(chat: Chat): Promise<{ bob: Person; seen: number[]; head: number }> {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    await chat.say(alice, "open");
    const secret = await chat.say(alice, "psst", { to: "bob" });
    await chat.say(alice, "not for bob", { to: "carl" });
    await chat.markRead(bob, secret.id, { room: secret.room });
    await chat.markRead(carl, secret.id);
    await chat.say(bob, "!", { commentOn: secret.id });
    await chat.do({ type: "token.issue", actor: bob.id, grant: { hash: "b2" } });
    await chat.do({ type: "token.revoke", actor: bob.id, token: bob.token });
    await chat.do({ type: "token.revoke", actor: alice.id, token: alice.token });
    const { events } = await chat.store.log(bob.id, 0, 1000, chat.life);
    return { bob, seen: events.map(({ position }) => position), head: await chat.store.head() };
  }

  test("log() tells what is for the user or for their rooms, in order, and nothing else", async (chat) => {
    const { bob, head } = await history(chat);
    const { events, upTo, rooms } = await chat.store.log(bob.id, 0, 1000, chat.life);
    assertEquals(
      events.map((event) => event.type === "message" ? event.message.text : event.type),
      [
        // Bob's own, and that of Carl who came later.
        "member.joined",
        "member.joined",
        "open",
        "room.created",
        "psst",
        "read",
        "!",
        "token.revoked",
      ],
    );
    const positions = events.map(({ position }) => position);
    assertEquals(positions, positions.toSorted((a, b) => a - b));
    assertEquals(upTo, head);
    assertEquals(
      new Set(rooms),
      new Set((await chat.store.rooms(bob.id, chat.life)).map(({ id }) => id)),
    );
  });

  test("log() tells each event as it was published, with the comments that there are by now", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const published = [];
    const secret = await chat.say(alice, "psst", { to: "bob" });
    const from = await chat.store.head();
    for (
      const command of [
        saying(alice, "hi"),
        saying(bob, "!", { commentOn: secret.id }),
        { type: "read", actor: bob.id, upto: secret.id },
        { type: "token.revoke", actor: bob.id, token: bob.token },
        { type: "register", name: "carl", grant: { hash: "c" } },
      ] as const satisfies readonly Command[]
    ) published.push(...(await chat.batch([command])).events);
    assertEquals((await chat.store.log(bob.id, from, 100, chat.life)).events, published);
    const [message] = (await chat.store.log(bob.id, secret.id - 1, 1, chat.life)).events;
    assertEquals(message?.type === "message" && message.message.comments, 1);
  });

  test("log() after a position leaves out what came before it, and the position itself", async (chat) => {
    const { bob, seen, head } = await history(chat);
    for (let after = 0; after <= head; after++) {
      const { events, upTo } = await chat.store.log(bob.id, after, 1000, chat.life);
      assertEquals(
        events.map(({ position }) => position),
        seen.filter((position) => position > after),
      );
      assertEquals(upTo, head);
    }
  });

  test("log() in pages of any size tells everything once", async (chat) => {
    const { bob, seen, head } = await history(chat);
    for (let limit = 1; limit <= seen.length + 1; limit++) {
      const told: number[] = [];
      let after = 0;
      while (after < head) {
        const { events, upTo } = await chat.store.log(bob.id, after, limit, chat.life);
        assert(events.length <= limit);
        assert(upTo > after, "a page leads on");
        // Nothing that was told lies beyond, and nothing that was left out lies before.
        assert((events.at(-1)?.position ?? 0) <= upTo);
        assertEquals(
          events.map(({ position }) => position),
          seen.filter((position) => position > after && position <= upTo),
        );
        told.push(...events.map(({ position }) => position));
        after = upTo;
      }
      assertEquals(told, seen, `pages of ${limit}`);
    }
  });

  test("log() of a page that is exactly full goes up to its last event", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const from = await chat.store.head();
    const ids = [];
    for (const text of ["1", "2", "3"]) ids.push((await chat.say(alice, text)).id);
    await chat.markRead(alice, ids[0] ?? 0);
    const full = await chat.store.log(bob.id, from, 3, chat.life);
    assertEquals([full.events.length, full.upTo], [3, Number(ids[2])]);
    const rest = await chat.store.log(bob.id, full.upTo, 3, chat.life);
    assertEquals([rest.events.length, rest.upTo], [0, await chat.store.head()]);
  });

  test("log() of nobody is empty up to the head", async (chat) => {
    const { head } = await history(chat);
    assertEquals(await chat.store.log(nobody, 0, 9, chat.life), {
      events: [],
      upTo: head,
      rooms: [],
      forgotten: 0,
    });
  });

  test("log() begins where someone joined a room, and again when they come back", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den");
    await chat.say(alice, "early", { room });
    await chat.letIn(alice, room, bob);
    await chat.say(alice, "1", { room });
    const told = async (after = room) => {
      const { events } = await chat.store.log(bob.id, after, 100, chat.life);
      return events.map((event) => event.type === "message" ? event.message.text : event.type);
    };
    assertEquals(await told(), ["invitation", "member.joined", "1"]);
    await chat.remove(bob, room, bob);
    await chat.say(alice, "meanwhile", { room });
    // What was of the room is gone; that they left is told to themselves.
    assertEquals(await told(), ["invitation", "member.left"]);
    await chat.letIn(alice, room, bob);
    await chat.say(alice, "2", { room });
    assertEquals(await told(), ["invitation", "member.left", "invitation", "member.joined", "2"]);
    assertEquals((await chat.store.log(bob.id, 0, 100, chat.life)).rooms.includes(room), true);
  });

  test("log() tells each member of a room that it was deleted, and nothing else of it", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    await chat.say(alice, "hi", { room });
    await chat.do({ type: "room.delete", actor: alice.id, room });
    for (const { id } of [alice, bob]) {
      const { events, rooms } = await chat.store.log(id, room - 1, 100, chat.life);
      const ofRoom = events.filter(({ type }) => type !== "invitation");
      assertEquals(ofRoom.map(({ type, audience }) => [type, audience]), [["room.deleted", id]]);
      assertEquals(rooms.includes(room), false);
    }
  });

  test("log() leaves out what was deleted and what has expired, and tells that it was deleted", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const from = await chat.store.head();
    const first = await chat.say(alice, "first");
    await chat.say(alice, "second");
    const third = await chat.say(alice, "third");
    await chat.do({ type: "message.delete", actor: alice.id, message: first.id });
    const told = async ({ id }: Person) => {
      const { events, upTo } = await chat.store.log(id, from, 100, chat.life);
      assertEquals(upTo, await chat.store.head());
      return events.map((event) => event.type === "message" ? event.message.text : event.type);
    };
    assertEquals(await told(bob), ["second", "third", "message.deleted"]);
    await chat.markRead(bob, third.id - 1);
    chat.nowMs += chat.policy.messageTtlMs;
    assertEquals(await told(alice), ["message.deleted"]);
    assertEquals(await told(bob), ["third", "message.deleted", "read"]);
    chat.nowMs += chat.policy.unreadTtlMs;
    assertEquals(await told(bob), ["message.deleted", "read"]);
  });

  test("log() fills a page behind messages that are no longer there", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const from = await chat.store.head();
    for (let n = 0; n < 20; n++) await chat.say(alice, `${n}`);
    await chat.markRead(bob, await chat.store.head());
    chat.nowMs += chat.policy.messageTtlMs;
    await chat.say(alice, "young");
    const { events } = await chat.store.log(bob.id, from, 2, chat.life);
    assertEquals(events.map(({ type }) => type), ["read", "message"]);
  });

  test("log() of a scheduled message tells its author alone", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const from = await chat.store.head();
    const scheduled = await chat.schedule(alice, "later", 5000, { to: "bob" });
    const { events } = await chat.store.log(alice.id, from, 9, chat.life);
    assertEquals<unknown>(events, [{
      type: "scheduled.created",
      position: scheduled.id,
      audience: alice.id,
      atMs: chat.nowMs,
      scheduled: scheduled.id,
      dueMs: scheduled.dueMs,
    }]);
    assertEquals((await chat.store.log(bob.id, from, 9, chat.life)).events, []);
  });
}
