/**
 * Reports in which there was nothing.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import type { DismissReports } from "../../../../lib/domain/rules/dismissing.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import { assertRefused, carryOut, changed, missing } from "../../../support/decisions.ts";

function dismissing(actor: Person, target: Person): DismissReports {
  return { type: "reports.dismiss", actor: actor.id, user: foldName(target.name) };
}

async function scene() {
  const chat = new Chat();
  const [max, eve, alice, bob, carl] = await chat.people("Max", "Eve", "alice", "bob", "carl");
  await chat.promote(max, "moderator");
  return { chat, max, eve, alice, bob, carl };
}

Deno.test("dismissReports() takes the open reports away, tells nobody, and writes it down", async () => {
  const { chat, max, eve, alice, bob } = await scene();
  await chat.report(eve, alice, bob);
  await chat.report(alice, bob);
  const batch = await carryOut(chat, dismissing(max, eve));
  assertEquals<unknown>(batch.decisions, [
    { ok: true, outcome: { dismissed: 2 }, replayed: false },
  ]);
  assertEquals(batch.events, []);
  assertEquals(changed(batch), ["removed report", "removed report", "put audit"]);
  assertEquals(await chat.store.reportsOn(eve.id), []);
  assertEquals((await chat.store.reportsOn(alice.id)).length, 1);
  const entry = (await chat.audit()).at(-1);
  assertEquals([entry?.act, entry?.user?.name, entry?.count], ["reports.dismiss", "Eve", 2]);
});

Deno.test("after dismissReports() the count begins at zero, and the same may report again", async () => {
  const { chat, max, eve, alice, bob, carl } = await scene();
  await chat.report(eve, alice, bob);
  await carryOut(chat, dismissing(max, eve));
  await chat.report(eve, alice, carl);
  await chat.say(eve, "hi");
});

Deno.test("dismissReports() leaves the ban that came of them", async () => {
  const { chat, max, eve, alice, bob, carl } = await scene();
  await chat.report(eve, alice, bob, carl);
  await carryOut(chat, dismissing(max, eve));
  await assertRefused(chat, saying(eve, "hi"), "banned");
});

Deno.test("dismissReports() finds none where none is open", async () => {
  const { chat, max, eve, alice, bob, carl } = await scene();
  await assertRefused(chat, dismissing(max, eve), missing("report"));
  await chat.report(eve, alice, bob, carl);
  chat.nowMs += 4 * hourMs;
  // They were settled with the end of the ban, whether or not they are still there.
  await assertRefused(chat, dismissing(max, eve), missing("report"));
  await assertRefused(chat, dismissing(max, { ...eve, name: "nobody" }), missing("user"));
});
