/**
 * What a store keeps for those who look after the chat: what was done, who may come, how much there
 * is, and what someone has left behind.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { AuditEntry } from "../../../lib/domain/audit.ts";
import { hourMs } from "../../../lib/domain/bounds.ts";
import type {
  MessageId,
  Position,
  RegistrationInviteId,
  RoomId,
  UserId,
} from "../../../lib/domain/ids.ts";
import type { RegistrationInvite } from "../../../lib/domain/registration_invite.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { Chat } from "../../support/chat.ts";
import { deleteUser, loaded, nobody, type Test } from "./setting.ts";

/** Adds entries of one time, numbered from `first` on. */
async function addAudit(chat: Chat, first: Position, count: number): Promise<void> {
  await loaded(chat, {}, (state) => {
    for (let n = 0; n < count; n++) {
      state.audit.put({ id: first + n, atMs: chat.nowMs, act: "ban" });
    }
  });
}

async function auditIds({ store }: Chat, limit = 99, before?: Position): Promise<number[]> {
  const page = await store.audit({ ...(before !== undefined && { before }), limit });
  return page.items.map(({ id }) => id);
}

async function addInvite(
  chat: Chat,
  invite: Pick<RegistrationInvite, "expiresMs"> & Partial<RegistrationInvite>,
): Promise<RegistrationInvite> {
  return await loaded(chat, {}, (state) => {
    const id = state.nextPosition() as RegistrationInviteId;
    const { nowMs: createdMs } = chat;
    const row = { id, hash: `invite-${id}`, createdMs, usesMax: 1, uses: 0, ...invite };
    state.registrationInvites.put(row);
    return row;
  });
}

