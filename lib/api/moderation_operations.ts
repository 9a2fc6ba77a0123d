/**
 * The operations by which moderators and owners look after the chat.
 *
 * @module
 */
import { operation } from "./operation.ts";
import { routes } from "./routes.ts";
import * as schemas from "./schemas.ts";

const mallory = { path: { user: "mallory" } };

export const moderationOperations = {
  listReports: operation(routes.listReports, "Moderation", {
    summary: "Open reports on anyone else, the newest first",
    query: schemas.reportsQuery,
    answer: schemas.openReportPage,
    problems: ["forbidden"],
    example: { query: { limit: "20" } },
  }),
  dismissReports: operation(routes.dismissReports, "Moderation", {
    summary: "Settle the open reports on a user without a ban",
    path: schemas.userPath,
    answer: schemas.reportsDismissed,
    problems: ["forbidden", "not_found"],
    example: mallory,
  }),
  listBans: operation(routes.listBans, "Moderation", {
    summary: "Who may not send, and until when",
    query: schemas.accountsQuery,
    answer: schemas.banList,
    problems: ["forbidden"],
  }),
  ban: operation(routes.ban, "Moderation", {
    summary: "Ban a user from sending for a while",
    body: schemas.banRequest,
    answer: schemas.ban,
    statuses: [201],
    problems: ["forbidden", "not_found"],
    example: { body: { user: "mallory", for: "4h", reason: "spam" } },
  }),
  unban: operation(routes.unban, "Moderation", {
    summary: "End a ban; the reports that led to it are settled",
    path: schemas.userPath,
    statuses: [204],
    problems: ["forbidden", "not_found"],
    example: mallory,
  }),
  listRoles: operation(routes.listRoles, "Moderation", {
    summary: "Who looks after this chat: its owners and moderators",
    query: schemas.accountsQuery,
    answer: schemas.roleList,
  }),
  setRole: operation(routes.setRole, "Moderation", {
    summary: "Make a user an owner or a moderator, or neither",
    body: schemas.roleChange,
    answer: schemas.roleChanged,
    problems: ["forbidden", "not_found"],
    example: { body: { user: "bob", role: "moderator" } },
  }),
  deleteUser: operation(routes.deleteUser, "Moderation", {
    summary: "Delete a user with all that they have said",
    path: schemas.userPath,
    statuses: [204],
    problems: ["forbidden", "not_found"],
    example: mallory,
  }),
  createInvite: operation(routes.createInvite, "Moderation", {
    summary: "Make a code by which someone can register where that takes an invitation",
    body: schemas.registrationInviteRequest,
    answer: schemas.newRegistrationInvite,
    statuses: [201],
    problems: ["forbidden"],
    example: { body: { expires_in: "2d", max_uses: "5" } },
  }),
  listInvites: operation(routes.listInvites, "Moderation", {
    summary: "The codes by which someone can register now, without the codes themselves",
    answer: schemas.registrationInviteList,
    problems: ["forbidden"],
  }),
  revokeInvite: operation(routes.revokeInvite, "Moderation", {
    summary: "Make such a code useless",
    path: schemas.idPath,
    statuses: [204],
    problems: ["forbidden", "not_found"],
    example: { path: { id: "$INVITE" } },
  }),
  listAudit: operation(routes.listAudit, "Moderation", {
    summary: "What was done in the name of order, and by whom, the newest first",
    query: schemas.auditQuery,
    answer: schemas.auditPage,
    problems: ["forbidden"],
    example: { query: { limit: "20" } },
  }),
} as const;
