/**
 * The two things that may keep someone from sending: a ban, and a limit that is used up.
 *
 * @module
 */
import { commonRoom, type UserId } from "../ids.ts";
import { allowanceOf, type LimitKind, type LimitStatus, limitStatus, spend } from "../limit.ts";
import { rateLimited, type Refused, refused } from "../refusal.ts";
import type { Circumstances } from "../rule.ts";
import type { State } from "../state.ts";
import { isBanned, type User } from "../user.ts";
import type { Place } from "./destinations.ts";

/** The refusal that a banned user gets; `undefined` for everyone else. */
export function banOf(user: User, nowMs: number): Refused | undefined {
  return isBanned(user, nowMs)
    ? refused({ code: "banned", untilMs: user.bannedUntilMs ?? nowMs })
    : undefined;
}

/** Whether what is sent to a place counts. */
export function isLimited(place: Place): boolean {
  return "room" in place && place.room === commonRoom;
}

/** The refusal that a used up limit is; `undefined` while something is left. */
export function exhaustion(
  user: UserId,
  kind: LimitKind,
  state: State,
  circumstances: Circumstances,
): Refused | undefined {
  const status = limitOf(user, kind, state, circumstances);
  return status === undefined || status.remaining > 0 ? undefined : rateLimited(status);
}

/** Uses a limit once, which has something left. */
export function useLimit(
  user: UserId,
  kind: LimitKind,
  state: State,
  { nowMs, policy }: Circumstances,
): void {
  const allowance = allowanceOf(kind, policy);
  if (allowance === undefined) return;
  const { periodMs } = allowance;
  state.windows.put(spend(state.window(user, kind), { user, kind, periodMs, nowMs }));
}

/** What is left; `undefined` where there is no limit. */
export function limitOf(
  user: UserId,
  kind: LimitKind,
  state: State,
  circumstances: Circumstances,
): LimitStatus | undefined {
  return limitStatus(kind, state.window(user, kind), circumstances);
}
