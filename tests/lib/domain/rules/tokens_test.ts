/**
 * The keys of a user's clients.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { tokensPerUserMax } from "../../../../lib/domain/bounds.ts";
import type { IssueToken, RevokeToken, TouchTokens } from "../../../../lib/domain/rules/tokens.ts";
import type { TokenId, UserId } from "../../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../../lib/domain/policy.ts";
import { State } from "../../../../lib/domain/state.ts";
import { decide } from "../../../../lib/domain/decide.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, noEffect, type Person } from "../../../support/chat.ts";
import { assertRefused } from "../../../support/decisions.ts";

function issuing(chat: Chat, actor: { readonly id: UserId }): IssueToken {
  return { type: "token.issue", actor: actor.id, grant: { hash: chat.newHash() } };
}

function revoking(actor: { readonly id: UserId }, token: number): RevokeToken {
  return { type: "token.revoke", actor: actor.id, token: token as TokenId };
}

function touching(token: TokenId): TouchTokens {
  return { type: "token.touch", tokens: [token] };
}

/** Someone with `count` tokens, of which an earlier one was seen earlier. */
async function holder(chat: Chat, count: number): Promise<{ person: Person; tokens: TokenId[] }> {
  const person = await chat.register("alice");
  const tokens = [person.token];
  while (tokens.length < count) {
    chat.nowMs += 1000;
    tokens.push((await chat.do(issuing(chat, person))).token);
  }
  chat.nowMs += 1000;
  return { person, tokens };
}

async function heldBy(chat: Chat, { id }: Person): Promise<TokenId[]> {
  return (await chat.store.tokensOf(id)).map(({ id }) => id);
}

Deno.test("issueToken() gives one more key and tells nobody", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const { decisions, changes, events, before } = await chat.batch([
    { type: "token.issue", actor: alice.id, grant: { hash: "h", client: "laptop" } },
  ]);
  const id = before + 1;
  assertEquals<unknown>(decisions, [{ ok: true, outcome: { token: id }, replayed: false }]);
  assertEquals<unknown>(changes, [{
    kind: "put",
    table: "token",
    row: {
      id,
      user: alice.id,
      hash: "h",
      client: "laptop",
      createdMs: chat.nowMs,
      lastSeenMs: chat.nowMs,
    },
  }]);
  assertEquals(events, []);
});

Deno.test("issueToken() refuses nobody's user", async () => {
  const chat = new Chat();
  assertEquals<unknown>(await chat.decide(issuing(chat, { id: 999 as UserId })), {
    ok: false,
    refusal: { code: "not_found", what: "user" },
  });
});

Deno.test("issueToken() refuses a password that was changed since it was checked", async () => {
  const chat = new Chat();
  const grant = { hash: "first" };
  const { user } = await chat.do({ type: "register", name: "alice", passwordHash: "old", grant });
  const login: IssueToken = { ...issuing(chat, { id: user }), passwordHash: "old" };
  await chat.do(login);
  await chat.do({ type: "password.reset", user: foldName("alice"), passwordHash: "new" });
  await assertRefused(chat, login, { code: "bad_password" });
  const { decisions } = await chat.batch([
    { ...login, passwordHash: "new" },
    { type: "password.reset", user: foldName("alice"), passwordHash: "newer" },
    { ...issuing(chat, { id: user }), passwordHash: "new" },
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, true, false]);
  assertEquals((await chat.store.tokensOf(user)).length, 0);
});

for (
  const [held, evicted] of [
    [tokensPerUserMax - 1, 0],
    [tokensPerUserMax, 1],
  ] as const
) {
  Deno.test(`issueToken() takes ${evicted} keys back from who holds ${held}`, async () => {
    const chat = new Chat();
    const { person, tokens } = await holder(chat, held);
    const { decisions, events } = await chat.batch([issuing(chat, person)]);
    assertEquals(decisions[0]?.ok, true);
    const left = await heldBy(chat, person);
    assertEquals(left.length, tokensPerUserMax);
    assertEquals(left.slice(0, -1), tokens.slice(evicted));
    assertEquals(
      events.map((event) => event.type === "token.revoked" ? event.token : undefined),
      tokens.slice(0, evicted),
    );
  });
}

Deno.test("issueToken() takes back no more than one key when a lower bound has come to hold", () => {
  const state = new State(500);
  const user = 1 as UserId;
  state.users.learn({ id: user, name: "a", folded: "a" as never, createdMs: 0 });
  for (let n = 0; n <= tokensPerUserMax; n++) {
    const id = 100 + n as TokenId;
    state.tokens.learn({ id, user, hash: `${n}`, createdMs: n, lastSeenMs: n });
  }
  const circumstances = { nowMs: 1000, policy: defaultPolicy };
  decide({ type: "token.issue", actor: user, grant: { hash: "new" } }, state, circumstances);
  assertEquals(state.tokensOf(user).length, tokensPerUserMax + 1);
  assertEquals(state.events.length, 1);
});

