/**
 * Bans by those who keep order, and their ends.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { banMsMax, banMsMin, hourMs } from "../../../../lib/domain/bounds.ts";
import type { BanUser, UnbanUser } from "../../../../lib/domain/rules/banning.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import { assertRefused, carryOut, faulty, missing } from "../../../support/decisions.ts";

function banning(actor: Person, target: Person, more: Partial<BanUser> = {}): BanUser {
  return { type: "user.ban", actor: actor.id, user: foldName(target.name), forMs: hourMs, ...more };
}

function unbanning(actor: Person, target: Person): UnbanUser {
  return { type: "user.unban", actor: actor.id, user: foldName(target.name) };
}

/** Max is a moderator, Eve is not. */
async function scene() {
  const chat = new Chat();
  const [max, eve, alice, bob, carl] = await chat.people("Max", "Eve", "alice", "bob", "carl");
  await chat.promote(max, "moderator");
  return { chat, max, eve, alice, bob, carl };
}

Deno.test("banUser() keeps someone from sending, tells them alone, and writes it down", async () => {
  const { chat, max, eve } = await scene();
  const untilMs = chat.nowMs + hourMs;
  const { decisions, changes, events, before } = await carryOut(
    chat,
    banning(max, eve, { reason: "spam" }),
  );
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { user: "Eve", bannedUntilMs: untilMs }, replayed: false },
  ]);
  assertEquals<unknown>(events, [{
    type: "user.banned",
    position: before + 1,
    audience: eve.id,
    atMs: chat.nowMs,
    untilMs,
  }]);
  assertEquals<unknown>(changes.at(-1), {
    kind: "put",
    table: "audit",
    row: {
      id: before + 2,
      atMs: chat.nowMs,
      by: { id: max.id, name: "Max" },
      act: "ban",
      user: { id: eve.id, name: "Eve" },
      untilMs,
      reason: "spam",
    },
  });
  await assertRefused(chat, saying(eve, "hi"), { code: "banned", untilMs });
});

Deno.test("a ban ends when it was said to end, to the millisecond", async () => {
  const { chat, max, eve } = await scene();
  await carryOut(chat, banning(max, eve));
  chat.nowMs += hourMs - 1;
  await assertRefused(chat, saying(eve, "hi"), "banned");
  chat.nowMs += 1;
  await chat.say(eve, "hi");
});

Deno.test("banUser() replaces a ban that runs, by a shorter one too", async () => {
  const { chat, max, eve, alice, bob, carl } = await scene();
  await chat.report(eve, alice, bob, carl);
  await assertRefused(chat, saying(eve, "hi"), "banned");
  await carryOut(chat, banning(max, eve, { forMs: banMsMin }));
  chat.nowMs += banMsMin;
  await chat.say(eve, "hi");
});

for (
  const [forMs, isTaken] of [
    [banMsMin - 1, false],
    [banMsMin, true],
    [banMsMax, true],
    [banMsMax + 1, false],
    [-1, false],
  ] as const
) {
  Deno.test(`banUser() ${isTaken ? "takes" : "refuses"} ${forMs} ms, from the operator too`, async () => {
    const { chat, max, eve } = await scene();
    const { actor: _, ...operator } = banning(max, eve, { forMs });
    for (const command of [banning(max, eve, { forMs }), operator]) {
      if (isTaken) await carryOut(chat, command);
      else await assertRefused(chat, command, faulty("for", "must be from 1 s to 1 year"));
    }
  });
}

Deno.test("banUser() and unbanUser() find nobody by a name that nobody has", async () => {
  const { chat, max } = await scene();
  const nobody = { ...max, name: "nobody" };
  await assertRefused(chat, banning(max, nobody), missing("user"));
  await assertRefused(chat, unbanning(max, nobody), missing("user"));
});

Deno.test("someone who is banned can still keep order, but not let themselves go", async () => {
  const { chat, max, eve, alice, bob, carl } = await scene();
  await chat.report(max, alice, bob, carl);
  await assertRefused(chat, saying(max, "hi"), "banned");
  await carryOut(chat, banning(max, eve));
  await assertRefused(chat, unbanning(max, max), faulty("user", "must be someone else"));
});

Deno.test("unbanUser() lets someone send again, tells them alone, and writes it down", async () => {
  const { chat, max, eve } = await scene();
  await carryOut(chat, banning(max, eve));
  const { events, before } = await carryOut(chat, unbanning(max, eve));
  assertEquals<unknown>(events, [
    { type: "user.unbanned", position: before + 1, audience: eve.id, atMs: chat.nowMs },
  ]);
  await chat.say(eve, "hi");
  const [, , entry] = await chat.audit();
  assertEquals(entry, {
    id: before + 2,
    atMs: chat.nowMs,
    by: { id: max.id, name: "Max" },
    act: "unban",
    user: { id: eve.id, name: "Eve" },
  });
});

Deno.test("unbanUser() ends a ban for good, though the clock is set back", async () => {
  const { chat, max, eve } = await scene();
  await carryOut(chat, banning(max, eve));
  await carryOut(chat, unbanning(max, eve));
  chat.nowMs -= hourMs;
  await chat.say(eve, "hi");
});

Deno.test("unbanUser() settles the reports, so that one more does not ban again", async () => {
  const { chat, max, eve, alice, bob, carl } = await scene();
  await chat.report(eve, alice, bob, carl);
  await carryOut(chat, unbanning(max, eve));
  const { reports, bannedUntilMs } = await chat.do({
    type: "report",
    actor: alice.id,
    target: foldName("eve"),
  });
  assertEquals([reports, bannedUntilMs], [1, undefined]);
});

Deno.test("unbanUser() finds no ban where none runs, nor one that is over", async () => {
  const { chat, max, eve } = await scene();
  await assertRefused(chat, unbanning(max, eve), missing("ban"));
  await carryOut(chat, banning(max, eve));
  chat.nowMs += hourMs;
  await assertRefused(chat, unbanning(max, eve), missing("ban"));
});

Deno.test("a repeated ban is one ban, however long after it is repeated", async () => {
  const { chat, max, eve } = await scene();
  const retry = { key: "k", fingerprint: "f" };
  const command = banning(max, eve, { retry });
  const first = await chat.do(command);
  chat.nowMs += 60_000;
  const again = await chat.decide(command);
  assert(again.ok && again.replayed);
  assertEquals(again.outcome, first);
  assertEquals((await chat.audit()).length, 2);
});
