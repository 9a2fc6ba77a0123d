/**
 * Reporting: enough reports ban someone from sending for a while.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import type { MessageId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { alreadyReported, invalid, notFound } from "../refusal.ts";
import { openReports } from "../report.ts";
import { type Rule, success } from "../rule.ts";
import { isBanned } from "../user.ts";
import { visibleMessage } from "./destinations.ts";

/** Reports a user. Everyone shares the common chat with everyone, so anyone may report anyone. */
export interface ReportUser {
  readonly type: "report";
  readonly actor: UserId;
  readonly target: FoldedName;
  readonly reason?: string;
  /** A message of theirs that it is about. */
  readonly message?: MessageId;
  readonly retry?: Retry;
}

export interface UserReported {
  readonly user: string;
  /** How many reports about them are open now. */
  readonly reports: number;
  readonly bannedUntilMs?: number;
}

export const reportUser: Rule<ReportUser, UserReported> = {
  needs({ actor, target, message }, needs) {
    needs.users.add(actor);
    needs.reportsOn.add(target);
    if (message !== undefined) needs.messages.push({ message, user: actor });
  },

  decide({ actor, target: name, reason, message: about }, state, circumstances) {
    const { nowMs, policy: { banAfter, banForMs } } = circumstances;
    const target = state.userNamed(name);
    if (target === undefined || state.users.get(actor) === undefined) return notFound("user");
    if (target.id === actor) return invalid("user", "must be someone else");
    if (about !== undefined) {
      const message = visibleMessage(actor, about, state, circumstances);
      if (message === undefined) return notFound("message");
      if (message.author.id !== target.id) return invalid("message", "must be one of this user's");
    }
    const known = state.reports.where((report) => report.target === target.id);
    const open = openReports(target, known, nowMs);
    if (open.some(({ reporter }) => reporter === actor)) return alreadyReported;

    // What led to a ban that is over is settled.
    for (const settled of known) if (!open.includes(settled)) state.reports.remove(settled);
    state.reports.put({
      reporter: actor,
      target: target.id,
      atMs: nowMs,
      ...(reason !== undefined && { reason }),
      ...(about !== undefined && { message: about }),
    });
    const reports = open.length + 1;
    if (isBanned(target, nowMs)) return success(reported(target.name, reports, target));
    if (banAfter === 0 || reports < banAfter) return success({ user: target.name, reports });
    const banned = { ...target, bannedUntilMs: nowMs + banForMs };
    state.users.put(banned);
    state.tell(
      { type: "user.banned", audience: target.id, untilMs: banned.bannedUntilMs },
      nowMs,
    );
    return success(reported(target.name, reports, banned));
  },
};

function reported(
  user: string,
  reports: number,
  { bannedUntilMs }: { readonly bannedUntilMs?: number },
): UserReported {
  return { user, reports, ...(bannedUntilMs !== undefined && { bannedUntilMs }) };
}
