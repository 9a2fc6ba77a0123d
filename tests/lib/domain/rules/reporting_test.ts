/**
 * Reports, and the bans that come of them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import type { MessageId, UserId } from "../../../../lib/domain/ids.ts";
import type { ReportUser } from "../../../../lib/domain/rules/reporting.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { adding, Chat, type Person, saying, scheduling } from "../../../support/chat.ts";
import { assertRefused, carryOut, faulty, missing, told } from "../../../support/decisions.ts";

function reporting(
  { id }: { readonly id: UserId },
  target: string,
  more: Partial<ReportUser> = {},
): ReportUser {
  return { type: "report", actor: id, target: foldName(target), ...more };
}

/** Eve, five others, and what three of them did. */
async function scene() {
  const chat = new Chat();
  const [eve, ...others] = await chat.people("Eve", "alice", "bob", "carl", "dora", "fred");
  const [alice, bob, carl, dora, fred] = others as unknown as [
    Person,
    Person,
    Person,
    Person,
    Person,
  ];
  return { chat, eve, alice, bob, carl, dora, fred };
}

async function bannedUntil({ chat, eve }: { chat: Chat; eve: Person }) {
  return (await chat.store.user(eve.id))?.bannedUntilMs;
}

Deno.test("reportUser() keeps a report, and tells nobody who made it", async () => {
  const { chat, eve, alice } = await scene();
  const { id } = await chat.say(eve, "grr");
  const { decisions, changes, events, head, before } = await chat.batch([
    reporting(alice, "EVE", { reason: "rude", message: id }),
  ]);
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { user: "Eve", reports: 1 }, replayed: false },
  ]);
  assertEquals<unknown>(changes, [{
    kind: "put",
    table: "report",
    row: { reporter: alice.id, target: eve.id, atMs: chat.nowMs, reason: "rude", message: id },
  }]);
  assertEquals([events, head], [[], before]);
});

Deno.test("reportUser() bans at the third report, and tells the banned alone", async () => {
  const set = await scene();
  const { chat, eve, alice, bob, carl } = set;
  await carryOut(chat, reporting(alice, "eve"));
  const second = await chat.do(reporting(bob, "eve"));
  assertEquals<unknown>(second, { user: "Eve", reports: 2 });
  await chat.say(eve, "still here");
  const untilMs = chat.nowMs + 4 * hourMs;
  const batch = await carryOut(chat, reporting(carl, "eve"));
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, {
    user: "Eve",
    reports: 3,
    bannedUntilMs: untilMs,
  });
  assertEquals<unknown>(batch.events, [{
    type: "user.banned",
    position: batch.before + 1,
    audience: eve.id,
    atMs: chat.nowMs,
    untilMs,
  }]);
  assertEquals(await bannedUntil(set), untilMs);
});

Deno.test("a banned user sends nothing in any way, and reads on", async () => {
  const { chat, eve, alice, bob, carl } = await scene();
  const room = await chat.makeRoom(eve, "den", alice);
  const open = await chat.say(alice, "open");
  const waiting = await chat.schedule(eve, "later", 5000);
  await chat.report(eve, alice, bob, carl);
  const banned = { code: "banned", untilMs: chat.nowMs + 4 * hourMs } as const;
  for (
    const command of [
      saying(eve, "hi"),
      saying(eve, "hi", { to: "alice" }),
      saying(eve, "hi", { room }),
      saying(eve, "hi", { commentOn: open.id }),
      scheduling(eve, "hi", 5000),
      { type: "scheduled.change", actor: eve.id, scheduled: waiting.id, text: "x" } as const,
      adding(eve),
    ]
  ) await assertRefused(chat, command, banned);
  chat.nowMs += 5000;
  assertEquals(told(await chat.sendDue()), [["scheduled.failed", eve.id]]);
  await chat.markRead(eve, open.id);
  assertEquals((await chat.store.message(open.id, eve.id, chat.life))?.text, "open");
  await carryOut(chat, { type: "scheduled.cancel", actor: eve.id, scheduled: waiting.id });
});

Deno.test("a ban lasts four hours to the millisecond, on a new device too", async () => {
  const { chat, eve, alice, bob, carl } = await scene();
  await chat.report(eve, alice, bob, carl);
  const untilMs = chat.nowMs + 4 * hourMs;
  await chat.do({ type: "token.issue", actor: eve.id, grant: { hash: "another device" } });
  chat.nowMs = untilMs - 1;
  await assertRefused(chat, saying(eve, "hi"), { code: "banned", untilMs });
  chat.nowMs = untilMs;
  await chat.say(eve, "hi");
});

