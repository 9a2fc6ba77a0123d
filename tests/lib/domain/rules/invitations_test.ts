/**
 * Inviting someone, and their answer.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  hourMs,
  invitationsPerHourMax,
  invitationsPerUserMax,
  joinedRoomsMax,
  roomInvitationsMax,
  roomMembersMax,
} from "../../../../lib/domain/bounds.ts";
import { commonRoom, type RoomId, type UserId } from "../../../../lib/domain/ids.ts";
import { noNeeds } from "../../../../lib/domain/needs.ts";
import type { AnswerInvitation, Invite } from "../../../../lib/domain/rules/invitations.ts";
import type { State } from "../../../../lib/domain/state.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person } from "../../../support/chat.ts";
import {
  assertRefused,
  carryOut,
  changed,
  faulty,
  missing,
  told,
} from "../../../support/decisions.ts";

function inviting({ id }: Person, room: number, user: string): Invite {
  return { type: "invite", actor: id, room: room as RoomId, user: foldName(user) };
}

function answering(
  { id }: { readonly id: UserId },
  room: number,
  accept: boolean,
): AnswerInvitation {
  return { type: "invitation.answer", actor: id, room: room as RoomId, accept };
}

async function scene() {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("Alice", "bob", "carl");
  const room = await chat.makeRoom(alice, "den");
  return { chat, alice, bob, carl, room };
}

/** Puts rows into the store that nobody could have the patience to come by. */
function fill({ store }: Chat, put: (state: State, id: number, n: number) => void, count: number) {
  return store.transact(noNeeds(), (state) => {
    for (let n = 0; n < count; n++) put(state, state.nextPosition(), n);
  });
}

Deno.test("invite() asks someone in, and tells them", async () => {
  const { chat, alice, bob, room } = await scene();
  const { decisions, changes, events, before } = await chat.batch([inviting(alice, room, "BOB")]);
  const by = { id: alice.id, name: "Alice" };
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { room, user: "bob" }, replayed: false },
  ]);
  assertEquals<unknown>(changes, [
    {
      kind: "put",
      table: "window",
      row: { user: alice.id, kind: "invite", openedMs: chat.nowMs, used: 1 },
    },
    { kind: "put", table: "invitation", row: { room, user: bob.id, by, atMs: chat.nowMs } },
  ]);
  assertEquals<unknown>(events, [{
    type: "invitation",
    position: before + 1,
    audience: bob.id,
    atMs: chat.nowMs,
    room,
    name: "den",
    by,
  }]);
  assertEquals(await chat.store.member(room, bob.id), undefined);
});

Deno.test("invite() of someone who is invited already does nothing more", async () => {
  const { chat, alice, room } = await scene();
  await carryOut(chat, inviting(alice, room, "bob"));
  const { decisions, changes, events } = await carryOut(chat, inviting(alice, room, "bob"));
  assertEquals<unknown>(decisions[0]?.ok && decisions[0].outcome, { room, user: "bob" });
  assertEquals([changes, events], [[], []]);
});

Deno.test("invite() is for the owner alone, and for who is there and not in the room", async () => {
  const { chat, alice, bob, carl, room } = await scene();
  const { room: pair } = await chat.say(alice, "psst", { to: "bob" });
  await chat.letIn(alice, room, bob);
  const ownersOnly = { code: "forbidden", why: "Only the owner of the room can do this" } as const;
  const nobodys = { code: "forbidden", why: "This chat belongs to nobody" } as const;
  for (
    const [command, refusal] of [
      [inviting(bob, room, "carl"), ownersOnly],
      [inviting(carl, room, "carl"), missing("room")],
      [inviting(carl, 999, "carl"), missing("room")],
      [inviting(carl, pair, "carl"), missing("room")],
      [inviting(alice, pair, "carl"), nobodys],
      [inviting(alice, commonRoom, "carl"), nobodys],
      [inviting(alice, room, "nobody"), missing("user")],
      [inviting(alice, room, "bob"), { code: "already_member" }],
      [inviting(alice, room, "alice"), { code: "already_member" }],
    ] as const
  ) await assertRefused(chat, command, refusal);
});

