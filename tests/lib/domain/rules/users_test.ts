/**
 * Users who are deleted, and what they leave behind.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import { commonRoom, type MessageId, type RoomId } from "../../../../lib/domain/ids.ts";
import { noNeeds } from "../../../../lib/domain/needs.ts";
import type { DeleteUser, EraseUser } from "../../../../lib/domain/rules/users.ts";
import { deletedUserName, refTo } from "../../../../lib/domain/user.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { adding, Chat, type Person, saying, scheduling } from "../../../support/chat.ts";
import { assertRefused, carryOut, changed, missing, told } from "../../../support/decisions.ts";

function deleting({ name }: { readonly name: string }, actor?: Person): DeleteUser {
  return {
    type: "user.delete",
    user: foldName(name),
    ...(actor !== undefined && { actor: actor.id }),
  };
}

function erasing({ id }: Person, more: Partial<EraseUser> = {}): EraseUser {
  return { type: "user.erase", user: id, messages: [], rooms: [], done: false, ...more };
}

/** Eve and two others. */
async function scene() {
  const chat = new Chat();
  const [eve, alice, bob] = await chat.people("Eve", "alice", "bob");
  return { chat, eve, alice, bob };
}

Deno.test("deleteUser() takes name, password and keys, and tells everyone who it was", async () => {
  const { chat, eve, alice } = await scene();
  await chat.promote(alice, "owner");
  await chat.do({
    type: "profile.change",
    actor: eve.id,
    password: { hash: "scrypt…", oldHash: undefined, token: eve.token },
  });
  await chat.do({ type: "user.ban", user: foldName("eve"), forMs: hourMs });
  const before = await chat.store.user(eve.id);
  const { decisions, events, head } = await carryOut(chat, deleting(eve, alice));
  assertEquals<unknown>(decisions[0]?.ok && decisions[0].outcome, { user: eve.id });
  assertEquals(told({ events }), [["token.revoked", eve.id], ["user.deleted", commonRoom]]);
  const last = events.at(-1);
  assert(last?.type === "user.deleted");
  assertEquals(last.user, { id: eve.id, name: "Eve" });
  assertEquals<unknown>(await chat.store.user(eve.id), {
    id: eve.id,
    name: deletedUserName,
    folded: `DELETED ${eve.id}`,
    createdMs: before?.createdMs,
    deletedMs: chat.nowMs,
  });
  assertEquals(await chat.store.tokensOf(eve.id), []);
  assertEquals((await chat.audit()).at(-1), {
    id: head,
    atMs: chat.nowMs,
    by: { id: alice.id, name: "alice" },
    act: "user.delete",
    user: { id: eve.id, name: "Eve" },
  });
});

Deno.test("the name of a deleted user is free at once, and those that they gave up", async () => {
  const { chat, eve } = await scene();
  await chat.do({ type: "profile.change", actor: eve.id, name: "Eva" });
  await assertRefused(chat, { type: "register", name: "eve", grant: { hash: "h" } }, "name_taken");
  await chat.do(deleting({ name: "Eva" }));
  for (const name of ["eve", "eva"]) {
    const { id } = await chat.register(name);
    assertEquals((await chat.store.findUser(foldName(name)))?.id, id);
  }
});

Deno.test("in one batch, the name of a deleted user means the one who takes it next", async () => {
  const { chat, alice } = await scene();
  const { decisions } = await chat.batch([
    deleting({ name: "eve" }),
    saying(alice, "hi", { to: "eve" }),
    { type: "register", name: "eve", grant: { hash: "h" } },
    { type: "report", actor: alice.id, target: foldName("eve") },
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false, true, true]);
});

