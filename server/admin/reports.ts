/**
 * Looking into what users hold against each other; who reported stays hidden.
 *
 * @module
 */
import { pageSizeMax } from "../../lib/domain/bounds.ts";
import { countText } from "../../lib/text/counts.ts";
import { foldName } from "../../lib/text/names.ts";
import type { OpenReport } from "../store/oversight.ts";
import type { Action } from "./action.ts";
import type { OpenChat } from "./open_chat.ts";
import { allOf } from "./paging.ts";
import { momentOf, tableLines } from "./table.ts";

export const reportActions: Readonly<Record<string, Action>> = {
  "reports": {
    words: "",
    does: "Show the open reports, newest first, with what they are about",
    async run({ chat }) {
      const reports = await allReports(chat);
      return {
        lines: reports.length === 0 ? ["There are no open reports"] : tableLines(
          ["AT", "USER", "REASON", "MESSAGE", "IN", "TEXT"],
          reports.map(({ target, atMs, reason, message }) => [
            momentOf(atMs),
            target.name,
            reason,
            message?.id,
            message?.roomKind,
            message?.text,
          ]),
        ),
        json: {
          items: reports.map(({ target, atMs, reason, message }) => ({
            user: target.name,
            at: momentOf(atMs),
            reason,
            message: message && { id: message.id, room_kind: message.roomKind, text: message.text },
          })),
        },
      };
    },
  },
  "dismiss": {
    words: "USER",
    does: "Take the open reports on a user off, without a ban",
    async run({ chat }, [name = ""]) {
      const { dismissed } = await chat.carryOut({ type: "reports.dismiss", user: foldName(name) });
      return {
        lines: [`${countText(dismissed, "report")} dismissed`],
        json: { user: name, dismissed },
      };
    },
  },
};

function allReports({ store, clock }: OpenChat): Promise<readonly OpenReport[]> {
  const nowMs = clock.now();
  return allOf<OpenReport>((last) =>
    store.openReports({
      limit: pageSizeMax,
      ...(last !== undefined && { before: last.place }),
    }, nowMs)
  );
}
