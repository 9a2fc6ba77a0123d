/**
 * Rooms as a store knows them: who is in which, who may come, and what each member sees of it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom, type RoomId } from "../../../lib/domain/ids.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { Chat, Person } from "../../support/chat.ts";
import { carryOut } from "../../support/decisions.ts";
import { nobody, nowhere, type Test } from "./setting.ts";

export function roomContract(test: Test): void {
  test("rooms() are the common one first, then by the last message, newest first", async (chat) => {
    const [alice, bob, carl, dora] = await chat.people("alice", "Bob", "carl", "dora");
    const withBob = await chat.say(alice, "1", { to: "bob" });
    const withCarl = await chat.say(carl, "2", { to: "alice" });
    const withDora = await chat.say(dora, "3", { to: "alice" });
    await chat.say(bob, "not for alice", { to: "carl" });
    const last = await chat.say(bob, "4", { room: withBob.room });
    const common = await chat.say(bob, "5");
    assertEquals<unknown>(await chat.store.rooms(alice.id, chat.life), [
      {
        id: commonRoom,
        kind: "common",
        name: "common",
        unread: 1,
        lastId: common.id,
        readId: alice.id,
      },
      {
        id: withBob.room,
        kind: "private",
        name: "Bob",
        unread: 1,
        lastId: last.id,
        readId: withBob.room,
      },
      {
        id: withDora.room,
        kind: "private",
        name: "dora",
        unread: 1,
        lastId: withDora.id,
        readId: withDora.room,
      },
      {
        id: withCarl.room,
        kind: "private",
        name: "carl",
        unread: 1,
        lastId: withCarl.id,
        readId: withCarl.room,
      },
    ]);
    assertEquals(await chat.store.rooms(nobody, chat.life), []);
  });

  test("rooms() have the common one first before anything was said", async (chat) => {
    const alice = await chat.register("alice");
    assertEquals<unknown>(await chat.store.rooms(alice.id, chat.life), [
      { id: commonRoom, kind: "common", name: "common", unread: 0, lastId: 0, readId: alice.id },
    ]);
  });

  test("what is unread is what others said after the mark", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const said = [];
    for (const author of [alice, bob, alice, alice, bob, alice]) {
      said.push(await chat.say(author, "hi"));
    }
    const unread = async () => [
      await chat.store.countUnread(bob.id, commonRoom, chat.life),
      (await chat.store.rooms(bob.id, chat.life))[0]?.unread,
      (await chat.store.unread(bob.id, { limit: 100 }, chat.life)).items.length,
    ];
    assertEquals(await unread(), [4, 4, 4]);
    await chat.markRead(bob, said[2]?.id ?? 0);
    assertEquals(await unread(), [2, 2, 2]);
    await chat.markRead(bob, said[5]?.id ?? 0);
    assertEquals(await unread(), [0, 0, 0]);
    assertEquals(await chat.store.countUnread(nobody, commonRoom, chat.life), 0);
    assertEquals(await chat.store.countUnread(bob.id, nowhere, chat.life), 0);
  });

  test("member() and privateRoom() know who is in a room and who is not", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { room } = await chat.say(bob, "psst", { to: "alice" });
    assertEquals<unknown>(await chat.store.member(room, alice.id), {
      room,
      user: alice.id,
      joined: room,
      readId: room,
    });
    assertEquals(await chat.store.member(room, carl.id), undefined);
    assertEquals(await chat.store.member(nowhere, alice.id), undefined);
    assertEquals(await chat.store.privateRoom(alice.id, bob.id), room);
    assertEquals(await chat.store.privateRoom(bob.id, alice.id), room);
    assertEquals(await chat.store.privateRoom(alice.id, carl.id), undefined);
    assertEquals(await chat.store.privateRoom(alice.id, alice.id), undefined);
  });

  test("rooms() tell of a room its name and its owner as they are by now", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    const { id } = await chat.say(alice, "hi", { room });
    await chat.do({ type: "room.change", actor: alice.id, room, name: "lair" });
    await chat.do({ type: "profile.change", actor: alice.id, name: "Anna" });
    const [, summary] = await chat.store.rooms(bob.id, chat.life);
    const member = await chat.store.member(room, bob.id);
    assertEquals<unknown>(summary, {
      id: room,
      kind: "room",
      name: "lair",
      owner: { id: alice.id, name: "Anna" },
      unread: 1,
      lastId: id,
      readId: member?.joined,
    });
    const [, , , ...others] = await chat.store.rooms(alice.id, chat.life);
    assertEquals(others, []);
  });

  test("rooms() without messages come last, in the order in which they were made", async (chat) => {
    const alice = await chat.register("alice");
    const ids: RoomId[] = [];
    for (const name of ["1", "2", "3"]) ids.push(await chat.makeRoom(alice, name));
    const said = await chat.say(alice, "hi", { room: ids[1] ?? nowhere });
    const told = async () => (await chat.store.rooms(alice.id, chat.life)).map(({ id }) => id);
    await chat.markRead(alice, said.id, { room: ids[0] ?? nowhere });
    assertEquals(await told(), [commonRoom, ids[1], ids[0], ids[2]] as RoomId[]);
    await chat.do({ type: "message.delete", actor: alice.id, message: said.id });
    assertEquals(await told(), [commonRoom, ...ids]);
  });

  test("room() tells a room as it is by now, and none that never was", async (chat) => {
    const [alice] = await chat.people("alice", "bob");
    const id = await chat.makeRoom(alice, "den");
    const { room: pair } = await chat.say(alice, "psst", { to: "bob" });
    await chat.do({ type: "profile.change", actor: alice.id, name: "Anna" });
    assertEquals<unknown>(await chat.store.room(id), {
      id,
      kind: "room",
      name: "den",
      owner: { id: alice.id, name: "Anna" },
      createdMs: chat.nowMs,
      closed: false,
    });
    assertEquals((await chat.store.room(pair))?.kind, "private");
    assertEquals((await chat.store.room(commonRoom))?.kind, "common");
    assertEquals(await chat.store.room(nowhere), undefined);
    assertEquals(await chat.store.room(Number(alice.id) as RoomId), undefined);
  });

  test("members() come by name, as many as asked for, and nobody who has left", async (chat) => {
    const [zoe, bob, anna, carl] = await chat.people("Zoe", "bob", "anna", "carl");
    const room = await chat.makeRoom(zoe, "den", bob, anna, carl);
    await chat.remove(carl, room, carl);
    const names = async (id: RoomId, limit: number) => {
      const { items, hasMore } = await chat.store.members(id, limit);
      return [items.map(({ name }) => name), hasMore];
    };
    assertEquals<unknown>(await names(room, 9), [["anna", "bob", "Zoe"], false]);
    assertEquals<unknown>(await names(room, 3), [["anna", "bob", "Zoe"], false]);
    assertEquals<unknown>(await names(room, 2), [["anna", "bob"], true]);
    assertEquals<unknown>(await names(commonRoom, 9), [["anna", "bob", "carl", "Zoe"], false]);
    assertEquals<unknown>(await names(nowhere, 9), [[], false]);
    const [first] = (await chat.store.members(room, 1)).items;
    assertEquals<unknown>(first, { id: anna.id, name: "anna" });
  });
}

/** Rooms of Alice's and Carl's. */
async function houses(chat: Chat) {
  const [alice, bob, carl, dora] = await chat.people("alice", "bob", "carl", "dora");
  const den = await chat.makeRoom(alice, "den");
  const lair = await chat.makeRoom(carl, "lair");
  return { alice, bob, carl, dora, den, lair };
}