Deno.test("for others a deleted user is not there", async () => {
  const { chat, eve, alice } = await scene();
  const den = await chat.makeRoom(alice, "den", eve);
  const { room: chatOfTwo } = await chat.say(alice, "psst", { to: "eve" });
  await chat.schedule(alice, "later", 60_000, { to: "eve" });
  await chat.do(deleting(eve));
  const gone = foldName("eve");
  await assertRefused(chat, saying(alice, "hi", { to: "eve" }), missing("user"));
  await assertRefused(chat, saying(alice, "hi", { room: chatOfTwo }), missing("room"));
  await assertRefused(chat, { type: "report", actor: alice.id, target: gone }, missing("user"));
  await assertRefused(
    chat,
    { type: "room.change", actor: alice.id, room: den, owner: gone },
    missing("member"),
  );
  await assertRefused(
    chat,
    { type: "invite", actor: alice.id, room: den, user: gone },
    missing("user"),
  );
  await assertRefused(chat, deleting(eve), missing("user"));
  chat.nowMs += 60_000;
  const { events } = await chat.sendDue();
  assert(events[0]?.type === "scheduled.failed" && events[0].code === "not_found");
});

Deno.test("what a deleted user had on its way is refused", async () => {
  const { chat, eve, alice } = await scene();
  await chat.promote(eve, "owner");
  const room = await chat.makeRoom(eve, "den", alice);
  const retry = { key: "k", fingerprint: "f" };
  const said = await chat.say(eve, "hi", {}, retry);
  await chat.schedule(eve, "later", 60_000);
  await chat.do(deleting(eve));
  const actor = eve.id;
  const user = foldName("alice");
  for (
    const command of [
      saying(eve, "ho"),
      saying(eve, "hi", {}, retry),
      { type: "read", actor, upto: said.id },
      { type: "message.delete", actor, message: said.id },
      { type: "token.issue", actor, grant: { hash: "h" } },
      { type: "profile.change", actor, name: "Eve" },
      { type: "member.remove", actor, room, user },
      { type: "user.ban", actor, user, forMs: hourMs },
      { type: "user.delete", actor, user },
    ] as const
  ) await assertRefused(chat, command, missing("user"));
  chat.nowMs += 60_000;
  const { events } = await chat.sendDue();
  assertEquals(told({ events }), [["scheduled.failed", eve.id]]);
});

Deno.test("eraseUser() takes messages back, and none of others", async () => {
  const { chat, eve, alice } = await scene();
  const mine = await chat.say(eve, "spam");
  const theirs = await chat.say(alice, "what?", { commentOn: mine.id });
  await chat.do(deleting(eve));
  const messages = [mine.id, theirs.id, 999 as MessageId];
  const batch = await carryOut(chat, erasing(eve, { messages }));
  assertEquals(changed(batch), ["removed message"]);
  assertEquals<unknown>(batch.events, [{
    type: "message.deleted",
    position: batch.before + 1,
    audience: commonRoom,
    atMs: chat.nowMs,
    room: commonRoom,
    message: mine.id,
  }]);
  assertEquals((await chat.store.message(theirs.id, alice.id, chat.life))?.text, "what?");
});

Deno.test("eraseUser() is for those who were deleted alone", async () => {
  const { chat, eve } = await scene();
  const { id } = await chat.say(eve, "hi");
  await assertRefused(chat, erasing(eve, { messages: [id], done: true }), missing("user"));
  await assertRefused(chat, erasing({ ...eve, id: 999 as never }), missing("user"));
});

Deno.test("eraseUser() takes a deleted user out of rooms, which is told by nothing else", async () => {
  const { chat, eve, alice } = await scene();
  const room = await chat.makeRoom(alice, "den", eve);
  await chat.do(deleting(eve));
  const { events } = await carryOut(chat, erasing(eve, { rooms: [commonRoom, room] }));
  assertEquals(events, []);
  for (const id of [commonRoom, room]) {
    assertEquals(await chat.store.member(id, eve.id), undefined);
    assert(await chat.store.member(id, alice.id) !== undefined);
  }
});

