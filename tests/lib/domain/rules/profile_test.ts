/**
 * Changing one's name and password.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  formerNameLifeMs,
  formerNamesPerUserMax,
  hourMs,
  renamesPerHourMax,
} from "../../../../lib/domain/bounds.ts";
import { commonRoom, type TokenId, type UserId } from "../../../../lib/domain/ids.ts";
import type { ChangeProfile, NewPassword } from "../../../../lib/domain/rules/profile.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, type Person } from "../../../support/chat.ts";
import { assertRefused, carryOut, changed, missing, told } from "../../../support/decisions.ts";

function renaming({ id }: { readonly id: UserId }, name: string): ChangeProfile {
  return { type: "profile.change", actor: id, name };
}

function protecting({ id, token }: Person, hash: string, oldHash?: string): ChangeProfile {
  const password: NewPassword = { hash, oldHash, token };
  return { type: "profile.change", actor: id, password };
}

Deno.test("changeProfile() takes another name, and tells everyone", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const row = await chat.store.user(alice.id);
  const openedMs = chat.nowMs;
  chat.nowMs += 5;
  const { decisions, changes, events, before } = await chat.batch([renaming(alice, "Zoe\u0308")]);
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { name: "Zoë", createdMs: openedMs }, replayed: false },
  ]);
  assertEquals<unknown>(changes, [
    {
      kind: "put",
      table: "window",
      row: { user: alice.id, kind: "rename", openedMs: chat.nowMs, used: 1 },
    },
    { kind: "put", table: "user", row: { ...row, name: "Zoë", folded: "zoë" } },
    {
      kind: "put",
      table: "formerName",
      row: { folded: "alice", user: alice.id, atMs: chat.nowMs },
    },
  ]);
  assertEquals<unknown>(events, [{
    type: "user.renamed",
    position: before + 1,
    audience: commonRoom,
    atMs: chat.nowMs,
    user: { id: alice.id, name: "Zoë" },
    before: "alice",
  }]);
  assertEquals(await chat.store.findUser(foldName("alice")), undefined);
});

Deno.test("changeProfile() changes how a name is written", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  assertEquals(told(await carryOut(chat, renaming(alice, "ALICE"))), [[
    "user.renamed",
    commonRoom,
  ]]);
  assertEquals((await chat.store.user(alice.id))?.name, "ALICE");
});

Deno.test("changeProfile() to the same name tells nobody, and does not count", async () => {
  const chat = new Chat();
  const alice = await chat.register("Zoë");
  const batch = await carryOut(chat, renaming(alice, "Zoe\u0308"));
  assertEquals([changed(batch), batch.events], [["put user"], []]);
});

Deno.test("changeProfile() refuses a name that another one has, and who is not there", async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "Bob");
  await assertRefused(chat, renaming(alice, "bOB"), "name_taken");
  await assertRefused(chat, renaming({ id: 999 as UserId }, "new"), missing("user"));
});

Deno.test("changeProfile() gives a name to the first of a batch who asks", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { decisions } = await chat.batch([renaming(bob, "anna"), renaming(alice, "Anna")]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
});

Deno.test("a name that was given up is kept for a month for the one who had it", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  await carryOut(chat, renaming(alice, "anna"));
  const register = { type: "register", name: "Alice", grant: { hash: "new" } } as const;
  for (const afterMs of [0, formerNameLifeMs - 1, -hourMs]) {
    const startMs = chat.nowMs;
    chat.nowMs += afterMs;
    await assertRefused(chat, renaming(bob, "ALICE"), "name_taken");
    await assertRefused(chat, register, "name_taken");
    chat.nowMs = startMs;
  }
  assertEquals(await chat.store.findUser(foldName("alice")), undefined);
  chat.nowMs += formerNameLifeMs;
  await carryOut(chat, renaming(bob, "ALICE"));
  await assertRefused(chat, renaming(alice, "alice"), "name_taken");
});

Deno.test("a newcomer takes a name that was given up a month ago", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await carryOut(chat, renaming(alice, "anna"));
  chat.nowMs += formerNameLifeMs;
  const other = await chat.register("alice");
  await carryOut(chat, renaming(other, "alina"));
  // It is theirs now, and not the first one's.
  await assertRefused(chat, renaming(alice, "alice"), "name_taken");
  await carryOut(chat, renaming(other, "alice"));
});

Deno.test("who had a name may take it again, and keeps the one between", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  await carryOut(chat, renaming(alice, "anna"));
  const batch = await carryOut(chat, renaming(alice, "Alice"));
  assertEquals(changed(batch), [
    "put window",
    "put user",
    "removed formerName",
    "put formerName",
  ]);
  await assertRefused(chat, renaming(bob, "alice"), "name_taken");
  await assertRefused(chat, renaming(bob, "anna"), "name_taken");
});

Deno.test("writing a name in another way gives nothing up", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  assertEquals(changed(await carryOut(chat, renaming(alice, "ALICE"))), ["put window", "put user"]);
});

Deno.test(`the last ${formerNamesPerUserMax} names are kept, those given up before are free`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("a0", "bob");
  for (let n = 1; n <= formerNamesPerUserMax; n++) {
    chat.nowMs += 1;
    await carryOut(chat, renaming(alice, `a${n}`));
  }
  for (let n = 0; n < formerNamesPerUserMax; n++) {
    await assertRefused(chat, renaming(bob, `a${n}`), "name_taken");
  }
  chat.nowMs += 1;
  await carryOut(chat, renaming(alice, "another"));
  await assertRefused(chat, renaming(bob, "a1"), "name_taken");
  await carryOut(chat, renaming(bob, "a0"));
});

Deno.test("who is banned takes no other name, and may set a password", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  chat.policy = { ...chat.policy, banAfter: 1 };
  await chat.report(alice, bob);
  const banned = { code: "banned", untilMs: chat.nowMs + chat.policy.banForMs } as const;
  await assertRefused(chat, renaming(alice, "anna"), banned);
  await assertRefused(chat, renaming(alice, "bob"), "name_taken");
  await carryOut(chat, protecting(alice, "new"), renaming(alice, "alice"));
});

Deno.test(`changeProfile() takes ${renamesPerHourMax} names an hour`, async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const openedMs = chat.nowMs;
  for (let n = 1; n <= renamesPerHourMax; n++) await carryOut(chat, renaming(alice, `a${n}`));
  chat.nowMs += hourMs - 1;
  await assertRefused(chat, renaming(alice, "more"), {
    code: "rate_limited",
    limit: {
      kind: "rename",
      limit: renamesPerHourMax,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  });
  await carryOut(chat, renaming(alice, `a${renamesPerHourMax}`));
  chat.nowMs += 1;
  await carryOut(chat, renaming(alice, "more"));
});

Deno.test("changeProfile() sets a first password, and lets only its own client stay", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const others: TokenId[] = [];
  for (const hash of ["phone", "laptop"]) {
    const grant = { hash };
    others.push((await chat.do({ type: "token.issue", actor: alice.id, grant })).token);
  }
  const batch = await carryOut(chat, protecting(alice, "new"));
  assertEquals((await chat.store.user(alice.id))?.passwordHash, "new");
  assertEquals(
    batch.events.map((event) =>
      event.type === "token.revoked" ? [event.audience, event.token] : event.type
    ),
    others.map((token) => [alice.id, token]),
  );
  assertEquals((await chat.store.tokensOf(alice.id)).map(({ id }) => id), [alice.token]);
  assertEquals((await chat.store.tokensOf(bob.id)).length, 1);
});

Deno.test("changeProfile() refuses another password than the one that holds by then", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await assertRefused(chat, protecting(alice, "new", "guessed"), "bad_password");
  await carryOut(chat, protecting(alice, "first"));
  await assertRefused(chat, protecting(alice, "new"), "bad_password");
  await assertRefused(chat, protecting(alice, "new", "guessed"), "bad_password");
  await carryOut(chat, protecting(alice, "second", "first"));
  // Two clients changed it at the same time.
  const { decisions } = await chat.batch([
    protecting(alice, "third", "second"),
    protecting(alice, "fourth", "second"),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
});

Deno.test("changeProfile() changes both or neither", async () => {
  const chat = new Chat();
  const [alice] = await chat.people("alice", "bob");
  const both = { ...protecting(alice, "new"), name: "anna" };
  await assertRefused(chat, { ...both, name: "bob" }, "name_taken");
  await assertRefused(chat, { ...protecting(alice, "new", "no"), name: "anna" }, "bad_password");
  const batch = await carryOut(chat, both);
  assertEquals(told(batch), [["user.renamed", commonRoom]]);
  const now = await chat.store.user(alice.id);
  assertEquals([now?.name, now?.passwordHash], ["anna", "new"]);
});

Deno.test("a new name shows wherever its user is named", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const open = await chat.say(alice, "open");
  const secret = await chat.say(bob, "psst", { to: "alice" });
  const room = await chat.makeRoom(alice, "den");
  await carryOut(chat, renaming(alice, "anna"));
  const { store, life } = chat;
  assertEquals((await store.message(open.id, bob.id, life))?.author.name, "anna");
  assertEquals((await store.message(secret.id, bob.id, life))?.to?.name, "anna");
  const kept = await store.room(room);
  assertEquals(kept?.kind === "room" && kept.owner.name, "anna");
  assertEquals((await store.rooms(bob.id, life)).map(({ name }) => name), ["common", "anna"]);
});
