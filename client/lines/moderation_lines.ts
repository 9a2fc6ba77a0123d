/**
 * What moderators are shown: reports, and what was done in the name of order.
 *
 * @module
 */
import type { AuditEntry, OpenReport } from "../../lib/api/schemas.ts";
import { countText } from "../../lib/text/counts.ts";
import { momentText, type Reading } from "./quantities.ts";
import { type Line, line, styled } from "./safe_line.ts";

/** A report on someone, with the message that it is about if that is still there. */
export function reportLine({ user, at, reason, message }: OpenReport, reading: Reading): Line {
  const why = reason === undefined ? line`` : line`: ${reason}`;
  const about = message === undefined
    ? line``
    : message.text === undefined
    ? line`; about #${message.id}, which is gone`
    : message.room_kind === "private"
    ? line`; about #${message.id}, said in private: ${message.text}`
    : line`; about #${message.id}: ${message.text}`;
  return line`  ${momentText(at, reading)}  ${styled("bold", user)}${why}${about}`;
}

/** Something that was done, by whom, and to whom. */
export function auditLine(entry: AuditEntry, reading: Reading): Line {
  const by = entry.by ?? "the operator";
  const why = entry.reason === undefined ? line`` : line`: ${entry.reason}`;
  return line`  ${momentText(entry.at, reading)}  ${by} ${deed(entry, reading)}${why}`;
}

function deed(entry: AuditEntry, reading: Reading): Line {
  const { act, user = "someone", message = 0, until, role = "none", count = 0 } = entry;
  const end = until === undefined ? "" : ` until ${momentText(until, reading)}`;
  switch (act) {
    case "ban":
      return line`banned ${user}${end}`;
    case "unban":
      return line`ended the ban of ${user}`;
    case "message.delete":
      return line`deleted #${message} of ${user}`;
    case "reports.dismiss":
      return line`dismissed ${countText(count, "report")} on ${user}`;
    case "role":
      return role === "none"
        ? line`took the role of ${user}`
        : line`made ${user} ${role === "owner" ? "an owner" : "a moderator"}`;
    case "user.delete":
      return line`deleted ${user}`;
    case "password.reset":
      return line`gave ${user} another password`;
    case "clients.revoke":
      return line`signed out ${countText(count, "client")} of ${user}`;
    case "invite":
      return line`invited ${countText(count, "newcomer")}${end}`;
    case "invite.revoke":
      return line`revoked an invitation`;
    case "owner.claimed":
      return line`let ${user} in as the first owner`;
  }
}
