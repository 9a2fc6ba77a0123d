/**
 * Leaving a room, and being put out of it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom, type RoomId } from "../../../../lib/domain/ids.ts";
import type { RemoveMember } from "../../../../lib/domain/rules/membership.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import { assertRefused, carryOut, eventsOf, missing, told } from "../../../support/decisions.ts";

function removing({ id }: Person, room: number, user: string): RemoveMember {
  return { type: "member.remove", actor: id, room: room as RoomId, user: foldName(user) };
}

const mayNot = {
  code: "forbidden",
  why: "Only the owner of the room can remove someone else",
} as const;

/** A room of Alice's that Bob came into first, and Carl then. */
async function scene() {
  const chat = new Chat();
  const [alice, carl, bob, dora] = await chat.people("alice", "carl", "bob", "dora");
  const room = await chat.makeRoom(alice, "den", bob, carl);
  return { chat, alice, bob, carl, dora, room };
}

for (const by of ["themselves", "the owner"] as const) {
  Deno.test(`removeMember() by ${by} tells the one who is out, and then the room`, async () => {
    const { chat, alice, bob, room } = await scene();
    const row = await chat.store.member(room, bob.id);
    const actor = by === "the owner" ? alice : bob;
    const batch = await carryOut(chat, removing(actor, room, "BOB"));
    assertEquals<unknown>(batch.changes, [{ kind: "removed", table: "member", row }]);
    const left = { type: "member.left", room, user: { id: bob.id, name: "bob" } };
    assertEquals<unknown>(batch.events, [
      { ...left, position: batch.before + 1, audience: bob.id, atMs: chat.nowMs },
      { ...left, position: batch.before + 2, audience: room, atMs: chat.nowMs },
    ]);
    await assertRefused(chat, saying(bob, "hi", { room }), missing("room"));
    assertEquals(await chat.store.messages(room, bob.id, { limit: 9 }, chat.life), {
      items: [],
      hasMore: false,
    });
  });
}

Deno.test("removeMember() hands the room of an owner who leaves to who was in it longest", async () => {
  const { chat, alice, bob, carl, room } = await scene();
  const batch = await carryOut(chat, removing(alice, room, "alice"));
  assertEquals(told(batch), [
    ["member.left", alice.id],
    ["member.left", room],
    ["room.updated", room],
  ]);
  const updated = batch.events[2];
  assertEquals<unknown>(updated?.type === "room.updated" && [updated.name, updated.owner], [
    "den",
    // Carl was registered before, but came later.
    { id: bob.id, name: "bob" },
  ]);
  await carryOut(chat, removing(bob, room, "carl"));
  assertEquals(await chat.store.member(room, carl.id), undefined);
});

Deno.test("removeMember() tells the new owner who asks to come in", async () => {
  const { chat, alice, bob, dora, room } = await scene();
  const eve = await chat.register("eve");
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
  for (const { id } of [eve, dora]) {
    await chat.do({ type: "join", actor: id, hash: "code" });
    chat.nowMs += 1;
  }
  const batch = await carryOut(chat, removing(alice, room, "alice"));
  assertEquals(told(batch).slice(2), [
    ["room.updated", room],
    ["join.requested", bob.id],
    ["join.requested", bob.id],
  ]);
  const asking = eventsOf(batch, "join.requested").map(({ user }) => user.name);
  assertEquals(asking, ["eve", "dora"]);
});

Deno.test("removeMember() closes the room that its last member leaves", async () => {
  const { chat, alice, dora, room } = await scene();
  await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
  await chat.do({ type: "join", actor: dora.id, hash: "code" });
  await carryOut(chat, removing(alice, room, "bob"), removing(alice, room, "carl"));
  const batch = await carryOut(chat, removing(alice, room, "alice"));
  assertEquals(told(batch), [["join.denied", dora.id], ["room.deleted", alice.id]]);
  const kept = await chat.store.room(room);
  assertEquals(kept?.kind === "room" && kept.closed, true);
  assertEquals(await chat.store.linksInto(room), []);
});

Deno.test("removeMember() counts who came and went in the same batch", async () => {
  const { chat, alice, bob, carl, room } = await scene();
  const batch = await carryOut(
    chat,
    removing(bob, room, "bob"),
    removing(alice, room, "alice"),
    removing(carl, room, "carl"),
  );
  assertEquals(batch.events.map(({ type }) => type), [
    ...["member.left", "member.left", "member.left", "member.left"],
    ...["room.updated", "room.deleted"],
  ]);
});

Deno.test("removeMember() takes an invitation back, and tells the one who had it", async () => {
  const { chat, alice, dora, room } = await scene();
  await chat.do({ type: "invite", actor: alice.id, room, user: foldName("dora") });
  const batch = await carryOut(chat, removing(alice, room, "dora"));
  assertEquals(told(batch), [["invitation.closed", dora.id]]);
  assertEquals(await chat.store.invitationsTo(dora.id), []);
  const answer = { type: "invitation.answer", actor: dora.id, room, accept: true } as const;
  await assertRefused(chat, answer, missing("invitation"));
});

Deno.test("removeMember() refuses who may not, and whom there is not", async () => {
  const { chat, alice, bob, dora, room } = await scene();
  const { room: pair } = await chat.say(alice, "psst", { to: "bob" });
  for (const name of ["carl", "alice", "dora", "nobody"]) {
    await assertRefused(chat, removing(bob, room, name), mayNot);
  }
  for (const name of ["dora", "nobody"]) {
    await assertRefused(chat, removing(alice, room, name), missing("member"));
  }
  for (
    const [id, name] of [[room, "dora"], [room, "bob"], [pair, "alice"], [999, "dora"]] as const
  ) {
    await assertRefused(chat, removing(dora, id, name), missing("room"));
  }
  const nobodys = { code: "forbidden", why: "This chat belongs to nobody" } as const;
  await assertRefused(chat, removing(bob, pair, "bob"), nobodys);
  await assertRefused(chat, removing(bob, commonRoom, "bob"), nobodys);
});

Deno.test("who comes back begins anew, with nothing unread", async () => {
  const { chat, alice, bob, room } = await scene();
  await chat.remove(bob, room, bob);
  await chat.say(alice, "meanwhile", { room });
  await chat.letIn(alice, room, bob);
  const member = await chat.store.member(room, bob.id);
  assertEquals(member?.readId, member?.joined);
  assertEquals(await chat.store.countUnread(bob.id, room, chat.life), 0);
  await carryOut(chat, saying(bob, "back", { room }));
});