export function doorContract(test: Test): void {
  const inviting = ({ id }: Person, room: RoomId, user: string) => (
    { type: "invite", actor: id, room, user: foldName(user) } as const
  );

  test("invitationsTo() are someone's own, oldest first, by the names of now", async (chat) => {
    const { alice, bob, carl, den, lair } = await houses(chat);
    // The clock was set back between the two.
    chat.nowMs += 5;
    await carryOut(chat, inviting(alice, den, "bob"), inviting(alice, den, "carl"));
    chat.nowMs -= 5;
    await carryOut(chat, inviting(carl, lair, "bob"));
    await chat.do({ type: "room.change", actor: carl.id, room: lair, name: "nest" });
    await chat.do({ type: "profile.change", actor: carl.id, name: "Charles" });
    const { nowMs } = chat;
    assertEquals<unknown>(await chat.store.invitationsTo(bob.id), [
      {
        ...{ room: lair, user: bob.id, name: "nest", atMs: nowMs },
        by: { id: carl.id, name: "Charles" },
      },
      {
        ...{ room: den, user: bob.id, name: "den", atMs: nowMs + 5 },
        by: { id: alice.id, name: "alice" },
      },
    ]);
    await chat.do({ type: "invitation.answer", actor: bob.id, room: lair, accept: true });
    const left = await chat.store.invitationsTo(bob.id);
    assertEquals(left.map(({ name }) => name), ["den"]);
    assertEquals(await chat.store.invitationsTo(nobody), []);
  });

  test("linksInto() are those of a room, oldest first, with what was used of them", async (chat) => {
    const { alice, bob, carl, den, lair } = await houses(chat);
    const made = { type: "link.create", room: den, actor: alice.id } as const;
    const { link: first } = await chat.do({ ...made, hash: "1", usesMax: 2 });
    chat.nowMs += 5;
    const { link: second } = await chat.do({ ...made, hash: "2", lifeMs: 1000 });
    await chat.do({ type: "link.create", actor: carl.id, room: lair, hash: "3" });
    await carryOut(
      chat,
      { type: "join", actor: bob.id, hash: "1" },
      { type: "request.answer", actor: alice.id, room: den, user: foldName("bob"), approve: true },
    );
    assertEquals<unknown>(await chat.store.linksInto(den), [{ ...first, uses: 1 }, second]);
    await chat.do({ type: "link.revoke", actor: alice.id, room: den, link: first.id });
    assertEquals<unknown>(await chat.store.linksInto(den), [second]);
    assertEquals(await chat.store.linksInto(nowhere), []);
  });

  test("requestsInto() are those of a room, oldest first, by the names of now", async (chat) => {
    const { alice, bob, dora, den, lair } = await houses(chat);
    const { link } = await chat.do({
      type: "link.create",
      actor: alice.id,
      room: den,
      hash: "code",
    });
    // The clock was set back between the two.
    chat.nowMs += 5;
    await chat.do({ type: "join", actor: bob.id, hash: "code" });
    chat.nowMs -= 5;
    await chat.do({ type: "join", actor: dora.id, hash: "code" });
    await chat.do({ type: "profile.change", actor: dora.id, name: "Dot" });
    const request = { room: den, link: link.id };
    assertEquals<unknown>(await chat.store.requestsInto(den), [
      { ...request, user: { id: dora.id, name: "Dot" }, atMs: chat.nowMs },
      { ...request, user: { id: bob.id, name: "bob" }, atMs: chat.nowMs + 5 },
    ]);
    assertEquals(await chat.store.requestsInto(lair), []);
  });
}
