/**
 * Repeating each command: the outcome is the same, nothing changes, and nothing said was kept.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Command, CommandType } from "../../../lib/domain/command.ts";
import type { RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Retry } from "../../../lib/domain/receipt.ts";
import { foldName } from "../../../lib/text/names.ts";
import { adding, Chat, noEffect, type Person, saying, scheduling } from "../../support/chat.ts";
import { assertRefused } from "../../support/decisions.ts";

const retry: Retry = { key: "k", fingerprint: "f" };

/** Two people, and a room of the first one that the second is in. */
interface Scene {
  readonly chat: Chat;
  readonly alice: Person;
  readonly bob: Person;
  readonly carl: Person;
  readonly room: RoomId;
}

async function scene(): Promise<Scene> {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const room = await chat.makeRoom(alice, "den", bob);
  return { chat, alice, bob, carl, room };
}

/** What an owner does who keeps order. */
function ordering(command: (actor: UserId) => Command): (scene: Scene) => Promise<Command> {
  return async ({ chat, alice }) => {
    await chat.promote(alice, "owner");
    return command(alice.id);
  };
}

/** Every command that can carry an idempotency key, and what must have happened before it. */
const retried: readonly {
  readonly type: CommandType;
  readonly what?: string;
  readonly command: (scene: Scene) => Command | Promise<Command>;
}[] = [
  {
    type: "profile.change",
    command: ({ alice }) => ({ type: "profile.change", actor: alice.id, name: "anna", retry }),
  },
  {
    type: "token.revoke",
    command: ({ alice }) => (
      { type: "token.revoke", actor: alice.id, token: alice.token, retry }
    ),
  },
  { type: "send", command: ({ alice }) => saying(alice, "SECRET", {}, retry) },
  {
    type: "send",
    what: "that opens a chat",
    command: ({ alice }) => saying(alice, "SECRET", { to: "carl" }, retry),
  },
  {
    type: "send",
    what: "about a message, with files",
    command: async ({ chat, alice, bob, room }) => {
      const { id } = await chat.addFile(alice, "SECRET.txt");
      const { id: commentOn } = await chat.say(bob, "?", { room });
      return saying(alice, "SECRET", { commentOn, files: [id] }, retry);
    },
  },
  {
    type: "message.delete",
    command: async ({ chat, alice }) => {
      const { id } = await chat.say(alice, "hi");
      return { type: "message.delete", actor: alice.id, message: id, retry };
    },
  },
  { type: "read", command: ({ alice }) => ({ type: "read", actor: alice.id, upto: 3, retry }) },
  {
    type: "schedule",
    command: async ({ chat, alice }) => {
      const { id } = await chat.addFile(alice, "SECRET.txt");
      return scheduling(alice, "SECRET", 5000, { to: "bob", files: [id] }, retry);
    },
  },
  {
    type: "scheduled.change",
    command: async ({ chat, alice }) => {
      const { id } = await chat.schedule(alice, "SECRET", 5000);
      return {
        ...{ type: "scheduled.change", actor: alice.id, scheduled: id } as const,
        ...{ text: "SECRET too", when: { field: "in", inMs: 9000 }, retry } as const,
      };
    },
  },
  {
    type: "scheduled.cancel",
    command: async ({ chat, alice }) => {
      const { id } = await chat.schedule(alice, "SECRET", 5000);
      return { type: "scheduled.cancel", actor: alice.id, scheduled: id, retry };
    },
  },
  {
    type: "report",
    command: ({ alice }) => (
      { type: "report", actor: alice.id, target: foldName("bob"), reason: "SECRET", retry }
    ),
  },
  { type: "file.add", command: ({ alice }) => adding(alice, { name: "SECRET.txt" }, retry) },
  {
    type: "room.create",
    command: ({ alice }) => ({ type: "room.create", actor: alice.id, name: "lair", retry }),
  },
  {
    type: "room.change",
    command: ({ alice, room }) => (
      { type: "room.change", actor: alice.id, room, name: "lair", owner: foldName("bob"), retry }
    ),
  },
  {
    type: "room.delete",
    command: ({ alice, room }) => ({ type: "room.delete", actor: alice.id, room, retry }),
  },
  {
    type: "invite",
    command: ({ alice, room }) => (
      { type: "invite", actor: alice.id, room, user: foldName("carl"), retry }
    ),
  },
  {
    type: "invitation.answer",
    command: async ({ chat, alice, carl, room }) => {
      await chat.do({ type: "invite", actor: alice.id, room, user: foldName("carl") });
      return { type: "invitation.answer", actor: carl.id, room, accept: true, retry };
    },
  },
  {
    type: "link.create",
    command: ({ alice, room }) => (
      { type: "link.create", actor: alice.id, room, hash: "code", usesMax: 2, retry }
    ),
  },
  {
    type: "link.revoke",
    command: async ({ chat, alice, room }) => {
      const command = { type: "link.create", actor: alice.id, room, hash: "code" } as const;
      const { link } = await chat.do(command);
      return { type: "link.revoke", actor: alice.id, room, link: link.id, retry };
    },
  },
  {
    type: "join",
    command: async ({ chat, alice, carl, room }) => {
      await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
      return { type: "join", actor: carl.id, hash: "code", retry };
    },
  },
  {
    type: "request.answer",
    command: async ({ chat, alice, carl, room }) => {
      await chat.do({ type: "link.create", actor: alice.id, room, hash: "code" });
      await chat.do({ type: "join", actor: carl.id, hash: "code" });
      const user = foldName("carl");
      return { type: "request.answer", actor: alice.id, room, user, approve: true, retry };
    },
  },
  {
    type: "member.remove",
    command: ({ alice, room }) => (
      { type: "member.remove", actor: alice.id, room, user: foldName("bob"), retry }
    ),
  },
  {
    type: "user.ban",
    command: ordering((actor) => ({
      type: "user.ban",
      actor,
      user: foldName("carl"),
      forMs: 60_000,
      reason: "SECRET",
      retry,
    })),
  },
  {
    type: "user.unban",
    command: async (scene) => {
      const user = foldName("carl");
      await scene.chat.do({ type: "user.ban", user, forMs: 60_000 });
      return await ordering((actor) => ({ type: "user.unban", actor, user, retry }))(scene);
    },
  },
  {
    type: "reports.dismiss",
    command: async (scene) => {
      await scene.chat.report(scene.carl, scene.bob);
      const user = foldName("carl");
      return await ordering((actor) => ({ type: "reports.dismiss", actor, user, retry }))(scene);
    },
  },
  {
    type: "role.set",
    command: ordering((actor) => (
      { type: "role.set", actor, user: foldName("carl"), role: "moderator", retry }
    )),
  },
  {
    type: "user.delete",
    command: ordering((actor) => ({ type: "user.delete", actor, user: foldName("carl"), retry })),
  },
  {
    type: "registration.invite",
    command: ordering((actor) => ({ type: "registration.invite", actor, hash: "code", retry })),
  },
  {
    type: "registration.revoke",
    command: async (scene) => {
      const { invite: { id } } = await scene.chat.do({ type: "registration.invite", hash: "h" });
      return await ordering((actor) => (
        { type: "registration.revoke", actor, invite: id, retry }
      ))(scene);
    },
  },
];

