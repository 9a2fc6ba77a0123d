/**
 * Audiences: a room is heard by those who are in it, for as long as they are.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Command } from "../../../lib/domain/command.ts";
import type { RoomId } from "../../../lib/domain/ids.ts";
import { foldName } from "../../../lib/text/names.ts";
import { type Person, saying } from "../../support/chat.ts";
import { eventTypes, setUp } from "./listeners.ts";

function inviting(owner: Person, room: RoomId, { name }: Person): Command {
  return { type: "invite", actor: owner.id, room, user: foldName(name) };
}

function accepting({ id }: Person, room: RoomId): Command {
  return { type: "invitation.answer", actor: id, room, accept: true };
}

function removing(actor: Person, room: RoomId, { name }: Person): Command {
  return { type: "member.remove", actor: actor.id, room, user: foldName(name) };
}

/** alice's room, with all three listening. */
async function setUpRoom() {
  const setup = await setUp();
  const { hub, people: [alice, bob, carol], tell, open } = setup;
  await tell({ type: "room.create", actor: alice.id, name: "garden" });
  const room = hub.head as RoomId;
  const listening = [await open(alice), await open(bob), await open(carol)] as const;
  return { ...setup, room, alice, bob, carol, listening };
}

Deno.test("a room is heard from one's joining on, by all of one's clients", async () => {
  const { room, alice, bob, open, tell, listening: [, bobs, carols] } = await setUpRoom();
  const phone = await open(bob);
  await tell(saying(alice, "before", { room }), inviting(alice, room, bob));
  await tell(accepting(bob, room));
  await tell(saying(alice, "after", { room }));
  for (const one of [bobs, phone]) {
    assertEquals(eventTypes(one), ["invitation", "member.joined", "message"]);
  }
  assertEquals(eventTypes(carols), []);
});

Deno.test("who joins and who leaves in the midst of a batch hears what is theirs of it", async () => {
  const { room, alice, bob, tell, listening: [, bobs, carols] } = await setUpRoom();
  await tell(inviting(alice, room, bob));
  await tell(
    saying(alice, "before", { room }),
    accepting(bob, room),
    saying(alice, "between", { room }),
    removing(bob, room, bob),
    saying(alice, "after", { room }),
  );
  assertEquals(eventTypes(bobs), ["invitation", "member.joined", "message", "member.left"]);
  assertEquals(eventTypes(carols), []);
});

Deno.test("the room and the one who left are told, once each", async () => {
  const { room, alice, bob, tell, listening: [alices, bobs] } = await setUpRoom();
  await tell(inviting(alice, room, bob));
  await tell(accepting(bob, room));
  await tell(removing(alice, room, bob));
  assertEquals(eventTypes(alices), ["member.joined", "member.left"]);
  assertEquals(eventTypes(bobs), ["invitation", "member.joined", "member.left"]);
  await tell(saying(alice, "alone", { room }));
  assert(!eventTypes(bobs).includes("message"));
});

Deno.test("everyone in a room is told that it was deleted, and nobody else", async () => {
  const { room, alice, bob, tell, listening: [alices, bobs, carols] } = await setUpRoom();
  await tell(inviting(alice, room, bob));
  await tell(accepting(bob, room));
  await tell({ type: "room.delete", actor: alice.id, room });
  assertEquals(eventTypes(alices).at(-1), "room.deleted");
  assertEquals(eventTypes(bobs).at(-1), "room.deleted");
  assertEquals(eventTypes(carols), []);
});

Deno.test("what is replayed of a room is what was heard live", async () => {
  const { hub, room, alice, bob, tell, open, listening: [, bobs] } = await setUpRoom();
  const start = hub.head;
  await tell(saying(alice, "before", { room }), inviting(alice, room, bob));
  await tell(accepting(bob, room), saying(alice, "after", { room }));
  const replayed = await open(bob, { kind: "after", position: start });
  assertEquals(eventTypes(replayed), eventTypes(bobs));
});
