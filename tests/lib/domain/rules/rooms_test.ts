/**
 * Making, renaming, handing over and deleting rooms.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  hourMs,
  joinedRoomsMax,
  ownedRoomsMax,
  roomChangesPerHourMax,
} from "../../../../lib/domain/bounds.ts";
import { commonRoom, type RoomId, type UserId } from "../../../../lib/domain/ids.ts";
import { noNeeds } from "../../../../lib/domain/needs.ts";
import type { ChangeRoom } from "../../../../lib/domain/rules/rooms.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import {
  assertRefused,
  carryOut,
  changed,
  faulty,
  missing,
  told,
} from "../../../support/decisions.ts";

function creating({ id }: { readonly id: UserId }, name: string) {
  return { type: "room.create", actor: id, name } as const;
}

function changing({ id }: Person, room: number, name?: string, owner?: string): ChangeRoom {
  return {
    type: "room.change",
    actor: id,
    room: room as RoomId,
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner: foldName(owner) }),
  };
}

function deleting({ id }: Person, room: number) {
  return { type: "room.delete", actor: id, room: room as RoomId } as const;
}

const ownersOnly = { code: "forbidden", why: "Only the owner of the room can do this" } as const;
const nobodys = { code: "forbidden", why: "This chat belongs to nobody" } as const;

/** Puts someone into many rooms of another one at once. */
async function crowdIn(chat: Chat, owner: Person, guest: Person | undefined, count: number) {
  await chat.store.transact(noNeeds(), (state) => {
    for (let n = 0; n < count; n++) {
      const id = state.nextPosition() as RoomId;
      state.rooms.put({
        id,
        kind: "room",
        name: `${n}`,
        owner: { id: owner.id, name: owner.name },
        createdMs: 0,
        closed: false,
      });
      for (const user of guest === undefined ? [owner.id] : [owner.id, guest.id]) {
        state.members.put({ room: id, user, joined: id, readId: id });
      }
    }
  });
}

Deno.test("createRoom() makes a room whose owner is in it, and tells them", async () => {
  const chat = new Chat();
  const alice = await chat.register("Alice");
  const { decisions, changes, events, before } = await chat.batch([creating(alice, "den")]);
  const id = before + 1;
  const owner = { id: alice.id, name: "Alice" };
  const createdMs = chat.nowMs;
  const room = { id, kind: "room", name: "den", owner, createdMs, closed: false };
  assertEquals<unknown>(decisions, [{ ok: true, outcome: { room }, replayed: false }]);
  const window = { user: alice.id, kind: "room", openedMs: chat.nowMs, used: 1 };
  assertEquals<unknown>(changes, [
    { kind: "put", table: "window", row: window },
    { kind: "put", table: "room", row: room },
    { kind: "put", table: "member", row: { room: id, user: alice.id, joined: id, readId: id } },
  ]);
  assertEquals<unknown>(events, [{
    type: "room.created",
    position: id,
    audience: id,
    atMs: chat.nowMs,
    room: id,
    kind: "room",
    name: "den",
    owner,
    members: [owner],
  }]);
});

Deno.test("createRoom() takes a name that another room has", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await carryOut(chat, creating(alice, "den"), creating(alice, "den"));
});

Deno.test("createRoom() refuses who is not there", async () => {
  await assertRefused(new Chat(), creating({ id: 999 as UserId }, "den"), missing("user"));
});

Deno.test(`createRoom() lets one own ${ownedRoomsMax} rooms, private chats apart`, async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "bob");
  await chat.say(alice, "psst", { to: "bob" });
  await crowdIn(chat, alice, undefined, ownedRoomsMax - 1);
  const last = await chat.makeRoom(alice, "last");
  await assertRefused(chat, creating(alice, "more"), faulty("", "You own 100 rooms already"));
  await carryOut(chat, deleting(alice, last), creating(alice, "more"));
});

Deno.test(`createRoom() lets one be in ${joinedRoomsMax} rooms`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  await chat.say(bob, "psst", { to: "alice" });
  await crowdIn(chat, alice, bob, joinedRoomsMax - 1);
  await carryOut(chat, creating(bob, "last"));
  await assertRefused(chat, creating(bob, "more"), faulty("", "You are in 500 rooms already"));
});

Deno.test("changeRoom() renames a room, and tells all who are in it", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(alice, "den", bob);
  const before = await chat.store.room(room);
  const batch = await carryOut(chat, changing(alice, room, "lair"));
  assertEquals<unknown>(batch.changes.slice(1), [
    { kind: "put", table: "room", row: { ...before, name: "lair" } },
  ]);
  assertEquals<unknown>(batch.events, [{
    type: "room.updated",
    position: batch.before + 1,
    audience: room,
    atMs: chat.nowMs,
    room,
    name: "lair",
    owner: { id: alice.id, name: "alice" },
  }]);
});

Deno.test("changeRoom() hands a room over to a member, with another name or not", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(alice, "den", bob);
  const batch = await carryOut(chat, changing(alice, room, "lair", "BOB"));
  assertEquals(told(batch), [["room.updated", room]]);
  await assertRefused(chat, changing(alice, room, "mine"), ownersOnly);
  const { room: now } = await chat.do(changing(bob, room, undefined, "alice"));
  assertEquals([now.name, now.owner.name], ["lair", "alice"]);
});

Deno.test("changeRoom() tells a new owner who asks to come in", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const room = await chat.makeRoom(alice, "den", bob);
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
  await chat.do({ type: "join", actor: carl.id, hash: "code" });
  const named = await carryOut(chat, changing(alice, room, "lair"));
  assertEquals(told(named), [["room.updated", room]]);
  const handed = await carryOut(chat, changing(alice, room, undefined, "bob"));
  assertEquals(told(handed), [["room.updated", room], ["join.requested", bob.id]]);
});

