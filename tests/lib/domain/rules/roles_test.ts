/**
 * Giving and taking roles.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Role } from "../../../../lib/domain/role.ts";
import type { SetRole } from "../../../../lib/domain/rules/roles.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person } from "../../../support/chat.ts";
import { assertRefused, carryOut, missing } from "../../../support/decisions.ts";

function giving(actor: Person | undefined, user: string, role?: Role): SetRole {
  return {
    type: "role.set",
    ...(actor !== undefined && { actor: actor.id }),
    user: foldName(user),
    ...(role !== undefined && { role }),
  };
}

Deno.test("setRole() gives a role, tells the one who has it, and writes it down", async () => {
  const chat = new Chat();
  const eve = await chat.register("Eve");
  const { decisions, events, changes, before } = await carryOut(
    chat,
    giving(undefined, "eve", "moderator"),
  );
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { user: "Eve", role: "moderator" }, replayed: false },
  ]);
  assertEquals<unknown>(events, [{
    type: "role.changed",
    position: before + 1,
    audience: eve.id,
    atMs: chat.nowMs,
    role: "moderator",
  }]);
  assertEquals<unknown>(changes.at(-1), {
    kind: "put",
    table: "audit",
    row: {
      id: before + 2,
      atMs: chat.nowMs,
      act: "role",
      user: { id: eve.id, name: "Eve" },
      role: "moderator",
    },
  });
  assertEquals((await chat.store.user(eve.id))?.role, "moderator");
});

Deno.test("setRole() takes a role", async () => {
  const chat = new Chat();
  const eve = await chat.register("Eve");
  await chat.promote(eve, "moderator");
  const { decisions, events } = await carryOut(chat, giving(undefined, "eve"));
  assertEquals<unknown>(decisions[0]?.ok && decisions[0].outcome, { user: "Eve" });
  assert(events[0]?.type === "role.changed" && !("role" in events[0]));
  const user = await chat.store.user(eve.id);
  assert(user !== undefined && !("role" in user));
  assertEquals((await chat.audit()).at(-1)?.role, "none");
  const ban = { type: "user.ban", actor: eve.id, user: foldName("eve"), forMs: 1 } as const;
  await assertRefused(chat, ban, "forbidden");
});

Deno.test("setRole() changes nothing where the role is there already", async () => {
  const chat = new Chat();
  const eve = await chat.register("Eve");
  await chat.promote(eve, "owner");
  for (const actor of [undefined, eve]) {
    const { changes, events } = await carryOut(chat, giving(actor, "eve", "owner"));
    assertEquals([changes, events], [[], []]);
  }
});

Deno.test("an owner makes others owners, and may step down", async () => {
  const chat = new Chat();
  const [eve, bob] = await chat.people("Eve", "bob");
  await chat.promote(eve, "owner");
  await carryOut(chat, giving(eve, "bob", "owner"));
  await assertRefused(chat, giving(eve, "bob"), "forbidden");
  await carryOut(chat, giving(eve, "eve"));
  await assertRefused(chat, giving(eve, "eve", "owner"), "forbidden");
  await carryOut(chat, giving(bob, "eve", "moderator"));
});

Deno.test("setRole() finds nobody by a name that nobody has", async () => {
  const chat = new Chat();
  await assertRefused(chat, giving(undefined, "nobody", "owner"), missing("user"));
});
