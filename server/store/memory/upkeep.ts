/**
 * The upkeep of the store in memory.
 *
 * @module
 */
import { isLoose } from "../../../lib/domain/file.ts";
import { commonRoom } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { openReports } from "../../../lib/domain/report.ts";
import { letsIn } from "../../../lib/domain/registration_invite.ts";
import { isThere, type Life } from "../../../lib/domain/retention.ts";
import type { Room } from "../../../lib/domain/room.ts";
import type { SweepStep, Swept, Upkeep } from "../upkeep.ts";
import type { MemoryRows } from "./rows.ts";

/** Removes rows by looking at all of them. */
export class MemoryUpkeep implements Upkeep {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    this.#rows = rows;
  }

  removeExpired({ limit }: SweepStep, life: Life): Promise<Swept> {
    const gone = this.#rows.all.messages.where((message) => this.#isOver(message, life));
    const capped = gone.filter(({ atMs }) => atMs <= life.keptSinceMs).map(({ id }) => id);
    const comments = this.#rows.all.messages.where((message) =>
      message.commentOn !== undefined && capped.includes(message.commentOn)
    );
    // Comments go first, so that none is left behind by a step that ends between.
    const removed = [...new Set([...comments, ...gone])]
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
    for (const message of removed) this.#rows.all.messages.unlearn(message);
    const left = new Set([...this.#rows.all.messages].map(({ room }) => room));
    for (const room of this.#rows.all.rooms.where((room) => isClosed(room) && !left.has(room.id))) {
      this.#rows.all.rooms.unlearn(room);
    }
    const isDone = removed.length < limit;
    return Promise.resolve({ removed: removed.length, ...(!isDone && { next: commonRoom }) });
  }

  removeFiles(looseSinceMs: number, limit: number): Promise<number> {
    const gone = this.#rows.all.files.where((file) => {
      const { message, scheduled, createdMs } = file;
      if (message !== undefined) return !this.#rows.all.messages.has(message);
      if (scheduled !== undefined) return !this.#rows.all.scheduled.has(scheduled);
      return isLoose(file) && createdMs <= looseSinceMs;
    }).slice(0, limit);
    for (const file of gone) {
      this.#rows.all.files.unlearn(file);
      const content = this.#rows.all.contents.get(file.id);
      if (content !== undefined) this.#rows.all.contents.unlearn(content);
    }
    return Promise.resolve(gone.length);
  }

  forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    const gone = this.#rows.all.receipts.where(({ atMs }) => atMs < beforeMs)
      .sort((a, b) => a.atMs - b.atMs).slice(0, limit);
    for (const receipt of gone) this.#rows.all.receipts.unlearn(receipt);
    return Promise.resolve(gone.length);
  }

  forgetScheduled(beforeMs: number, limit: number): Promise<number> {
    const gone = this.#rows.all.scheduled.where(({ end }) =>
      end !== undefined && end.atMs < beforeMs
    )
      .slice(0, limit);
    for (const scheduled of gone) this.#rows.all.scheduled.unlearn(scheduled);
    return Promise.resolve(gone.length);
  }

  forgetEvents(beforeMs: number, limit: number): Promise<number> {
    const gone = this.#rows.events.filter(({ atMs }) => atMs < beforeMs).slice(0, limit);
    this.#rows.events = this.#rows.events.filter((event) => !gone.includes(event));
    this.#rows.forgotten = Math.max(this.#rows.forgotten, ...gone.map(({ position }) => position));
    return Promise.resolve(gone.length);
  }

  forgetAudit(beforeMs: number, limit: number): Promise<number> {
    const gone = this.#rows.all.audit.where(({ atMs }) => atMs < beforeMs)
      .sort((a, b) => a.atMs - b.atMs || a.id - b.id).slice(0, limit);
    for (const entry of gone) this.#rows.all.audit.unlearn(entry);
    return Promise.resolve(gone.length);
  }

  forgetRegistrationInvites(nowMs: number, limit: number): Promise<number> {
    const gone = this.#rows.all.registrationInvites.where((invite) => !letsIn(invite, nowMs))
      .slice(0, limit);
    for (const invite of gone) this.#rows.all.registrationInvites.unlearn(invite);
    return Promise.resolve(gone.length);
  }

  forgetReports(nowMs: number, limit: number): Promise<number> {
    const { users, reports } = this.#rows.all;
    const gone = reports.where((report) => {
      const target = users.get(report.target);
      return target !== undefined && openReports(target, [report], nowMs).length === 0;
    }).slice(0, limit);
    for (const report of gone) reports.unlearn(report);
    return Promise.resolve(gone.length);
  }

  reclaim(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Whether nobody may see a message any more. */
  #isOver(message: Message, life: Life): boolean {
    const { room, atMs, expiresMs } = message;
    if (isClosed(this.#rows.all.rooms.get(room)) || atMs <= life.keptSinceMs) return true;
    if (expiresMs > life.nowMs) return false;
    const members = this.#rows.all.members.where((member) => member.room === room);
    return !members.some((member) => isThere(message, member, life));
  }
}

function isClosed(room: Room | undefined): boolean {
  return room?.closed === true;
}
