/**
 * Taking a message back.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import { commonRoom, type MessageId } from "../../../../lib/domain/ids.ts";
import type { DeleteMessage } from "../../../../lib/domain/rules/deleting.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import { assertRefused, carryOut, missing } from "../../../support/decisions.ts";

function deleting({ id }: Person, message: number): DeleteMessage {
  return { type: "message.delete", actor: id, message: message as MessageId };
}

const forbidden = { code: "forbidden", why: "Only its author can delete a message" } as const;

Deno.test("deleteMessage() takes a message back from everyone, and tells its room", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const message = await chat.say(alice, "oops");
  const { changes, events, before } = await carryOut(chat, deleting(alice, message.id));
  assertEquals<unknown>(changes, [{ kind: "removed", table: "message", row: message }]);
  assertEquals<unknown>(events, [{
    type: "message.deleted",
    position: before + 1,
    audience: commonRoom,
    atMs: chat.nowMs,
    room: commonRoom,
    message: message.id,
  }]);
  assertEquals(await chat.store.message(message.id, bob.id, chat.life), undefined);
});

Deno.test("deleteMessage() leaves the comments of others", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const message = await chat.say(alice, "oops");
  const comment = await chat.say(bob, "!", { commentOn: message.id });
  await carryOut(chat, deleting(alice, message.id));
  assertEquals((await chat.store.message(comment.id, alice.id, chat.life))?.text, "!");
  await assertRefused(chat, saying(bob, "?", { commentOn: message.id }), missing("message"));
});

Deno.test("deleteMessage() takes files back with their message", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const file = await chat.addFile(alice);
  const message = await chat.say(alice, "look", { files: [file.id] });
  await carryOut(chat, deleting(alice, message.id));
  for (const { id } of [alice, bob]) {
    assertEquals(await chat.store.file(file.id, id, chat.life), undefined);
  }
  await assertRefused(chat, saying(alice, "again", { files: [file.id] }), "invalid");
});

Deno.test("deleteMessage() is for the author alone, of a room's owner too", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(alice, "den", bob);
  const { id } = await chat.say(bob, "mine", { room });
  await assertRefused(chat, deleting(alice, id), forbidden);
  await carryOut(chat, deleting(bob, id));
});

Deno.test("deleteMessage() answers for what one can't see as for what never was", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const secret = await chat.say(alice, "psst", { to: "bob" });
  const gone = await chat.say(alice, "gone");
  await carryOut(chat, deleting(alice, gone.id));
  const room = await chat.makeRoom(bob, "den", carl);
  const left = await chat.say(carl, "bye", { room });
  await chat.remove(carl, room, carl);
  for (
    const [who, message] of [
      [carl, secret.id],
      [alice, gone.id],
      [alice, 999],
      [alice, alice.id],
      // Its author is no longer in the room.
      [carl, left.id],
    ] as const
  ) await assertRefused(chat, deleting(who, message), missing("message"));
});

Deno.test("deleteMessage() can take back what others may still see when it has expired for its author", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const { id } = await chat.say(alice, "1");
  await chat.markRead(bob, id);
  chat.nowMs += hourMs;
  // For who has read it, it is as if it had never been.
  await assertRefused(chat, deleting(bob, id), missing("message"));
  await assertRefused(chat, deleting(carl, id), forbidden);
  await carryOut(chat, deleting(alice, id));
  assertEquals(await chat.store.message(id, carl.id, chat.life), undefined);
});

Deno.test("deleteMessage() finds a message once, in one batch too", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const { id } = await chat.say(alice, "1");
  const { decisions } = await chat.batch([deleting(alice, id), deleting(alice, id)]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
});

Deno.test("deleteMessage() gives nothing of the limit back", async () => {
  const chat = new Chat();
  chat.policy = { ...chat.policy, limit: 1 };
  const alice = await chat.register("alice");
  const { id } = await chat.say(alice, "1");
  await carryOut(chat, deleting(alice, id));
  await assertRefused(chat, saying(alice, "2"), "rate_limited");
});

Deno.test("deleteMessage() takes what others said back for a moderator, and writes it down", async () => {
  const chat = new Chat();
  const [max, eve, bob] = await chat.people("Max", "Eve", "bob");
  await chat.promote(max, "moderator");
  const room = await chat.makeRoom(eve, "den", max, bob);
  for (const place of [{}, { room }]) {
    const message = await chat.say(eve, "spam", place);
    const comment = await chat.say(bob, "stop", { commentOn: message.id });
    const { events, before } = await carryOut(chat, deleting(max, message.id));
    assertEquals(events.map(({ type, audience }) => [type, audience]), [
      ["message.deleted", message.room],
    ]);
    assertEquals((await chat.audit()).at(-1), {
      id: before + 2,
      atMs: chat.nowMs,
      by: { id: max.id, name: "Max" },
      act: "message.delete",
      user: { id: eve.id, name: "Eve" },
      message: message.id,
      room: message.room,
    });
    assertEquals((await chat.store.message(comment.id, max.id, chat.life))?.text, "stop");
  }
});

Deno.test("deleteMessage() of one's own is no act of a moderator", async () => {
  const chat = new Chat();
  const max = await chat.register("Max");
  await chat.promote(max, "moderator");
  const { id } = await chat.say(max, "oops");
  const known = (await chat.audit()).length;
  await carryOut(chat, deleting(max, id));
  assertEquals((await chat.audit()).length, known);
});

Deno.test("deleteMessage() tells a moderator of no message where they are not", async () => {
  const chat = new Chat();
  const [max, eve] = await chat.people("Max", "Eve", "bob");
  await chat.promote(max, "owner");
  const den = await chat.makeRoom(eve, "den");
  for (const place of [{ room: den }, { to: "bob" }]) {
    const { id } = await chat.say(eve, "spam", place);
    await assertRefused(chat, deleting(max, id), missing("message"));
  }
});

Deno.test("deleteMessage() reaches for a moderator what has expired for them, and not for others", async () => {
  const chat = new Chat();
  const [max, eve] = await chat.people("Max", "Eve");
  await chat.promote(max, "moderator");
  const { id } = await chat.say(eve, "spam");
  await chat.markRead(max, id);
  chat.nowMs += hourMs;
  await carryOut(chat, deleting(max, id));
});

Deno.test("deleteMessage() reaches everything for the operator", async () => {
  const chat = new Chat();
  const eve = await chat.register("Eve");
  await chat.register("bob");
  const den = await chat.makeRoom(eve, "den");
  for (const place of [{}, { room: den }, { to: "bob" }]) {
    const { id } = await chat.say(eve, "spam", place);
    await carryOut(chat, { type: "message.delete", message: id });
    const entry = (await chat.audit()).at(-1);
    assertEquals([entry?.act, entry?.by, entry?.message], ["message.delete", undefined, id]);
    await assertRefused(chat, { type: "message.delete", message: id }, missing("message"));
  }
  await assertRefused(
    chat,
    { type: "message.delete", message: 999 as MessageId },
    missing("message"),
  );
});

Deno.test("deleteMessage() is a plain user's again when the role was taken", async () => {
  const chat = new Chat();
  const [max, eve] = await chat.people("Max", "Eve");
  await chat.promote(max, "moderator");
  const { id } = await chat.say(eve, "hi");
  await chat.do({ type: "role.set", user: foldName("max") });
  await assertRefused(chat, deleting(max, id), forbidden);
});
