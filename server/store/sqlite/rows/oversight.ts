/**
 * What was done in the name of order, and the ways to register, as rows.
 *
 * @module
 */
import type { AuditAct, AuditEntry } from "../../../../lib/domain/audit.ts";
import type {
  MessageId,
  Position,
  RegistrationInviteId,
  RoomId,
  UserId,
} from "../../../../lib/domain/ids.ts";
import type { RegistrationInvite } from "../../../../lib/domain/registration_invite.ts";
import type { UserRef } from "../../../../lib/domain/user.ts";
import { optional } from "../statements.ts";
import type { Shape } from "./shape.ts";

export interface AuditRow {
  readonly id: Position;
  readonly at_ms: number;
  readonly act: AuditAct;
  readonly by: UserId | null;
  readonly by_name: string | null;
  readonly user: UserId | null;
  readonly user_name: string | null;
  readonly message: MessageId | null;
  readonly room: RoomId | null;
  readonly until_ms: number | null;
  readonly role: NonNullable<AuditEntry["role"]> | null;
  readonly reason: string | null;
  readonly count: number | null;
}

export function auditOf(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    atMs: row.at_ms,
    act: row.act,
    ...optional("by", refOf(row.by, row.by_name)),
    ...optional("user", refOf(row.user, row.user_name)),
    ...optional("message", row.message),
    ...optional("room", row.room),
    ...optional("untilMs", row.until_ms),
    ...optional("role", row.role),
    ...optional("reason", row.reason),
    ...optional("count", row.count),
  };
}

function refOf(id: UserId | null, name: string | null): UserRef | null {
  return id === null ? null : { id, name: name ?? "" };
}

export const auditShape: Shape<AuditEntry> = {
  table: "audit",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    at_ms: ({ atMs }) => atMs,
    act: ({ act }) => act,
    by: ({ by }) => by?.id ?? null,
    by_name: ({ by }) => by?.name ?? null,
    user: ({ user }) => user?.id ?? null,
    user_name: ({ user }) => user?.name ?? null,
    message: ({ message }) => message ?? null,
    room: ({ room }) => room ?? null,
    until_ms: ({ untilMs }) => untilMs ?? null,
    role: ({ role }) => role ?? null,
    reason: ({ reason }) => reason ?? null,
    count: ({ count }) => count ?? null,
  },
};

export interface RegistrationInviteRow {
  readonly id: RegistrationInviteId;
  readonly hash: string;
  readonly by: UserId | null;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly uses_max: number;
  readonly uses: number;
}

export function registrationInviteOf(row: RegistrationInviteRow): RegistrationInvite {
  return {
    id: row.id,
    hash: row.hash,
    ...optional("by", row.by),
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    usesMax: row.uses_max,
    uses: row.uses,
  };
}

export const registrationInviteShape: Shape<RegistrationInvite> = {
  table: "registration_invites",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    hash: ({ hash }) => hash,
    by: ({ by }) => by ?? null,
    created_ms: ({ createdMs }) => createdMs,
    expires_ms: ({ expiresMs }) => expiresMs,
    uses_max: ({ usesMax }) => usesMax,
    uses: ({ uses }) => uses,
  },
};
