/**
 * Verdicts: what the model says must become of a command.
 *
 * @module
 */
import type { CommandType, Exchanges } from "../../../lib/domain/command.ts";
import type { LimitStatus } from "../../../lib/domain/limit.ts";
import type { Refusal } from "../../../lib/domain/refusal.ts";
import {
  hourMs,
  invitationsPerHourMax,
  joinRequestsPerHourMax,
  renamesPerHourMax,
  roomChangesPerHourMax,
  schedulesPerHourMax,
  uploadsPerHourMax,
} from "../../../lib/domain/bounds.ts";
import type { AuditEntry } from "../../../lib/domain/audit.ts";
import type { TokenId, UserId } from "../../../lib/domain/ids.ts";
import type { ModelRows, ModelUser, ModelWindow, Moment } from "./rows.ts";
import type { Tape } from "./tape.ts";

/**
 * Why a command must be refused, in the words of {@linkcode refusalWords}; or how it is carried out:
 * holds against the tape what it must tell, and gives back the outcome that it must have. What only
 * the chat can know, as a new id, it finds in the outcome.
 */
export type Verdict<Type extends CommandType> =
  | string
  | ((tape: Tape, outcome: Exchanges[Type]["outcome"]) => Exchanges[Type]["outcome"]);

/** Judges one type of command. */
export type Judge<Type extends CommandType> = (
  rows: ModelRows,
  command: Exchanges[Type]["command"],
  moment: Moment,
) => Verdict<Type>;

/** One for each type. */
export type Judges = { readonly [Type in CommandType]: Judge<Type> };

/** A refusal as far as the model knows it. */
export function refusalWords(refusal: Refusal): string {
  switch (refusal.code) {
    case "not_found":
      return `not_found ${refusal.what}`;
    case "invalid":
      return `invalid ${refusal.errors.map(({ field }) => field).join()}`;
    case "banned":
      return `banned ${refusal.untilMs}`;
    case "rate_limited":
      return `rate_limited ${refusal.limit.kind} ${refusal.limit.resetsMs}`;
    default:
      return refusal.code;
  }
}

export function banWords(user: ModelUser, { nowMs }: Moment): string | undefined {
  const untilMs = user.bannedUntilMs ?? 0;
  return nowMs < untilMs ? `banned ${untilMs}` : undefined;
}

type Kind = ModelWindow["kind"];

const perHour: Readonly<Record<Exclude<Kind, "common">, number>> = {
  rename: renamesPerHourMax,
  invite: invitationsPerHourMax,
  join: joinRequestsPerHourMax,
  room: roomChangesPerHourMax,
  schedule: schedulesPerHourMax,
  upload: uploadsPerHourMax,
};

function numbersOf(kind: Kind, { policy }: Moment): { limit: number; periodMs: number } {
  if (kind === "common") return { limit: policy.limit, periodMs: policy.limitPeriodMs };
  return { limit: perHour[kind], periodMs: hourMs };
}

function openWindow(
  rows: ModelRows,
  user: UserId,
  kind: Kind,
  moment: Moment,
): ModelWindow | undefined {
  const { periodMs } = numbersOf(kind, moment);
  return rows.windows.find((window) =>
    window.user === user && window.kind === kind && moment.nowMs < window.openedMs + periodMs
  );
}

export function limitWords(
  rows: ModelRows,
  user: UserId,
  kind: Kind,
  moment: Moment,
): string | undefined {
  const { limit, periodMs } = numbersOf(kind, moment);
  const window = openWindow(rows, user, kind, moment);
  if (limit === 0 || window === undefined || window.used < limit) return undefined;
  return `rate_limited ${kind} ${window.openedMs + periodMs}`;
}

export function countUse(rows: ModelRows, user: UserId, kind: Kind, moment: Moment): void {
  if (numbersOf(kind, moment).limit === 0) return;
  const window = openWindow(rows, user, kind, moment);
  if (window !== undefined) {
    window.used += 1;
    return;
  }
  rows.windows = rows.windows.filter((one) => one.user !== user || one.kind !== kind);
  rows.windows.push({ user, kind, openedMs: moment.nowMs, used: 1 });
}

export function limitLeft(
  rows: ModelRows,
  user: UserId,
  kind: Kind,
  moment: Moment,
): LimitStatus | undefined {
  const { limit, periodMs } = numbersOf(kind, moment);
  if (limit === 0) return undefined;
  const window = openWindow(rows, user, kind, moment);
  if (window === undefined) return { kind, limit, periodMs, remaining: limit };
  const remaining = Math.max(0, limit - window.used);
  return { kind, limit, periodMs, remaining, resetsMs: window.openedMs + periodMs };
}

/** An act goes into the audit log, with the names of now. */
export function noteAct(
  rows: ModelRows,
  tape: Tape,
  actor: UserId | undefined,
  { nowMs }: Moment,
  act: Omit<AuditEntry, "id" | "atMs" | "by">,
): void {
  const id = tape.give(rows.head + 1);
  const by = actor === undefined ? {} : { by: rows.ref(actor) };
  rows.audit.push({ id, atMs: nowMs, ...by, ...act });
}

/** Takes the tokens of a user back, or one of them; tells how many. */
export function revokeAll(rows: ModelRows, user: UserId, tape: Tape, only?: TokenId): number {
  const lost = rows.tokens.filter((one) => one.user === user && (only ?? one.id) === one.id);
  rows.tokens = rows.tokens.filter((token) => !lost.includes(token));
  tape.all(lost.map(({ id }) => ({ type: "token.revoked", audience: user, token: id })));
  return lost.length;
}
