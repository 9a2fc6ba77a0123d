/**
 * Messages that are sent later: scheduled, changed, cancelled.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  hourMs,
  scheduleAheadMaxMs,
  scheduleAheadMinMs,
  scheduledPerUserMax,
  schedulesPerHourMax,
} from "../../../../lib/domain/bounds.ts";
import { commonRoom, type ScheduledId, type UserId } from "../../../../lib/domain/ids.ts";
import type { ChangeScheduled, When } from "../../../../lib/domain/rules/scheduling.ts";
import { Chat, type Person, scheduling } from "../../../support/chat.ts";
import { assertRefused, carryOut, faulty, missing } from "../../../support/decisions.ts";

function changing(
  { id }: { readonly id: UserId },
  scheduled: number,
  more: Partial<ChangeScheduled>,
): ChangeScheduled {
  return { type: "scheduled.change", actor: id, scheduled: scheduled as ScheduledId, ...more };
}

function cancelling({ id }: Person, scheduled: number) {
  const one = scheduled as ScheduledId;
  return { type: "scheduled.cancel", actor: id, scheduled: one } as const;
}

Deno.test("schedule() keeps a message for later, and tells its author's clients when, not what", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { decisions, changes, events, before } = await chat.batch([
    scheduling(alice, "later", 5000, { to: "BOB" }, { key: "k", fingerprint: "f" }),
  ]);
  const scheduled = {
    id: before + 1,
    author: alice.id,
    place: { to: { id: bob.id, name: "bob" } },
    text: "later",
    files: [],
    dueMs: chat.nowMs + 5000,
    createdMs: chat.nowMs,
    key: "k",
  };
  assertEquals<unknown>(decisions, [{ ok: true, outcome: { scheduled }, replayed: false }]);
  const window = { user: alice.id, kind: "schedule", openedMs: chat.nowMs, used: 1 };
  assertEquals<unknown>(changes.slice(0, 2), [
    { kind: "put", table: "window", row: window },
    { kind: "put", table: "scheduled", row: scheduled },
  ]);
  assertEquals<unknown>(events, [{
    type: "scheduled.created",
    position: before + 1,
    audience: alice.id,
    atMs: chat.nowMs,
    scheduled: before + 1,
    dueMs: chat.nowMs + 5000,
  }]);
  // No private chat was opened yet.
  assertEquals(await chat.store.privateRoom(alice.id, bob.id), undefined);
});

Deno.test("schedule() takes a room, the common chat and a comment as destinations", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const room = await chat.makeRoom(alice, "den");
  const { id } = await chat.say(alice, "?", { room });
  const places = [{}, { room: commonRoom }, { room }, { commentOn: id }, { room, commentOn: id }];
  const scheduled = [];
  for (const place of places) scheduled.push(await chat.schedule(alice, "later", 5000, place));
  assertEquals(scheduled.map(({ place, commentOn }) => [place, commentOn]), [
    [{ room: commonRoom }, undefined],
    [{ room: commonRoom }, undefined],
    [{ room }, undefined],
    [{ room }, id],
    [{ room }, id],
  ]);
});

Deno.test("schedule() keeps its files from being put into another message", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const file = await chat.addFile(alice);
  const scheduled = await chat.schedule(alice, "later", 5000, { files: [file.id] });
  assertEquals(scheduled.files.map(({ id }) => id), [file.id]);
  const stored = await chat.store.file(file.id, alice.id, chat.life);
  assertEquals(stored?.scheduled, scheduled.id);
});

for (
  const [aheadMs, taken] of [
    [scheduleAheadMinMs - 1, false],
    [scheduleAheadMinMs, true],
    [scheduleAheadMaxMs, true],
    [scheduleAheadMaxMs + 1, false],
    [0, false],
    [-5000, false],
  ] as const
) {
  for (const field of ["at", "in"] as const) {
    Deno.test(`schedule() ${taken ? "takes" : "refuses"} ${aheadMs} ms ahead, by \`${field}\``, async () => {
      const chat = new Chat();
      const alice = await chat.register("alice");
      const waiting = await chat.schedule(alice, "other", 5000);
      const when: When = field === "in"
        ? { field, inMs: aheadMs }
        : { field, atMs: chat.nowMs + aheadMs };
      const commands = [
        { ...scheduling(alice, "later", 0), when },
        changing(alice, waiting.id, { when }),
      ];
      for (const command of commands) {
        if (taken) {
          const { scheduled } = await chat.do(command);
          assertEquals(scheduled.dueMs, chat.nowMs + aheadMs);
        } else {
          await assertRefused(chat, command, faulty(field, "must be from 1 s to 1 year ahead"));
        }
      }
    });
  }
}

Deno.test(`schedule() lets ${scheduledPerUserMax} messages wait, and one more when one is cancelled`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const waiting = Array.from(
    { length: scheduledPerUserMax - 1 },
    () => scheduling(alice, "", 5000),
  );
  await carryOut(chat, ...waiting);
  const last = await chat.schedule(alice, "last", 5000);
  const full = faulty("in", "can't be taken: 100 messages wait or have failed already");
  await assertRefused(chat, scheduling(alice, "more", 5000), full);
  await chat.schedule(bob, "mine", 5000);
  await carryOut(chat, cancelling(alice, last.id), scheduling(alice, "more", 5000));
  await assertRefused(chat, scheduling(alice, "more", 5000), full);
});

Deno.test("schedule() refuses what could not be sent either", async () => {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const secret = await chat.say(bob, "psst", { to: "carl" });
  for (
    const [place, refusal] of [
      [{ to: "nobody" }, missing("user")],
      [{ to: "alice" }, faulty("to", "must be someone else")],
      [{ room: 999 }, missing("room")],
      [{ room: secret.room }, missing("room")],
      [{ commentOn: secret.id }, missing("message")],
    ] as const
  ) await assertRefused(chat, scheduling(alice, "later", 5000, place), refusal);
  await assertRefused(chat, scheduling({ id: 999 as UserId }, "", 5000), missing("user"));
  await chat.schedule(carl, "later", 5000, { room: secret.room });
});

Deno.test("schedule() does not count for the limit yet", async () => {
  const chat = new Chat();
  chat.policy = { ...chat.policy, limit: 1 };
  const alice = await chat.register("alice");
  await chat.say(alice, "1");
  await chat.schedule(alice, "2", 5000);
  assertEquals((await chat.store.window(alice.id, "common"))?.used, 1);
});

Deno.test("changeScheduled() changes text, time or both, and tells the author's clients when", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const { id, dueMs, ...rest } = await chat.schedule(alice, "1", 5000);
  const first = await carryOut(chat, changing(alice, id, { text: "2" }));
  assertEquals<unknown>(first.events, [{
    type: "scheduled.updated",
    position: first.before + 1,
    audience: alice.id,
    atMs: chat.nowMs,
    scheduled: id,
    dueMs,
  }]);
  assertEquals<unknown>(await chat.store.scheduled(id), { id, dueMs, ...rest, text: "2" });
  const when = { field: "in", inMs: 9000 } as const;
  await carryOut(chat, changing(alice, id, { when }));
  assertEquals<unknown>(await chat.store.scheduled(id), {
    ...{ id, ...rest, text: "2" },
    dueMs: chat.nowMs + 9000,
  });
  await carryOut(chat, changing(alice, id, { text: "3", when: { field: "in", inMs: 1000 } }));
  const now = await chat.store.scheduled(id);
  assertEquals([now?.text, now?.dueMs], ["3", chat.nowMs + 1000]);
});

Deno.test("changeScheduled() and cancelScheduled() answer for another's as for what never was", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { id } = await chat.schedule(bob, "mine", 5000);
  for (const scheduled of [id, 999, Number(alice.id)]) {
    const gone = missing("scheduled message");
    await assertRefused(chat, changing(alice, scheduled, { text: "x" }), gone);
    await assertRefused(chat, cancelling(alice, scheduled), gone);
  }
});

Deno.test("cancelScheduled() drops a message, and tells the author's clients", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const file = await chat.addFile(alice);
  const scheduled = await chat.schedule(alice, "never", 5000, { files: [file.id] });
  const { changes, events, before } = await carryOut(chat, cancelling(alice, scheduled.id));
  assertEquals<unknown>(changes, [{ kind: "removed", table: "scheduled", row: scheduled }]);
  assertEquals<unknown>(events, [{
    type: "scheduled.cancelled",
    position: before + 1,
    audience: alice.id,
    atMs: chat.nowMs,
    scheduled: scheduled.id,
  }]);
  await assertRefused(chat, cancelling(alice, scheduled.id), missing("scheduled message"));
  assertEquals(await chat.store.file(file.id, alice.id, chat.life), undefined);
});

Deno.test("what was sent can be neither changed nor cancelled", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { id } = await chat.schedule(alice, "now", 1000);
  chat.nowMs += 1000;
  await chat.sendDue();
  const change = changing(alice, id, { text: "x", when: { field: "in", inMs: 1000 } });
  await assertRefused(chat, change, "already_sent");
  await assertRefused(chat, cancelling(alice, id), "already_sent");
  await assertRefused(chat, cancelling(bob, id), missing("scheduled message"));
});

/** A message of Alice's that could not be sent, for its room is not hers any more. */
async function failure() {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const room = await chat.makeRoom(bob, "den", alice);
  const { id } = await chat.schedule(alice, "late", 1000, { room });
  await chat.remove(bob, room, alice);
  chat.nowMs += 1000;
  await chat.sendDue();
  assertEquals((await chat.store.scheduled(id))?.end?.kind, "failed");
  return { chat, alice, bob, room, id };
}

