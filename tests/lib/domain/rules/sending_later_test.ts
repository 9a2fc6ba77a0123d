/**
 * What becomes of a scheduled message when its time has come.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import { commonRoom } from "../../../../lib/domain/ids.ts";
import { Chat, type Person } from "../../../support/chat.ts";
import { changed, eventsOf, told } from "../../../support/decisions.ts";

async function scene() {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  return { chat, alice, bob, carl };
}

/** Sends what is due, which is one message that can't be sent, for a reason. */
async function assertFails(chat: Chat, author: Person, code: string): Promise<void> {
  const [due] = await chat.store.due(chat.nowMs, 10);
  const batch = await chat.sendDue();
  assertEquals<unknown>(batch.events, [{
    type: "scheduled.failed",
    position: batch.before + 1,
    audience: author.id,
    atMs: chat.nowMs,
    scheduled: due?.id,
    code,
  }]);
  assertEquals(changed(batch), ["put scheduled"]);
  // It is kept as it was, so that it can be sent at another time.
  const kept = due === undefined ? undefined : await chat.store.scheduled(due.id);
  assertEquals<unknown>(kept, { ...due, end: { kind: "failed", code, atMs: chat.nowMs } });
}

Deno.test("sendScheduled() sends a message as if it were sent then, and tells its author which", async () => {
  const { chat, alice } = await scene();
  const file = await chat.addFile(alice);
  const retry = { key: "k", fingerprint: "f" };
  const scheduled = await chat.schedule(alice, "now", 5000, { files: [file.id] }, retry);
  chat.nowMs += 5000;
  const batch = await chat.sendDue();
  assertEquals(told(batch), [["message", commonRoom], ["scheduled.sent", alice.id]]);
  const [event] = eventsOf(batch, "message");
  assertEquals<unknown>(event?.message, {
    id: batch.before + 1,
    room: commonRoom,
    roomKind: "common",
    author: { id: alice.id, name: "alice" },
    text: "now",
    atMs: chat.nowMs,
    expiresMs: chat.nowMs + hourMs,
    comments: 0,
    files: [{ id: file.id, name: "a.txt", type: "text/plain", size: 3 }],
    key: "k",
  });
  assertEquals(
    eventsOf(batch, "scheduled.sent").map(({ scheduled, message }) => [
      scheduled,
      message,
    ]),
    [[scheduled.id, event?.message.id]],
  );
  // Nothing of what it said is kept with it.
  assertEquals<unknown>(await chat.store.scheduled(scheduled.id), {
    ...scheduled,
    text: "",
    files: [],
    end: { kind: "sent", message: event?.message.id, atMs: chat.nowMs },
  });
});

Deno.test("sendScheduled() opens a private chat", async () => {
  const { chat, alice, bob } = await scene();
  await chat.schedule(alice, "psst", 5000, { to: "bob" });
  chat.nowMs += 5000;
  const batch = await chat.sendDue();
  const room = await chat.store.privateRoom(alice.id, bob.id) ?? 0;
  assertEquals(told(batch), [["room.created", room], ["message", room], [
    "scheduled.sent",
    alice.id,
  ]]);
});

Deno.test("sendScheduled() reaches someone who has another name by then", async () => {
  const { chat, alice, bob } = await scene();
  await chat.schedule(alice, "psst", 5000, { to: "bob" });
  await chat.do({ type: "profile.change", actor: bob.id, name: "Robert" });
  chat.nowMs += 5000;
  const [event] = eventsOf(await chat.sendDue(), "message");
  assertEquals(event?.message.to, { id: bob.id, name: "Robert" });
});

Deno.test("sendScheduled() sends a comment", async () => {
  const { chat, alice, bob } = await scene();
  const { id } = await chat.say(bob, "?", { to: "alice" });
  await chat.schedule(alice, "!", 5000, { commentOn: id });
  chat.nowMs += 5000;
  const [event] = eventsOf(await chat.sendDue(), "message");
  assertEquals([event?.message.commentOn, event?.message.roomKind], [id, "private"]);
});

Deno.test("sendScheduled() does nothing before the time, to the millisecond", async () => {
  const { chat, alice } = await scene();
  const scheduled = await chat.schedule(alice, "later", 5000);
  const command = { type: "scheduled.send", scheduled } as const;
  chat.nowMs += 4999;
  const early = await chat.batch([command]);
  assertEquals([early.decisions[0]?.ok, early.changes, early.events], [true, [], []]);
  // The clock was set back after it was found to be due.
  chat.nowMs -= hourMs;
  assertEquals((await chat.batch([command])).events, []);
  chat.nowMs += hourMs + 1;
  assertEquals((await chat.batch([command])).events.length, 2);
});

