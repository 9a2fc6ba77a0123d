/**
 * What a store saves: everything or nothing, in order, for good.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { commonRoom, type MessageId, type UserId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import { foldName } from "../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../support/chat.ts";
import { carryOut } from "../../support/decisions.ts";
import { nobody, nowhere, snapshot, type Test } from "./setting.ts";

export function savingContract(test: Test): void {
  /** One thing of each kind that is kept. */
  async function keepOneOfEach(chat: Chat, alice: Person, bob: Person): Promise<void> {
    const carl = await chat.register("carl");
    const room = await chat.makeRoom(alice, "den", bob);
    const file = await chat.addFile(alice, "a.txt", "some bytes");
    const { id } = await chat.say(alice, "look", { room, files: [file.id] });
    await chat.schedule(bob, "later", 5000, { to: "Alice" });
    await chat.do({ type: "link.create", actor: alice.id, room, hash: "code", usesMax: 2 });
    await chat.do({ type: "join", actor: carl.id, hash: "code" });
    await chat.do({ type: "room.create", actor: carl.id, name: "lair" });
    const lair = (await chat.store.rooms(carl.id, chat.life)).find(({ name }) => name === "lair");
    const invited = { room: lair?.id ?? nowhere, user: foldName("боб") };
    await chat.do({ type: "invite", actor: carl.id, ...invited });
    const about = { target: foldName("Alice"), reason: "…", message: id };
    await chat.do({ type: "report", actor: bob.id, ...about });
  }

  test("transact() gives back what the work gave, and calls it once", async ({ store }) => {
    let calls = 0;
    assertEquals(await store.transact(noNeeds(), () => ++calls), 1);
    assertEquals(calls, 1);
  });

  test("probe() changes nothing", async (chat, { reopen }) => {
    const [alice, bob] = await chat.people("Alice", "Боб");
    await keepOneOfEach(chat, alice, bob);
    const before = await snapshot(chat, [alice, bob]);
    const head = await chat.store.head();
    await chat.store.probe();
    await chat.store.probe();
    assertEquals(await snapshot(chat, [alice, bob]), before);
    if (reopen === undefined) return;
    const again = new Chat(await reopen());
    again.policy = chat.policy;
    assertEquals(await again.store.head(), head);
  });

  test("transact() saves a position that was given out without an event", async ({ store }) => {
    const given = await store.transact(noNeeds(), (state) => state.nextPosition());
    assertEquals(given, 1);
    assertEquals(await store.head(), 1);
    assertEquals(await store.transact(noNeeds(), (state) => state.nextPosition()), 2);
  });

  test("transact() saves nothing when the work throws, and rejects with what was thrown", async (chat) => {
    const alice = await chat.register("alice");
    const head = await chat.store.head();
    const before = await snapshot(chat, [alice]);
    const thrown = new RangeError("the rule is wrong");
    const failure = await assertRejects(() =>
      chat.store.transact({ ...noNeeds(), users: new Set([alice.id]) }, (state) => {
        const id = state.nextPosition() as UserId;
        state.users.put({ id, name: "eve", folded: foldName("eve"), createdMs: 0 });
        state.members.put({ room: commonRoom, user: id, joined: id, readId: id });
        state.tokens.remove({ id: alice.token, user: alice.id } as never);
        throw thrown;
      })
    );
    assertEquals(failure === thrown, true);
    assertEquals(await snapshot(chat, [alice]), before);
    assertEquals((await chat.register("eve")).id, head + 1 as UserId);
  });

  test("transact() runs those that are started together one after another", async (chat) => {
    const alice = await chat.register("alice");
    const head = await chat.store.head();
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`);
    const said = await Promise.all(texts.map((text) => chat.say(alice, text)));
    assertEquals(said.map(({ id }) => Number(id)), texts.map((_, n) => head + 1 + n));
    const page = await chat.store.messages(commonRoom, alice.id, { limit: 100 }, chat.life);
    assertEquals(page.items.map(({ text }) => text), texts);
  });

  test("transact() does not keep what is done to the state afterwards", async (chat) => {
    const alice = await chat.register("alice");
    const before = await snapshot(chat, [alice]);
    const state = await chat.store.transact(noNeeds(), (state) => state);
    state.users.put({ id: nobody, name: "eve", folded: foldName("eve"), createdMs: 0 });
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
      await keepOneOfEach(chat, alice, bob);
      const { epoch, secret } = chat.store;
      const head = await chat.store.head();
      const before = await snapshot(chat, [alice, bob]);
      const again = new Chat(await reopen());
      again.policy = chat.policy;
      assertEquals([again.store.epoch, again.store.secret], [epoch, secret]);
      assertEquals(await snapshot(again, [alice, bob]), before);
      const replayed = await again.batch([{
        type: "send",
        actor: alice.id,
        destination: { to: foldName("боб") },
        text: "psst 👩‍🚀",
        files: [],
        retry: { key: "k", fingerprint: "f" },
      }]);
      assertEquals<unknown>(replayed.decisions, [
        { ok: true, outcome: { message }, replayed: true },
      ]);
      assertEquals((await again.say(alice, "next")).id, head + 1 as MessageId);
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

  test("changes are saved in the order in which they were made", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const people = new Set([alice.id, bob.id, carl.id]);
    await chat.store.transact({ ...noNeeds(), users: people }, (state) => {
      // Each name is free only once the one before it was given up.
      for (const [{ id }, name] of [[carl, "dora"], [bob, "carl"], [alice, "bob"]] as const) {
        const user = state.users.get(id);
        if (user !== undefined) state.users.put({ ...user, name, folded: foldName(name) });
      }
    });
    const names = await Promise.all(
      ["alice", "bob", "carl", "dora"].map((name) => chat.store.findUser(foldName(name))),
    );
    assertEquals(names.map((user) => user?.id), [undefined, alice.id, bob.id, carl.id]);
  });

  test("what is put and removed in one batch is not there", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den");
    await carryOut(
      chat,
      { type: "invite", actor: alice.id, room, user: foldName("bob") },
      { type: "invitation.answer", actor: bob.id, room, accept: true },
      { type: "member.remove", actor: bob.id, room, user: foldName("bob") },
    );
    assertEquals(await chat.store.member(room, bob.id), undefined);
    assertEquals(await chat.store.invitationsTo(bob.id), []);
  });

  test("what is put again takes the place of what was there", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const first = await chat.schedule(alice, "1", 5000, { to: "bob" });
    const change = { type: "scheduled.change", actor: alice.id, scheduled: first.id } as const;
    await carryOut(chat, { ...change, text: "2" }, { ...change, text: "3" });
    assertEquals((await chat.store.scheduledBy(alice.id)).map(({ text }) => text), ["3"]);
    const room = await chat.makeRoom(alice, "den", bob);
    const owned = { type: "room.change", actor: alice.id, room } as const;
    await carryOut(chat, { ...owned, name: "lair", owner: foldName("bob") });
    const kept = await chat.store.room(room);
    assertEquals(kept?.kind === "room" && [kept.name, kept.owner.id], ["lair", bob.id]);
  });

  test("a message that is taken back in the batch it was sent in is not there", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { id } = await chat.say(alice, "?");
    await carryOut(
      chat,
      saying(alice, "oops", { commentOn: id }),
      { type: "message.delete", actor: alice.id, message: id + 1 as MessageId },
    );
    assertEquals(await chat.store.message(id + 1 as MessageId, bob.id, chat.life), undefined);
    assertEquals((await chat.store.message(id, bob.id, chat.life))?.comments, 0);
  });
}
