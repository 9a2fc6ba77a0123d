/**
 * The upkeep of the store: what has had its time leaves, a small step at a time.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { receiptLifeMs, scheduledTraceMs } from "../../lib/domain/bounds.ts";
import { looseSinceMs } from "../../lib/domain/file.ts";
import type { RoomId } from "../../lib/domain/ids.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import { lifeAt } from "../../lib/domain/retention.ts";
import type { Upkeep } from "../store/upkeep.ts";

/** Messages, receipts and the like that go in one step, so that nobody waits long for it. */
export const removedAtOnce = 500;

/** Files that go in one step: each may be large. */
export const filesRemovedAtOnce = 4;

/** One kind of upkeep. */
export interface UpkeepTask {
  /** What can't be done if it fails. */
  readonly what: string;
  /** Takes a step; tells whether there is another one to take. */
  readonly step: () => Promise<boolean>;
}

export interface UpkeepSetup {
  readonly store: Upkeep;
  readonly clock: Clock;
  readonly policy: Policy;
}

/** All of it, in an order in which each finds what those before it have left. */
export function upkeepTasks({ store, clock, policy }: UpkeepSetup): readonly UpkeepTask[] {
  const ago = (ms: number) => clock.now() - ms;
  let next: RoomId | undefined;
  return [
    {
      what: "remove expired messages",
      async step() {
        const swept = await store.removeExpired(
          { ...(next !== undefined && { after: next }), limit: removedAtOnce },
          lifeAt(clock.now(), policy),
        );
        next = swept.next;
        return next !== undefined;
      },
    },
    {
      what: "forget scheduled messages that have ended",
      step: async () => await store.forgetScheduled(ago(scheduledTraceMs), removedAtOnce) > 0,
    },
    {
      what: "remove files",
      step: async () => await store.removeFiles(looseSinceMs(clock.now()), filesRemovedAtOnce) > 0,
    },
    {
      what: "forget old receipts",
      step: async () => await store.forgetReceipts(ago(receiptLifeMs), removedAtOnce) > 0,
    },
    {
      what: "forget old events",
      step: async () => await store.forgetEvents(ago(policy.unreadTtlMs), removedAtOnce) > 0,
    },
    { what: "give space back to the disk", step: () => store.reclaim() },
  ];
}
