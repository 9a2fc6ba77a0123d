/**
 * The engine: batches, their order, their bounds, and what a failure takes with it.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Command } from "../../../lib/domain/command.ts";
import type { TokenId, UserId } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import type { Decision } from "../../../lib/domain/rule.ts";
import type { State } from "../../../lib/domain/state.ts";
import { foldName } from "../../../lib/text/names.ts";
import {
  type Committed,
  Engine,
  engineBatchMax,
  EngineBusy,
  engineQueueMax,
  EngineStopped,
} from "../../../server/chat/engine.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Gate, ScriptedStore } from "../../support/scripted_store.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

interface Setup {
  readonly engine: Engine;
  readonly store: ScriptedStore;
  readonly clock: VirtualClock;
  /** Everything that was published, oldest first. */
  readonly published: Committed[];
}

function setUp({ queueMax }: { readonly queueMax?: number } = {}): Setup {
  const store = new ScriptedStore("epoch");
  const clock = new VirtualClock();
  const published: Committed[] = [];
  const engine = new Engine({
    store,
    clock,
    policy: defaultPolicy,
    publish: (committed) => published.push(committed),
    ...(queueMax !== undefined && { queueMax }),
  });
  return { engine, store, clock, published };
}

function registering(name: string): Command & { type: "register" } {
  return { type: "register", name, grant: { hash: `hash of ${name}` } };
}

/** Notes that a token was seen: the cheapest command there is. */
const touching: Command = { type: "token.touch", tokens: [1 as TokenId] };

/** Makes the rule that looks for `name` do something else first. */
function whenLookedFor(
  { store }: Setup,
  { name, act }: { readonly name: string; readonly act: (state: State) => void },
): void {
  store.meddle = (state) => {
    const look = state.userNamed.bind(state);
    state.userNamed = (folded) => {
      if (folded === foldName(name)) act(state);
      return look(folded);
    };
  };
}

function outcomes(results: readonly PromiseSettledResult<Decision<unknown>>[]): string[] {
  return results.map((result) => {
    if (result.status === "rejected") return (result.reason as Error).message;
    return result.value.ok ? "ok" : result.value.refusal.code;
  });
}

Deno.test("submit() carries out the commands of one turn in one transaction, in their order", async () => {
  const { engine, store, published } = setUp();
  const names = ["alice", "bob", "carol"];
  const decisions = await Promise.all(names.map((name) => engine.submit(registering(name))));
  assertEquals(store.saved.length, 1);
  const ids = decisions.map((decision) => decision.ok ? decision.outcome.user : -1);
  assertEquals(ids, [...ids].sort((a, b) => a - b), "ids are given out in the order of submission");
  assertEquals(published.length, 1, "one batch is published once");
  assertEquals(published[0]?.head, await store.head());
  const joined = published[0]?.events.map((event) =>
    event.type === "member.joined" ? event.user.name : event.type
  );
  assertEquals(joined, names);
});

Deno.test("submit() lets a later command of a batch see what an earlier one has changed", async () => {
  const { engine, store } = setUp();
  const results = await Promise.allSettled([
    engine.submit(registering("alice")),
    engine.submit(registering("ALICE")),
  ]);
  assertEquals(outcomes(results), ["ok", "name_taken"]);
  assertEquals(store.saved.length, 1);
  assertEquals(await store.countUsers(), 1);
});

Deno.test("submit() gathers the next batch while one is being committed", async () => {
  const { engine, store } = setUp();
  const gate = new Gate();
  store.before.transact = gate.wait;
  const first = engine.submit(registering("alice"));
  await gate.reached;
  delete store.before.transact;
  const rest = ["bob", "carol"].map((name) => engine.submit(registering(name)));
  assertEquals(store.saved.length, 0);
  gate.open();
  await Promise.all([first, ...rest]);
  assertEquals(store.saved.map(({ events }) => events), [1, 2]);
});

Deno.test("submit() takes the time of a batch from the clock as it is carried out", async () => {
  const { engine, store, clock } = setUp();
  const submitted = engine.submit(registering("alice"));
  clock.advance(5000);
  await submitted;
  assertEquals((await store.findUser(foldName("alice")))?.createdMs, clock.now());
});

