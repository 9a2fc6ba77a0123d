/**
 * Invitations to register: made, used up, revoked.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  registrationInviteLifeMaxMs,
  registrationInviteLifeMinMs,
  registrationInviteLifeMs,
  registrationInvitesMax,
  registrationInviteUsesMax,
} from "../../../../lib/domain/bounds.ts";
import type { RegistrationInviteId } from "../../../../lib/domain/ids.ts";
import type { Register } from "../../../../lib/domain/rules/registration.ts";
import type { InviteToRegister } from "../../../../lib/domain/rules/registration_invites.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat } from "../../../support/chat.ts";
import { assertRefused, carryOut, changed, faulty, missing } from "../../../support/decisions.ts";

function inviting(hash: string, more: Partial<InviteToRegister> = {}): InviteToRegister {
  return { type: "registration.invite", hash, ...more };
}

function coming(name: string, more: Partial<Register>): Register {
  return { type: "register", name, grant: { hash: `hash of ${name}` }, ...more };
}

const inviteNeeded = { code: "invite_needed" } as const;

Deno.test("inviteToRegister() keeps the hash of a code, and writes down who made it", async () => {
  const chat = new Chat();
  const max = await chat.register("Max");
  await chat.promote(max, "moderator");
  const { decisions, events, changes, before } = await carryOut(
    chat,
    inviting("code", { actor: max.id, usesMax: 3 }),
  );
  const invite = {
    id: before + 1,
    hash: "code",
    by: max.id,
    createdMs: chat.nowMs,
    expiresMs: chat.nowMs + registrationInviteLifeMs,
    usesMax: 3,
    uses: 0,
  };
  assertEquals<unknown>(decisions[0]?.ok && decisions[0].outcome, { invite });
  assertEquals(events, []);
  assertEquals<unknown>(changes, [
    { kind: "put", table: "registrationInvite", row: invite },
    {
      kind: "put",
      table: "audit",
      row: {
        id: before + 2,
        atMs: chat.nowMs,
        by: { id: max.id, name: "Max" },
        act: "invite",
        untilMs: invite.expiresMs,
        count: 3,
      },
    },
  ]);
});

Deno.test("an invitation lets in as many as it says, and one if it says nothing", async () => {
  const chat = new Chat();
  await chat.do(inviting("one"));
  await chat.do(inviting("two", { usesMax: 2 }));
  await chat.do(coming("ann", { invite: "one" }));
  await assertRefused(chat, coming("bob", { invite: "one" }), inviteNeeded);
  await chat.do(coming("bob", { invite: "two" }));
  await chat.do(coming("cid", { invite: "two" }));
  await assertRefused(chat, coming("dan", { invite: "two" }), inviteNeeded);
});

Deno.test("two who come by the last use in one batch are not both let in", async () => {
  const chat = new Chat();
  await chat.do(inviting("one"));
  const { decisions } = await chat.batch([
    coming("ann", { invite: "one" }),
    coming("bob", { invite: "one" }),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
});

Deno.test("a code that never was, is over, revoked or used up is answered alike", async () => {
  const chat = new Chat();
  await chat.do(inviting("used"));
  await chat.do(coming("ann", { invite: "used" }));
  await chat.do(inviting("old", { lifeMs: registrationInviteLifeMinMs }));
  const { invite } = await chat.do(inviting("revoked"));
  await chat.do({ type: "registration.revoke", invite: invite.id });
  chat.nowMs += registrationInviteLifeMinMs;
  for (const code of ["used", "old", "revoked", "invented"]) {
    await assertRefused(chat, coming("bob", { invite: code }), inviteNeeded);
  }
});

Deno.test("an invitation holds to the last millisecond of its life", async () => {
  const chat = new Chat();
  await chat.do(inviting("code", { usesMax: 2 }));
  chat.nowMs += registrationInviteLifeMs - 1;
  await chat.do(coming("ann", { invite: "code" }));
  chat.nowMs += 1;
  await assertRefused(chat, coming("bob", { invite: "code" }), inviteNeeded);
});

Deno.test("a name that is taken is answered for as without an invitation, and uses none", async () => {
  const chat = new Chat();
  await chat.register("ann");
  await chat.do(inviting("code"));
  await assertRefused(chat, coming("Ann", { invite: "code" }), "name_taken");
  await assertRefused(chat, coming("Ann", { invite: "invented" }), "name_taken");
  await chat.do(coming("bob", { invite: "code" }));
});

Deno.test("without a code, register() asks for none", async () => {
  const chat = new Chat();
  await chat.do(inviting("code"));
  await chat.do(coming("ann", {}));
  await chat.do(coming("bob", { invite: "code" }));
});

for (
  const [lifeMs, isTaken] of [
    [registrationInviteLifeMinMs - 1, false],
    [registrationInviteLifeMinMs, true],
    [registrationInviteLifeMaxMs, true],
    [registrationInviteLifeMaxMs + 1, false],
  ] as const
) {
  Deno.test(`inviteToRegister() ${isTaken ? "takes" : "refuses"} a life of ${lifeMs} ms`, async () => {
    const command = inviting("code", { lifeMs });
    if (isTaken) await carryOut(new Chat(), command);
    else {
      const fault = faulty("expires_in", "must be from 1 min to 30 d");
      await assertRefused(new Chat(), command, fault);
    }
  });
}

for (
  const [usesMax, isTaken] of [
    [0, false],
    [1, true],
    [registrationInviteUsesMax, true],
    [registrationInviteUsesMax + 1, false],
  ] as const
) {
  Deno.test(`inviteToRegister() ${isTaken ? "takes" : "refuses"} ${usesMax} uses`, async () => {
    const command = inviting("code", { usesMax });
    if (isTaken) await carryOut(new Chat(), command);
    else await assertRefused(new Chat(), command, faulty("max_uses", "must be from 1 to 1000"));
  });
}

Deno.test("at most so many invitations are open; those of no use any more make room", async () => {
  const chat = new Chat();
  for (let at = 0; at < registrationInvitesMax; at++) await chat.do(inviting(`code ${at}`));
  const oneMore = inviting("one more");
  await assertRefused(
    chat,
    oneMore,
    faulty("", `There are ${registrationInvitesMax} invitations to register already`),
  );
  await chat.do(coming("ann", { invite: "code 7" }));
  const batch = await carryOut(chat, oneMore);
  assertEquals(changed(batch), [
    "removed registrationInvite",
    "put registrationInvite",
    "put audit",
  ]);
  await assertRefused(chat, inviting("another"), "invalid");
});

Deno.test("inviteToRegister() gives the same invitation again for the same hash", async () => {
  const chat = new Chat();
  const first = await chat.do(inviting("code"));
  const { decisions, changes } = await carryOut(chat, inviting("code"));
  assertEquals<unknown>(decisions[0]?.ok && decisions[0].outcome, first);
  assertEquals(changes, []);
});

Deno.test("revokeRegistrationInvite() finds none that lets nobody in", async () => {
  const chat = new Chat();
  const { invite: { id } } = await chat.do(inviting("code"));
  await chat.do(coming("ann", { invite: "code" }));
  for (const invite of [id, 999 as RegistrationInviteId]) {
    await assertRefused(chat, { type: "registration.revoke", invite }, missing("invite"));
  }
});

Deno.test("who comes by the owner's code is an owner, which is written down", async () => {
  const chat = new Chat();
  const { user } = await chat.do(coming("Ann", { role: "owner" }));
  assertEquals((await chat.store.user(user))?.role, "owner");
  const ann = { id: user, name: "Ann" };
  const [entry] = await chat.audit();
  assert(entry !== undefined);
  const { id: _, ...rest } = entry;
  assertEquals(rest, {
    atMs: chat.nowMs,
    by: ann,
    act: "owner.claimed",
    user: ann,
    role: "owner",
  });
});

Deno.test("the owner's code is for the first owner alone, in one batch too", async () => {
  const chat = new Chat();
  await chat.register("bob");
  const { decisions } = await chat.batch([
    coming("ann", { role: "owner" }),
    coming("cid", { role: "owner" }),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
  await assertRefused(chat, coming("dan", { role: "owner" }), inviteNeeded);
});

for (const way of ["deleted", "made a user again"] as const) {
  Deno.test(`who is ${way} leaves no invitation behind, and nobody else's goes`, async () => {
    const chat = new Chat();
    const [max, mia] = await chat.people("max", "mia");
    for (const one of [max, mia]) await chat.promote(one, "moderator");
    for (const hash of ["first", "second"]) await chat.do(inviting(hash, { actor: max.id }));
    const { invite: hers } = await chat.do(inviting("hers", { actor: mia.id }));
    const { invite: operators } = await chat.do(inviting("the operator's"));
    const user = foldName("max");
    // Still one who may invite.
    await chat.do({ type: "role.set", user, role: "owner" });
    assertEquals((await chat.store.registrationInvites(chat.nowMs)).length, 4);
    await chat.do(way === "deleted" ? { type: "user.delete", user } : { type: "role.set", user });
    const left = (await chat.store.registrationInvites(chat.nowMs)).map(({ id }) => id);
    assertEquals(left, [hers.id, operators.id]);
    await assertRefused(chat, coming("back", { invite: "first" }), inviteNeeded);
  });
}
