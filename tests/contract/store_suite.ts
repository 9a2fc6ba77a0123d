/**
 * What every store must do, as one suite that runs on each of them.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { textCharactersMax } from "../../lib/domain/bounds.ts";
import type { TokenId } from "../../lib/domain/ids.ts";
import { commonRoom, type MessageId, type RoomId, type UserId } from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import { type Needs, noNeeds } from "../../lib/domain/needs.ts";
import type { State } from "../../lib/domain/state.ts";
import { foldName } from "../../lib/text/names.ts";
import {
  messageBytes,
  type MessagePage,
  pageBytesMax,
  type Store,
  unreadCountMax,
} from "../../server/store/store.ts";
import { Chat, type Person, saying } from "../support/chat.ts";

/** A store that is open for one test. */
export interface OpenStore {
  readonly store: Store;
  /** Closes the store and opens it again; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<Store>;
  /** Lets go of it, and of what it kept. */
  readonly discard: () => Promise<void>;
}

/** Declares the tests of one implementation. */
export function storeContract(name: string, open: () => OpenStore): void {
  function test(title: string, run: (chat: Chat, opened: OpenStore) => Promise<void>): void {
    Deno.test(`${name}: ${title}`, async () => {
      const opened = open();
      try {
        await run(new Chat(opened.store), opened);
      } finally {
        await opened.discard();
      }
    });
  }

  loadingContract(test);
  savingContract(test);
  peopleContract(test);
  roomContract(test);
  messageContract(test);
  logContract(test);
  receiptContract(test);
}

type Test = (title: string, run: (chat: Chat, opened: OpenStore) => Promise<void>) => void;

/** What `look` finds in a state that was loaded for `needs`. */
function loaded<Found>(
  { store }: Chat,
  needs: Partial<Needs>,
  look: (state: State) => Found,
): Promise<Found> {
  return store.transact({ ...noNeeds(), ...needs }, look);
}

const nobody = 999 as UserId;
const nowhere = 999 as RoomId;

function loadingContract(test: Test): void {
  test("transact() gives an empty state the first head", async (chat) => {
    assertEquals(await loaded(chat, {}, (state) => state.head), 0);
    assertEquals(await chat.store.head(), 0);
  });

  test("transact() loads users by id, and leaves out who is not there", async (chat) => {
    const [alice, bob] = await chat.people("Alice", "bob");
    await loaded(chat, { users: new Set([alice.id, nobody]) }, (state) => {
      assertEquals<unknown>(state.user(alice.id), {
        id: alice.id,
        name: "Alice",
        folded: "alice",
        createdMs: chat.nowMs,
      });
      assertEquals(state.userNamed(foldName("alice"))?.id, alice.id);
      assertEquals([state.user(nobody), state.user(bob.id)], [undefined, undefined]);
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
      assertEquals<unknown>(state.room(room), {
        id: room,
        kind: "private",
        pair: [alice.id, bob.id],
        createdMs: chat.nowMs,
      });
      assertEquals([state.user(alice.id)?.name, state.user(bob.id)?.name], ["alice", "bob"]);
      assertEquals(state.member(commonRoom, carl.id)?.joined, Number(carl.id));
      assertEquals(state.room(commonRoom)?.kind, "common");
      assertEquals(state.member(room, carl.id), undefined);
      assertEquals(state.member(nowhere, bob.id), undefined);
      assertEquals(state.member(commonRoom, nobody), undefined);
    });
  });

  test("transact() loads a private chat with both users and both memberships", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { room } = await chat.say(alice, "psst", { to: "bob" });
    const privateChats = [
      { user: bob.id, name: foldName("alice") },
      { user: bob.id, name: foldName("carl") },
      { user: bob.id, name: foldName("nobody") },
    ];
    await loaded(chat, { privateChats }, (state) => {
      assertEquals(state.privateRoom(bob.id, alice.id)?.id, room);
      assertEquals(state.privateRoom(alice.id, bob.id)?.id, room);
      assertEquals(state.isMember(room, alice.id) && state.isMember(room, bob.id), true);
      assertEquals([alice, bob, carl].map(({ id }) => state.user(id)?.name), [
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
    const privateChats = [{ user: alice.id, name: foldName("bob") }];
    await loaded(chat, { privateChats }, (state) => {
      assertEquals([state.user(alice.id)?.name, state.user(bob.id)?.name], ["alice", "bob"]);
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
      assertEquals(state.room(message.room)?.pair, [alice.id, bob.id]);
      assertEquals([state.user(alice.id)?.name, state.user(bob.id)?.name], ["alice", "bob"]);
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
        kept: { message: message.id },
        atMs: chat.nowMs,
      });
      assertEquals(state.message(message.id), message, "with the message that it keeps");
      assertEquals(state.receipt(bob.id, "k"), undefined);
      assertEquals(state.receipt(alice.id, "K"), undefined);
    });
  });

  test("transact() loads all that a need names, whatever another need has loaded of it", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { room, id } = await chat.say(alice, "psst", { to: "bob" });
    const whole = {
      members: [{ room, user: alice.id }],
      privateChats: [{ user: bob.id, name: foldName("alice") }],
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
        { user: alice.id, name: foldName("bob") },
        { user: bob.id, name: foldName("alice") },
      ],
      messages: [{ message: id, user: bob.id }, { message: id, user: alice.id }],
    };
    await loaded(chat, needs, (state) => {
      assertEquals(state.isMember(room, alice.id) && state.isMember(room, bob.id), true);
    });
  });
}

