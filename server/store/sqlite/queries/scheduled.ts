/**
 * The questions about scheduled messages.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { ScheduledId, UserId } from "../../../../lib/domain/ids.ts";
import type { Scheduled } from "../../../../lib/domain/scheduled.ts";
import { scheduledOf, type ScheduledRow, selectScheduled } from "../rows/scheduled.ts";
import { Selection } from "../statements.ts";
import type { Attachments } from "./files.ts";

export class ScheduledAnswers {
  readonly #attachments: Attachments;
  readonly #by: Selection<ScheduledRow>;
  readonly #one: Selection<ScheduledRow>;
  readonly #count: Selection<{ readonly count: number }>;
  readonly #due: Selection<ScheduledRow>;
  readonly #next: Selection<{ readonly due_ms: number }>;

  constructor(db: DatabaseSync, attachments: Attachments) {
    this.#attachments = attachments;
    this.#by = new Selection(
      db,
      `${selectScheduled} WHERE s.author = ? AND s.end_message IS NULL ORDER BY s.due_ms, s.id`,
    );
    this.#one = new Selection(db, `${selectScheduled} WHERE s.id = ?`);
    this.#count = new Selection(
      db,
      `SELECT count(*) AS count FROM scheduled
       WHERE author = ? AND end_message IS NULL AND end_ms IS NULL`,
    );
    this.#due = new Selection(
      db,
      `${selectScheduled} WHERE s.end_ms IS NULL AND s.due_ms <= ?
       ORDER BY s.due_ms, s.id LIMIT ?`,
    );
    this.#next = new Selection(
      db,
      `SELECT due_ms FROM scheduled INDEXED BY scheduled_waiting
       WHERE end_ms IS NULL AND due_ms > ? ORDER BY due_ms LIMIT 1`,
    );
  }

  by(user: UserId): Scheduled[] {
    return this.#by.all(user).map((row) => this.#whole(row));
  }

  one(id: ScheduledId): Scheduled | undefined {
    const row = this.#one.first(id);
    return row && this.#whole(row);
  }

  count(user: UserId): number {
    return this.#count.first(user)?.count ?? 0;
  }

  due(nowMs: number, limit: number): Scheduled[] {
    return this.#due.all(nowMs, limit).map((row) => this.#whole(row));
  }

  nextDueMs(afterMs: number): number | undefined {
    return this.#next.first(afterMs)?.due_ms;
  }

  #whole(row: ScheduledRow): Scheduled {
    return scheduledOf(row, this.#attachments.ofScheduled(row.id));
  }
}