Deno.test(`invite() takes ${invitationsPerHourMax} an hour, whatever room they are to`, async () => {
  const { chat, alice, room } = await scene();
  const other = await chat.makeRoom(alice, "lair");
  const openedMs = chat.nowMs;
  await fill(chat, (state) => {
    state.windows.put({
      user: alice.id,
      kind: "invite",
      openedMs,
      used: invitationsPerHourMax - 1,
    });
  }, 1);
  await carryOut(chat, inviting(alice, room, "bob"));
  chat.nowMs += hourMs - 1;
  await assertRefused(chat, inviting(alice, other, "bob"), {
    code: "rate_limited",
    limit: {
      kind: "invite",
      limit: invitationsPerHourMax,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  });
  // It is of no matter what was asked already.
  await carryOut(chat, inviting(alice, room, "bob"));
  chat.nowMs += 1;
  await carryOut(chat, inviting(alice, other, "bob"));
});

Deno.test(`invite() lets ${roomInvitationsMax} invitations to a room wait`, async () => {
  const { chat, alice, room } = await scene();
  const by = { id: alice.id, name: "Alice" };
  await fill(chat, (state, id) => {
    const user = id as UserId;
    state.users.put({ id: user, name: `u${id}`, folded: foldName(`u${id}`), createdMs: 0 });
    state.invitations.put({ room, user, by, atMs: 0 });
  }, roomInvitationsMax - 1);
  await carryOut(chat, inviting(alice, room, "bob"));
  const full = faulty("room", "has 1000 invitations waiting");
  await assertRefused(chat, inviting(alice, room, "carl"), full);
  const other = await chat.makeRoom(alice, "lair");
  await carryOut(chat, inviting(alice, other, "carl"));
});

Deno.test(`invite() lets ${invitationsPerUserMax} invitations wait for someone`, async () => {
  const { chat, alice, bob, carl, room } = await scene();
  const owner = { id: carl.id, name: "carl" };
  await fill(chat, (state, position, n) => {
    const id = position as RoomId;
    state.rooms.put({ id, kind: "room", name: `${n}`, owner, createdMs: 0, closed: false });
    state.members.put({ room: id, user: carl.id, joined: id, readId: id });
    state.invitations.put({ room: id, user: bob.id, by: owner, atMs: n });
  }, invitationsPerUserMax - 1);
  const other = await chat.makeRoom(alice, "lair");
  await carryOut(chat, inviting(alice, room, "bob"));
  const full = faulty("user", "has 100 invitations waiting");
  await assertRefused(chat, inviting(alice, other, "bob"), full);
  await carryOut(chat, answering(bob, room, false), inviting(alice, other, "bob"));
});

Deno.test("invite() is not for who is banned: others would be told", async () => {
  const { chat, alice, bob, carl, room } = await scene();
  chat.policy = { ...chat.policy, banAfter: 2 };
  await carryOut(chat, inviting(alice, room, "carl"));
  await chat.report(alice, bob, carl);
  const untilMs = chat.nowMs + chat.policy.banForMs;
  await assertRefused(chat, inviting(alice, room, "bob"), { code: "banned", untilMs });
  // What could not be done anyway is refused as ever.
  await assertRefused(chat, inviting(alice, room, "nobody"), missing("user"));
  chat.nowMs = untilMs;
  await carryOut(chat, inviting(alice, room, "bob"));
});

Deno.test("answerInvitation() lets someone in as soon as they accept, and tells the room", async () => {
  const { chat, alice, bob, room } = await scene();
  await carryOut(chat, inviting(alice, room, "bob"));
  const { decisions, changes, events, before } = await chat.batch([answering(bob, room, true)]);
  const joined = before + 1;
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { room, status: "joined" }, replayed: false },
  ]);
  assertEquals<unknown>(changes[1], {
    kind: "put",
    table: "member",
    row: { room, user: bob.id, joined, readId: joined },
  });
  assertEquals<unknown>(events, [{
    type: "member.joined",
    position: joined,
    audience: room,
    atMs: chat.nowMs,
    room,
    name: "den",
    user: { id: bob.id, name: "bob" },
  }]);
  assertEquals(await chat.store.invitationsTo(bob.id), []);
  await assertRefused(chat, answering(bob, room, true), missing("invitation"));
});

