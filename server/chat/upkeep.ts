/**
 * The upkeep of the store: what has had its time leaves, a small step at a time.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { auditSinceMs } from "../../lib/domain/audit.ts";
import { receiptLifeMs, scheduledTraceMs } from "../../lib/domain/bounds.ts";
import { looseSinceMs } from "../../lib/domain/file.ts";
import type { RoomId } from "../../lib/domain/ids.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import { lifeAt } from "../../lib/domain/retention.ts";
import { Measures, type RemovedKind } from "../metrics/measures.ts";
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
  /** Told of all that is removed. */
  readonly measures?: Measures;
}

/** All of it, in an order in which each finds what those before it have left. */
export function upkeepTasks(
  { store, clock, policy, measures = new Measures() }: UpkeepSetup,
): readonly UpkeepTask[] {
  const ago = (ms: number) => clock.now() - ms;
  const note = (kind: RemovedKind, removed: number) => {
    measures.removed[kind] += removed;
    return removed > 0;
  };
  let next: RoomId | undefined;
  return [
    {
      what: "remove expired messages",
      async step() {
        const swept = await store.removeExpired(
          { ...(next !== undefined && { after: next }), limit: removedAtOnce },
          lifeAt(clock.now(), policy),
        );
        note("messages", swept.removed);
        next = swept.next;
        return next !== undefined;
      },
    },
    {
      what: "forget scheduled messages that have ended",
      step: async () =>
        note("scheduled", await store.forgetScheduled(ago(scheduledTraceMs), removedAtOnce)),
    },
    {
      what: "remove files",
      step: async () =>
        note("files", await store.removeFiles(looseSinceMs(clock.now()), filesRemovedAtOnce)),
    },
    {
      what: "forget old receipts",
      step: async () =>
        note("receipts", await store.forgetReceipts(ago(receiptLifeMs), removedAtOnce)),
    },
    {
      what: "forget old events",
      step: async () =>
        note("events", await store.forgetEvents(ago(policy.unreadTtlMs), removedAtOnce)),
    },
    {
      what: "forget old entries of the audit log",
      step: async () =>
        note("audit", await store.forgetAudit(auditSinceMs(clock.now()), removedAtOnce)),
    },
    {
      what: "forget invitations to register that let nobody in",
      step: async () =>
        note(
          "registration_invites",
          await store.forgetRegistrationInvites(clock.now(), removedAtOnce),
        ),
    },
    {
      what: "forget reports that a ban has settled",
      step: async () => note("reports", await store.forgetReports(clock.now(), removedAtOnce)),
    },
    { what: "give space back to the disk", step: () => store.reclaim() },
  ];
}
