/**
 * What belongs to users as rows: themselves, their tokens, limits, reports and receipts.
 *
 * @module
 */
import type { MessageId, TokenId, UserId } from "../../../../lib/domain/ids.ts";
import type { LimitKind, Window } from "../../../../lib/domain/limit.ts";
import type { Receipt } from "../../../../lib/domain/receipt.ts";
import type { Report } from "../../../../lib/domain/report.ts";
import type { Role } from "../../../../lib/domain/role.ts";
import type { Token } from "../../../../lib/domain/token.ts";
import type { FormerName, User } from "../../../../lib/domain/user.ts";
import type { FoldedName } from "../../../../lib/text/names.ts";
import { optional } from "../statements.ts";
import type { Shape } from "./shape.ts";

export interface UserRow {
  readonly id: UserId;
  readonly name: string;
  readonly folded: FoldedName;
  readonly password_hash: string | null;
  readonly created_ms: number;
  readonly banned_until_ms: number | null;
  readonly role: Role | null;
  readonly deleted_ms: number | null;
  readonly erased: 1 | null;
}

export function userOf(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    folded: row.folded,
    ...optional("passwordHash", row.password_hash),
    createdMs: row.created_ms,
    ...optional("bannedUntilMs", row.banned_until_ms),
    ...optional("role", row.role),
    ...optional("deletedMs", row.deleted_ms),
    ...(row.erased !== null && { erased: true }),
  };
}

export const userShape: Shape<User> = {
  table: "users",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    folded: ({ folded }) => folded,
    password_hash: ({ passwordHash }) => passwordHash ?? null,
    created_ms: ({ createdMs }) => createdMs,
    banned_until_ms: ({ bannedUntilMs }) => bannedUntilMs ?? null,
    role: ({ role }) => role ?? null,
    deleted_ms: ({ deletedMs }) => deletedMs ?? null,
    erased: ({ erased }) => erased === true ? 1 : null,
  },
};

export interface FormerNameRow {
  readonly folded: FoldedName;
  readonly user: UserId;
  readonly at_ms: number;
}

export function formerNameOf({ folded, user, at_ms }: FormerNameRow): FormerName {
  return { folded, user, atMs: at_ms };
}

export const formerNameShape: Shape<FormerName> = {
  table: "former_names",
  key: ["folded"],
  columns: {
    folded: ({ folded }) => folded,
    user: ({ user }) => user,
    at_ms: ({ atMs }) => atMs,
  },
};

export interface TokenRow {
  readonly id: TokenId;
  readonly user: UserId;
  readonly hash: string;
  readonly client: string | null;
  readonly created_ms: number;
  readonly last_seen_ms: number;
}

export function tokenOf(row: TokenRow): Token {
  return {
    id: row.id,
    user: row.user,
    hash: row.hash,
    ...optional("client", row.client),
    createdMs: row.created_ms,
    lastSeenMs: row.last_seen_ms,
  };
}

export const tokenShape: Shape<Token> = {
  table: "tokens",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    user: ({ user }) => user,
    hash: ({ hash }) => hash,
    client: ({ client }) => client ?? null,
    created_ms: ({ createdMs }) => createdMs,
    last_seen_ms: ({ lastSeenMs }) => lastSeenMs,
  },
};

export interface WindowRow {
  readonly user: UserId;
  readonly kind: LimitKind;
  readonly opened_ms: number;
  readonly used: number;
}

export function windowOf(row: WindowRow): Window {
  return { user: row.user, kind: row.kind, openedMs: row.opened_ms, used: row.used };
}

export const windowShape: Shape<Window> = {
  table: "windows",
  key: ["user", "kind"],
  columns: {
    user: ({ user }) => user,
    kind: ({ kind }) => kind,
    opened_ms: ({ openedMs }) => openedMs,
    used: ({ used }) => used,
  },
};

export interface ReportRow {
  readonly target: UserId;
  readonly reporter: UserId;
  readonly at_ms: number;
  readonly reason: string | null;
  readonly message: MessageId | null;
}

export function reportOf(row: ReportRow): Report {
  return {
    reporter: row.reporter,
    target: row.target,
    atMs: row.at_ms,
    ...optional("reason", row.reason),
    ...optional("message", row.message),
  };
}

export const reportShape: Shape<Report> = {
  table: "reports",
  key: ["target", "reporter"],
  columns: {
    target: ({ target }) => target,
    reporter: ({ reporter }) => reporter,
    at_ms: ({ atMs }) => atMs,
    reason: ({ reason }) => reason ?? null,
    message: ({ message }) => message ?? null,
  },
};

export interface ReceiptRow {
  readonly user: UserId;
  readonly key: string;
  readonly fingerprint: string;
  readonly kept: string;
  readonly at_ms: number;
}

export function receiptOf(row: ReceiptRow): Receipt {
  return {
    user: row.user,
    key: row.key,
    fingerprint: row.fingerprint,
    kept: JSON.parse(row.kept),
    atMs: row.at_ms,
  };
}

export const receiptShape: Shape<Receipt> = {
  table: "receipts",
  key: ["user", "key"],
  columns: {
    user: ({ user }) => user,
    key: ({ key }) => key,
    fingerprint: ({ fingerprint }) => fingerprint,
    kept: ({ kept }) => JSON.stringify(kept ?? null),
    at_ms: ({ atMs }) => atMs,
  },
};
