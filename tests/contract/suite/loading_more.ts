/**
 * What a store loads for the needs of rooms with an owner, of reports, limits, files and what is
 * scheduled.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { FileId, ScheduledId } from "../../../lib/domain/ids.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { Chat } from "../../support/chat.ts";
import { rowsIn } from "../questions.ts";
import { loaded, nobody, nowhere, type Test } from "./setting.ts";

/** A room of Alice's that Bob is in, Carl is invited to, and Dora asks to enter. */
async function scene(chat: Chat) {
  const [alice, bob, carl, dora] = await chat.people("alice", "bob", "carl", "dora");
  const room = await chat.makeRoom(alice, "den", bob);
  const lair = await chat.makeRoom(carl, "lair", bob);
  await chat.do({ type: "invite", actor: alice.id, room, user: foldName("carl") });
  const made = { type: "link.create", actor: alice.id, room } as const;
  const { link } = await chat.do({ ...made, hash: "code" });
  const { link: other } = await chat.do({ ...made, hash: "other" });
  await chat.do({ type: "link.create", actor: carl.id, room: lair, hash: "lair" });
  await chat.do({ type: "join", actor: dora.id, hash: "code" });
  return { alice, bob, carl, dora, room, lair, link, other };
}

export function furtherLoadingContract(test: Test): void {
  test("transact() loads a room with an owner, by the name of now", async (chat) => {
    const { alice, room } = await scene(chat);
    await chat.do({ type: "profile.change", actor: alice.id, name: "Anna" });
    await loaded(chat, { membersOf: new Set([room, nowhere]) }, (state) => {
      const owner = { id: alice.id, name: "Anna" };
      assertEquals<unknown>([...state.rooms], [
        { id: room, kind: "room", name: "den", owner, createdMs: chat.nowMs, closed: false },
      ]);
      assertEquals(state.users.get(alice.id)?.name, "Anna");
    });
  });

  test("transact() loads a membership with its room and its owner", async (chat) => {
    const { alice, bob, carl, room } = await scene(chat);
    const members = [{ room, user: bob.id }, { room, user: carl.id }];
    await loaded(chat, { members }, (state) => {
      assertEquals([state.isMember(room, bob.id), state.isMember(room, carl.id)], [true, false]);
      assertEquals(state.rooms.get(room)?.kind, "room");
      assertEquals(state.users.get(alice.id)?.name, "alice");
    });
  });

  test("transact() loads all members of a room, each with their user, and the room", async (chat) => {
    const { alice, bob, room } = await scene(chat);
    await loaded(chat, { membersOf: new Set([room, nowhere]) }, (state) => {
      assertEquals(state.members.where((member) => member.room !== room), []);
      const users = [...state.members].map(({ user }) => user);
      assertEquals(new Set(users), new Set([alice.id, bob.id]));
      assertEquals([alice, bob].map(({ id }) => state.users.get(id)?.name), ["alice", "bob"]);
      assertEquals(state.rooms.get(room)?.kind, "room");
    });
  });

  test("transact() loads the memberships of someone in rooms with an owner, by id or name", async (chat) => {
    const { bob, room, lair } = await scene(chat);
    await chat.say(bob, "psst", { to: "dora" });
    for (const whom of [bob.id, foldName("BOB")]) {
      await loaded(chat, { membershipsOf: new Set([whom, foldName("nobody")]) }, (state) => {
        const rooms = [...state.members].map(({ room }) => Number(room));
        assertEquals(new Set(rooms), new Set([room, lair].map(Number)));
        assertEquals(state.members.where(({ user }) => user !== bob.id), []);
        const kinds = [room, lair].map((id) => state.rooms.get(id)?.kind);
        assertEquals(kinds, ["room", "room"]);
        assertEquals(state.users.get(bob.id)?.name, "bob");
      });
    }
  });

  test("transact() loads the invitations into a room, and those to someone with the user", async (chat) => {
    const { alice, carl, room } = await scene(chat);
    await chat.do({ type: "profile.change", actor: alice.id, name: "Anna" });
    const by = { id: alice.id, name: "Anna" };
    const invitation = { room, user: carl.id, by, atMs: chat.nowMs };
    await loaded(chat, { invitationsInto: new Set([room]) }, (state) => {
      assertEquals<unknown>([...state.invitations], [invitation]);
    });
    await loaded(chat, { invitationsInto: new Set([nowhere]) }, (state) => {
      assertEquals([...state.invitations], []);
    });
    for (const whom of [carl.id, foldName("Carl")]) {
      await loaded(chat, { invitationsTo: new Set([whom, nobody]) }, (state) => {
        assertEquals<unknown>([...state.invitations], [invitation]);
        assertEquals(state.users.get(carl.id)?.name, "carl");
      });
    }
  });

  test("transact() loads who gave a name up, by the name, and all names that someone gave up", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const rename = { type: "profile.change", actor: alice.id } as const;
    for (const name of ["anna", "Alina"]) await chat.do({ ...rename, name });
    await chat.do({ type: "profile.change", actor: bob.id, name: "Robert" });
    const given = (folded: string) => ({ folded, user: alice.id, atMs: chat.nowMs });
    const names = new Set(["alice", "alina", "nobody"].map(foldName));
    await loaded(chat, { names }, (state) => {
      assertEquals<unknown>([...state.formerNames], [given("alice")]);
      assertEquals([...state.users].map(({ name }) => name), ["Alina"]);
    });
    await loaded(chat, { formerNamesOf: new Set([alice.id, nobody]) }, (state) => {
      const found = [...state.formerNames].toSorted((a, b) => a.folded < b.folded ? -1 : 1);
      assertEquals<unknown>(found, [given("alice"), given("anna")]);
    });
    await chat.do({ ...rename, name: "alice" });
    await loaded(chat, { formerNamesOf: new Set([alice.id]) }, (state) => {
      const found = [...state.formerNames].map(({ folded }) => folded).toSorted();
      assertEquals<unknown>(found, ["alina", "anna"]);
    });
  });

  test("transact() loads all links into a room", async (chat) => {
    const { room, link, other } = await scene(chat);
    await loaded(chat, { linksInto: new Set([room, nowhere]) }, (state) => {
      assertEquals([...state.links].toSorted((a, b) => a.id - b.id), [link, other]);
    });
  });

  test("transact() loads a link by its hash, with its room, its requests and who asks", async (chat) => {
    const { bob, carl, dora, room, link } = await scene(chat);
    await chat.do({ type: "profile.change", actor: dora.id, name: "Dot" });
    for (const [user, isMember] of [[bob, true], [carl, false]] as const) {
      const links = [{ hash: "code", user: user.id }, { hash: "none", user: user.id }];
      await loaded(chat, { links }, (state) => {
        assertEquals([...state.links], [link]);
        assertEquals(state.links.find("code"), link);
        assertEquals(state.rooms.get(room)?.kind, "room");
        assertEquals(state.isMember(room, user.id), isMember);
        assertEquals<unknown>([...state.requests], [
          { room, user: { id: dora.id, name: "Dot" }, link: link.id, atMs: chat.nowMs },
        ]);
      });
    }
  });

  test("transact() loads all requests to enter a room", async (chat) => {
    const { dora, room } = await scene(chat);
    await loaded(chat, { requestsInto: new Set([room, nowhere]) }, (state) => {
      assertEquals([...state.requests].map(({ user }) => user.id), [dora.id]);
    });
  });

  test("transact() loads all reports about someone, by id or name, with the user", async (chat) => {
    const { alice, bob, carl } = await scene(chat);
    await chat.report(alice, bob, carl);
    await chat.report(bob, carl);
    for (const whom of [alice.id, foldName("ALICE")]) {
      await loaded(chat, { reportsOn: new Set([whom, nobody]) }, (state) => {
        const reporters = [...state.reports].map(({ reporter }) => reporter);
        assertEquals(new Set(reporters), new Set([bob.id, carl.id]));
        assertEquals(state.users.get(alice.id)?.name, "alice");
      });
    }
  });

  test("transact() loads a window by its user and kind", async (chat) => {
    const { alice, bob } = await scene(chat);
    const windows = [
      { user: alice.id, kind: "invite" },
      { user: alice.id, kind: "rename" },
      { user: bob.id, kind: "invite" },
    ] as const;
    await loaded(chat, { windows: [...windows] }, (state) => {
      // She has invited Bob and Carl.
      assertEquals<unknown>([...state.windows], [
        { user: alice.id, kind: "invite", openedMs: chat.nowMs, used: 2 },
      ]);
    });
  });

  test("transact() loads scheduled messages by id whatever became of them, and by author those that were not sent", async (chat) => {
    const { alice, bob } = await scene(chat);
    const file = await chat.addFile(alice);
    const sent = await chat.schedule(alice, "sent", 1000);
    const waiting = await chat.schedule(alice, "waits", 9000, { to: "bob", files: [file.id] });
    const others = await chat.schedule(bob, "another's", 9000);
    chat.nowMs += 1000;
    await chat.sendDue();
    const some = new Set([sent.id, waiting.id, others.id, 999 as ScheduledId]);
    await loaded(chat, { scheduled: some }, (state) => {
      const found = [...state.scheduled].toSorted((a, b) => a.id - b.id);
      assertEquals(found[0]?.end?.kind, "sent");
      assertEquals(found.slice(1), [waiting, others]);
    });
    await loaded(chat, { unsentBy: new Set([alice.id, nobody]) }, (state) => {
      assertEquals([...state.scheduled], [waiting]);
    });
  });

  test("transact() loads files by id, and the unsent ones of someone, without their bytes", async (chat) => {
    const { alice, bob } = await scene(chat);
    const [loose, said, kept] = [
      await chat.addFile(alice, "1"),
      await chat.addFile(alice, "2"),
      await chat.addFile(alice, "3"),
    ];
    const foreign = await chat.addFile(bob, "4");
    const message = await chat.say(alice, "look", { files: [said.id] });
    const { id: scheduled } = await chat.schedule(alice, "look", 9000, { files: [kept.id] });
    const some = new Set([said.id, kept.id, foreign.id, 999 as FileId]);
    await loaded(chat, { files: some }, (state) => {
      assertEquals<unknown>([...state.files].toSorted((a, b) => a.id - b.id), [
        { ...said, message: message.id },
        { ...kept, scheduled },
        foreign,
      ]);
      assertEquals([...state.contents], []);
    });
    await loaded(chat, { unsentFilesOf: new Set([alice.id, nobody]) }, (state) => {
      const found = [...state.files].toSorted((a, b) => a.id - b.id);
      assertEquals<unknown>(found, [loose, { ...kept, scheduled }]);
    });
  });

  test("transact() loads a message with its files, and all comments counted", async (chat) => {
    const { alice, bob, carl } = await scene(chat);
    const file = await chat.addFile(alice);
    const message = await chat.say(alice, "look", { files: [file.id] });
    await chat.say(bob, "!", { commentOn: message.id });
    chat.nowMs += chat.policy.unreadTtlMs;
    await chat.say(carl, "late");
    const messages = [{ message: message.id, user: bob.id }];
    await loaded(chat, { messages }, (state) => {
      assertEquals<unknown>(state.message(message.id), { ...message, comments: 1 });
    });
  });

  test("transact() loads nothing that nobody needs", async (chat) => {
    await scene(chat);
    await loaded(chat, {}, (state) => {
      assertEquals(Object.values(rowsIn(state)).flat(), []);
    });
  });
}
