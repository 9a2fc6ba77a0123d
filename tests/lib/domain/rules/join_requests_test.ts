/**
 * Coming by a link, and the owner's word.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  hourMs,
  joinedRoomsMax,
  joinRequestsPerHourMax,
  roomMembersMax,
  roomRequestsMax,
} from "../../../../lib/domain/bounds.ts";
import type { RoomId, UserId } from "../../../../lib/domain/ids.ts";
import { noNeeds } from "../../../../lib/domain/needs.ts";
import type { AnswerRequest, Join } from "../../../../lib/domain/rules/join_requests.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import {
  assertRefused,
  carryOut,
  changed,
  eventsOf,
  faulty,
  missing,
  told,
} from "../../../support/decisions.ts";

function joining({ id }: { readonly id: UserId }, hash = "code"): Join {
  return { type: "join", actor: id, hash };
}

/** A room of Alice's, with a link into it for so many. */
async function scene(usesMax?: number) {
  const chat = new Chat();
  const [alice, bob, carl, dora] = await chat.people("alice", "bob", "carl", "dora");
  const room = await chat.makeRoom(alice, "den");
  const { link } = await chat.do({
    ...{ type: "link.create", actor: alice.id, room, hash: "code", lifeMs: 60_000 } as const,
    ...(usesMax !== undefined && { usesMax }),
  });
  const answering = (who: Person, user: string, approve = true, id = room): AnswerRequest => (
    { type: "request.answer", actor: who.id, room: id, user: foldName(user), approve }
  );
  return { chat, alice, bob, carl, dora, room, link, answering };
}

Deno.test("join() asks the owner, tells who asks, and lets nobody in", async () => {
  const { chat, alice, bob, room, link } = await scene();
  const { decisions, changes, events, before } = await chat.batch([joining(bob)]);
  const user = { id: bob.id, name: "bob" };
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { room, name: "den" }, replayed: false },
  ]);
  const window = { user: bob.id, kind: "join", openedMs: chat.nowMs, used: 1 };
  assertEquals<unknown>(changes, [
    { kind: "put", table: "window", row: window },
    { kind: "put", table: "request", row: { room, user, link: link.id, atMs: chat.nowMs } },
  ]);
  const asked = { type: "join.requested", atMs: chat.nowMs, room, user };
  assertEquals<unknown>(events, [
    { ...asked, position: before + 1, audience: alice.id },
    { ...asked, position: before + 2, audience: bob.id },
  ]);
  await assertRefused(chat, saying(bob, "hi", { room }), missing("room"));
});

Deno.test("join() asks whoever owns the room by then", async () => {
  const { chat, alice, bob, carl, room } = await scene();
  await chat.letIn(alice, room, carl);
  await chat.remove(alice, room, alice);
  assertEquals(told(await carryOut(chat, joining(bob))), [
    ["join.requested", carl.id],
    ["join.requested", bob.id],
  ]);
});

Deno.test("join() refuses who waits already, and who is in the room", async () => {
  const { chat, alice, bob, room } = await scene();
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "another" });
  await carryOut(chat, joining(bob));
  await assertRefused(chat, joining(bob), "pending_approval");
  await assertRefused(chat, joining(bob, "another"), "pending_approval");
  await assertRefused(chat, joining(alice), "already_member");
});

Deno.test("join() answers alike for every code that is of no use", async () => {
  const { chat, alice, bob, carl, room, link, answering } = await scene(1);
  const spent = joining(bob);
  await carryOut(chat, joining(carl), answering(alice, "carl"));
  await assertRefused(chat, spent, missing("link"));
  for (const hash of ["revoked", "expired", "closed"]) {
    await chat.do({ type: "link.create", actor: alice.id, room, hash, lifeMs: 1000 });
  }
  const revoked = (await chat.store.linksInto(room)).find(({ hash }) => hash === "revoked");
  const id = revoked?.id ?? link.id;
  await chat.do({ type: "link.revoke", actor: alice.id, room, link: id });
  chat.nowMs += 1000;
  for (const hash of ["revoked", "expired", "invented", "", "code"]) {
    await assertRefused(chat, joining(bob, hash), missing("link"));
  }
  chat.nowMs -= 1000;
  await chat.do({ type: "room.delete", actor: alice.id, room });
  await assertRefused(chat, joining(bob, "closed"), missing("link"));
  await assertRefused(chat, joining({ id: 999 as UserId }), missing("link"));
});