Deno.test(`rooms are made and changed ${roomChangesPerHourMax} times an hour by one user`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const openedMs = chat.nowMs;
  const room = await chat.makeRoom(alice, "den", bob);
  const changes = Array.from(
    { length: roomChangesPerHourMax - 1 },
    (_, n) => changing(alice, room, `${n}`),
  );
  await carryOut(chat, ...changes);
  chat.nowMs += hourMs - 1;
  const refusal = {
    code: "rate_limited",
    limit: {
      kind: "room",
      limit: roomChangesPerHourMax,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  } as const;
  await assertRefused(chat, changing(alice, room, "more"), refusal);
  await assertRefused(chat, changing(alice, room, undefined, "bob"), refusal);
  await assertRefused(chat, creating(alice, "more"), refusal);
  // What changes nothing, and what nobody is told of a hundred times, is of no matter.
  await carryOut(chat, changing(alice, room, `${roomChangesPerHourMax - 2}`));
  chat.nowMs += 1;
  await carryOut(chat, changing(alice, room, "more"), creating(alice, "more"));
});

Deno.test("who is banned gives no room a name, and may hand one over and delete it", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  chat.policy = { ...chat.policy, banAfter: 2 };
  const room = await chat.makeRoom(alice, "den", bob);
  const other = await chat.makeRoom(alice, "lair");
  await chat.report(alice, bob, carl);
  const banned = { code: "banned", untilMs: chat.nowMs + chat.policy.banForMs } as const;
  await assertRefused(chat, creating(alice, "nest"), banned);
  await assertRefused(chat, changing(alice, room, "nest"), banned);
  await assertRefused(chat, changing(alice, room, "nest", "bob"), banned);
  await carryOut(chat, changing(alice, room, undefined, "bob"), deleting(alice, other));
});

Deno.test("changeRoom() changes nothing, and tells nobody, where all is so already", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const room = await chat.makeRoom(alice, "den");
  for (const command of [changing(alice, room, "den", "alice"), changing(alice, room)]) {
    const { changes, events } = await carryOut(chat, command);
    assertEquals([changes, events], [[], []]);
  }
});

Deno.test(`changeRoom() hands no room over to who owns ${ownedRoomsMax}`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(alice, "den", bob);
  await crowdIn(chat, bob, undefined, ownedRoomsMax - 1);
  const last = await chat.makeRoom(bob, "last");
  const full = faulty("owner", "owns 100 rooms already");
  await assertRefused(chat, changing(alice, room, "lair", "bob"), full);
  await carryOut(chat, deleting(bob, last), changing(alice, room, "lair", "bob"));
  // Who owns as many may go on to say that it is theirs.
  await carryOut(chat, changing(bob, room, "nest", "bob"));
});

Deno.test("changeRoom() refuses an owner who is not in the room", async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(alice, "den");
  for (const owner of ["bob", "nobody"]) {
    await assertRefused(chat, changing(alice, room, "lair", owner), missing("member"));
  }
});

for (const what of ["changeRoom()", "deleteRoom()"] as const) {
  Deno.test(`${what} is for the owner of a room alone`, async () => {
    const chat = new Chat();
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const room = await chat.makeRoom(alice, "den", bob);
    const { room: pair } = await chat.say(alice, "psst", { to: "bob" });
    const command = (who: Person, id: number) => (
      what === "deleteRoom()" ? deleting(who, id) : changing(who, id, "lair")
    );
    await assertRefused(chat, command(bob, room), ownersOnly);
    // Of what one is not in, it is not told that it is there.
    for (const id of [room, pair, 999]) {
      await assertRefused(chat, command(carl, id), missing("room"));
    }
    await assertRefused(chat, command(bob, pair), nobodys);
    await assertRefused(chat, command(alice, commonRoom), nobodys);
  });
}

Deno.test("deleteRoom() puts everyone out, tells each, and leaves no way in", async () => {
  const chat = new Chat();
  const [alice, bob, carl, dora, eve] = await chat.people("alice", "bob", "carl", "dora", "eve");
  const room = await chat.makeRoom(alice, "den", bob);
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
  await chat.do({ type: "invite", actor: alice.id, room, user: foldName("carl") });
  for (const { id } of [eve, dora]) {
    chat.nowMs += 1;
    await chat.do({ type: "join", actor: id, hash: "code" });
  }
  const before = await chat.store.room(room);
  const batch = await carryOut(chat, deleting(alice, room));
  assertEquals(told(batch), [
    ["invitation.closed", carl.id],
    // In the order in which they had asked, and come.
    ["join.denied", eve.id],
    ["join.denied", dora.id],
    ["room.deleted", alice.id],
    ["room.deleted", bob.id],
  ]);
  assertEquals(changed(batch), [
    "removed invitation",
    "removed link",
    "removed request",
    "removed request",
    "removed member",
    "removed member",
    "put room",
  ]);
  assertEquals<unknown>(await chat.store.room(room), { ...before, closed: true });
  await assertRefused(chat, { type: "join", actor: dora.id, hash: "code" }, missing("link"));
  const answer = { type: "invitation.answer", actor: carl.id, room, accept: true } as const;
  await assertRefused(chat, answer, missing("invitation"));
  for (const command of [saying(bob, "hi", { room }), deleting(alice, room)]) {
    await assertRefused(chat, command, missing("room"));
  }
  assertEquals(await chat.store.messages(room, bob.id, { limit: 9 }, chat.life), {
    items: [],
    hasMore: false,
  });
});
