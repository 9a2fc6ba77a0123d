/**
 * Two stores side by side: whatever is done to both, every question has the same answer.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { dayMs, hourMs, receiptLifeMs, scheduledTraceMs } from "../../lib/domain/bounds.ts";
import { looseSinceMs } from "../../lib/domain/file.ts";
import type { Life } from "../../lib/domain/retention.ts";
import type { Store } from "../../server/store/store.ts";
import type { SweepStep } from "../../server/store/upkeep.ts";
import { Cast } from "../support/cast.ts";
import { Chat, inAnyOrder } from "../support/chat.ts";
import { moderatedBatches, tightPolicy } from "../support/random_commands.ts";
import { answers } from "./questions.ts";

/** How much was compared, so that it can be seen that it was something. */
export interface Compared {
  messages: number;
  events: number;
  removed: Record<string, number>;
  /** Commands that were carried out, by type. */
  done: Record<string, number>;
}

/** Carries random stories out on both, and asks both everything. */
export async function compareStores(
  open: { readonly model: () => Store; readonly real: () => Store },
  { numRuns }: { readonly numRuns: number },
): Promise<Compared> {
  const compared: Compared = { messages: 0, events: 0, removed: {}, done: {} };
  await fc.assert(
    fc.asyncProperty(
      moderatedBatches,
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (batches, limit, where) => {
        const cast = new Cast();
        const model = new Chat(open.model());
        const real = new Chat(open.real());
        model.policy = real.policy = tightPolicy;
        try {
          for (const { pauseMs, steps } of batches) {
            model.nowMs = real.nowMs += pauseMs;
            const commands = cast.commandsOf(steps, model.nowMs);
            const expected = await model.batch(commands);
            assertEquals(inAnyOrder(await real.batch(commands)), inAnyOrder(expected));
            cast.follow(expected);
            for (const [at, { type }] of commands.entries()) {
              if (expected.decisions[at]?.ok !== true) continue;
              compared.done[type] = (compared.done[type] ?? 0) + 1;
            }
            compared.events += expected.events.length;
            if (pauseMs >= hourMs) await tidyBoth(model, real, limit, compared);
          }
          compared.messages += cast.messages.length;
          const middle = Math.floor(where * await model.store.head());
          // At once, when some is gone for some, and when all is.
          for (const passedMs of [0, hourMs, tightPolicy.unreadTtlMs]) {
            model.nowMs = real.nowMs += passedMs;
            const asking = { life: model.life, limit, middle };
            if (passedMs !== tightPolicy.unreadTtlMs) {
              assertEquals(
                await answers(real.store, cast, asking),
                await answers(model.store, cast, asking),
              );
            }
            await tidyBoth(model, real, limit, compared);
            assertEquals(
              await answers(real.store, cast, asking),
              await answers(model.store, cast, asking),
            );
          }
        } finally {
          await real.store.close();
          await model.store.close();
        }
      },
    ),
    { numRuns },
  );
  return compared;
}

async function tidyBoth(model: Chat, real: Chat, limit: number, compared: Compared) {
  const removed = await tidy(model.store, model, limit);
  assertEquals(await tidy(real.store, real, limit), removed);
  for (const [what, count] of Object.entries(removed)) {
    compared.removed[what] = (compared.removed[what] ?? 0) + count;
  }
}

/** All the upkeep there is, in steps; tells how much went. Of the audit only one day is kept. */
export async function tidy(
  store: Store,
  { life, nowMs, policy }: Pick<Chat, "life" | "nowMs" | "policy">,
  limit: number,
): Promise<Record<string, number>> {
  return {
    messages: await sweep(store, life, limit),
    scheduled: await all(() => store.forgetScheduled(nowMs - scheduledTraceMs, limit)),
    files: await all(() => store.removeFiles(looseSinceMs(nowMs), limit)),
    receipts: await all(() => store.forgetReceipts(nowMs - receiptLifeMs, limit)),
    events: await all(() => store.forgetEvents(nowMs - policy.unreadTtlMs, limit)),
    audit: await all(() => store.forgetAudit(nowMs - dayMs, limit)),
    invites: await all(() => store.forgetRegistrationInvites(nowMs, limit)),
  };
}

/** Removes what has expired, in steps; tells how many messages went. */
export async function sweep(store: Store, life: Life, limit: number): Promise<number> {
  let removed = 0;
  let step: SweepStep = { limit };
  while (true) {
    const swept = await store.removeExpired(step, life);
    if (swept.removed > limit) throw new Error(`A step of ${limit} removed ${swept.removed}`);
    removed += swept.removed;
    if (swept.next === undefined) return removed;
    step = { after: swept.next, limit };
  }
}

async function all(forget: () => Promise<number>): Promise<number> {
  let forgotten = 0;
  while (true) {
    const some = await forget();
    if (some === 0) return forgotten;
    forgotten += some;
  }
}