Deno.test("join() takes a code until it expires, to the millisecond", async () => {
  const { chat, bob, carl } = await scene();
  chat.nowMs += 59_999;
  await carryOut(chat, joining(bob));
  chat.nowMs += 1;
  await assertRefused(chat, joining(carl), missing("link"));
});

Deno.test(`join() lets one ask ${joinRequestsPerHourMax} times an hour`, async () => {
  const { chat, alice, bob, carl, answering } = await scene();
  const openedMs = chat.nowMs;
  chat.nowMs += 1;
  await chat.store.transact(noNeeds(), (state) => {
    state.windows.put({ user: bob.id, kind: "join", openedMs, used: joinRequestsPerHourMax - 1 });
  });
  await carryOut(chat, joining(bob), answering(alice, "bob", false));
  const { link } = await chat.do({ ...linkInto(alice.id, answering(alice, "bob").room) });
  assertEquals(link.uses, 0);
  chat.nowMs = openedMs + hourMs - 1;
  await assertRefused(chat, joining(bob, "long"), {
    code: "rate_limited",
    limit: {
      kind: "join",
      limit: joinRequestsPerHourMax,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  });
  // A code that is of no use looks the same whatever is left.
  await assertRefused(chat, joining(bob, "invented"), missing("link"));
  await carryOut(chat, joining(carl, "long"));
  chat.nowMs += 1;
  await carryOut(chat, joining(bob, "long"));
});

function linkInto(actor: UserId, room: RoomId) {
  return { type: "link.create", actor, room, hash: "long" } as const;
}

Deno.test(`join() lets ${roomRequestsMax} wait for a room`, async () => {
  const { chat, bob, carl, room, link } = await scene();
  await chat.store.transact(noNeeds(), (state) => {
    for (let n = 1; n < roomRequestsMax; n++) {
      const id = state.nextPosition() as UserId;
      const name = `u${id}`;
      state.users.put({ id, name, folded: foldName(name), createdMs: 0 });
      state.requests.put({ room, user: { id, name }, link: link.id, atMs: 0 });
    }
  });
  await carryOut(chat, joining(bob));
  const full = faulty("code", "leads to a room where 1000 people wait already");
  await assertRefused(chat, joining(carl), full);
});

Deno.test("answerRequest() lets in whom the owner approves, tells the room and then them", async () => {
  const { chat, alice, bob, room, link, answering } = await scene();
  await carryOut(chat, joining(bob));
  const batch = await carryOut(chat, answering(alice, "BOB"));
  const joined = batch.before + 1;
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, {
    room,
    user: "bob",
    status: "joined",
  });
  assertEquals<unknown>(batch.changes.slice(1), [
    { kind: "put", table: "member", row: { room, user: bob.id, joined, readId: joined } },
    { kind: "put", table: "link", row: { ...link, uses: 1 } },
  ]);
  assertEquals<unknown>(batch.events, [
    {
      ...{ type: "member.joined", position: joined, audience: room, atMs: chat.nowMs },
      ...{ room, name: "den", user: { id: bob.id, name: "bob" } },
    },
    {
      ...{ type: "join.approved", position: joined + 1, audience: bob.id, atMs: chat.nowMs },
      ...{ room, name: "den" },
    },
    {
      ...{ type: "join.answered", position: joined + 2, audience: alice.id, atMs: chat.nowMs },
      ...{ room, user: { id: bob.id, name: "bob" }, approved: true },
    },
  ]);
  await carryOut(chat, saying(bob, "hi", { room }));
  await assertRefused(chat, answering(alice, "bob"), missing("request"));
});

Deno.test("answerRequest() tells whom the owner denies, who may ask again", async () => {
  const { chat, alice, bob, room, answering } = await scene(1);
  await carryOut(chat, joining(bob));
  const batch = await carryOut(chat, answering(alice, "bob", false));
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, {
    room,
    user: "bob",
    status: "denied",
  });
  assertEquals(changed(batch), ["removed request"]);
  assertEquals(told(batch), [["join.denied", bob.id], ["join.answered", alice.id]]);
  assertEquals(eventsOf(batch, "join.answered").map(({ approved }) => approved), [false]);
  // No use of the link was spent.
  await carryOut(chat, joining(bob), answering(alice, "bob"));
});

