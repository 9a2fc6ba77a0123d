/**
 * The shapes of moderation: reports, bans, roles, invitations to register, and what was done.
 *
 * @module
 */
import * as z from "zod/mini";
import {
  pageSizeDefault,
  pageSizeMax,
  reasonCharactersMax,
  registrationInviteUsesMax,
} from "../../domain/bounds.ts";
import {
  boundedText,
  described,
  messageId,
  otherName,
  role,
  roleOrNone,
  roomId,
  roomKind,
  span,
  timestamp,
} from "./fields.ts";
import { userListMax } from "./requests.ts";

const pageSize = z._default(
  z.int().check(z.minimum(1), z.maximum(pageSizeMax)),
  pageSizeDefault,
);

/** Which of a list of users. */
export const accountsQuery = z.strictObject({
  after: z.optional(otherName),
  limit: z._default(z.int().check(z.minimum(1), z.maximum(userListMax)), userListMax),
});

export const userPath = z.strictObject({ user: otherName });

export const reportsQuery = z.strictObject({
  before: described(
    z.optional(z.string().check(z.regex(/^\d{1,15}-\d{1,9}$/, "must be the `next` of a page"))),
    "the `next` of the page before",
  ),
  limit: pageSize,
});
export const openReport = z.object({
  user: described(z.string(), "who is reported; who reported them is told to nobody"),
  at: timestamp,
  reason: z.optional(z.string()),
  message: described(
    z.optional(z.object({
      id: messageId,
      room_kind: z.optional(roomKind),
      text: z.optional(z.string()),
      at: z.optional(timestamp),
    })),
    "the message that it is about; only its id if it is gone",
  ),
});
export type OpenReport = z.infer<typeof openReport>;
export const openReportPage = z.object({
  items: z.array(openReport),
  has_more: z.boolean(),
  next: described(z.optional(z.string()), "what to give as `before` for the next page"),
});
export const reportsDismissed = z.object({
  dismissed: described(z.int(), "so many reports are settled"),
});

export const banRequest = z.strictObject({
  user: otherName,
  for: z.optional(span),
  reason: described(
    z.optional(boundedText(reasonCharactersMax)),
    "for those who moderate; the user is not told",
  ),
});
export const ban = z.object({ user: z.string(), banned_until: timestamp });
export type Ban = z.infer<typeof ban>;
export const banList = z.object({ items: z.array(ban), has_more: z.boolean() });

export const roleChange = z.strictObject({ user: otherName, role: roleOrNone });
export const roleChanged = z.object({ user: z.string(), role: roleOrNone });
export const roleItem = z.object({ user: z.string(), role });
export const roleList = z.object({ items: z.array(roleItem), has_more: z.boolean() });

export const registrationInviteRequest = z.strictObject({
  expires_in: z.optional(span),
  max_uses: described(
    z.optional(z.int().check(z.minimum(1), z.maximum(registrationInviteUsesMax))),
    "how many may register by it; 1 if left out",
  ),
});
export const registrationInvite = z.object({
  id: z.int(),
  by: described(z.optional(z.string()), "who made it; absent: whoever runs the server"),
  created: timestamp,
  expires_at: timestamp,
  max_uses: z.int(),
  uses: z.int(),
});
export type RegistrationInvite = z.infer<typeof registrationInvite>;
export const newRegistrationInvite = z.extend(registrationInvite, {
  code: described(z.string(), "shown this once"),
  url: z.string(),
});
export const registrationInviteList = z.object({ items: z.array(registrationInvite) });

export const auditQuery = z.strictObject({
  before: described(z.optional(z.int().check(z.minimum(1))), "the id of an entry"),
  limit: pageSize,
});
export const auditEntry = z.object({
  id: z.int(),
  at: timestamp,
  act: z.enum([
    "ban",
    "unban",
    "message.delete",
    "reports.dismiss",
    "role",
    "user.delete",
    "password.reset",
    "clients.revoke",
    "invite",
    "invite.revoke",
    "owner.claimed",
  ]),
  by: described(z.optional(z.string()), "who did it; absent: whoever runs the server"),
  user: described(z.optional(z.string()), "to whom it was done, as they were called"),
  message: z.optional(messageId),
  room: z.optional(roomId),
  until: z.optional(timestamp),
  role: z.optional(roleOrNone),
  reason: z.optional(z.string()),
  count: described(z.optional(z.int()), "to how many things it was done"),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditPage = z.object({ items: z.array(auditEntry), has_more: z.boolean() });
