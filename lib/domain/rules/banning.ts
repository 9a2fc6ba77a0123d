/**
 * Banning: someone who keeps order keeps a user from sending for a while, or lets them send again.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { banMsMax, banMsMin } from "../bounds.ts";
import type { UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { isBanned, refTo } from "../user.ts";
import { judged, record } from "./authority.ts";

/** Bans a user from now on, instead of the ban that they are under. */
export interface BanUser {
  readonly type: "user.ban";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly user: FoldedName;
  readonly forMs: number;
  readonly reason?: string;
  readonly retry?: Retry;
}

export interface UserBanned {
  readonly user: string;
  readonly bannedUntilMs: number;
}

/** Ends a ban, whoever it came from, and settles the reports on the user. */
export interface UnbanUser {
  readonly type: "user.unban";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly user: FoldedName;
  readonly retry?: Retry;
}

export const banUser: Rule<BanUser, UserBanned> = {
  needs({ user }, needs) {
    needs.names.add(user);
  },

  decide({ actor, user: name, forMs, reason }, state, { nowMs }) {
    const found = judged(actor, name, state);
    if (!found.ok) return found;
    const { by, user } = found;
    if (forMs < banMsMin || forMs > banMsMax) return invalid("for", "must be from 1 s to 1 year");
    const untilMs = nowMs + forMs;
    state.users.put({ ...user, bannedUntilMs: untilMs });
    state.tell({ type: "user.banned", audience: user.id, untilMs }, nowMs);
    record(
      { act: "ban", user: refTo(user), untilMs, ...(reason !== undefined && { reason }) },
      by,
      state,
      nowMs,
    );
    return success({ user: user.name, bannedUntilMs: untilMs });
  },
};

export const unbanUser: Rule<UnbanUser, null> = {
  needs({ user }, needs) {
    needs.reportsOn.add(user);
  },

  decide({ actor, user: name }, state, { nowMs }) {
    const found = judged(actor, name, state);
    if (!found.ok) return found;
    const { by, user } = found;
    if (!isBanned(user, nowMs)) return notFound("ban");
    // Its end is not set to now: a clock that steps back would bring the ban back.
    const { bannedUntilMs: _, ...free } = user;
    state.users.put(free);
    for (const report of state.reports.where(({ target }) => target === user.id)) {
      state.reports.remove(report);
    }
    state.tell({ type: "user.unbanned", audience: user.id }, nowMs);
    record({ act: "unban", user: refTo(user) }, by, state, nowMs);
    return success(null);
  },
};