Deno.test("answerRequest() denies those who still wait by a link when its last use is spent", async () => {
  const { chat, alice, bob, carl, dora, room, answering } = await scene(2);
  const eve = await chat.register("eve");
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "another" });
  await carryOut(chat, joining(eve, "another"));
  for (const one of [dora, carl, bob]) {
    chat.nowMs += 1;
    await carryOut(chat, joining(one));
  }
  const fred = await chat.register("fred");
  await carryOut(chat, joining(fred), answering(alice, "carl"));
  const batch = await carryOut(chat, answering(alice, "bob"));
  assertEquals(told(batch), [
    ["member.joined", room],
    ["join.approved", bob.id],
    ["join.answered", alice.id],
    ["join.denied", dora.id],
    ["join.answered", alice.id],
    ["join.denied", fred.id],
    ["join.answered", alice.id],
  ]);
  const waiting = await chat.store.requestsInto(room);
  assertEquals(waiting.map(({ user }) => user.name), ["eve"]);
  await assertRefused(chat, joining(dora), missing("link"));
});

for (const what of ["revoked", "expired"] as const) {
  Deno.test(`answerRequest() lets in who came by a link that was ${what} meanwhile`, async () => {
    const { chat, alice, bob, room, link, answering } = await scene();
    await carryOut(chat, joining(bob));
    if (what === "expired") chat.nowMs += 60_000;
    else await chat.do({ type: "link.revoke", actor: alice.id, room, link: link.id });
    await carryOut(chat, answering(alice, "bob"));
    const uses = (await chat.store.linksInto(room)).map(({ uses }) => uses);
    assertEquals(uses, what === "expired" ? [1] : []);
  });
}

Deno.test("answerRequest() ends an invitation of the one it lets in", async () => {
  const { chat, alice, bob, room, answering } = await scene();
  await carryOut(chat, joining(bob));
  await chat.do({ type: "invite", actor: alice.id, room, user: foldName("bob") });
  await carryOut(chat, answering(alice, "bob"));
  assertEquals(await chat.store.invitationsTo(bob.id), []);
});

Deno.test("answerRequest() is for the owner alone, and about who waits", async () => {
  const { chat, alice, bob, carl, dora, room, answering } = await scene();
  await chat.letIn(alice, room, carl);
  const other = await chat.makeRoom(alice, "lair");
  await carryOut(chat, joining(bob));
  for (const approve of [true, false]) {
    for (
      const [command, refusal] of [
        [answering(carl, "bob", approve), "forbidden"],
        [answering(dora, "bob", approve), missing("room")],
        [answering(bob, "bob", approve), missing("room")],
        [answering(alice, "dora", approve), missing("request")],
        [answering(alice, "carl", approve), missing("request")],
        [answering(alice, "nobody", approve), missing("request")],
        [answering(alice, "bob", approve, other), missing("request")],
        [answering(alice, "bob", approve, 999 as RoomId), missing("room")],
      ] as const
    ) await assertRefused(chat, command, refusal);
  }
});

Deno.test("answerRequest() lets nobody into a room that is full, who waits on", async () => {
  const { chat, alice, bob, room, answering } = await scene(1);
  await carryOut(chat, joining(bob));
  await chat.store.transact(noNeeds(), (state) => {
    for (let n = 1; n < roomMembersMax; n++) {
      const id = state.nextPosition() as UserId;
      state.users.put({ id, name: `u${id}`, folded: foldName(`u${id}`), createdMs: 0 });
      state.members.put({ room, user: id, joined: id, readId: id });
    }
  });
  const full = faulty("room", "is full: it has 1000 members");
  await assertRefused(chat, answering(alice, "bob"), full);
  assertEquals((await chat.store.requestsInto(room)).length, 1);
  await carryOut(chat, answering(alice, "bob", false));
});

Deno.test("answerRequest() lets nobody in who is in as many rooms as may be", async () => {
  const { chat, alice, bob, carl, answering } = await scene();
  await carryOut(chat, joining(bob));
  const owner = { id: carl.id, name: "carl" };
  await chat.store.transact(noNeeds(), (state) => {
    for (let n = 0; n < joinedRoomsMax; n++) {
      const id = state.nextPosition() as RoomId;
      state.rooms.put({ id, kind: "room", name: `${n}`, owner, createdMs: 0, closed: false });
      state.members.put({ room: id, user: bob.id, joined: id, readId: id });
    }
  });
  const full = faulty("user", "is in 500 rooms already");
  await assertRefused(chat, answering(alice, "bob"), full);
});