Deno.test("a clock that is set back does not end a ban, and makes it no shorter", async () => {
  const { chat, eve, alice, bob, carl } = await scene();
  await chat.report(eve, alice, bob, carl);
  chat.nowMs -= 100 * hourMs;
  await assertRefused(chat, saying(eve, "hi"), "banned");
});

Deno.test("reports while a ban lasts are kept, and make it no longer", async () => {
  const set = await scene();
  const { chat, eve, alice, bob, carl, dora } = set;
  await chat.report(eve, alice, bob, carl);
  const untilMs = await bannedUntil(set);
  chat.nowMs += hourMs;
  const batch = await carryOut(chat, reporting(dora, "eve"));
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, {
    user: "Eve",
    reports: 4,
    bannedUntilMs: untilMs,
  });
  assertEquals(batch.events, []);
  assertEquals(await bannedUntil(set), untilMs);
});

Deno.test("after a ban the count starts at zero, and everyone may report again", async () => {
  const set = await scene();
  const { chat, eve, alice, bob, carl, dora } = set;
  await chat.report(eve, alice, bob, carl);
  chat.nowMs += hourMs;
  await chat.report(eve, dora);
  chat.nowMs += 3 * hourMs;
  const batch = await carryOut(chat, reporting(alice, "eve"));
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, {
    user: "Eve",
    reports: 1,
    // Not that of the ban that is over.
  });
  // What is settled is not kept.
  assertEquals((await chat.store.reportsOn(eve.id)).map(({ reporter }) => reporter), [alice.id]);
  await chat.report(eve, bob);
  await chat.say(eve, "still here");
  await chat.report(eve, carl);
  assertEquals(await bannedUntil(set), chat.nowMs + 4 * hourMs);
});

Deno.test("reports that led to no ban do not grow old", async () => {
  const set = await scene();
  const { chat, eve, alice, bob, carl } = set;
  await chat.report(eve, alice, bob);
  chat.nowMs += 1000 * hourMs;
  await chat.report(eve, carl);
  assertEquals(await bannedUntil(set), chat.nowMs + 4 * hourMs);
});

Deno.test("one who reports has one open report about someone", async () => {
  const { chat, alice, eve, bob } = await scene();
  await chat.report(eve, alice);
  await assertRefused(chat, reporting(alice, "eve"), "already_reported");
  await assertRefused(chat, reporting(alice, "eve", { reason: "again" }), "already_reported");
  const { decisions } = await chat.batch([reporting(bob, "eve"), reporting(bob, "eve")]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
  // About someone else it is another matter.
  await chat.report(bob, alice);
});

for (const [banAfter, count] of [[1, 1], [2, 2], [0, 5]] as const) {
  const result = banAfter === 0 ? "never bans" : `bans at report ${banAfter}`;
  Deno.test(`reportUser() ${result} where the policy says ${banAfter}`, async () => {
    const set = await scene();
    const { chat, eve, alice, bob, carl, dora, fred } = set;
    chat.policy = { ...chat.policy, banAfter };
    const reporters = [alice, bob, carl, dora, fred].slice(0, count);
    await chat.report(eve, ...reporters.slice(0, -1));
    assertEquals(await bannedUntil(set), undefined);
    await chat.report(eve, ...reporters.slice(-1));
    const untilMs = banAfter === 0 ? undefined : chat.nowMs + 4 * hourMs;
    assertEquals(await bannedUntil(set), untilMs);
  });
}

Deno.test("reportUser() refuses who reports themselves, nobody, or about nothing of theirs", async () => {
  const { chat, eve, alice, bob } = await scene();
  const secret = await chat.say(eve, "psst", { to: "bob" });
  const own = await chat.say(alice, "mine");
  for (
    const [command, refusal] of [
      [reporting(alice, "ALICE"), faulty("user", "must be someone else")],
      [reporting(alice, "nobody"), missing("user")],
      [reporting({ id: 999 as UserId }, "eve"), missing("user")],
      [reporting(alice, "eve", { message: 999 as MessageId }), missing("message")],
      [reporting(alice, "eve", { message: secret.id }), missing("message")],
      [
        reporting(alice, "eve", { message: own.id }),
        faulty("message", "must be one of this user's"),
      ],
    ] as const
  ) await assertRefused(chat, command, refusal);
  await carryOut(chat, reporting(bob, "eve", { message: secret.id }));
});

Deno.test("reportUser() refuses a message that has expired for who reports", async () => {
  const { chat, eve, alice, bob } = await scene();
  const { id } = await chat.say(eve, "grr");
  await chat.markRead(alice, id);
  chat.nowMs += hourMs;
  await assertRefused(chat, reporting(alice, "eve", { message: id }), missing("message"));
  await carryOut(chat, reporting(bob, "eve", { message: id }));
});