Deno.test("issueToken() takes back the key that was not used for longest, and tells its user", async () => {
  const chat = new Chat();
  const { person, tokens } = await holder(chat, tokensPerUserMax);
  const [first, second] = tokens;
  await chat.do(touching(first ?? 0 as TokenId));
  const { events } = await chat.batch([issuing(chat, person)]);
  assertEquals<unknown>(events, [{
    position: events[0]?.position,
    type: "token.revoked",
    audience: person.id,
    atMs: chat.nowMs,
    token: second,
  }]);
});

Deno.test("issueToken() sees that a key was used earlier in its batch", async () => {
  const chat = new Chat();
  const { person, tokens } = await holder(chat, tokensPerUserMax);
  const [first, second] = tokens;
  await chat.batch([touching(first ?? 0 as TokenId), issuing(chat, person)]);
  const left = await heldBy(chat, person);
  assertEquals([left.includes(first ?? 0 as TokenId), left.includes(second ?? 0 as TokenId)], [
    true,
    false,
  ]);
});

Deno.test("issueToken() counts the keys that others of its batch were given", async () => {
  const chat = new Chat();
  const { person } = await holder(chat, tokensPerUserMax - 1);
  const { events } = await chat.batch([1, 2, 3].map(() => issuing(chat, person)));
  assertEquals(events.map(({ type }) => type), ["token.revoked", "token.revoked"]);
  assertEquals((await heldBy(chat, person)).length, tokensPerUserMax);
});

Deno.test("issueToken() leaves the keys of others alone", async () => {
  const chat = new Chat();
  const bob = await chat.register("bob");
  const { person } = await holder(chat, tokensPerUserMax);
  await chat.do(issuing(chat, person));
  assertEquals(await heldBy(chat, bob), [bob.token]);
});

Deno.test("revokeToken() takes a key away and tells its user", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const [row] = await chat.store.tokensOf(alice.id);
  const { decisions, changes, events, before } = await chat.batch([revoking(alice, alice.token)]);
  assertEquals<unknown>(decisions, [{ ok: true, outcome: null, replayed: false }]);
  assertEquals<unknown>(changes, [{ kind: "removed", table: "token", row }]);
  assertEquals<unknown>(events, [{
    position: before + 1,
    type: "token.revoked",
    audience: alice.id,
    atMs: chat.nowMs,
    token: alice.token,
  }]);
  assertEquals(await heldBy(chat, alice), []);
});

Deno.test("revokeToken() answers for the key of another as for one that never was", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const { decisions, changes, events } = await chat.batch([
    revoking(alice, bob.token),
    revoking(alice, 999),
  ]);
  const nothing = { ok: false, refusal: { code: "not_found", what: "token" } };
  assertEquals<unknown>(decisions, [nothing, nothing]);
  assertEquals([changes, events], [[], []]);
  assertEquals(await heldBy(chat, bob), [bob.token]);
});

Deno.test("revokeToken() finds a key only once, in one batch too", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const again = revoking(alice, alice.token);
  const { decisions } = await chat.batch([again, again]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
});

Deno.test("issueToken() gives the same key again for the same hash", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const command = issuing(chat, alice);
  const { decisions, effects } = await chat.batch([command, command]);
  assertEquals(decisions[1], decisions[0]);
  assertEquals(effects[1], noEffect);
  assertEquals(await chat.decide(command), decisions[0]);
  assertEquals((await heldBy(chat, alice)).length, 2);
});

Deno.test("issueToken() takes back the oldest of the keys that were not used for as long", async () => {
  const chat = new Chat();
  const person = await chat.register("alice");
  for (let n = 1; n < tokensPerUserMax; n++) await chat.do(issuing(chat, person));
  // What was touched last is not what was loaded last.
  await chat.do({ type: "token.touch", tokens: [person.token] });
  const { events } = await chat.batch([issuing(chat, person)]);
  assertEquals(events.map((event) => event.type === "token.revoked" && event.token), [
    person.token,
  ]);
});

Deno.test("touchTokens() notes when a client was seen, and takes no place in the log", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  chat.nowMs += 5000;
  const { before, head, events } = await chat.batch([touching(alice.token)]);
  assertEquals([head, events], [before, []]);
  const [token] = await chat.store.tokensOf(alice.id);
  assertEquals(token?.lastSeenMs, chat.nowMs);
  assertEquals(token?.createdMs, chat.nowMs - 5000);
});

Deno.test("touchTokens() does not bring back a key that was taken away before it", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await chat.batch([revoking(alice, alice.token), touching(alice.token)]);
  assertEquals(await heldBy(chat, alice), []);
});