export function recordContract(test: Test): void {
  test(
    "audit() tells entries as they were written, whatever became of the names",
    async (chat, { reopen }) => {
      const [alice, bob] = await chat.people("alice", "bob");
      const by = { id: alice.id, name: "alice" };
      const user = { id: bob.id, name: "bob" };
      const entries: AuditEntry[] = [
        { id: 900, atMs: 5, act: "ban", by, user, untilMs: 7, reason: "'; DROP TABLE audit --" },
        {
          id: 901,
          atMs: 6,
          act: "message.delete",
          by,
          user,
          message: 3 as MessageId,
          room: 0 as RoomId,
        },
        { id: 902, atMs: 7, act: "role", user, role: "none" },
        { id: 903, atMs: 7, act: "reports.dismiss", user, count: 0 },
        { id: 904, atMs: 3, act: "owner.claimed", user: { id: nobody, name: "" } },
      ];
      await loaded(chat, {}, (state) => {
        for (const entry of entries) state.audit.put(entry);
      });
      await chat.do({ type: "profile.change", actor: bob.id, name: "robert" });
      await deleteUser(chat, alice);
      const store = await reopen?.() ?? chat.store;
      const page = await store.audit({ limit: 5 });
      assertEquals<unknown>(page, { items: entries.toReversed(), hasMore: false });
    },
  );

  test("audit() comes in pages, the newest first", async (chat) => {
    assertEquals<unknown>(await chat.store.audit({ limit: 9 }), { items: [], hasMore: false });
    await addAudit(chat, 11, 5);
    assertEquals(await auditIds(chat), [15, 14, 13, 12, 11]);
    assertEquals(await auditIds(chat, 2), [15, 14]);
    assertEquals(await auditIds(chat, 2, 14), [13, 12]);
    assertEquals(await auditIds(chat, 9, 11), []);
    for (const [limit, hasMore] of [[4, true], [5, false], [6, false]] as const) {
      assertEquals((await chat.store.audit({ limit })).hasMore, hasMore, `${limit}`);
    }
  });

  test("forgetAudit() forgets the oldest in slices, and none from then on", async (chat) => {
    const startMs = chat.nowMs;
    await addAudit(chat, 21, 2);
    chat.nowMs += 1;
    await addAudit(chat, 23, 2);
    // The clock was set back: what was written later is older.
    chat.nowMs -= 10;
    await addAudit(chat, 25, 1);
    assertEquals(await chat.store.forgetAudit(startMs - 9, 9), 0);
    assertEquals(await chat.store.forgetAudit(startMs + 1, 2), 2);
    assertEquals(await auditIds(chat), [24, 23, 22]);
    assertEquals(await chat.store.forgetAudit(startMs + 1, 2), 1);
    assertEquals(await chat.store.forgetAudit(startMs + 1, 2), 0);
    assertEquals(await auditIds(chat), [24, 23]);
  });

  test("registrationInvites() tells those that let someone in, the oldest first", async (chat) => {
    const alice = await chat.register("alice");
    const { nowMs } = chat;
    const later = await addInvite(chat, {
      expiresMs: nowMs + 2,
      by: alice.id,
      usesMax: 3,
      uses: 2,
    });
    const sooner = await addInvite(chat, { expiresMs: nowMs + 1 });
    await addInvite(chat, { expiresMs: nowMs });
    await addInvite(chat, { expiresMs: nowMs + hourMs, usesMax: 3, uses: 3 });
    const named = (byName: string) => ({ ...later, byName });
    assertEquals(await chat.store.registrationInvites(nowMs), [named("alice"), sooner]);
    assertEquals(await chat.store.registrationInvites(nowMs + 1), [named("alice")]);
    assertEquals(await chat.store.registrationInvites(nowMs + 2), []);
    await chat.do({ type: "profile.change", actor: alice.id, name: "anna" });
    assertEquals(await chat.store.registrationInvites(nowMs), [named("anna"), sooner]);
    // Not by the rules, which take what they made from those who are deleted.
    await deleteUser(chat, alice);
    assertEquals(await chat.store.registrationInvites(nowMs), [later, sooner]);
  });

  test("transact() loads all invitations to register, by hash too, of use or not", async (chat) => {
    const good = await addInvite(chat, { expiresMs: chat.nowMs + 1 });
    const late = await addInvite(chat, { expiresMs: chat.nowMs });
    const spent = await addInvite(chat, { expiresMs: chat.nowMs + 1, uses: 1 });
    await loaded(chat, { registrationInvites: true }, (state) => {
      assertEquals([...state.registrationInvites].toSorted((a, b) => a.id - b.id), [
        good,
        late,
        spent,
      ]);
      assertEquals(state.registrationInvites.find(late.hash), late);
      assertEquals(state.registrationInvites.find("invented"), undefined);
      state.registrationInvites.put({ ...good, uses: 1 });
      state.registrationInvites.remove(late);
    });
    await loaded(chat, { registrationInvites: true }, (state) => {
      assertEquals([...state.registrationInvites].toSorted((a, b) => a.id - b.id), [
        { ...good, uses: 1 },
        spent,
      ]);
    });
    await loaded(chat, { registrationInvites: false }, (state) => {
      assertEquals([...state.registrationInvites], []);
    });
  });

  test("forgetRegistrationInvites() forgets those that let nobody in, and no others", async (chat) => {
    const { nowMs } = chat;
    const left = await addInvite(chat, { expiresMs: nowMs + 1, usesMax: 2, uses: 1 });
    for (const expiresMs of [nowMs, nowMs - 1]) await addInvite(chat, { expiresMs });
    await addInvite(chat, { expiresMs: nowMs + 1, uses: 1 });
    await addInvite(chat, { expiresMs: nowMs, usesMax: 2, uses: 2 });
    let forgotten = 0;
    for (let some = -1; some !== 0; forgotten += some) {
      some = await chat.store.forgetRegistrationInvites(nowMs, 2);
      assertEquals(some <= 2, true);
    }
    assertEquals(forgotten, 4);
    await loaded(chat, { registrationInvites: true }, (state) => {
      assertEquals([...state.registrationInvites], [left]);
    });
    assertEquals(await chat.store.forgetRegistrationInvites(nowMs + 1, 2), 1);
  });

  test("allRooms() tells of each room that someone made who owns it and how much is in it", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const createdMs = chat.nowMs;
    const den = await chat.makeRoom(alice, "den", bob, carl);
    await chat.say(alice, "psst", { to: "bob" });
    const attic = await chat.makeRoom(bob, "attic");
    const closed = await chat.makeRoom(bob, "closed");
    await chat.say(bob, "gone", { room: closed });
    await chat.do({ type: "room.delete", actor: bob.id, room: closed });
    for (const text of ["1", "2"]) await chat.say(carl, text, { room: den });
    await deleteUser(chat, carl);
    await chat.do({ type: "profile.change", actor: alice.id, name: "anna" });
    const rooms = [
      { id: den, name: "den", owner: { id: alice.id, name: "anna" }, members: 2, messages: 2 },
      { id: attic, name: "attic", owner: { id: bob.id, name: "bob" }, members: 1, messages: 0 },
    ].map((room) => ({ ...room, kind: "room", createdMs }));
    const { store } = chat;
    assertEquals<unknown>(await store.allRooms({ limit: 2 }), { items: rooms, hasMore: false });
    const first = await store.allRooms({ limit: 1 });
    assertEquals<unknown>(first, { items: rooms.slice(0, 1), hasMore: true });
    const second = await store.allRooms({ after: den, limit: 1 });
    assertEquals<unknown>(second, { items: rooms.slice(1), hasMore: false });
    const none = await store.allRooms({ after: attic, limit: 1 });
    assertEquals<unknown>(none, { items: [], hasMore: false });
  });

  test("stats() counts what there is", async (chat) => {
    const zero = await chat.store.stats(chat.nowMs);
    const { databaseBytes, freeBytes, ...nothing } = zero;
    assertEquals(new Set(Object.values(nothing)), new Set([0]));
    assertEquals(databaseBytes >= freeBytes, true);
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    await chat.makeRoom(alice, "den", bob);
    const closed = await chat.makeRoom(alice, "closed");
    await chat.do({ type: "room.delete", actor: alice.id, room: closed });
    const file = await chat.addFile(alice, "a", "12345");
    await chat.addFile(bob, "b", "123");
    await chat.say(alice, "psst", { to: "bob", files: [file.id] });
    await chat.say(alice, "hello");
    await chat.schedule(bob, "later", hourMs);
    await chat.schedule(bob, "soon", 1000);
    chat.nowMs += 1000;
    await chat.sendDue();
    for (const target of [alice, bob]) {
      await chat.do({ type: "report", actor: carl.id, target: foldName(target.name) });
    }
    await chat.do({ type: "user.ban", user: foldName("alice"), forMs: hourMs });
    const stats = async () => {
      const { databaseBytes: _, freeBytes: __, ...counted } = await chat.store.stats(chat.nowMs);
      return counted;
    };
    const counted = {
      users: 3,
      banned: 1,
      tokens: 3,
      rooms: 1,
      privateChats: 1,
      messages: 3,
      scheduled: 1,
      files: 2,
      fileBytes: 8,
      reports: 2,
      head: await chat.store.head(),
    };
    assertEquals(await stats(), counted);
    chat.nowMs += hourMs;
    // With the ban the reports are settled that led to it.
    assertEquals(await stats(), { ...counted, banned: 0, reports: 1 });
    await deleteUser(chat, bob);
    assertEquals(await stats(), { ...counted, users: 2, banned: 0, reports: 0 });
  });

  test("authored() finds what someone has said, stretch by stretch", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(bob, "den", alice);
    const said: { readonly id: MessageId; readonly room: RoomId }[] = [];
    for (const [author, place] of [[alice, {}], [bob, {}], [alice, { room }], [bob, {}]] as const) {
      const message = await chat.say(author, "hi", place);
      if (author === alice) said.push({ id: message.id, room: message.room });
    }
    for (const limit of [1, 2, 3, 4, 5]) {
      const found: { readonly id: MessageId; readonly room: RoomId }[] = [];
      let after: Position | undefined = 0;
      let looks = 0;
      while (after !== undefined) {
        const page = await chat.store.authored(alice.id, after, limit);
        found.push(...page.messages);
        after = page.next;
        looks += 1;
      }
      assertEquals([found, looks], [said, Math.ceil(4 / limit)], `stretches of ${limit}`);
    }
    assertEquals<unknown>(await chat.store.authored(nobody, 0, 9), { messages: [] });
    const last = said.at(-1)?.id ?? 0;
    assertEquals<unknown>(await chat.store.authored(alice.id, last, 9), { messages: [] });
  });

  test("roomsOf() tells the rooms that someone is in, of every kind, deleted or not", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const den = await chat.makeRoom(bob, "den", alice);
    const { room: chatOfTwo } = await chat.say(alice, "psst", { to: "bob" });
    await chat.makeRoom(bob, "attic", carl);
    assertEquals(await chat.store.roomsOf(alice.id, 9), [0 as RoomId, den, chatOfTwo]);
    await deleteUser(chat, alice);
    assertEquals(await chat.store.roomsOf(alice.id, 2), [0 as RoomId, den]);
    await chat.do({ type: "room.delete", actor: bob.id, room: den });
    assertEquals(await chat.store.roomsOf(alice.id, 9), [0 as RoomId, chatOfTwo]);
    assertEquals(await chat.store.roomsOf(nobody, 9), []);
  });

  test("usersToErase() tells who was deleted until nothing is left of them", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl", "dora");
    assertEquals(await chat.store.usersToErase(9), []);
    await deleteUser(chat, carl);
    chat.nowMs += 1;
    await deleteUser(chat, bob);
    await deleteUser(chat, alice);
    const inOrder: readonly UserId[] = [carl.id, alice.id, bob.id];
    assertEquals(await chat.store.usersToErase(9), inOrder);
    assertEquals(await chat.store.usersToErase(2), inOrder.slice(0, 2));
    await loaded(chat, { users: new Set([carl.id]) }, (state) => {
      const user = state.users.get(carl.id);
      if (user !== undefined) state.users.put({ ...user, erased: true });
    });
    assertEquals(await chat.store.usersToErase(9), inOrder.slice(1));
    assertEquals((await chat.store.user(carl.id))?.erased, true);
  });
}
