/**
 * What someone has not read, and what they see who arrive.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom, type RoomId } from "../../../lib/domain/ids.ts";
import { unreadCountMax } from "../../../server/store/queries.ts";
import { saying } from "../../support/chat.ts";
import { nobody, nowhere, type Test, textsOf } from "./setting.ts";

export function unreadContract(test: Test): void {
  const at = (ids: readonly number[], n: number) => ids[n] ?? NaN;

  test("unread() tells all rooms in the order of the log, in pages", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const ids = [
      await chat.say(alice, "1"),
      await chat.say(carl, "2", { to: "bob" }),
      await chat.say(alice, "3", { to: "bob" }),
      await chat.say(carl, "4", { to: "bob" }),
      await chat.say(carl, "5"),
    ].map(({ id }) => Number(id));
    await chat.say(bob, "own");
    await chat.say(alice, "not for bob", { to: "carl" });
    const texts = async (query: { room?: RoomId; after?: number; limit: number }) => {
      return textsOf(await chat.store.unread(bob.id, query, chat.life));
    };
    assertEquals<unknown>(await texts({ limit: 9 }), ["12345", false]);
    assertEquals<unknown>(await texts({ limit: 5 }), ["12345", false]);
    assertEquals<unknown>(await texts({ limit: 4 }), ["1234", true]);
    assertEquals<unknown>(await texts({ after: at(ids, 1), limit: 2 }), ["34", true]);
    assertEquals<unknown>(await texts({ after: at(ids, 1), limit: 3 }), ["345", false]);
    assertEquals<unknown>(await texts({ after: at(ids, 4), limit: 3 }), ["", false]);
    assertEquals<unknown>(await texts({ room: commonRoom, limit: 9 }), ["15", false]);
    assertEquals<unknown>(await texts({ room: commonRoom, limit: 1 }), ["1", true]);
    assertEquals<unknown>(await texts({ room: commonRoom, after: at(ids, 0), limit: 9 }), [
      "5",
      false,
    ]);
    assertEquals<unknown>(await texts({ room: nowhere, limit: 9 }), ["", false]);
    const [withCarl] = (await chat.store.rooms(bob.id, chat.life)).filter(({ name }) =>
      name === "carl"
    );
    await chat.markRead(bob, at(ids, 1), { room: withCarl?.id ?? nowhere });
    assertEquals<unknown>(await texts({ limit: 9 }), ["1345", false]);
    assertEquals<unknown>(await chat.store.unread(nobody, { limit: 9 }, chat.life), {
      items: [],
      hasMore: false,
    });
  });

  test("unread messages are counted up to a bound", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const counted = async () => [
      await chat.store.countUnread(bob.id, commonRoom, chat.life),
      (await chat.store.rooms(bob.id, chat.life))[0]?.unread,
    ];
    await chat.batch(Array.from({ length: unreadCountMax - 1 }, () => saying(alice, "hi")));
    assertEquals(await counted(), [unreadCountMax - 1, unreadCountMax - 1]);
    await chat.say(alice, "hi");
    assertEquals(await counted(), [unreadCountMax, unreadCountMax]);
    await chat.say(alice, "hi");
    assertEquals(await counted(), [unreadCountMax, unreadCountMax]);
  });

  test("arrive() tells everything of one instant", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    for (const text of ["1", "2", "3"]) await chat.say(alice, text);
    await chat.say(bob, "own");
    await chat.say(alice, "psst", { to: "bob" });
    const arrival = await chat.store.arrive(bob.id, { recent: 2, unread: 3 }, chat.life);
    assertEquals(arrival.rooms, await chat.store.rooms(bob.id, chat.life));
    assertEquals(arrival.recent.map(({ text }) => text), ["3", "own"]);
    assertEquals(arrival.unread.map(({ text }) => text), ["1", "2", "3"]);
    assertEquals(arrival.unreadMore, true);
    assertEquals(arrival.head, await chat.store.head());
    const all = await chat.store.arrive(bob.id, { recent: 0, unread: 4 }, chat.life);
    assertEquals(all.recent, []);
    assertEquals(all.unread.map(({ text }) => text), ["1", "2", "3", "psst"]);
    assertEquals(all.unreadMore, false);
  });

  test("arrive() does not see what comes after it was asked", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    await chat.say(alice, "before");
    const head = await chat.store.head();
    const [arrival] = await Promise.all([
      chat.store.arrive(bob.id, { recent: 9, unread: 9 }, chat.life),
      chat.say(alice, "after"),
    ]);
    // Whichever of the two came first, what is told and the head belong together.
    const told = arrival.recent.map(({ text }) => text);
    assertEquals(told, arrival.unread.map(({ text }) => text));
    assertEquals(arrival.head - head, told.length - 1);
    assertEquals(arrival.rooms[0]?.unread, told.length);
  });

  test("what came before someone joined is no more unread than what they said", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den");
    await chat.say(alice, "before", { room });
    await chat.letIn(alice, room, bob);
    await chat.say(bob, "own", { room });
    assertEquals(await chat.store.countUnread(bob.id, room, chat.life), 0);
    assertEquals(textsOf(await chat.store.unread(bob.id, { limit: 9 }, chat.life)), ["", false]);
    await chat.say(alice, "after", { room });
    const unread = await chat.store.unread(bob.id, { room, limit: 9 }, chat.life);
    assertEquals(textsOf(unread), ["after", false]);
  });

  test("nothing of a room is unread for who has left it", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    await chat.say(alice, "psst", { room });
    await chat.remove(bob, room, bob);
    assertEquals(textsOf(await chat.store.unread(bob.id, { limit: 9 }, chat.life)), ["", false]);
    assertEquals(textsOf(await chat.store.unread(bob.id, { room, limit: 9 }, chat.life)), [
      "",
      false,
    ]);
    assertEquals(await chat.store.countUnread(bob.id, room, chat.life), 0);
  });
}
