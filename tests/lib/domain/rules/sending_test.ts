/**
 * Sending: to everyone, to one person, and about another message.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import { commonRoom, type UserId } from "../../../../lib/domain/ids.ts";
import type { Refusal } from "../../../../lib/domain/refusal.ts";
import { Chat, type Place, saying } from "../../../support/chat.ts";
import { assertRefused, missing, told } from "../../../support/decisions.ts";

const nobody = { ok: false, refusal: { code: "not_found", what: "user" } };
const noMessage = { ok: false, refusal: { code: "not_found", what: "message" } };
const noRoom = { ok: false, refusal: { code: "not_found", what: "room" } };

function refusedField(decision: { ok: boolean; refusal?: Refusal }): string | undefined {
  const refusal = decision.ok ? undefined : decision.refusal;
  return refusal?.code === "invalid" ? refusal.errors[0]?.field : undefined;
}

Deno.test("send() says something to everyone", async () => {
  const chat = new Chat();
  const alice = await chat.register("Alice");
  const { decisions, events, changes, before } = await chat.batch([saying(alice, "hello")]);
  const message = {
    id: before + 1,
    room: commonRoom,
    roomKind: "common",
    author: { id: alice.id, name: "Alice" },
    text: "hello",
    atMs: chat.nowMs,
    expiresMs: chat.nowMs + hourMs,
    comments: 0,
    files: [],
  };
  const limit = {
    kind: "common",
    limit: 20,
    periodMs: hourMs,
    remaining: 19,
    resetsMs: chat.nowMs + hourMs,
  };
  assertEquals<unknown>(decisions, [{ ok: true, outcome: { message, limit }, replayed: false }]);
  assertEquals<unknown>(events, [
    { position: before + 1, type: "message", audience: commonRoom, atMs: chat.nowMs, message },
  ]);
  assertEquals<unknown>(changes, [{
    kind: "put",
    table: "window",
    row: { user: alice.id, kind: "common", openedMs: chat.nowMs, used: 1 },
  }]);
});

Deno.test("send() takes the common room by its id as it takes no destination", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const message = await chat.say(alice, "hello", { room: commonRoom });
  assertEquals([message.room, message.roomKind, message.to], [commonRoom, "common", undefined]);
});

Deno.test("send() opens a private chat once, and tells both", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { events, changes, before } = await chat.batch([saying(alice, "psst", { to: "BOB" })]);
  const room = before + 1;
  assertEquals<unknown>(events, [
    {
      position: room,
      type: "room.created",
      audience: room,
      atMs: chat.nowMs,
      room,
      kind: "private",
      members: [{ id: alice.id, name: "alice" }, { id: bob.id, name: "bob" }],
    },
    {
      position: room + 1,
      type: "message",
      audience: room,
      atMs: chat.nowMs,
      message: {
        id: room + 1,
        room,
        roomKind: "private",
        author: { id: alice.id, name: "alice" },
        to: { id: bob.id, name: "bob" },
        text: "psst",
        atMs: chat.nowMs,
        expiresMs: chat.nowMs + hourMs,
        comments: 0,
        files: [],
      },
    },
  ]);
  assertEquals<unknown>(changes, [
    {
      kind: "put",
      table: "room",
      row: { id: room, kind: "private", pair: [alice.id, bob.id], createdMs: chat.nowMs },
    },
    { kind: "put", table: "member", row: { room, user: alice.id, joined: room, readId: room } },
    { kind: "put", table: "member", row: { room, user: bob.id, joined: room, readId: room } },
  ]);
});

Deno.test("send() answers in the private chat that the other one has opened", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const first = await chat.say(bob, "psst", { to: "alice" });
  const { events } = await chat.batch([
    saying(alice, "what?", { to: "bob" }),
    saying(alice, "what??", { room: first.room }),
  ]);
  assertEquals(
    events.map((event) => event.type === "message" && [event.message.room, event.message.to?.name]),
    [[first.room, "bob"], [first.room, "bob"]],
  );
});

Deno.test("send() opens one private chat for two who write to each other in one batch", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { events } = await chat.batch([
    saying(alice, "1", { to: "bob" }),
    saying(bob, "2", { to: "alice" }),
    saying(alice, "3", { to: "bob" }),
  ]);
  assertEquals(events.map(({ type }) => type), ["room.created", "message", "message", "message"]);
  assertEquals(new Set(events.map(({ audience }) => audience)).size, 1);
  assertEquals(
    events.flatMap((event) => event.type === "message" ? event.message.to?.id ?? [] : []),
    [bob.id, alice.id, bob.id],
  );
});

Deno.test("send() keeps the chats of different pairs apart", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob", "carl");
  const rooms = [
    (await chat.say(alice, "1", { to: "bob" })).room,
    (await chat.say(alice, "2", { to: "carl" })).room,
    (await chat.say(bob, "3", { to: "carl" })).room,
  ];
  assertEquals(new Set(rooms).size, 3);
});

Deno.test("send() reaches someone who was registered earlier in its batch", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const { decisions } = await chat.batch([
    { type: "register", name: "bob", grant: { hash: "b" } },
    saying(alice, "welcome", { to: "bob" }),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, true]);
});

Deno.test("send() refuses who writes to themselves, however they spell their name", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const decision = await chat.decide(saying(alice, "me", { to: "ALICE" }));
  assertEquals(refusedField(decision), "to");
});

for (
  const [what, place, expected] of [
    ["to nobody", { to: "nobody" }, nobody],
    ["to a room that never was", { room: 999 }, noRoom],
    ["about a message that never was", { commentOn: 999 }, noMessage],
    ["about what is no message but a user", { commentOn: 1 }, noMessage],
  ] as const satisfies readonly (readonly [string, Place, unknown])[]
) {
  Deno.test(`send() refuses what goes ${what}, and changes nothing`, async () => {
    const chat = new Chat();
    const alice = await chat.register("alice");
    const { decisions, changes, events, before, head } = await chat.batch([
      saying(alice, "?", place),
    ]);
    assertEquals<unknown>(decisions, [expected]);
    assertEquals([changes, events, head], [[], [], before]);
  });
}

Deno.test("send() refuses an author who is not there", async () => {
  assertEquals<unknown>(await new Chat().decide(saying({ id: 999 as UserId }, "boo")), nobody);
});

Deno.test("send() comments in the room where the message stands", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const open = await chat.say(alice, "open");
  const secret = await chat.say(alice, "secret", { to: "bob" });
  const onOpen = await chat.say(bob, "!", { commentOn: open.id });
  const onSecret = await chat.say(bob, "!!", { commentOn: secret.id });
  const onOwn = await chat.say(alice, "…", { commentOn: secret.id });
  assertEquals([onOpen.room, onOpen.roomKind, onOpen.commentOn], [commonRoom, "common", open.id]);
  assertEquals([onSecret.room, onSecret.roomKind, onSecret.to?.name], [
    secret.room,
    "private",
    "alice",
  ]);
  assertEquals([onOwn.commentOn, onOwn.to?.name], [secret.id, "bob"]);
});

Deno.test("send() comments on a comment, and on a message of its own batch", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const first = await chat.say(alice, "1");
  const { decisions } = await chat.batch([
    saying(alice, "2", { commentOn: first.id }),
    saying(alice, "3", { commentOn: first.id + 1 }),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, true]);
});

Deno.test("send() answers for a message that one can't see as for one that never was", async () => {
  const chat = new Chat();
  const [alice, , carl] = await chat.people("alice", "bob", "carl");
  const secret = await chat.say(alice, "secret", { to: "bob" });
  const { decisions, changes, events } = await chat.batch([
    saying(carl, "!", { commentOn: secret.id }),
    saying(carl, "!", { commentOn: 999 }),
    saying(carl, "!", { commentOn: secret.id, room: secret.room }),
    saying(carl, "!", { commentOn: secret.id, to: "alice" }),
  ]);
  assertEquals<unknown>(decisions, [noMessage, noMessage, noMessage, noMessage]);
  assertEquals([changes, events], [[], []]);
});

Deno.test("send() answers for a private chat of others as for a room that never was", async () => {
  const chat = new Chat();
  const [alice, , carl] = await chat.people("alice", "bob", "carl");
  const { room } = await chat.say(alice, "secret", { to: "bob" });
  assertEquals<unknown>(await chat.decide(saying(carl, "!", { room })), noRoom);
});

Deno.test("send() refuses a comment that goes to another chat than its message", async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "bob", "carl");
  const open = await chat.say(alice, "open");
  const secret = await chat.say(alice, "secret", { to: "bob" });
  for (
    const place of [
      { commentOn: secret.id, room: commonRoom },
      { commentOn: secret.id, to: "carl" },
      { commentOn: open.id, room: secret.room },
      { commentOn: open.id, to: "bob" },
    ]
  ) {
    const { decisions, changes, events } = await chat.batch([saying(alice, "!", place)]);
    const [decision] = decisions;
    assert(decision !== undefined);
    assertEquals(refusedField(decision), "comment_on", JSON.stringify(place));
    assertEquals([changes, events], [[], []]);
  }
});

Deno.test("send() takes a comment whose destination is where its message stands", async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "bob");
  const open = await chat.say(alice, "open");
  const secret = await chat.say(alice, "secret", { to: "bob" });
  for (
    const place of [
      { commentOn: secret.id, room: secret.room },
      { commentOn: secret.id, to: "bob" },
      { commentOn: open.id, room: commonRoom },
    ]
  ) {
    assertEquals((await chat.say(alice, "!", place)).commentOn, place.commentOn);
  }
});

Deno.test("send() tells the idempotency key, so that the author's clients know the message again", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const message = await chat.say(alice, "hello", {}, { key: "k1", fingerprint: "f" });
  assertEquals(message.key, "k1");
});

Deno.test("send() speaks in a room that one is in", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const room = await chat.makeRoom(alice, "den", bob);
  const batch = await chat.batch([saying(bob, "hi", { room })]);
  assertEquals(told(batch), [["message", room]]);
  const [event] = batch.events;
  const message = event?.type === "message" ? event.message : undefined;
  assertEquals([message?.room, message?.roomKind, message?.to], [room, "room", undefined]);
  const comment = await chat.say(alice, "!", { commentOn: message?.id ?? 0 });
  assertEquals([comment.room, comment.roomKind], [room, "room"]);
  // Whether there is such a room is none of the business of others.
  for (const place of [{ room }, { commentOn: comment.id }]) {
    await assertRefused(chat, saying(carl, "!", place), "not_found");
  }
});

Deno.test("send() can't comment on what has expired for its author, and others can", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const { id } = await chat.say(alice, "?");
  await chat.markRead(bob, id);
  chat.nowMs += hourMs - 1;
  await chat.say(bob, "!", { commentOn: id });
  chat.nowMs += 1;
  for (const one of [alice, bob]) {
    await assertRefused(chat, saying(one, "!", { commentOn: id }), missing("message"));
  }
  await chat.say(carl, "!", { commentOn: id });
  chat.nowMs += chat.policy.unreadTtlMs - hourMs;
  await assertRefused(chat, saying(carl, "!", { commentOn: id }), missing("message"));
});

Deno.test("send() gives a message the life that holds when it is sent", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  chat.policy = { ...chat.policy, messageTtlMs: 5000 };
  assertEquals((await chat.say(alice, "hi")).expiresMs, chat.nowMs + 5000);
});

Deno.test("send() names its author as they are called in that moment", async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "bob");
  const { events } = await chat.batch([
    { type: "profile.change", actor: alice.id, name: "Anna" },
    saying(alice, "hi"),
  ]);
  assertEquals(
    events.flatMap((event) => event.type === "message" ? [event.message.author.name] : []),
    ["Anna"],
  );
});
