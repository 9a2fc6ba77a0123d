/**
 * Dismissing: someone who keeps order finds nothing in the reports on a user.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import type { UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { openReports } from "../report.ts";
import { type Rule, success } from "../rule.ts";
import { refTo } from "../user.ts";
import { judged, record } from "./authority.ts";

/** Takes the open reports on a user away, so that the count begins at zero. A ban stays. */
export interface DismissReports {
  readonly type: "reports.dismiss";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly user: FoldedName;
  readonly retry?: Retry;
}

export interface ReportsDismissed {
  readonly dismissed: number;
}

export const dismissReports: Rule<DismissReports, ReportsDismissed> = {
  needs({ user }, needs) {
    needs.reportsOn.add(user);
  },

  decide({ actor, user: name }, state, { nowMs }) {
    const found = judged(actor, name, state);
    if (!found.ok) return found;
    const { by, user } = found;
    const known = state.reports.where(({ target }) => target === user.id);
    const open = openReports(user, known, nowMs);
    if (open.length === 0) return notFound("report");
    for (const report of known) state.reports.remove(report);
    record({ act: "reports.dismiss", user: refTo(user), count: open.length }, by, state, nowMs);
    return success({ dismissed: open.length });
  },
};
