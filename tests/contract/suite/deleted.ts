/**
 * Users who were deleted: what a store still loads of them, and where it leaves them out.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom } from "../../../lib/domain/ids.ts";
import { deletedUserName } from "../../../lib/domain/user.ts";
import { foldName } from "../../../lib/text/names.ts";
import { deleteUser, loaded, nobody, type Test } from "./setting.ts";

export function deletionContract(test: Test): void {
  test("user() tells of a deleted user that they are, and nobody else finds them", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    await chat.do({ type: "token.issue", actor: alice.id, grant: { hash: "key" } });
    const room = await chat.makeRoom(bob, "den", alice);
    const names = async () => [
      (await chat.store.users({ limit: 9 })).items.map(({ name }) => name),
      (await chat.store.users({ limit: 9, only: new Set([alice.id, bob.id]) })).items
        .map(({ name }) => name),
      (await chat.store.members(commonRoom, 9)).items.map(({ name }) => name),
      (await chat.store.members(room, 9)).items.map(({ name }) => name),
    ];
    const both = ["alice", "bob"];
    assertEquals(await names(), [both, both, both, both]);
    chat.nowMs += 5;
    const user = await deleteUser(chat, alice);
    assertEquals(await chat.store.user(alice.id), user);
    assertEquals(user.deletedMs, chat.nowMs);
    assertEquals(await chat.store.findUser(user.folded), undefined);
    assertEquals(await chat.store.findToken("key"), undefined);
    assertEquals(await chat.store.countUsers(), 1);
    assertEquals(await names(), [["bob"], ["bob"], ["bob"], ["bob"]]);
    // They take no place on a page either.
    const page = await chat.store.members(commonRoom, 1);
    assertEquals([page.items.length, page.hasMore], [1, false]);
    assertEquals((await chat.store.users({ limit: 1 })).hasMore, false);
  });

  test("the name of a deleted user is free, and stands for whom it named no more", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const hello = await chat.say(alice, "hello");
    await chat.do({ type: "user.delete", user: foldName("alice") });
    const another = await chat.register("Alice");
    assertEquals((await chat.store.findUser(foldName("alice")))?.id, another.id);
    const found = await chat.store.message(hello.id, bob.id, chat.life);
    if (found !== undefined) assertEquals(found.author.name, deletedUserName);
    assertEquals(await chat.store.countUsers(), 2);
    const { items } = await chat.store.users({ limit: 9 });
    assertEquals(items.map(({ name }) => name), ["Alice", "bob"]);
  });

  test("transact() loads of a user by name their tokens and former names, and them", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    for (const { id } of [alice, bob]) {
      await chat.do({ type: "profile.change", actor: id, name: `new${id}` });
    }
    const name = foldName(`new${alice.id}`);
    for (const whom of [name, alice.id]) {
      await loaded(chat, { tokensOf: new Set([whom]) }, (state) => {
        assertEquals([...state.tokens].map(({ id }) => id), [alice.token]);
        assertEquals([...state.users].map(({ id }) => id), [alice.id]);
      });
      await loaded(chat, { formerNamesOf: new Set([whom]) }, (state) => {
        assertEquals<unknown>([...state.formerNames].map(({ folded }) => folded), ["alice"]);
        assertEquals([...state.users].map(({ id }) => id), [alice.id]);
      });
    }
    const nobodys = new Set([foldName("nobody"), nobody]);
    await loaded(chat, { tokensOf: nobodys, formerNamesOf: nobodys }, (state) => {
      assertEquals([[...state.tokens], [...state.formerNames], [...state.users]], [[], [], []]);
    });
  });

  test("transact() loads what someone has sent, asked and reported", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const [den, attic] = [await chat.makeRoom(alice, "den"), await chat.makeRoom(bob, "attic")];
    for (const user of ["bob", "carl"]) {
      await chat.do({ type: "invite", actor: alice.id, room: den, user: foldName(user) });
    }
    await chat.do({ type: "invite", actor: bob.id, room: attic, user: foldName("carl") });
    for (const [owner, room] of [[alice, den], [bob, attic]] as const) {
      await chat.do({ type: "link.create", actor: owner.id, room, hash: `link-${room}` });
    }
    await chat.do({ type: "join", actor: carl.id, hash: `link-${attic}` });
    await chat.do({ type: "join", actor: alice.id, hash: `link-${attic}` });
    await chat.report(bob, alice, carl);
    await chat.report(carl, alice);
    const by = new Set([alice.id, nobody]);
    await loaded(chat, { invitationsBy: by }, (state) => {
      const found = [...state.invitations].toSorted((a, b) => a.user - b.user);
      assertEquals(found.map(({ room, user, by }) => [room, user, by.name]), [
        [den, bob.id, "alice"],
        [den, carl.id, "alice"],
      ]);
    });
    await loaded(chat, { requestsBy: by }, (state) => {
      assertEquals([...state.requests].map(({ room, user }) => [room, user.name]), [
        [attic, "alice"],
      ]);
    });
    await loaded(chat, { reportsBy: by }, (state) => {
      const found = [...state.reports].toSorted((a, b) => a.target - b.target);
      assertEquals(found.map(({ reporter, target }) => [reporter, target]), [
        [alice.id, bob.id],
        [alice.id, carl.id],
      ]);
    });
  });

  test("transact() loads a message for nobody in particular, without its room", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { id: message } = await chat.say(alice, "psst", { to: "bob" });
    await loaded(chat, { messages: [{ message }] }, (state) => {
      assertEquals(state.message(message)?.text, "psst");
      assertEquals([[...state.members], [...state.rooms]], [[], []]);
    });
    await loaded(chat, { messages: [{ message }, { message, user: bob.id }] }, (state) => {
      assertEquals([...state.members].map(({ user }) => user), [bob.id]);
      assertEquals([...state.rooms].length, 1);
    });
  });

  test(
    "a private chat that is closed stays so, and goes with what was said in it",
    async (chat, { reopen }) => {
      const [alice, bob] = await chat.people("alice", "bob");
      const { id, room } = await chat.say(alice, "psst", { to: "bob" });
      const other = await chat.say(alice, "hello");
      await loaded(chat, { membersOf: new Set([room]) }, (state) => {
        for (const member of state.members) state.members.remove(member);
        const known = state.rooms.get(room);
        if (known?.kind === "private") state.rooms.put({ ...known, closed: true });
      });
      const store = await reopen?.() ?? chat.store;
      assertEquals<unknown>(await store.room(room), {
        id: room,
        kind: "private",
        pair: [alice.id, bob.id],
        createdMs: chat.nowMs,
        closed: true,
      });
      assertEquals((await store.rooms(bob.id, chat.life)).map(({ id }) => id), [commonRoom]);
      assertEquals(await store.message(id, bob.id, chat.life), undefined);
      assertEquals((await store.stats(chat.nowMs)).privateChats, 0);
      assertEquals(await store.removeExpired({ limit: 9 }, chat.life), { removed: 1 });
      assertEquals(await store.room(room), undefined);
      assertEquals((await store.message(other.id, bob.id, chat.life))?.text, "hello");
    },
  );
}
