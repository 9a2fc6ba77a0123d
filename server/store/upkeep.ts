/**
 * What a store does so that nothing stays for ever: each in small steps, between which others get
 * their turn.
 *
 * @module
 */
import type { RoomId } from "../../lib/domain/ids.ts";
import type { Life } from "../../lib/domain/retention.ts";

/** One step through the rooms. */
export interface SweepStep {
  /** Goes on after this room; absent: begins. */
  readonly after?: RoomId;
  /** Most messages that it removes. */
  readonly limit: number;
}

export interface Swept {
  readonly removed: number;
  /** Where the next step goes on; absent when all rooms were looked at. */
  readonly next?: RoomId;
}

export interface Upkeep {
  /**
   * Removes messages that nobody may see any more.
   *
   * 1. MUST, over the steps from the first to the one without `next`, remove every message of a
   *    room that is closed; every message sent at `life.keptSinceMs` or before, with all comments
   *    on it; and every message whose `expiresMs` is `life.nowMs` or before, unless someone in its
   *    room has not read it.
   * 2. MUST NOT remove another message.
   * 3. The files of a message that it removes MUST be out of reach with it.
   * 4. A closed room of which nothing is left MUST be removed with its last message.
   */
  removeExpired(step: SweepStep, life: Life): Promise<Swept>;

  /**
   * Removes up to `limit` files whose message is gone, however it went; whose scheduled message is
   * gone and was not sent; or which were uploaded at `looseSinceMs` or before and are loose. Tells
   * how many.
   */
  removeFiles(looseSinceMs: number, limit: number): Promise<number>;

  /** Forgets up to `limit` receipts older than `beforeMs`; tells how many. */
  forgetReceipts(beforeMs: number, limit: number): Promise<number>;

  /** Forgets up to `limit` scheduled messages that ended, sent or failed, before; tells how many. */
  forgetScheduled(beforeMs: number, limit: number): Promise<number>;

  /**
   * Forgets up to `limit` events of the log that happened before, the oldest first; tells how many.
   * What `LogPage.forgotten` tells MUST cover them.
   */
  forgetEvents(beforeMs: number, limit: number): Promise<number>;

  /** Forgets up to `limit` entries of the audit from before, the oldest first; tells how many. */
  forgetAudit(beforeMs: number, limit: number): Promise<number>;

  /**
   * Forgets up to `limit` invitations to register that let nobody in any more, as `letsIn` of
   * `lib/domain/registration_invite.ts` has it; tells how many.
   */
  forgetRegistrationInvites(nowMs: number, limit: number): Promise<number>;

  /**
   * Removes up to `limit` reports that the end of a ban has settled, as `openReports` of
   * `lib/domain/report.ts` has it; tells how many.
   */
  forgetReports(nowMs: number, limit: number): Promise<number>;

  /** Gives some of what was freed back to the disk; tells whether there is more to give back. */
  reclaim(): Promise<boolean>;
}
