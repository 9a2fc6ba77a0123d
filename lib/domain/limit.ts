/**
 * Limits: how often one user may do something in a period.
 *
 * A window opens with the first use and ends a period later; then the count begins at zero again.
 *
 * @module
 */
import {
  hourMs,
  invitationsPerHourMax,
  joinRequestsPerHourMax,
  renamesPerHourMax,
  roomChangesPerHourMax,
  schedulesPerHourMax,
  uploadsPerHourMax,
} from "./bounds.ts";
import type { UserId } from "./ids.ts";
import type { Policy } from "./policy.ts";

/** What is limited. */
export const limitKinds = [
  "common",
  "rename",
  "invite",
  "join",
  "upload",
  "schedule",
  "room",
] as const;
export type LimitKind = typeof limitKinds[number];

/** What one user has used of one limit. */
export interface Window {
  readonly user: UserId;
  readonly kind: LimitKind;
  readonly openedMs: number;
  readonly used: number;
}

/** How much of something there is in a period. */
export interface Allowance {
  readonly limit: number;
  readonly periodMs: number;
}

/** How much is left. */
export interface LimitStatus extends Allowance {
  readonly kind: LimitKind;
  readonly remaining: number;
  /** When the count begins at zero again; absent while nothing is used. */
  readonly resetsMs?: number;
}

/** What may be used of a limit; `undefined`: as much as one likes. */
export function allowanceOf(kind: LimitKind, policy: Policy): Allowance | undefined {
  switch (kind) {
    case "common":
      return policy.limit === 0
        ? undefined
        : { limit: policy.limit, periodMs: policy.limitPeriodMs };
    case "rename":
      return { limit: renamesPerHourMax, periodMs: hourMs };
    case "invite":
      return { limit: invitationsPerHourMax, periodMs: hourMs };
    case "join":
      return { limit: joinRequestsPerHourMax, periodMs: hourMs };
    case "schedule":
      return { limit: schedulesPerHourMax, periodMs: hourMs };
    case "room":
      return { limit: roomChangesPerHourMax, periodMs: hourMs };
    case "upload":
      return { limit: uploadsPerHourMax, periodMs: hourMs };
  }
}

/** What is left of a limit at a time; `undefined` where there is none. */
export function limitStatus(
  kind: LimitKind,
  window: Window | undefined,
  { nowMs, policy }: { readonly nowMs: number; readonly policy: Policy },
): LimitStatus | undefined {
  const allowance = allowanceOf(kind, policy);
  if (allowance === undefined) return undefined;
  const { limit, periodMs } = allowance;
  if (window === undefined || !isOpen(window, periodMs, nowMs)) {
    return { kind, limit, periodMs, remaining: limit };
  }
  const remaining = Math.max(0, limit - window.used);
  return { kind, limit, periodMs, remaining, resetsMs: window.openedMs + periodMs };
}

/** The window after one more use, which {@linkcode limitStatus} must have left room for. */
export function spend(
  window: Window | undefined,
  { user, kind, periodMs, nowMs }: {
    readonly user: UserId;
    readonly kind: LimitKind;
    readonly periodMs: number;
    readonly nowMs: number;
  },
): Window {
  return window !== undefined && isOpen(window, periodMs, nowMs)
    ? { ...window, used: window.used + 1 }
    : { user, kind, openedMs: nowMs, used: 1 };
}

function isOpen({ openedMs }: Window, periodMs: number, nowMs: number): boolean {
  // A clock that steps back must not open a new window: that would hand out a fresh allowance, so
  // negative elapsed time counts as none.
  return Math.max(0, nowMs - openedMs) < periodMs;
}