Deno.test("answerInvitation() drops an invitation that is declined, and tells the other clients", async () => {
  const { chat, alice, bob, room } = await scene();
  await carryOut(chat, inviting(alice, room, "bob"));
  const batch = await carryOut(chat, answering(bob, room, false));
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, {
    room,
    status: "declined",
  });
  assertEquals(changed(batch), ["removed invitation"]);
  assertEquals<unknown>(batch.events, [{
    type: "invitation.closed",
    position: batch.before + 1,
    audience: bob.id,
    atMs: chat.nowMs,
    room,
  }]);
  await assertRefused(chat, answering(bob, room, true), missing("invitation"));
  await carryOut(chat, inviting(alice, room, "bob"));
});

Deno.test("answerInvitation() ends a request to come in by a link as well", async () => {
  const { chat, alice, bob, room } = await scene();
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
  await chat.do({ type: "join", actor: bob.id, hash: "code" });
  await carryOut(chat, inviting(alice, room, "bob"));
  const batch = await carryOut(chat, answering(bob, room, true));
  assertEquals(changed(batch), ["removed invitation", "removed request", "put member"]);
  assertEquals(told(batch), [["member.joined", room]]);
});

Deno.test("answerInvitation() refuses who was not invited", async () => {
  const { chat, alice, bob, carl, room } = await scene();
  await carryOut(chat, inviting(alice, room, "bob"));
  for (const accept of [true, false]) {
    for (const [who, id] of [[carl, room], [bob, 999], [bob, commonRoom], [alice, room]] as const) {
      await assertRefused(chat, answering(who, id, accept), missing("invitation"));
    }
  }
});

Deno.test(`answerInvitation() lets ${roomMembersMax} into a room`, async () => {
  const { chat, alice, bob, carl, room } = await scene();
  await fill(chat, (state, id) => {
    const user = id as UserId;
    state.users.put({ id: user, name: `u${id}`, folded: foldName(`u${id}`), createdMs: 0 });
    state.members.put({ room, user, joined: id, readId: id });
  }, roomMembersMax - 2);
  await carryOut(chat, inviting(alice, room, "bob"), inviting(alice, room, "carl"));
  await carryOut(chat, answering(bob, room, true));
  const full = faulty("room", "is full: it has 1000 members");
  await assertRefused(chat, answering(carl, room, true), full);
  await chat.remove(bob, room, bob);
  await carryOut(chat, answering(carl, room, true));
});

Deno.test(`answerInvitation() lets one into ${joinedRoomsMax} rooms`, async () => {
  const { chat, alice, bob, carl, room } = await scene();
  const owner = { id: carl.id, name: "carl" };
  await fill(chat, (state, position, n) => {
    const id = position as RoomId;
    state.rooms.put({ id, kind: "room", name: `${n}`, owner, createdMs: 0, closed: false });
    state.members.put({ room: id, user: bob.id, joined: id, readId: id });
  }, joinedRoomsMax - 1);
  const other = await chat.makeRoom(alice, "lair");
  await carryOut(chat, inviting(alice, room, "bob"), inviting(alice, other, "bob"));
  await carryOut(chat, answering(bob, room, true));
  const full = faulty("user", "is in 500 rooms already");
  await assertRefused(chat, answering(bob, other, true), full);
  await carryOut(chat, answering(bob, other, false));
});
