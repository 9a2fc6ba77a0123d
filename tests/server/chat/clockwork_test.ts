/**
 * The clockwork: old receipts go in slices, and no failure stops it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { receiptLifeMs } from "../../../lib/domain/bounds.ts";
import type { UserId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import { startLog, stopLog } from "../../../lib/log.ts";
import {
  Clockwork,
  clockworkEveryMs,
  receiptsForgottenAtOnce,
} from "../../../server/chat/clockwork.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { Hub } from "../../../server/chat/hub.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Chat } from "../../support/chat.ts";
import { Gate, ScriptedStore } from "../../support/scripted_store.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { listener } from "./listeners.ts";

const actor = 1 as UserId;

/** Tells of each slice, and lets a test wait for the one with a given number. */
class WatchedStore extends ScriptedStore {
  readonly slices: number[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  override async forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    let forgotten = -1;
    try {
      forgotten = await super.forgetReceipts(beforeMs, limit);
      return forgotten;
    } finally {
      this.slices.push(forgotten);
      for (const { count, resolve } of this.#waiting) if (this.slices.length >= count) resolve();
    }
  }

  sliced(count: number): Promise<void> {
    if (this.slices.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async keep(count: number, atMs: number): Promise<void> {
    await this.transact(noNeeds(), (state) => {
      for (let at = 0; at < count; at++) {
        state.putReceipt({
          user: actor,
          key: `${atMs}-${at}`,
          fingerprint: "",
          kept: { value: null },
          atMs,
        });
      }
    });
  }

  async holds(key: string): Promise<boolean> {
    const needs = noNeeds();
    needs.receipts.push({ user: actor, key });
    return await this.transact(needs, (state) => state.receipt(actor, key) !== undefined);
  }
}

function setUp(): {
  clockwork: Clockwork;
  store: WatchedStore;
  hub: Hub;
  clock: VirtualClock;
} {
  const clock = new VirtualClock();
  const store = new WatchedStore("epoch");
  const hub = new Hub({ store, clock, head: 0 });
  const engine = new Engine({ store, clock, publish: (committed) => hub.publish(committed) });
  return { clockwork: new Clockwork({ store, engine, hub, clock }), store, hub, clock };
}

/** The turn that follows its slices sets the next timer. */
async function timerIsSet(clock: VirtualClock): Promise<void> {
  while (clock.waiting === 0) {
    await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  }
}

Deno.test("Clockwork forgets receipts when their time is over, and no sooner", async () => {
  const { clockwork, store, clock } = setUp();
  const madeMs = clock.now();
  await store.keep(1, madeMs);
  clockwork.start();
  clock.advance(clockworkEveryMs);
  await store.sliced(1);
  assertEquals(store.slices, [0]);
  await timerIsSet(clock);
  // At their very last moment they still speak for their request.
  clock.setWall(madeMs + receiptLifeMs - clockworkEveryMs);
  clock.advance(clockworkEveryMs);
  await store.sliced(2);
  assert(await store.holds(`${madeMs}-0`));
  await timerIsSet(clock);
  clock.advance(clockworkEveryMs);
  await store.sliced(3);
  assertEquals(store.slices, [0, 0, 1]);
  assert(!await store.holds(`${madeMs}-0`));
  await clockwork.stop();
});

Deno.test("Clockwork forgets many receipts in slices, and lets others have their turn between", async () => {
  const { clockwork, store, clock } = setUp();
  await store.keep(2 * receiptsForgottenAtOnce, clock.now());
  clock.advance(2 * receiptLifeMs);
  const seen: string[] = [];
  store.before.forgetReceipts = () => {
    seen.push("slice");
    clock.afterThisTurn(() => seen.push("others"));
  };
  clockwork.start();
  clock.advance(clockworkEveryMs);
  await store.sliced(3);
  await timerIsSet(clock);
  assertEquals(store.slices, [receiptsForgottenAtOnce, receiptsForgottenAtOnce, 0]);
  assertEquals(seen.slice(0, 5), ["slice", "others", "slice", "others", "slice"]);
  await clockwork.stop();
});

Deno.test("Clockwork logs a failure and goes on", async () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  startLog({ clock: new VirtualClock(), level: "info", format: "json", write });
  try {
    const { clockwork, store, clock } = setUp();
    await store.keep(1, clock.now());
    clock.advance(2 * receiptLifeMs);
    store.before.forgetReceipts = () => {
      throw new StoreFailure("disk full");
    };
    clockwork.start();
    clock.advance(clockworkEveryMs);
    await store.sliced(1);
    await timerIsSet(clock);
    assertEquals(lines.length, 1);
    const line = JSON.parse(lines[0] ?? "");
    assertEquals([line.level, line.part, line.message, line.failure], [
      "error",
      "clockwork",
      "Cannot forget old receipts",
      "StoreFailure: disk full",
    ]);
    delete store.before.forgetReceipts;
    clock.advance(clockworkEveryMs);
    await store.sliced(2);
    assertEquals(store.slices, [-1, 1]);
    assertEquals(lines.length, 1);
    await clockwork.stop();
  } finally {
    stopLog();
  }
});

Deno.test("Clockwork notes that a client is in use that only listens", async () => {
  const { clockwork, store, hub, clock } = setUp();
  const chat = new Chat(store);
  const [alice] = await chat.people("alice");
  await hub.join(listener(alice, hub).subscriber, { kind: "now" });
  clockwork.start();
  clock.advance(clockworkEveryMs);
  while ((await store.tokensOf(alice.id))[0]?.lastSeenMs !== clock.now()) {
    await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  }
  await clockwork.stop();
  await hub.close();
});

Deno.test("Clockwork's stop() calls the next turn off", async () => {
  const { clockwork, store, clock } = setUp();
  clockwork.start();
  await clockwork.stop();
  assertEquals(clock.waiting, 0);
  clock.advance(10 * clockworkEveryMs);
  assertEquals(store.slices, []);
});

Deno.test("Clockwork's stop() waits for the slice under way, and begins no other", async () => {
  const { clockwork, store, clock } = setUp();
  await store.keep(2 * receiptsForgottenAtOnce, clock.now());
  clock.advance(2 * receiptLifeMs);
  const gate = new Gate();
  store.before.forgetReceipts = gate.wait;
  clockwork.start();
  clock.advance(clockworkEveryMs);
  await gate.reached;
  let stopped = false;
  const stopping = clockwork.stop().then(() => stopped = true);
  await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  assertEquals(stopped, false);
  gate.open();
  await stopping;
  assertEquals(store.slices, [receiptsForgottenAtOnce]);
  assertEquals(clock.waiting, 0);
});