Deno.test("eraseUser() passes a room on to the one who has been in it longest", async () => {
  const { chat, eve, alice, bob } = await scene();
  const room = await chat.makeRoom(eve, "den", bob, alice);
  const { link } = await chat.do({ type: "link.create", actor: eve.id, room, hash: "code" });
  const carl = await chat.register("carl");
  await chat.do({ type: "join", actor: carl.id, hash: link.hash });
  await chat.do(deleting(eve));
  const batch = await carryOut(chat, erasing(eve, { rooms: [room] }));
  // The heir hears who waits, as from anyone who hands a room over.
  assertEquals(told(batch), [["room.updated", room], ["join.requested", bob.id]]);
  const now = await chat.store.room(room);
  assert(now?.kind === "room");
  assertEquals([now.owner.id, now.closed], [bob.id, false]);
  await chat.do({
    type: "request.answer",
    actor: bob.id,
    room,
    user: foldName("carl"),
    approve: true,
  });
});

Deno.test("no room passes on to someone who was deleted as well", async () => {
  const { chat, eve, alice, bob } = await scene();
  const room = await chat.makeRoom(eve, "den", bob, alice);
  await chat.do(deleting(bob));
  await chat.do(deleting(eve));
  await chat.do(erasing(eve, { rooms: [room] }));
  const now = await chat.store.room(room);
  assertEquals(now?.kind === "room" && now.owner, { id: alice.id, name: "alice" });
  // Nor when its owner leaves it.
  await chat.remove(alice, room, alice);
  const last = await chat.store.room(room);
  assertEquals(last?.kind === "room" && last.closed, true);
});

Deno.test("eraseUser() closes a room in which nobody else is, and tells those who wanted in", async () => {
  const { chat, eve, alice, bob } = await scene();
  const room = await chat.makeRoom(eve, "den");
  await chat.do({ type: "invite", actor: eve.id, room, user: foldName("alice") });
  await chat.do({ type: "link.create", actor: eve.id, room, hash: "code" });
  await chat.do({ type: "join", actor: bob.id, hash: "code" });
  await chat.do(deleting(eve));
  const batch = await carryOut(chat, erasing(eve, { rooms: [room] }));
  assertEquals(told(batch), [
    ["invitation.closed", alice.id],
    ["join.denied", bob.id],
    ["room.deleted", eve.id],
  ]);
  const now = await chat.store.room(room);
  assertEquals(now?.kind === "room" && now.closed, true);
});

Deno.test("eraseUser() closes a private chat, and tells the other one alone", async () => {
  const { chat, eve, alice, bob } = await scene();
  const { room } = await chat.say(alice, "psst", { to: "eve" });
  await chat.say(alice, "psst", { to: "bob" });
  await chat.do(deleting(eve));
  const batch = await carryOut(chat, erasing(eve, { rooms: [room] }));
  assertEquals(told(batch), [["room.deleted", alice.id]]);
  const now = await chat.store.room(room);
  assert(now?.kind === "private" && now.closed === true);
  assertEquals(await chat.store.member(room, alice.id), undefined);
  const rooms = await chat.store.rooms(alice.id, chat.life);
  assertEquals(rooms.filter(({ kind }) => kind === "private").map(({ name }) => name), ["bob"]);
  await chat.say(bob, "still here", { to: "alice" });
});

Deno.test("eraseUser() does nothing twice", async () => {
  const { chat, eve, alice } = await scene();
  const den = await chat.makeRoom(eve, "den", alice);
  const { room, id } = await chat.say(eve, "psst", { to: "alice" });
  await chat.do(deleting(eve));
  const step = erasing(eve, { rooms: [commonRoom, den, room, 999 as RoomId], messages: [id] });
  await chat.do(step);
  const again = await carryOut(chat, step);
  assertEquals([again.changes, again.events], [[], []]);
});

