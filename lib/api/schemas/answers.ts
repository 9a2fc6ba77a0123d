/**
 * The shapes of answers.
 *
 * @module
 */
import * as z from "zod";
import { cursor, messageId, roomId, roomKind, timestamp } from "./fields.ts";

/** A file as a message shows it. */
export const attachment = z.object({
  id: z.int(),
  name: z.string(),
  type: z.string().describe("its media type"),
  size: z.int().describe("in bytes"),
});
export type Attachment = z.infer<typeof attachment>;

export const file = attachment.extend({
  sha256: z.string().describe("of its bytes, in hexadecimal"),
});
export type File = z.infer<typeof file>;

export const message = z.object({
  id: messageId,
  room: roomId,
  room_kind: roomKind,
  to: z.string().optional().describe("in a private chat: whom it is for"),
  author: z.string(),
  text: z.string(),
  at: timestamp,
  expires_at: timestamp.describe("when it goes for those who have read it"),
  comment_on: messageId.optional(),
  comments: z.int(),
  files: z.array(attachment),
  key: z.string().optional().describe("the idempotency key it was sent with"),
});
export type Message = z.infer<typeof message>;

export const roomSummary = z.object({
  id: roomId,
  kind: roomKind,
  name: z.string().describe("`common`, whom the private chat is with, or the room's own"),
  owner: z.string().optional().describe("of a room"),
  unread: z.int().describe("1,000 stands for as many or more"),
  last_id: z.int().describe("0 if nothing was said yet"),
  read_id: z.int(),
});
export type RoomSummary = z.infer<typeof roomSummary>;

export const scheduled = z.object({
  id: z.int(),
  room: roomId.optional().describe("where it will be sent, but for a private chat"),
  to: z.string().optional().describe("in a private chat: whom it is for"),
  text: z.string(),
  comment_on: messageId.optional(),
  files: z.array(attachment),
  at: timestamp.describe("when it will be sent"),
  created: timestamp,
  failed: z.string().optional().describe("the code of why it could not be sent when it was due"),
});
export type Scheduled = z.infer<typeof scheduled>;
export const scheduledList = z.object({ items: z.array(scheduled) });

/** What `POST /send` answers: a message, or what waits to be one. */
export const sendAnswer = z.union([message, scheduled]);

export const roomDetail = z.object({
  id: roomId,
  kind: roomKind,
  name: z.string(),
  owner: z.string().optional(),
  created: timestamp.optional(),
  members: z.array(z.object({ name: z.string(), online: z.boolean() })),
  members_more: z.boolean().describe("whether there are more than are shown"),
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
  max_uses: z.int().optional(),
  uses: z.int(),
});
export const newLink = link.extend({
  code: z.string().describe("shown this once"),
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
  reports: z.int().describe("open reports about this user"),
  banned_until: timestamp.optional(),
});

export const profile = z.object({ name: z.string(), created: timestamp });

export const connectAnswer = z.object({
  token: z.string().optional(),
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
  user: profile.extend({
    banned_until: timestamp.optional(),
    reports: z.int().describe("open reports about me"),
  }),
  limit: z.object({
    limit: z.int().describe("messages to the common chat in a period"),
    remaining: z.int(),
    resets_at: timestamp.optional().describe("absent while nothing is used"),
  }).optional().describe("absent if there is no limit"),
  rooms: z.array(roomSummary),
  scheduled: z.int().describe("messages that wait to be sent"),
  settings: z.object({
    recent: z.int(),
    registration: z.enum(["open", "closed"]),
    limit: z.int(),
    limit_period_s: z.number(),
    message_ttl_s: z.number(),
    unread_ttl_s: z.number(),
    ban_after: z.int(),
    ban_for_s: z.number(),
    max_file: z.int().describe("in bytes"),
    text_max: z.int(),
    name_max: z.int(),
  }),
});
export type StatusAnswer = z.infer<typeof statusAnswer>;

export const messagePage = z.object({ items: z.array(message), has_more: z.boolean() });
export type MessagePage = z.infer<typeof messagePage>;

export const readAnswer = z.object({ room: roomId, read_id: z.int(), unread: z.int() });

export const userItem = z.object({ name: z.string(), online: z.boolean(), created: timestamp });
export const userList = z.object({ items: z.array(userItem), has_more: z.boolean() });

export const tokenItem = z.object({
  id: z.int(),
  client: z.string().optional(),
  created: timestamp,
  last_seen: timestamp,
  current: z.boolean(),
});
export const tokenList = z.object({ items: z.array(tokenItem) });

export const health = z.object({ status: z.literal("ok") });