Deno.test("submit() puts no more than engineBatchMax commands into one transaction", async () => {
  const { engine, store } = setUp();
  const commands = Array.from({ length: 2 * engineBatchMax + 1 }, () => engine.submit(touching));
  await Promise.all(commands);
  assertEquals(store.saved.map(({ changes }) => changes), [engineBatchMax, engineBatchMax, 1]);
});

Deno.test("submit() refuses the command beyond the queue's bound, before anything is done", async () => {
  const { engine, store, published } = setUp({ queueMax: 3 });
  const gate = new Gate();
  store.before.transact = gate.wait;
  const first = engine.submit(registering("under-way"));
  await gate.reached;
  delete store.before.transact;
  const waiting = ["one", "two", "three"].map((name) => engine.submit(registering(name)));
  await assertRejects(() => engine.submit(registering("beyond")), EngineBusy);
  assertEquals(store.saved.length, 0, "what is under way does not count as waiting");
  gate.open();
  assertEquals(outcomes(await Promise.allSettled([first, ...waiting])), ["ok", "ok", "ok", "ok"]);
  assertEquals(await store.findUser(foldName("beyond")), undefined);
  assert(!JSON.stringify(published).includes("beyond"));
  const again = await engine.submit(registering("beyond"));
  assert(again.ok, "there is room again once the batch is through");
});

Deno.test("submit() bounds the queue at 10,000 when nothing else is said", async () => {
  const { engine } = setUp();
  const waiting = Array.from({ length: engineQueueMax }, () => engine.submit(touching));
  await assertRejects(() => engine.submit(touching), EngineBusy);
  const decisions = await Promise.all(waiting);
  assertEquals(decisions.filter(({ ok }) => ok).length, 10_000);
});

Deno.test("submit() fails a command whose rule throws alone, and carries its neighbours out", async () => {
  const setup = setUp();
  const { engine, store, published } = setup;
  whenLookedFor(setup, {
    name: "boom",
    act: () => {
      throw new TypeError("the rule is broken");
    },
  });
  const results = await Promise.allSettled(
    ["before", "boom", "after"].map((name) => engine.submit(registering(name))),
  );
  assertEquals(outcomes(results), ["ok", "the rule is broken", "ok"]);
  assert((await store.findUser(foldName("before"))) !== undefined);
  assert((await store.findUser(foldName("after"))) !== undefined);
  assertEquals(await store.findUser(foldName("boom")), undefined);
  assertEquals(published.flatMap(({ events }) => events).length, 2, "each is published once");
});

Deno.test("submit() catches a rule that refuses after it has changed the state", async (test) => {
  const meddlings: Record<string, (state: State) => void> = {
    "a position": (state) => void state.nextPosition(),
    "a change": (state) => state.noteSeen(1 as TokenId, 0),
    "an event": (state) =>
      state.tell({ type: "token.revoked", audience: 1 as UserId, token: 1 as TokenId }, 0, 1),
  };
  for (const [what, act] of Object.entries(meddlings)) {
    await test.step(what, async () => {
      const setup = setUp();
      const { engine, store, published } = setup;
      await engine.submit(registering("taken"));
      const head = await store.head();
      whenLookedFor(setup, { name: "taken", act });
      const results = await Promise.allSettled([
        engine.submit(registering("fine")),
        engine.submit(registering("taken")),
      ]);
      assertEquals(outcomes(results), [
        "ok",
        "The rule of register changed the state and refused",
      ]);
      assertEquals(published.flatMap(({ events }) => events.map(({ type }) => type)), [
        "member.joined",
        "member.joined",
      ]);
      assertEquals(await store.head(), head + 2, "only the neighbour was saved");
    });
  }
});

Deno.test("submit() rejects the whole batch when the store fails, and publishes nothing", async () => {
  const { engine, store, published } = setUp();
  const failure = new StoreFailure("disk full");
  let tried = 0;
  store.before.transact = () => {
    tried += 1;
    throw failure;
  };
  const results = await Promise.allSettled(
    ["alice", "bob"].map((name) => engine.submit(registering(name))),
  );
  for (const result of results) {
    assert(result.status === "rejected" && result.reason === failure);
  }
  assertEquals(published, []);
  assertEquals(tried, 1, "nobody is tried again: the outcome is unknown");
  delete store.before.transact;
  assert((await engine.submit(registering("alice"))).ok, "the next batch has its own chance");
});