Deno.test("the last step of eraseUser() removes all that is theirs, and nothing of others", async () => {
  const { chat, eve, alice, bob } = await scene();
  const [attic, cellar] = [await chat.makeRoom(alice, "attic"), await chat.makeRoom(bob, "cellar")];
  const old = await chat.makeRoom(eve, "old", bob);
  await chat.do({ type: "invite", actor: eve.id, room: old, user: foldName("alice") });
  await chat.do({ type: "room.change", actor: eve.id, room: old, owner: foldName("bob") });
  await chat.do({ type: "invite", actor: bob.id, room: cellar, user: foldName("alice") });
  await chat.do({ type: "invite", actor: bob.id, room: cellar, user: foldName("eve") });
  await chat.do({ type: "link.create", actor: alice.id, room: attic, hash: "code" });
  for (const { id } of [eve, bob]) await chat.do({ type: "join", actor: id, hash: "code" });
  const scheduled = [];
  for (const one of [eve, alice]) {
    await chat.say(one, "count");
    const file = await chat.addFile(one);
    scheduled.push(await chat.schedule(one, "later", hourMs, { files: [file.id] }));
    await chat.addFile(one);
  }
  await chat.report(eve, alice);
  await chat.report(alice, eve, bob);
  await chat.do(deleting(eve));
  const batch = await carryOut(chat, erasing(eve, { done: true }));
  assertEquals(told(batch), [["invitation.closed", alice.id]]);
  assertEquals((await chat.store.user(eve.id))?.erased, true);
  const { id } = eve;
  assertEquals(await chat.store.scheduledBy(id), []);
  assertEquals(await chat.store.invitationsTo(id), []);
  assertEquals(await chat.store.reportsOn(id), []);
  assertEquals((await chat.store.reportsOn(alice.id)).map(({ reporter }) => reporter), [bob.id]);
  assertEquals(await chat.store.window(id, "common"), undefined);
  assertEquals((await chat.store.requestsInto(attic)).map(({ user }) => user.name), ["bob"]);
  assertEquals(
    (await chat.store.invitationsTo(alice.id)).map(({ room }) => room),
    [cellar],
  );
  assertEquals((await chat.store.scheduledBy(alice.id)).map(({ id }) => id), [scheduled[1]?.id]);
  assert(await chat.store.window(alice.id, "common") !== undefined);
  const unsent = { ...noNeeds(), unsentFilesOf: new Set([id]) };
  assertEquals(await chat.store.transact(unsent, (state) => [...state.files]), []);
});

Deno.test("the last step of eraseUser() leaves what was loaded for others of its batch", async () => {
  const { chat, eve, alice, bob } = await scene();
  const [carl, dora] = await chat.people("carl", "dora", "fred");
  const den = await chat.makeRoom(alice, "den", bob);
  await chat.do({ type: "link.create", actor: alice.id, room: den, hash: "code" });
  await chat.do({ type: "join", actor: carl.id, hash: "code" });
  for (const { name } of [eve, dora]) {
    await chat.do({ type: "invite", actor: alice.id, room: den, user: foldName(name) });
  }
  await chat.schedule(alice, "later", hourMs);
  await chat.addFile(alice);
  await chat.report(bob, carl);
  await chat.do(deleting(eve));
  // Each of these loads all that there is of a kind.
  const batch = await carryOut(
    chat,
    { type: "invite", actor: alice.id, room: den, user: foldName("fred") },
    { type: "room.change", actor: alice.id, room: den, owner: foldName("bob") },
    { type: "report", actor: alice.id, target: foldName("bob") },
    scheduling(alice, "later still", hourMs),
    adding(alice),
    saying(alice, "hi"),
    erasing(eve, { done: true }),
  );
  assertEquals(changed(batch).filter((change) => change.startsWith("removed")), [
    "removed invitation",
  ]);
});

Deno.test("refTo() of a deleted user names nobody who could ever be", async () => {
  const { chat, eve, bob } = await scene();
  const { id } = await chat.say(eve, "hi");
  await chat.do(deleting(eve));
  const user = await chat.store.user(eve.id);
  assert(user !== undefined);
  assertEquals(refTo(user), { id: eve.id, name: deletedUserName });
  const message = await chat.store.message(id, bob.id, chat.life);
  if (message !== undefined) assertEquals(message.author.name, deletedUserName);
});
