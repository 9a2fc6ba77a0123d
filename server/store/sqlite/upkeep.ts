/**
 * What the SQLite store does so that nothing stays for ever, but for the sweep through the rooms.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { FileId, Position, ScheduledId } from "../../../lib/domain/ids.ts";
import { withoutWaiting } from "./database.ts";
import type { Removal } from "./removal.ts";
import { Action, idList, Selection } from "./statements.ts";

/** Most pages that are given back to the disk at a time. */
const reclaimedPagesMax = 512;

/** Each but `reclaim` is to be called within a transaction. */
export class Upkeeper {
  readonly #db: DatabaseSync;
  readonly #removal: Removal;
  readonly #doomedFiles: Selection<{ readonly id: FileId }>;
  readonly #looseFiles: Selection<{ readonly id: FileId }>;
  readonly #forgetReceipts: Action;
  readonly #endedScheduled: Selection<{ readonly id: ScheduledId }>;
  readonly #oldEvents: Selection<{ readonly position: Position }>;
  readonly #firstOldEvents: Selection<{ readonly position: Position }>;
  readonly #forgetEvents: Action;
  readonly #forgotten: Action;
  readonly #forgetAudit: Action;
  readonly #forgetInvites: Action;
  readonly #forgetReports: Action;
  readonly #reclaim: Selection<unknown>;
  readonly #freePages: Selection<{ readonly freelist_count: number }>;

  constructor(db: DatabaseSync, removal: Removal) {
    this.#db = db;
    this.#removal = removal;
    this.#doomedFiles = new Selection(
      db,
      "SELECT id FROM files INDEXED BY files_doomed WHERE doomed = 1 ORDER BY id LIMIT ?",
    );
    this.#looseFiles = new Selection(
      db,
      `SELECT id FROM files INDEXED BY files_loose_by_age
       WHERE created_ms <= ? AND message IS NULL AND scheduled IS NULL
       ORDER BY created_ms LIMIT ?`,
    );
    this.#forgetReceipts = new Action(
      db,
      `DELETE FROM receipts WHERE rowid IN
         (SELECT rowid FROM receipts WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,
    );
    this.#endedScheduled = new Selection(
      db,
      `SELECT id FROM scheduled INDEXED BY scheduled_ended
       WHERE end_ms < ? ORDER BY end_ms, id LIMIT ?`,
    );
    this.#oldEvents = new Selection(
      db,
      "SELECT position FROM events INDEXED BY events_by_age WHERE at_ms < ? LIMIT ?",
    );
    this.#firstOldEvents = new Selection(
      db,
      "SELECT position FROM events NOT INDEXED WHERE at_ms < ? ORDER BY position LIMIT ?",
    );
    this.#forgetEvents = new Action(
      db,
      "DELETE FROM events WHERE position IN (SELECT value FROM json_each(?))",
    );
    this.#forgotten = new Action(db, "UPDATE log SET forgotten = max(forgotten, ?)");
    this.#forgetAudit = new Action(
      db,
      `DELETE FROM audit WHERE id IN
         (SELECT id FROM audit WHERE at_ms < ? ORDER BY at_ms, id LIMIT ?)`,
    );
    this.#forgetInvites = new Action(
      db,
      `DELETE FROM registration_invites WHERE id IN
         (SELECT id FROM registration_invites INDEXED BY registration_invites_by_end
           WHERE expires_ms <= ?
           UNION ALL
           SELECT id FROM registration_invites INDEXED BY registration_invites_used_up
           WHERE uses >= uses_max
           LIMIT ?)`,
    );
    this.#forgetReports = new Action(
      db,
      `DELETE FROM reports WHERE (target, reporter) IN
         (SELECT p.target, p.reporter
           FROM users t INDEXED BY users_banned CROSS JOIN reports p ON p.target = t.id
           WHERE t.banned_until_ms <= ? AND p.at_ms < t.banned_until_ms
           LIMIT ?)`,
    );
    this.#reclaim = new Selection(db, `PRAGMA incremental_vacuum(${reclaimedPagesMax})`);
    this.#freePages = new Selection(db, "PRAGMA freelist_count");
  }

  removeFiles(looseSinceMs: number, limit: number): number {
    const doomed = this.#doomedFiles.all(limit);
    const loose = this.#looseFiles.all(looseSinceMs, limit - doomed.length);
    const ids = [...doomed, ...loose].map(({ id }) => id);
    return ids.length === 0 ? 0 : this.#removal.files(ids);
  }

  forgetReceipts(beforeMs: number, limit: number): number {
    return this.#forgetReceipts.run(beforeMs, limit);
  }

  forgetScheduled(beforeMs: number, limit: number): number {
    const ids = this.#endedScheduled.all(beforeMs, limit).map(({ id }) => id);
    return ids.length === 0 ? 0 : this.#removal.scheduled(ids);
  }

  forgetEvents(beforeMs: number, limit: number): number {
    let old = this.#oldEvents.all(beforeMs, limit + 1);
    // Only where there are enough of them, and so soon found, they are looked for from the start of
    // the log; to look for the last few there would lead through all of it.
    if (old.length > limit) old = this.#firstOldEvents.all(beforeMs, limit);
    const positions = old.map(({ position }) => position);
    if (positions.length === 0) return 0;
    this.#forgotten.run(positions.reduce((a, b) => Math.max(a, b)));
    return this.#forgetEvents.run(idList(positions));
  }

  forgetAudit(beforeMs: number, limit: number): number {
    return this.#forgetAudit.run(beforeMs, limit);
  }

  forgetRegistrationInvites(nowMs: number, limit: number): number {
    return this.#forgetInvites.run(nowMs, limit);
  }

  forgetReports(nowMs: number, limit: number): number {
    return this.#forgetReports.run(nowMs, limit);
  }

  reclaim(): boolean {
    // Each step of the statement gives back one page; `exec` would take only the first.
    if (this.#hasFreePages()) this.#reclaim.all();
    if (this.#hasFreePages()) return true;
    this.#shortenLog();
    return false;
  }

  #hasFreePages(): boolean {
    return (this.#freePages.first()?.freelist_count ?? 0) > 0;
  }

  /** What was removed is still to be read in the write-ahead log until that is folded in. */
  #shortenLog(): void {
    // It must not wait for who is reading, as a backup does; the next time will do.
    withoutWaiting(this.#db, () => this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
}