Deno.test("sendScheduled() does nothing to what was sent, put off or cancelled meanwhile", async () => {
  const { chat, alice } = await scene();
  const inMs = 5000;
  const sent = await chat.schedule(alice, "sent", inMs);
  const late = await chat.schedule(alice, "put off", inMs);
  const never = await chat.schedule(alice, "cancelled", inMs);
  chat.nowMs += inMs;
  const when = { field: "in", inMs: 1000 } as const;
  const batch = await chat.batch([
    { type: "scheduled.send", scheduled: sent },
    { type: "scheduled.change", actor: alice.id, scheduled: late.id, when },
    { type: "scheduled.cancel", actor: alice.id, scheduled: never.id },
    ...[sent, late, never].map((scheduled) => ({ type: "scheduled.send", scheduled }) as const),
  ]);
  assertEquals(batch.events.map(({ type }) => type), [
    "message",
    "scheduled.sent",
    "scheduled.updated",
    "scheduled.cancelled",
  ]);
  assertEquals(eventsOf(await chat.sendDue(), "message"), []);
  chat.nowMs += 1000;
  const [event] = eventsOf(await chat.sendDue(), "message");
  assertEquals(event?.message.text, "put off");
});

Deno.test("sendScheduled() sends what it says by then, and not what it said when it was found", async () => {
  const { chat, alice } = await scene();
  const scheduled = await chat.schedule(alice, "first", 5000);
  const change = { type: "scheduled.change", actor: alice.id, scheduled: scheduled.id } as const;
  await chat.do({ ...change, text: "second" });
  chat.nowMs += 5000;
  const batch = await chat.batch([{ type: "scheduled.send", scheduled }]);
  assertEquals(eventsOf(batch, "message").map(({ message }) => message.text), ["second"]);
});

Deno.test("sendScheduled() counts for the limit when it is sent, and fails when it is used up", async () => {
  const { chat, alice } = await scene();
  chat.policy = { ...chat.policy, limit: 1 };
  await chat.schedule(alice, "1", 5000);
  await chat.schedule(alice, "2", 6000);
  await chat.schedule(alice, "psst", 6000, { to: "bob" });
  chat.nowMs += 5000;
  assertEquals(eventsOf(await chat.sendDue(), "message").length, 1);
  assertEquals((await chat.store.window(alice.id, "common"))?.openedMs, chat.nowMs);
  chat.nowMs += 1000;
  const batch = await chat.sendDue();
  assertEquals(eventsOf(batch, "scheduled.failed").map(({ code }) => code), ["rate_limited"]);
  assertEquals(eventsOf(batch, "message").map(({ message }) => message.text), ["psst"]);
});

Deno.test("sendScheduled() fails while its author is banned, and not when the ban is over", async () => {
  const { chat, alice, bob, carl } = await scene();
  const dora = await chat.register("dora");
  await chat.schedule(alice, "while", 5000);
  await chat.schedule(alice, "after", 5 * hourMs);
  await chat.report(alice, bob, carl, dora);
  chat.nowMs += 5000;
  await assertFails(chat, alice, "banned");
  chat.nowMs += 5 * hourMs;
  assertEquals(eventsOf(await chat.sendDue(), "message").length, 1);
});

Deno.test("sendScheduled() fails when its author is not in the room any more", async () => {
  const { chat, alice, bob } = await scene();
  const room = await chat.makeRoom(bob, "den", alice);
  await chat.schedule(alice, "hi", 5000, { room });
  await chat.remove(bob, room, alice);
  chat.nowMs += 5000;
  await assertFails(chat, alice, "not_found");
});

Deno.test("sendScheduled() fails when the room was deleted", async () => {
  const { chat, alice } = await scene();
  const room = await chat.makeRoom(alice, "den");
  await chat.schedule(alice, "hi", 5000, { room });
  await chat.do({ type: "room.delete", actor: alice.id, room });
  chat.nowMs += 5000;
  await assertFails(chat, alice, "not_found");
});

for (const what of ["was deleted", "has expired"] as const) {
  Deno.test(`sendScheduled() fails when the message it is about ${what}`, async () => {
    const { chat, alice, bob } = await scene();
    const { id } = await chat.say(bob, "?");
    await chat.schedule(alice, "!", 2 * hourMs, { commentOn: id });
    if (what === "was deleted") {
      await chat.do({ type: "message.delete", actor: bob.id, message: id });
    } else await chat.markRead(alice, id);
    chat.nowMs += 2 * hourMs;
    await assertFails(chat, alice, "not_found");
  });
}

Deno.test("a message that failed is not tried again by itself", async () => {
  const { chat, alice } = await scene();
  const room = await chat.makeRoom(alice, "den");
  await chat.schedule(alice, "hi", 5000, { room });
  await chat.do({ type: "room.delete", actor: alice.id, room });
  chat.nowMs += 5000;
  const [scheduled] = await chat.store.due(chat.nowMs, 10);
  await assertFails(chat, alice, "not_found");
  assertEquals(await chat.store.due(chat.nowMs, 10), []);
  if (scheduled === undefined) throw new Error("Nothing was due");
  assertEquals((await chat.batch([{ type: "scheduled.send", scheduled }])).events, []);
});

Deno.test("what is due at one time is sent in one batch, in its order", async () => {
  const { chat, alice, bob } = await scene();
  await chat.schedule(alice, "2", 5000);
  await chat.schedule(bob, "3", 5000);
  await chat.schedule(alice, "1", 4000);
  chat.nowMs += 5000;
  const batch = await chat.sendDue();
  assertEquals(eventsOf(batch, "message").map(({ message }) => message.text), ["1", "2", "3"]);
});