for (const { type, what = "", command: make } of retried) {
  const title = `${type} ${what}`.trim();

  Deno.test(`decide() gives the outcome of the first time when asked again: ${title}`, async () => {
    const set = await scene();
    const { chat, bob } = set;
    const command = await make(set);
    const first = await chat.decide(command);
    assert(first.ok && !first.replayed);
    // What happened in between makes no difference.
    await chat.say(bob, "more");
    chat.nowMs += 1000;
    const { decisions, changes, events, effects } = await chat.batch([command]);
    assertEquals<unknown>(decisions, [{ ok: true, outcome: first.outcome, replayed: true }]);
    assertEquals([changes, events, effects], [[], [], [noEffect]]);
  });

  Deno.test(`decide() carries a command out once within one batch: ${title}`, async () => {
    const set = await scene();
    const command = await make(set);
    const { decisions, effects } = await set.chat.batch([command, command]);
    const [first, second] = decisions;
    assert(first?.ok && second?.ok);
    assertEquals([first.replayed, second.replayed], [false, true]);
    assertEquals(second.outcome, first.outcome);
    assertEquals(effects[1], noEffect);
  });

  Deno.test(`decide() keeps nothing of what was said: ${title}`, async () => {
    const set = await scene();
    const command = await make(set);
    const { changes } = await set.chat.batch([command]);
    const receipts = changes.filter((change) =>
      change.kind === "put" && change.table === "receipt"
    );
    assertEquals(receipts.length, 1);
    assert(!JSON.stringify(receipts).includes("SECRET"));
  });
}