Deno.test("submit() publishes before it answers, in the order of the log", async () => {
  const store = new ScriptedStore("epoch");
  const seen: string[] = [];
  let position = 0;
  const engine = new Engine({
    store,
    clock: new VirtualClock(),
    policy: defaultPolicy,
    publish({ events, head }) {
      for (const event of events) {
        assert(event.position > position, "positions only grow");
        position = event.position;
      }
      assert(head >= position);
      seen.push(`published ${events.length}`);
    },
  });
  const answered = (name: string) =>
    engine.submit(registering(name)).then(() => seen.push(`answered ${name}`));
  await Promise.all([answered("alice"), answered("bob")]);
  await answered("carol");
  assertEquals(seen, [
    "published 2",
    "answered alice",
    "answered bob",
    "published 1",
    "answered carol",
  ]);
});

Deno.test("submit() answers what was saved even when publishing fails, and goes on", async () => {
  const store = new ScriptedStore("epoch");
  let fails = true;
  let published = 0;
  const engine = new Engine({
    store,
    clock: new VirtualClock(),
    policy: defaultPolicy,
    publish() {
      if (fails) throw new Error("a defect");
      published += 1;
    },
  });
  assertEquals((await engine.submit(registering("alice"))).ok, true);
  fails = false;
  assertEquals((await engine.submit(registering("bob"))).ok, true);
  assertEquals([published, await store.countUsers()], [1, 2]);
});

Deno.test("submit() answers a refusal, which publishes no event", async () => {
  const { engine, published } = setUp();
  await engine.submit(registering("alice"));
  const results = await Promise.allSettled([engine.submit(registering("alice"))]);
  assertEquals(outcomes(results), ["name_taken"]);
  assertEquals(published.at(-1)?.events, []);
});

Deno.test("stop() finishes what waits and refuses the rest", async () => {
  const { engine, store } = setUp();
  const gate = new Gate();
  store.before.transact = gate.wait;
  const first = engine.submit(registering("under-way"));
  await gate.reached;
  const second = engine.submit(registering("waiting"));
  let stopped = false;
  const stopping = engine.stop().then(() => stopped = true);
  await assertRejects(() => engine.submit(registering("late")), EngineStopped);
  assertEquals(stopped, false);
  delete store.before.transact;
  gate.open();
  assertEquals(outcomes(await Promise.allSettled([first, second])), ["ok", "ok"]);
  await stopping;
  assertEquals(await store.countUsers(), 2);
});

Deno.test("stop() of an idle engine resolves at once", async () => {
  const { engine } = setUp();
  await engine.stop();
  await assertRejects(() => engine.submit(touching), EngineStopped);
});

Deno.test("a new name ends a batch, so that who is meant by it is loaded by it", async () => {
  const { engine, store, published } = setUp();
  const [alice, bob] = await Promise.all(
    ["alice", "bob"].map(async (name) => {
      const decision = await engine.submit(registering(name));
      return decision.ok ? decision.outcome.user : 0 as UserId;
    }),
  ) as [UserId, UserId];
  const say = (to: string) =>
    engine.submit({
      type: "send",
      actor: bob,
      destination: { to: foldName(to) },
      text: "hi",
      files: [],
    });
  const first = await say("alice");
  const before = store.saved.length;
  const [renamed, second, third] = await Promise.all([
    engine.submit({ type: "profile.change", actor: alice, name: "zoe" }),
    say("zoe"),
    say("alice"),
  ]);
  assertEquals([renamed?.ok, third?.ok], [true, false]);
  assert(first.ok && second?.ok);
  assertEquals(second.outcome.message.room, first.outcome.message.room);
  assertEquals(store.saved.length - before, 2);
  assertEquals(
    published.flatMap(({ events }) => events).filter(({ type }) => type === "room.created").length,
    1,
  );
});
