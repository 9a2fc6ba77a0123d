/**
 * Tokens: looked up once, remembered, forgotten the moment they are revoked.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { TokenId, UserId } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { newSecret, type Secret } from "../../../server/api/secrets.ts";
import { Sessions, sessionsRememberedMax } from "../../../server/api/sessions.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { Gate, ScriptedStore } from "../../support/scripted_store.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

interface Setup {
  readonly sessions: Sessions;
  readonly engine: Engine;
  readonly store: ScriptedStore;
  readonly clock: VirtualClock;
  readonly secret: string;
  readonly user: UserId;
  readonly token: TokenId;
  /** How often the store was asked for a token. */
  readonly lookUps: () => number;
}

async function setUp(): Promise<Setup> {
  const store = new ScriptedStore("epoch");
  const clock = new VirtualClock();
  const engine = new Engine({
    store,
    clock,
    policy: defaultPolicy,
    publish: (committed) => sessions.follow(committed),
  });
  const sessions: Sessions = new Sessions({ store, engine, clock });
  const { secret, hash } = drawn(store, 1);
  const decision = await engine.submit({ type: "register", name: "alice", grant: { hash } });
  assert(decision.ok);
  let lookUps = 0;
  store.before.findToken = () => void lookUps++;
  return { sessions, engine, store, clock, secret, ...decision.outcome, lookUps: () => lookUps };
}

function lastSeenMs({ store, user }: Setup): Promise<number | undefined> {
  return store.tokensOf(user).then(([token]) => token?.lastSeenMs);
}

/** A token that nobody has asked for by a key. */
function drawn(store: ScriptedStore, seed: number): Secret {
  return newSecret({ random: new SeededRandom(seed), store }, ["token"], undefined);
}

Deno.test("find() asks the store once, and knows the token from then on without waiting", async () => {
  const { sessions, secret, user, token, lookUps } = await setUp();
  const session = { user, token };
  const first = sessions.find(secret);
  assert(first instanceof Promise);
  assertEquals(await first, session);
  assertEquals(sessions.find(secret), session);
  assertEquals(lookUps(), 1);
});

Deno.test("find() knows no token that was never given out, and remembers none", async () => {
  const { sessions, secret, lookUps } = await setUp();
  for (const wrong of ["", "chat_", `${secret}x`, secret.toUpperCase(), secret.slice(5)]) {
    assertEquals(await sessions.find(wrong), undefined);
    assertEquals(await sessions.find(wrong), undefined);
  }
  assertEquals(lookUps(), 10);
});

Deno.test("follow() forgets a revoked token at once, and no other", async () => {
  const setup = await setUp();
  const { sessions, engine, secret, user, token } = setup;
  const other = drawn(setup.store, 2);
  await engine.submit({ type: "token.issue", actor: user, grant: { hash: other.hash } });
  await sessions.find(secret);
  await sessions.find(other.secret);
  await engine.submit({ type: "token.revoke", actor: user, token });
  assertEquals(await sessions.find(secret), undefined);
  const still = sessions.find(other.secret);
  assert(!(still instanceof Promise) && still?.user === user, "the other one is still remembered");
});

Deno.test("find() does not remember a token that is revoked while it is looked up", async () => {
  const { sessions, engine, store, secret, user, token } = await setUp();
  const gate = new Gate();
  store.before.findToken = gate.wait;
  const finding = sessions.find(secret);
  await gate.reached;
  await engine.submit({ type: "token.revoke", actor: user, token });
  delete store.before.findToken;
  gate.open();
  await finding;
  assertEquals(await sessions.find(secret), undefined);
});

Deno.test("find() notes that a client was seen, at most once a minute", async () => {
  const setup = await setUp();
  const { sessions, engine, clock, secret, store } = setup;
  const createdMs = clock.now();
  const changes = () => store.saved.reduce((sum, { changes }) => sum + changes, 0);
  const before = changes();
  for (
    const [pauseMs, seenMs, saved] of [
      [0, 0, 0],
      [59_999, 0, 0],
      [1, 60_000, 1],
      [0, 60_000, 1],
      [59_999, 60_000, 1],
      [1, 120_000, 2],
    ] as const
  ) {
    clock.advance(pauseMs);
    await sessions.find(secret);
    // Once the engine has carried out this one, which changes nothing, it is through with the other.
    await engine.submit({ type: "read", actor: setup.user, upto: 1 });
    assertEquals(await lastSeenMs(setup), createdMs + seenMs);
    assertEquals(changes() - before, saved);
  }
});

Deno.test("find() does not mind a wall clock that is set back", async () => {
  const setup = await setUp();
  const { sessions, engine, clock, secret, user } = setup;
  const createdMs = clock.now();
  await sessions.find(secret);
  clock.setWall(createdMs - 3_600_000);
  const found = sessions.find(secret);
  assert(!(found instanceof Promise) && found?.user === user);
  await engine.stop();
  assertEquals(await lastSeenMs(setup), createdMs, "last_seen does not go back");
});

Deno.test("find() still answers when it cannot be noted that a client was seen", async () => {
  const { sessions, engine, clock, secret, user } = await setUp();
  await engine.stop();
  clock.advance(60_000);
  assertEquals((await sessions.find(secret))?.user, user);
});

Deno.test("Sessions remembers a bounded number, and forgets the one longest unused first", async () => {
  const { sessions, store, secret } = await setUp();
  await sessions.find(secret);
  const { hash } = drawn(store, 1);
  const known = await store.findToken(hash);
  assert(known !== undefined);
  let lookUps = 0;
  store.findToken = () => {
    lookUps += 1;
    return Promise.resolve({ ...known, token: { ...known.token, id: 1000 + lookUps as TokenId } });
  };
  // With the one above, all that there is room for.
  for (let count = 1; count < sessionsRememberedMax; count++) await sessions.find(`token-${count}`);
  assertEquals(lookUps, 9999);
  assert(!(sessions.find(secret) instanceof Promise), "at the bound all are remembered");
  await sessions.find("one too many");
  assert(!(sessions.find(secret) instanceof Promise), "the first was used since");
  const forgotten = sessions.find("token-1");
  assert(forgotten instanceof Promise, "the second was not");
  await forgotten;
  assertEquals(lookUps, 10_001);
});

Deno.test("follow() of what is no longer known forgets every token, for any may have been revoked", async () => {
  const { sessions, secret, user, token, lookUps } = await setUp();
  await sessions.find(secret);
  sessions.follow({ events: [], late: "expired" });
  assertEquals(sessions.find(secret), { user, token });
  sessions.follow({ events: [], late: "forgotten" });
  const found = sessions.find(secret);
  assert(found instanceof Promise);
  // Nor is anything remembered that was found before.
  sessions.follow({ events: [], late: "forgotten" });
  assertEquals(await found, { user, token });
  assertEquals(lookUps(), 3);
});