Deno.test("changeScheduled() has a message wait again that could not be sent, at a new time", async () => {
  const { chat, alice, bob, room, id } = await failure();
  await assertRefused(
    chat,
    changing(alice, id, { text: "x" }),
    faulty("at", "must be given, for it could not be sent when it was due"),
  );
  await carryOut(chat, changing(alice, id, { when: { field: "in", inMs: 1000 } }));
  assertEquals((await chat.store.scheduled(id))?.end, undefined);
  await chat.letIn(bob, room, alice);
  chat.nowMs += 1000;
  await chat.sendDue();
  assertEquals((await chat.store.scheduled(id))?.end?.kind, "sent");
});

Deno.test("a message that could not be sent keeps its place until it is cancelled", async () => {
  const { chat, alice, id } = await failure();
  const some = Array.from(
    { length: scheduledPerUserMax - 1 },
    () => scheduling(alice, "", 5000),
  );
  await carryOut(chat, ...some);
  const full = faulty("in", "can't be taken: 100 messages wait or have failed already");
  await assertRefused(chat, scheduling(alice, "more", 5000), full);
  // To have it wait again takes no other place.
  await carryOut(chat, changing(alice, id, { when: { field: "in", inMs: 1000 } }));
  await carryOut(chat, cancelling(alice, id), scheduling(alice, "more", 5000));
});