function savingContract(test: Test): void {
  test("transact() gives back what the work gave, and calls it once", async ({ store }) => {
    let calls = 0;
    assertEquals(await store.transact(noNeeds(), () => ++calls), 1);
    assertEquals(calls, 1);
  });

  test("transact() saves a position that was given out without an event", async ({ store }) => {
    const given = await store.transact(noNeeds(), (state) => state.nextPosition());
    assertEquals(given, 1);
    assertEquals(await store.head(), 1);
    assertEquals(await store.transact(noNeeds(), (state) => state.nextPosition()), 2);
  });

  test("transact() saves nothing when the work throws, and rejects with what was thrown", async (chat) => {
    const alice = await chat.register("alice");
    const before = await snapshot(chat, [alice]);
    const thrown = new RangeError("the rule is wrong");
    const failure = await assertRejects(() =>
      chat.store.transact({ ...noNeeds(), users: new Set([alice.id]) }, (state) => {
        const id = state.nextPosition() as UserId;
        state.putUser({ id, name: "eve", folded: foldName("eve"), createdMs: 0 });
        state.putMember({ room: commonRoom, user: id, joined: id, readId: id });
        state.removeToken({ id: alice.token, user: alice.id } as never);
        throw thrown;
      })
    );
    assertEquals(failure === thrown, true);
    assertEquals(await snapshot(chat, [alice]), before);
    assertEquals((await chat.register("eve")).id, before.head + 1 as UserId);
  });

  test("transact() runs those that are started together one after another", async (chat) => {
    const alice = await chat.register("alice");
    const head = await chat.store.head();
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`);
    const said = await Promise.all(texts.map((text) => chat.say(alice, text)));
    assertEquals(said.map(({ id }) => Number(id)), texts.map((_, n) => head + 1 + n));
    const page = await chat.store.messages(commonRoom, { limit: 100 });
    assertEquals(page.items.map(({ text }) => text), texts);
  });

  test("transact() does not keep what is done to the state afterwards", async (chat) => {
    const alice = await chat.register("alice");
    const before = await snapshot(chat, [alice]);
    const state = await chat.store.transact(noNeeds(), (state) => state);
    state.putUser({ id: nobody, name: "eve", folded: foldName("eve"), createdMs: 0 });
    state.nextPosition();
    assertEquals(await snapshot(chat, [alice]), before);
  });

  test(
    "everything is there after it was opened again, and no position is given out twice",
    async (chat, { reopen }) => {
      if (reopen === undefined) return;
      const [alice, bob] = await chat.people("Alice", "боб");
      const message = await chat.say(alice, "psst 👩‍🚀", { to: "боб" }, {
        key: "k",
        fingerprint: "f",
      });
      await chat.say(bob, "!", { commentOn: message.id });
      await chat.markRead(bob, message.id, { room: message.room });
      await chat.do({ type: "token.revoke", actor: bob.id, token: bob.token });
      const { epoch } = chat.store;
      const before = await snapshot(chat, [alice, bob]);
      const again = new Chat(await reopen());
      assertEquals(again.store.epoch, epoch);
      assertEquals(await snapshot(again, [alice, bob]), before);
      const replayed = await again.batch([{
        type: "send",
        actor: alice.id,
        destination: { to: foldName("боб") },
        text: "psst 👩‍🚀",
        retry: { key: "k", fingerprint: "f" },
      }]);
      assertEquals<unknown>(replayed.decisions, [
        { ok: true, outcome: { message }, replayed: true },
      ]);
      assertEquals((await again.say(alice, "next")).id, before.head + 1 as MessageId);
    },
  );

  test(
    "a position that no event took is not given out again after a restart",
    async (chat, { reopen }) => {
      if (reopen === undefined) return;
      await chat.store.transact(noNeeds(), (state) => state.nextPosition());
      const store = await reopen();
      assertEquals(await store.transact(noNeeds(), (state) => state.nextPosition()), 2);
    },
  );
}

function peopleContract(test: Test): void {
  test("findToken() finds a token by its hash, with its user", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { token } = await chat.do({
      type: "token.issue",
      actor: bob.id,
      grant: { hash: "secret's hash" },
    });
    const found = await chat.store.findToken("secret's hash");
    assertEquals([found?.token.id, found?.user.id], [token, bob.id]);
    assertEquals(await chat.store.findToken("another"), undefined);
    assertEquals(await chat.store.findToken(""), undefined);
    await chat.do({ type: "token.revoke", actor: bob.id, token });
    assertEquals(await chat.store.findToken("secret's hash"), undefined);
    assertEquals((await chat.store.tokensOf(alice.id)).map(({ id }) => id), [alice.token]);
  });

  test("tokensOf() tells when each client was last seen", async (chat) => {
    const alice = await chat.register("alice");
    chat.nowMs += 5000;
    await chat.do({ type: "token.touch", tokens: [alice.token] });
    await chat.do({ type: "token.touch", tokens: [999 as TokenId] });
    const [token] = await chat.store.tokensOf(alice.id);
    assertEquals(token?.lastSeenMs, chat.nowMs);
    assertEquals(await chat.store.tokensOf(nobody), []);
  });

  test("findUser() finds nobody by text that is no name", async (chat) => {
    await chat.register("alice");
    assertEquals((await chat.store.findUser(foldName("ALICE")))?.name, "alice");
    for (const text of ["", "alice\0", "\0alice", "alice ", "\ud800", "a%", "al_ce", "'"]) {
      assertEquals(await chat.store.findUser(foldName(text)), undefined, JSON.stringify(text));
    }
  });

  test("countUsers() counts everyone", async (chat) => {
    assertEquals(await chat.store.countUsers(), 0);
    await chat.people("alice", "bob");
    assertEquals(await chat.store.countUsers(), 2);
  });

  // By UTF-16 units, which JavaScript compares, those after 﨎 (U+FA0E) would come before it.
  const inOrder = ["10", "9", "alice", "bob", "zed", "éva", "иван", "ꙮ", "﨎", "𐐨x", "😀", "🦊"];
  const shuffled = [5, 10, 0, 8, 3, 11, 1, 9, 6, 2, 7, 4].map((at) => inOrder[at] ?? "");

  test("users() are in the order of code points, beyond the basic plane too", async (chat) => {
    await chat.people(...shuffled);
    const { items, hasMore } = await chat.store.users({ limit: 100 });
    assertEquals(items.map(({ name }) => name), inOrder);
    assertEquals(hasMore, false);
  });

  test("users() come in pages that leave nobody out and tell nobody twice", async (chat) => {
    await chat.people(...shuffled);
    for (const limit of [1, 5, 11, 12, 13]) {
      const seen: string[] = [];
      let after = foldName("");
      for (let more = true; more;) {
        const { items, hasMore } = await chat.store.users({ after, limit });
        assert(items.length <= limit);
        seen.push(...items.map(({ name }) => name));
        after = items.at(-1)?.folded ?? after;
        more = hasMore;
      }
      assertEquals(seen, inOrder, `pages of ${limit}`);
    }
  });

  test("users() tell whether there are more only if there are", async (chat) => {
    await chat.people("a", "b", "c");
    for (const [limit, hasMore] of [[2, true], [3, false], [4, false]] as const) {
      assertEquals((await chat.store.users({ limit })).hasMore, hasMore, `${limit}`);
    }
    assertEquals(await chat.store.users({ after: foldName("c"), limit: 1 }), {
      items: [],
      hasMore: false,
    });
    const between = await chat.store.users({ after: foldName("aa"), limit: 1 });
    assertEquals([between.items.map(({ name }) => name), between.hasMore], [["b"], true]);
  });

  test("users() can be those of some only", async (chat) => {
    const [, b, c, d] = await chat.people("a", "b", "c", "d");
    const only = new Set([d.id, b.id, nobody]);
    const names = async (query: { after?: string; limit: number }) => {
      const { after, limit } = query;
      const page = await chat.store.users({
        ...(after !== undefined && { after: foldName(after) }),
        limit,
        only,
      });
      return [page.items.map(({ name }) => name), page.hasMore];
    };
    assertEquals<unknown>(await names({ limit: 9 }), [["b", "d"], false]);
    assertEquals<unknown>(await names({ limit: 2 }), [["b", "d"], false]);
    assertEquals<unknown>(await names({ limit: 1 }), [["b"], true]);
    assertEquals<unknown>(await names({ after: "b", limit: 1 }), [["d"], false]);
    const none = await chat.store.users({ limit: 9, only: new Set() });
    assertEquals<unknown>(none, { items: [], hasMore: false });
    assertEquals(Number(c.id) > 0, true);
  });

  test("users() can be those of all but some", async (chat) => {
    const [a, , c] = await chat.people("a", "b", "c", "d");
    const except = new Set([c.id, a.id, nobody]);
    const names = async (limit: number) => {
      const page = await chat.store.users({ limit, except });
      return [page.items.map(({ name }) => name), page.hasMore];
    };
    assertEquals<unknown>(await names(2), [["b", "d"], false]);
    assertEquals<unknown>(await names(1), [["b"], true]);
  });

  test("a page of users() that is not read to its end leaves nothing open", async (chat) => {
    await chat.people("a", "b", "c");
    await chat.store.users({ limit: 1 });
    const dora = await chat.register("d");
    await chat.store.users({ limit: 2 });
    assertEquals((await chat.store.users({ limit: 9 })).items.at(-1)?.id, dora.id);
  });
}

function roomContract(test: Test): void {
  test("rooms() are the common one first, then by the last message, newest first", async (chat) => {
    const [alice, bob, carl, dora] = await chat.people("alice", "Bob", "carl", "dora");
    const withBob = await chat.say(alice, "1", { to: "bob" });
    const withCarl = await chat.say(carl, "2", { to: "alice" });
    const withDora = await chat.say(dora, "3", { to: "alice" });
    await chat.say(bob, "not for alice", { to: "carl" });
    const last = await chat.say(bob, "4", { room: withBob.room });
    const common = await chat.say(bob, "5");
    assertEquals<unknown>(await chat.store.rooms(alice.id), [
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
    assertEquals(await chat.store.rooms(nobody), []);
  });

  test("rooms() have the common one first before anything was said", async (chat) => {
    const alice = await chat.register("alice");
    assertEquals<unknown>(await chat.store.rooms(alice.id), [
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
      await chat.store.countUnread(bob.id, commonRoom),
      (await chat.store.rooms(bob.id))[0]?.unread,
      (await chat.store.unread(bob.id, { limit: 100 })).items.length,
    ];
    assertEquals(await unread(), [4, 4, 4]);
    await chat.markRead(bob, said[2]?.id ?? 0);
    assertEquals(await unread(), [2, 2, 2]);
    await chat.markRead(bob, said[5]?.id ?? 0);
    assertEquals(await unread(), [0, 0, 0]);
    assertEquals(await chat.store.countUnread(nobody, commonRoom), 0);
    assertEquals(await chat.store.countUnread(bob.id, nowhere), 0);
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

  test("arrive() tells everything of one instant", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    for (const text of ["1", "2", "3"]) await chat.say(alice, text);
    await chat.say(bob, "own");
    await chat.say(alice, "psst", { to: "bob" });
    const arrival = await chat.store.arrive(bob.id, { recent: 2, unread: 3 });
    assertEquals(arrival.rooms, await chat.store.rooms(bob.id));
    assertEquals(arrival.recent.map(({ text }) => text), ["3", "own"]);
    assertEquals(arrival.unread.map(({ text }) => text), ["1", "2", "3"]);
    assertEquals(arrival.unreadMore, true);
    assertEquals(arrival.head, await chat.store.head());
    const all = await chat.store.arrive(bob.id, { recent: 0, unread: 4 });
    assertEquals(all.recent, []);
    assertEquals(all.unread.map(({ text }) => text), ["1", "2", "3", "psst"]);
    assertEquals(all.unreadMore, false);
  });

  test("arrive() does not see what comes after it was asked", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    await chat.say(alice, "before");
    const head = await chat.store.head();
    const [arrival] = await Promise.all([
      chat.store.arrive(bob.id, { recent: 9, unread: 9 }),
      chat.say(alice, "after"),
    ]);
    // Whichever of the two came first, what is told and the head belong together.
    const told = arrival.recent.map(({ text }) => text);
    assertEquals(told, arrival.unread.map(({ text }) => text));
    assertEquals(arrival.head - head, told.length - 1);
    assertEquals(arrival.rooms[0]?.unread, told.length);
  });
}

function messageContract(test: Test): void {
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
      const { ids } = await conversation(chat);
      const page = await chat.store.messages(commonRoom, {
        ...("before" in bounds && { before: at(ids, bounds.before) }),
        ...("after" in bounds && { after: at(ids, bounds.after) }),
        limit: bounds.limit,
      });
      assertEquals(page.items.map(({ text }) => text).join(""), expected);
      assertEquals(page.hasMore, more);
    });
  }

  test("messages() after 0 begin at the beginning, and before 1 there are none", async (chat) => {
    const { ids } = await conversation(chat);
    const first = await chat.store.messages(commonRoom, { after: 0, limit: 1 });
    assertEquals(first.items.map(({ id }) => Number(id)), [at(ids, 0)]);
    assertEquals((await chat.store.messages(commonRoom, { before: 1, limit: 1 })).items, []);
    assertEquals(await chat.store.messages(nowhere, { limit: 1 }), { items: [], hasMore: false });
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
      assertEquals<unknown>(await chat.store.message(said.id, alice.id), said);
      chat.nowMs += 24 * 3_600_000;
    }
  });

  test("message() is none for who is not in its room", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const secret = await chat.say(alice, "psst", { to: "bob" });
    const open = await chat.say(alice, "open");
    assertEquals((await chat.store.message(secret.id, alice.id))?.text, "psst");
    assertEquals((await chat.store.message(secret.id, bob.id))?.to?.name, "bob");
    assertEquals(await chat.store.message(secret.id, carl.id), undefined);
    assertEquals((await chat.store.message(open.id, carl.id))?.text, "open");
    assertEquals(await chat.store.message(open.id, nobody), undefined);
    assertEquals(await chat.store.message(999 as MessageId, alice.id), undefined);
    assertEquals(await chat.store.message(Number(secret.room) as MessageId, alice.id), undefined);
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
      const { items, hasMore } = await chat.store.comments(first.id, { after, limit });
      return [items.map(({ text }) => text).join(""), hasMore];
    };
    assertEquals<unknown>(await texts(0, 2), ["ab", true]);
    assertEquals<unknown>(await texts(0, 3), ["abc", false]);
    assertEquals<unknown>(await texts(at(ids, 0), 9), ["bc", false]);
    assertEquals<unknown>(await texts(at(ids, 2), 9), ["", false]);
    assertEquals((await chat.store.message(first.id, alice.id))?.comments, 3);
    const [comment] = (await chat.store.comments(first.id, { after: 0, limit: 1 })).items;
    assertEquals([comment?.comments, comment?.commentOn], [1, first.id]);
    assertEquals((await chat.store.comments(999 as MessageId, { after: 0, limit: 9 })).items, []);
  });

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
      const { items, hasMore } = await chat.store.unread(bob.id, query);
      return [items.map(({ text }) => text).join(""), hasMore];
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
    const [withCarl] = (await chat.store.rooms(bob.id)).filter(({ name }) => name === "carl");
    await chat.markRead(bob, at(ids, 1), { room: withCarl?.id ?? nowhere });
    assertEquals<unknown>(await texts({ limit: 9 }), ["1345", false]);
    assertEquals<unknown>(await chat.store.unread(nobody, { limit: 9 }), {
      items: [],
      hasMore: false,
    });
  });
}

function logContract(test: Test): void {
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
    const { events } = await chat.store.log(bob.id, 0, 1000);
    return { bob, seen: events.map(({ position }) => position), head: await chat.store.head() };
  }

  test("log() tells what is for the user or for their rooms, in order, and nothing else", async (chat) => {
    const { bob, head } = await history(chat);
    const { events, upTo, rooms } = await chat.store.log(bob.id, 0, 1000);
    assertEquals(
      events.map((event) => event.type === "message" ? event.message.text : event.type),
      [
        "member.joined",
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
      new Set((await chat.store.rooms(bob.id)).map(({ id }) => id)),
    );
  });

  test("log() tells each event as it was published, with the comments that there are by now", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const published = [];
    const secret = await chat.say(alice, "psst", { to: "bob" });
    const from = await chat.store.head();
    for (
      const command of [
        { type: "send", actor: alice.id, destination: {}, text: "hi" },
        { type: "send", actor: bob.id, destination: { commentOn: secret.id }, text: "!" },
        { type: "read", actor: bob.id, upto: secret.id },
        { type: "token.revoke", actor: bob.id, token: bob.token },
        { type: "register", name: "carl", grant: { hash: "c" } },
      ] as const
    ) published.push(...(await chat.batch([command])).events);
    assertEquals((await chat.store.log(bob.id, from, 100)).events, published);
    const [message] = (await chat.store.log(bob.id, secret.id - 1, 1)).events;
    assertEquals(message?.type === "message" && message.message.comments, 1);
  });

  test("log() after a position leaves out what came before it, and the position itself", async (chat) => {
    const { bob, seen, head } = await history(chat);
    for (let after = 0; after <= head; after++) {
      const { events, upTo } = await chat.store.log(bob.id, after, 1000);
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
        const { events, upTo } = await chat.store.log(bob.id, after, limit);
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
    const full = await chat.store.log(bob.id, from, 3);
    assertEquals([full.events.length, full.upTo], [3, Number(ids[2])]);
    const rest = await chat.store.log(bob.id, full.upTo, 3);
    assertEquals([rest.events.length, rest.upTo], [0, await chat.store.head()]);
  });

  test("log() of nobody is empty up to the head", async (chat) => {
    const { head } = await history(chat);
    assertEquals(await chat.store.log(nobody, 0, 9), { events: [], upTo: head, rooms: [] });
  });
}

function receiptContract(test: Test): void {
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
    assertEquals((await chat.store.messages(commonRoom, { limit: 9 })).items.length, 5);
  });

  test("a page has no more bytes than it may, and at least one message", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const text = "界".repeat(textCharactersMax);
    const fitting = Math.floor(pageBytesMax / messageBytes({ text } as Message));
    const ids: number[] = [];
    for (let count = 0; count < fitting + 2; count++) ids.push((await chat.say(alice, text)).id);
    const idsOf = ({ items, hasMore }: MessagePage) => [items.map(({ id }) => id), hasMore];
    const { store } = chat;
    const limit = 200;
    const newest = await store.messages(commonRoom, { limit });
    assertEquals<unknown>(idsOf(newest), [ids.slice(2), true]);
    const oldest = await store.messages(commonRoom, { limit, after: 0 });
    assertEquals<unknown>(idsOf(oldest), [ids.slice(0, fitting), true]);
    const rest = await store.messages(commonRoom, { limit, after: ids[1] ?? 0 });
    assertEquals<unknown>(idsOf(rest), [ids.slice(2), false]);
    const unread = await store.unread(bob.id, { limit });
    assertEquals<unknown>(idsOf(unread), [ids.slice(0, fitting), true]);
    const arrival = await store.arrive(bob.id, { recent: limit, unread: limit });
    assertEquals(arrival.recent.length, fitting);
    assertEquals([arrival.unread.length, arrival.unreadMore], [fitting, true]);
  });

  test("unread messages are counted up to a bound", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const counted = async () => [
      await chat.store.countUnread(bob.id, commonRoom),
      (await chat.store.rooms(bob.id))[0]?.unread,
    ];
    await chat.batch(Array.from({ length: unreadCountMax - 1 }, () => saying(alice, "hi")));
    assertEquals(await counted(), [unreadCountMax - 1, unreadCountMax - 1]);
    await chat.say(alice, "hi");
    assertEquals(await counted(), [unreadCountMax, unreadCountMax]);
    await chat.say(alice, "hi");
    assertEquals(await counted(), [unreadCountMax, unreadCountMax]);
  });

  test("a receipt that is written anew takes the place of the old one", async (chat) => {
    const alice = await chat.register("alice");
    const retry = { key: "k", fingerprint: "f" };
    await chat.say(alice, "hi", {}, retry);
    chat.nowMs += 48 * 3_600_000;
    const again = await chat.say(alice, "hi", {}, retry);
    await loaded(chat, { receipts: [{ user: alice.id, key: "k" }] }, (state) => {
      assertEquals<unknown>(state.receipt(alice.id, "k")?.kept, { message: again.id });
      assertEquals(state.receipt(alice.id, "k")?.atMs, chat.nowMs);
    });
    assertEquals(await chat.store.forgetReceipts(chat.nowMs, 10), 0);
  });
}

/** Everything that can be asked about `people`, to be compared. */
async function snapshot({ store }: Chat, people: readonly Person[]) {
  return {
    head: await store.head(),
    count: await store.countUsers(),
    users: await store.users({ limit: 100 }),
    common: await store.messages(commonRoom, { limit: 100 }),
    people: await Promise.all(people.map(async ({ id }) => ({
      tokens: await store.tokensOf(id),
      arrival: await store.arrive(id, { recent: 100, unread: 100 }),
      log: (await store.log(id, 0, 1000)).events,
    }))),
  };
}
