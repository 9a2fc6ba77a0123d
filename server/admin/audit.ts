/**
 * Looking back on what was done in the name of order.
 *
 * @module
 */
import type { AuditEntry } from "../../lib/domain/audit.ts";
import { pageSizeMax } from "../../lib/domain/bounds.ts";
import { countText } from "../../lib/text/counts.ts";
import type { Action } from "./action.ts";
import { allOf } from "./paging.ts";
import { momentOf, tableLines } from "./table.ts";

/** Who did what nobody did over the API. */
export const operator = "(operator)";

export const auditActions: Readonly<Record<string, Action>> = {
  "audit": {
    words: "",
    does: "Show what the operator, owners and moderators did, newest first",
    async run({ chat: { store } }) {
      const entries = await allOf<AuditEntry>((last) =>
        store.audit({ limit: pageSizeMax, ...(last !== undefined && { before: last.id }) })
      );
      return {
        lines: entries.length === 0 ? ["Nothing was done yet"] : tableLines(
          ["AT", "BY", "ACT", "USER", "MESSAGE", "DETAILS"],
          entries.map((entry) => [
            momentOf(entry.atMs),
            entry.by?.name ?? operator,
            entry.act,
            entry.user?.name,
            entry.message,
            detailsOf(entry),
          ]),
        ),
        json: {
          items: entries.map(({ atMs, by, user, untilMs, ...entry }) => ({
            ...entry,
            at: momentOf(atMs),
            by: by?.name,
            user: user?.name,
            until: momentOf(untilMs),
          })),
        },
      };
    },
  },
};

/** What is counted of an act. */
const counted: { readonly [Act in AuditEntry["act"]]?: string } = {
  "reports.dismiss": "report",
  "password.reset": "client",
  "clients.revoke": "client",
  "invite": "newcomer",
};

function detailsOf({ act, untilMs, role, reason, count }: AuditEntry): string | undefined {
  const what = counted[act];
  const details = [
    untilMs === undefined ? undefined : `until ${momentOf(untilMs)}`,
    role,
    count === undefined || what === undefined ? undefined : countText(count, what),
    reason === undefined ? undefined : JSON.stringify(reason),
  ].filter((detail) => detail !== undefined);
  return details.length === 0 ? undefined : details.join(", ");
}
