/**
 * The shapes of answers.
 *
 * @module
 */
import * as z from "zod/mini";
import { cursor, described, messageId, role, roomId, roomKind, timestamp } from "./fields.ts";

/** A file as a message shows it. */
export const attachment = z.object({
  id: z.int(),
  name: z.string(),
  type: described(z.string(), "its media type"),
  size: described(z.int(), "in bytes"),
});
export type Attachment = z.infer<typeof attachment>;

export const file = z.extend(attachment, {
  sha256: described(z.string(), "of its bytes, in hexadecimal"),
});
export type File = z.infer<typeof file>;

export const message = z.object({
  id: messageId,
  room: roomId,
  room_kind: roomKind,
  to: described(z.optional(z.string()), "in a private chat: whom it is for"),
  author: z.string(),
  text: z.string(),
  at: timestamp,
  expires_at: described(timestamp, "when it goes for those who have read it"),
  comment_on: z.optional(messageId),
  comments: z.int(),
  files: z.array(attachment),
  key: described(z.optional(z.string()), "the idempotency key it was sent with"),
});
export type Message = z.infer<typeof message>;

export const roomSummary = z.object({
  id: roomId,
  kind: roomKind,
  name: described(z.string(), "`common`, whom the private chat is with, or the room's own"),
  owner: described(z.optional(z.string()), "of a room"),
  unread: described(z.int(), "1,000 stands for as many or more"),
  last_id: described(z.int(), "0 if nothing was said yet"),
  read_id: z.int(),
});
export type RoomSummary = z.infer<typeof roomSummary>;

export const scheduled = z.object({
  id: z.int(),
  room: described(z.optional(roomId), "where it will be sent, but for a private chat"),
  to: described(z.optional(z.string()), "in a private chat: whom it is for"),
  text: z.string(),
  comment_on: z.optional(messageId),
  files: z.array(attachment),
  at: described(timestamp, "when it will be sent"),
  created: timestamp,
  failed: described(z.optional(z.string()), "the code of why it could not be sent when it was due"),
});
export type Scheduled = z.infer<typeof scheduled>;
export const scheduledList = z.object({ items: z.array(scheduled) });

/** What `POST /send` answers: a message, or what waits to be one. */
export const sendAnswer = z.union([message, scheduled]);

export const roomDetail = z.object({
  id: roomId,
  kind: roomKind,
  name: z.string(),
  owner: z.optional(z.string()),
  created: z.optional(timestamp),
  members: z.array(z.object({ name: z.string(), online: z.boolean() })),
  members_more: described(z.boolean(), "whether there are more than are shown"),
});
export type RoomDetail = z.infer<typeof roomDetail>;
export const roomList = z.object({ items: z.array(roomSummary) });

export const invitation = z.object({
  room: roomId,
  name: z.string(),
  by: z.string(),
  at: timestamp,
});
export const invitationList = z.object({ items: z.array(invitation) });
export const invited = z.object({ room: roomId, user: z.string() });
export const invitationAnswered = z.object({
  room: roomId,
  status: z.enum(["joined", "declined"]),
});

export const link = z.object({
  id: z.int(),
  created: timestamp,
  expires_at: timestamp,
  max_uses: z.optional(z.int()),
  uses: z.int(),
});
export const newLink = z.extend(link, {
  code: described(z.string(), "shown this once"),
  url: z.string(),
});
export const linkList = z.object({ items: z.array(link) });

export const joinAnswer = z.object({
  room: roomId,
  name: z.string(),
  status: z.literal("pending"),
});
export const joinRequestList = z.object({
  items: z.array(z.object({ user: z.string(), at: timestamp })),
});
export const joinRequestAnswered = z.object({
  room: roomId,
  user: z.string(),
  status: z.enum(["joined", "denied"]),
});

export const reportAnswer = z.object({
  user: z.string(),
  reports: described(z.int(), "open reports about this user"),
  banned_until: z.optional(timestamp),
});

export const profile = z.object({ name: z.string(), created: timestamp });

export const connectAnswer = z.object({
  token: z.optional(z.string()),
  user: z.string(),
  rooms: z.array(roomSummary),
  recent: z.array(message),
  unread: z.array(message),
  unread_more: z.boolean(),
  cursor,
});
export type ConnectAnswer = z.infer<typeof connectAnswer>;

export const statusAnswer = z.object({
  server: z.object({
    version: z.string(),
    time: timestamp,
    uptime_s: z.int(),
    users: z.int(),
    online: z.int(),
  }),
  user: z.extend(profile, {
    role: z.optional(role),
    banned_until: z.optional(timestamp),
    reports: described(z.int(), "open reports about me"),
  }),
  limit: described(
    z.optional(z.object({
      limit: described(z.int(), "messages to the common chat in a period"),
      remaining: z.int(),
      resets_at: described(z.optional(timestamp), "absent while nothing is used"),
    })),
    "absent if there is no limit",
  ),
  rooms: z.array(roomSummary),
  scheduled: described(z.int(), "messages that wait to be sent"),
  settings: z.object({
    recent: z.int(),
    registration: z.enum(["open", "invite", "closed"]),
    limit: z.int(),
    limit_period_s: z.number(),
    message_ttl_s: z.number(),
    unread_ttl_s: z.number(),
    ban_after: z.int(),
    ban_for_s: z.number(),
    max_file: described(z.int(), "in bytes"),
    text_max: z.int(),
    name_max: z.int(),
  }),
});
export type StatusAnswer = z.infer<typeof statusAnswer>;

export const messagePage = z.object({ items: z.array(message), has_more: z.boolean() });
export type MessagePage = z.infer<typeof messagePage>;

export const readAnswer = z.object({ room: roomId, read_id: z.int(), unread: z.int() });

export const userItem = z.object({
  name: z.string(),
  online: z.boolean(),
  created: timestamp,
  role: z.optional(role),
});
export const userList = z.object({ items: z.array(userItem), has_more: z.boolean() });

export const tokenItem = z.object({
  id: z.int(),
  client: z.optional(z.string()),
  created: timestamp,
  last_seen: timestamp,
  current: z.boolean(),
});
export const tokenList = z.object({ items: z.array(tokenItem) });

export const health = z.object({ status: z.literal("ok") });
export const readiness = z.object({ status: z.literal("ready") });
