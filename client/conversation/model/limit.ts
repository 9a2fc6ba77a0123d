/**
 * What may still be sent to the common chat: as the server told it, and as it was used since.
 *
 * @module
 */
import type { StatusAnswer } from "../../../lib/api/schemas.ts";

/** The limit on messages to the common chat, comments included; all times are the server's. */
export interface Limit {
  /** Messages in a period. */
  readonly limit: number;
  /** How many of them are left. */
  readonly remaining: number;
  /** When the count begins anew; absent while nothing is used. */
  readonly resetsMs?: number | undefined;
  readonly periodMs: number;
  /** Messages that were sent up to then were counted by the server. */
  readonly countedMs: number;
}

/** The limit that a status tells of; `undefined` where there is none. */
export function limitOf({ server, limit, settings }: StatusAnswer): Limit | undefined {
  if (limit === undefined) return undefined;
  return {
    limit: limit.limit,
    remaining: limit.remaining,
    resetsMs: timeOf(limit.resets_at),
    periodMs: settings.limit_period_s * 1000,
    countedMs: timeOf(server.time) ?? 0,
  };
}

/** The limit after a message of one's own, unless the server has counted that in it. */
export function spend(limit: Limit, { at }: { readonly at: string }): Limit {
  const atMs = timeOf(at);
  if (atMs === undefined || atMs <= limit.countedMs) return limit;
  const isOpen = limit.resetsMs !== undefined && atMs < limit.resetsMs;
  return isOpen
    ? { ...limit, remaining: Math.max(0, limit.remaining - 1) }
    : { ...limit, remaining: Math.max(0, limit.limit - 1), resetsMs: atMs + limit.periodMs };
}

/** The limit after a refusal that says it is used up until then. */
export function usedUp(limit: Limit, resetsAt: string | undefined): Limit {
  return { ...limit, remaining: 0, resetsMs: timeOf(resetsAt) ?? limit.resetsMs };
}

/** How the limit stands at a time: full again once it has begun anew. */
export function limitAt(
  limit: Limit,
  nowMs: number,
): { readonly limit: number; readonly remaining: number; readonly resetsMs?: number } {
  if (limit.resetsMs !== undefined && nowMs < limit.resetsMs) {
    return { limit: limit.limit, remaining: limit.remaining, resetsMs: limit.resetsMs };
  }
  return {
    limit: limit.limit,
    remaining: limit.resetsMs === undefined ? limit.remaining : limit.limit,
  };
}

/** A time of the server in milliseconds; `undefined` for none, and for what is none. */
export function timeOf(at: string | undefined): number | undefined {
  const atMs = at === undefined ? NaN : Date.parse(at);
  return Number.isNaN(atMs) ? undefined : atMs;
}