Deno.test("every command that can be repeated was, in these tests", () => {
  const ofUsers = ["register", "token.issue"];
  const ofServer = ["token.touch", "scheduled.send", "user.erase"];
  const ofOperator = ["password.reset", "clients.revoke"];
  const others = retried.map(({ type }) => type);
  assertEquals(new Set([...ofUsers, ...ofServer, ...ofOperator, ...others]).size, 34);
});

for (const what of ["expired and was removed", "was deleted by its author"] as const) {
  Deno.test(`decide() gives the outcome of a message again that ${what}`, async () => {
    const { chat, alice } = await scene();
    const command = saying(alice, "hi", {}, retry);
    const { message } = await chat.do(command);
    if (what === "was deleted by its author") {
      await chat.do({ type: "message.delete", actor: alice.id, message: message.id });
    } else {
      chat.nowMs += 2 * 3_600_000;
      chat.policy = { ...chat.policy, unreadTtlMs: 3_600_000 };
      assertEquals((await chat.store.removeExpired({ limit: 10 }, chat.life)).removed, 1);
    }
    const again = await chat.decide(command);
    assert(again.ok && again.replayed);
    assertEquals(again.outcome.message, message);
  });
}

Deno.test("decide() leaves files that are gone out of a repeated outcome", async () => {
  const { chat, alice } = await scene();
  const file = await chat.addFile(alice);
  const command = saying(alice, "hi", { files: [file.id] }, retry);
  const { message } = await chat.do(command);
  assertEquals(message.files.length, 1);
  await chat.do({ type: "message.delete", actor: alice.id, message: message.id });
  assertEquals(await chat.store.removeFiles(0, 10), 1);
  assertEquals((await chat.do(command)).message, { ...message, files: [] });
});

Deno.test("decide() tells with a repeated message what is left of the limit by now", async () => {
  const { chat, alice } = await scene();
  const command = saying(alice, "hi", {}, retry);
  assertEquals((await chat.do(command)).limit?.remaining, 19);
  await chat.say(alice, "more");
  assertEquals((await chat.do(command)).limit?.remaining, 18);
});

Deno.test("decide() repeats a command that a ban or a used up limit would refuse now", async () => {
  const { chat, alice, bob, carl } = await scene();
  const dora = await chat.register("dora");
  chat.policy = { ...chat.policy, limit: 1 };
  const command = saying(alice, "hi", {}, retry);
  const { message } = await chat.do(command);
  assertEquals((await chat.do(command)).message, message);
  await chat.report(alice, bob, carl, dora);
  assertEquals((await chat.do(command)).message, message);
  await assertRefused(chat, saying(alice, "ho"), "banned");
});

for (const what of ["changed", "cancelled", "sent"] as const) {
  Deno.test(`decide() gives the outcome of a change again when it was ${what} meanwhile`, async () => {
    const { chat, alice } = await scene();
    const { id } = await chat.schedule(alice, "first", 5000, { to: "bob" });
    const change = { type: "scheduled.change", actor: alice.id, scheduled: id } as const;
    const command = {
      ...change,
      text: "second",
      when: { field: "in", inMs: 9000 },
      retry,
    } as const;
    const { scheduled } = await chat.do(command);
    if (what === "changed") await chat.do({ ...change, text: "third" });
    if (what === "cancelled") {
      await chat.do({ type: "scheduled.cancel", actor: alice.id, scheduled: id });
    }
    if (what === "sent") {
      chat.nowMs += 9000;
      await chat.sendDue();
    }
    const again = await chat.decide(command);
    assert(again.ok && again.replayed);
    const { text, dueMs, place, author } = again.outcome.scheduled;
    const { text: _, ...first } = scheduled;
    assertEquals({ text, dueMs, place, author }, {
      text: "second",
      dueMs: first.dueMs,
      place: first.place,
      author: alice.id,
    });
  });
}
