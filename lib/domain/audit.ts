/**
 * The audit log: what was done in the name of order, by whom, and to whom.
 *
 * Bans that come of reports are nobody's act and are not in it.
 *
 * @module
 */
import { auditLifeMs } from "./bounds.ts";
import type { MessageId, Position, RoomId } from "./ids.ts";
import type { Role } from "./role.ts";
import type { UserRef } from "./user.ts";

export type AuditAct =
  | "ban"
  | "unban"
  | "message.delete"
  | "reports.dismiss"
  | "role"
  | "user.delete"
  | "password.reset"
  | "clients.revoke"
  | "invite"
  | "invite.revoke"
  | "owner.claimed";

/** One act. Names are those of the time when it was done. */
export interface AuditEntry {
  /** Its place in the log of events, of which it is none. */
  readonly id: Position;
  readonly atMs: number;
  readonly act: AuditAct;
  /** Absent: the operator. */
  readonly by?: UserRef;
  /** To whom it was done; of a message that was deleted: its author. */
  readonly user?: UserRef;
  readonly message?: MessageId;
  /** Where the message was. */
  readonly room?: RoomId;
  /** How long a ban lasts, or an invitation to register. */
  readonly untilMs?: number;
  /** The role from then on. */
  readonly role?: Role | "none";
  readonly reason?: string;
  /** How many reports were dismissed, clients revoked, or people one invitation lets in. */
  readonly count?: number;
}

/** Entries from before then may be forgotten. */
export function auditSinceMs(nowMs: number): number {
  return nowMs - auditLifeMs;
}
