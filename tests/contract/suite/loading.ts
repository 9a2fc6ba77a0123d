/**
 * What a store loads for the needs that all have: users, tokens, rooms, messages, receipts.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom, type MessageId } from "../../../lib/domain/ids.ts";
import { pairIn } from "../../../lib/domain/room.ts";
import type { Needs } from "../../../lib/domain/needs.ts";
import { foldName } from "../../../lib/text/names.ts";
import { saying } from "../../support/chat.ts";
import { loaded, nobody, nowhere, type Test } from "./setting.ts";

export function loadingContract(test: Test): void {
  test("transact() gives an empty state the first head", async (chat) => {
    assertEquals(await loaded(chat, {}, (state) => state.head), 0);
    assertEquals(await chat.store.head(), 0);
  });

  test("transact() loads users by id, and leaves out who is not there", async (chat) => {
    const [alice, bob] = await chat.people("Alice", "bob");
    await loaded(chat, { users: new Set([alice.id, nobody]) }, (state) => {
      assertEquals<unknown>(state.users.get(alice.id), {
        id: alice.id,
        name: "Alice",
        folded: "alice",
        createdMs: chat.nowMs,
      });
      assertEquals(state.userNamed(foldName("alice"))?.id, alice.id);
      assertEquals([state.users.get(nobody), state.users.get(bob.id)], [undefined, undefined]);
    });
  });

  test("transact() loads users by name, and leaves out who is not there", async (chat) => {
    const [alice] = await chat.people("Alice", "bob");
    await chat.do({
      type: "register",
      name: "carl",
      passwordHash: "p",
      grant: { hash: "c" },
    });
    const names = new Set(["alice", "carl", "nobody", "ali", "alice\0"].map(foldName));
    await loaded(chat, { names }, (state) => {
      assertEquals(state.userNamed(foldName("ALICE"))?.id, alice.id);
      assertEquals(state.userNamed(foldName("carl"))?.passwordHash, "p");
      for (const name of ["nobody", "ali", "alice\0", "bob"]) {
        assertEquals(state.userNamed(foldName(name)), undefined, name);
      }
    });
  });

  test("transact() loads all tokens of a user, once, and those of nobody else", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { token } = await chat.do({
      type: "token.issue",
      actor: alice.id,
      grant: { hash: "second", client: "phone" },
    });
    await loaded(chat, { tokensOf: new Set([alice.id, nobody]) }, (state) => {
      assertEquals(state.tokensOf(alice.id).map(({ id }) => id), [alice.token, token]);
      assertEquals<unknown>(state.tokensOf(alice.id)[1], {
        id: token,
        user: alice.id,
        hash: "second",
        client: "phone",
        createdMs: chat.nowMs,
        lastSeenMs: chat.nowMs,
      });
      assertEquals([state.tokensOf(bob.id), state.tokensOf(nobody)], [[], []]);
    });
  });

  test("transact() loads a membership with its room and both users of a private one", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { room, id } = await chat.say(alice, "psst", { to: "bob" });
    await chat.markRead(bob, id, { room });
    const members = [
      { room, user: bob.id },
      { room, user: carl.id },
      { room: nowhere, user: bob.id },
      { room: commonRoom, user: carl.id },
      { room: commonRoom, user: nobody },
    ];
    await loaded(chat, { members }, (state) => {
      assertEquals<unknown>(state.member(room, bob.id), {
        room,
        user: bob.id,
        joined: room,
        readId: id,
      });
      assertEquals<unknown>(state.rooms.get(room), {
        id: room,
        kind: "private",
        pair: [alice.id, bob.id],
        createdMs: chat.nowMs,
      });
      assertEquals([state.users.get(alice.id)?.name, state.users.get(bob.id)?.name], [
        "alice",
        "bob",
      ]);
      assertEquals(state.member(commonRoom, carl.id)?.joined, Number(carl.id));
      assertEquals(state.rooms.get(commonRoom)?.kind, "common");
      assertEquals(state.member(room, carl.id), undefined);
      assertEquals(state.member(nowhere, bob.id), undefined);
      assertEquals(state.member(commonRoom, nobody), undefined);
    });
  });

  test("transact() loads a private chat with both users and both memberships", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { room } = await chat.say(alice, "psst", { to: "bob" });
    const privateChats = [
      { user: bob.id, with: foldName("alice") },
      { user: bob.id, with: foldName("carl") },
      { user: bob.id, with: foldName("nobody") },
      { user: bob.id, with: nobody },
    ];
    await loaded(chat, { privateChats }, (state) => {
      assertEquals(state.privateRoom(bob.id, alice.id)?.id, room);
      assertEquals(state.privateRoom(alice.id, bob.id)?.id, room);
      assertEquals(state.isMember(room, alice.id) && state.isMember(room, bob.id), true);
      assertEquals([alice, bob, carl].map(({ id }) => state.users.get(id)?.name), [
        "alice",
        "bob",
        "carl",
      ]);
      assertEquals(state.privateRoom(bob.id, carl.id), undefined);
      assertEquals(state.userNamed(foldName("nobody")), undefined);
    });
  });

  test("transact() loads both users of a private chat that is not there yet", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const privateChats = [{ user: alice.id, with: foldName("bob") }];
    await loaded(chat, { privateChats }, (state) => {
      assertEquals([state.users.get(alice.id)?.name, state.users.get(bob.id)?.name], [
        "alice",
        "bob",
      ]);
    });
  });

  test("transact() loads a message with its room, its reader's place and both users", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const message = await chat.say(alice, "psst", { to: "bob" }, { key: "k", fingerprint: "f" });
    const comment = await chat.say(bob, "!", { commentOn: message.id });
    const open = await chat.say(carl, "open");
    const messages = [
      { message: message.id, user: bob.id },
      { message: message.id, user: carl.id },
      { message: comment.id, user: bob.id },
      { message: open.id, user: bob.id },
      { message: 999 as MessageId, user: bob.id },
      // A position of the log, but of no message.
      { message: Number(alice.id) as MessageId, user: bob.id },
    ];
    await loaded(chat, { messages }, (state) => {
      assertEquals<unknown>(state.message(message.id), { ...message, comments: 1 });
      assertEquals<unknown>(state.message(comment.id), comment);
      assertEquals(pairIn(state.rooms.get(message.room)), [alice.id, bob.id]);
      assertEquals([state.users.get(alice.id)?.name, state.users.get(bob.id)?.name], [
        "alice",
        "bob",
      ]);
      assertEquals(state.isMember(message.room, bob.id), true);
      assertEquals(state.isMember(message.room, carl.id), false);
      assertEquals(state.member(commonRoom, bob.id)?.user, bob.id);
      assertEquals(state.message(999 as MessageId), undefined);
      assertEquals(state.message(Number(alice.id) as MessageId), undefined);
    });
  });

  test("transact() loads a receipt by its user and key", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const message = await chat.say(alice, "hi", {}, { key: "k", fingerprint: "f" });
    const receipts = [
      { user: alice.id, key: "k" },
      { user: bob.id, key: "k" },
      { user: alice.id, key: "K" },
    ];
    await loaded(chat, { receipts }, (state) => {
      assertEquals<unknown>(state.receipt(alice.id, "k"), {
        user: alice.id,
        key: "k",
        fingerprint: "f",
        kept: {
          id: message.id,
          room: commonRoom,
          roomKind: "common",
          atMs: message.atMs,
          expiresMs: message.expiresMs,
        },
        atMs: chat.nowMs,
      });
      assertEquals(state.receipt(bob.id, "k"), undefined);
      assertEquals(state.receipt(alice.id, "K"), undefined);
    });
  });

  test("transact() loads all that a need names, whatever another need has loaded of it", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { room, id } = await chat.say(alice, "psst", { to: "bob" });
    const whole = {
      members: [{ room, user: alice.id }],
      privateChats: [{ user: bob.id, with: foldName("alice") }],
      messages: [{ message: id, user: alice.id }],
    };
    for (
      const needs of [
        { members: whole.members, privateChats: whole.privateChats },
        { messages: whole.messages, privateChats: whole.privateChats },
        { members: [{ room, user: bob.id }], messages: whole.messages },
      ]
    ) {
      await loaded(chat, needs, (state) => {
        assertEquals([alice, bob].map((one) => state.isMember(room, one.id)), [true, true]);
      });
    }
    // As it shows: one sends into the room by its id while the other one reads what came.
    const { decisions } = await chat.batch([
      saying(alice, "more", { room }),
      { type: "read", actor: bob.id, to: foldName("alice"), upto: id },
    ]);
    assertEquals(decisions.map(({ ok }) => ok), [true, true]);
  });

  test("transact() takes the same need twice", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { room, id } = await chat.say(alice, "psst", { to: "bob" });
    const needs: Partial<Needs> = {
      users: new Set([alice.id]),
      names: new Set([foldName("alice")]),
      members: [{ room, user: bob.id }, { room, user: bob.id }],
      privateChats: [
        { user: alice.id, with: foldName("bob") },
        { user: bob.id, with: foldName("alice") },
      ],
      messages: [{ message: id, user: bob.id }, { message: id, user: alice.id }],
    };
    await loaded(chat, needs, (state) => {
      assertEquals(state.isMember(room, alice.id) && state.isMember(room, bob.id), true);
    });
  });
}