Deno.test(`a user schedules and changes ${schedulesPerHourMax} times an hour`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const openedMs = chat.nowMs;
  const { id } = await chat.schedule(alice, "later", 5 * hourMs);
  const changes = Array.from(
    { length: schedulesPerHourMax - 1 },
    (_, n) => changing(alice, id, { text: `${n}` }),
  );
  await carryOut(chat, ...changes);
  chat.nowMs += hourMs - 1;
  const refusal = {
    code: "rate_limited",
    limit: {
      kind: "schedule",
      limit: schedulesPerHourMax,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  } as const;
  await assertRefused(chat, changing(alice, id, { text: "more" }), refusal);
  await assertRefused(chat, scheduling(alice, "more", 5000), refusal);
  await chat.schedule(bob, "mine", 5000);
  chat.nowMs += 1;
  await carryOut(chat, changing(alice, id, { text: "more" }), scheduling(alice, "more", 5000));
});

Deno.test("cancelScheduled() drops what could not be sent", async () => {
  const { chat, alice, id } = await failure();
  await carryOut(chat, cancelling(alice, id));
  assertEquals(await chat.store.scheduledBy(alice.id), []);
});

Deno.test("schedule() names the one it is for as they are called by then", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { id } = await chat.schedule(alice, "later", 5000, { to: "bob" });
  await carryOut(chat, { type: "profile.change", actor: bob.id, name: "Robert" });
  assertEquals<unknown>((await chat.store.scheduled(id))?.place, {
    to: { id: bob.id, name: "Robert" },
  });
});
