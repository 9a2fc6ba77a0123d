/**
 * The shapes of events, and of what a stream tells about itself.
 *
 * @module
 */
import * as z from "zod/mini";
import { invitation, message } from "./answers.ts";
import { cursor, described, messageId, roleOrNone, roomId, roomKind, timestamp } from "./fields.ts";

const logged = { cursor: z.optional(cursor) };

/** An event as `GET /events` tells it. */
export const event = z.discriminatedUnion("type", [
  z.object({ ...logged, type: z.literal("message"), ...message.shape }),
  z.object({ ...logged, type: z.literal("message.deleted"), room: roomId, id: messageId }),
  z.object({ ...logged, type: z.literal("read"), room: roomId, read_id: z.int() }),
  z.object({
    ...logged,
    type: z.literal("room.created"),
    room: roomId,
    room_kind: roomKind,
    name: z.optional(z.string()),
    owner: z.optional(z.string()),
    members: z.array(z.string()),
  }),
  z.object({
    ...logged,
    type: z.literal("room.updated"),
    room: roomId,
    name: z.string(),
    owner: z.string(),
  }),
  z.object({ ...logged, type: z.literal("room.deleted"), room: roomId }),
  z.object({
    ...logged,
    type: z.literal("member.joined"),
    room: roomId,
    name: described(z.optional(z.string()), "the room's"),
    user: z.string(),
  }),
  z.object({ ...logged, type: z.literal("member.left"), room: roomId, user: z.string() }),
  z.object({ ...logged, type: z.literal("invitation"), ...z.omit(invitation, { at: true }).shape }),
  z.object({ ...logged, type: z.literal("invitation.closed"), room: roomId }),
  z.object({
    ...logged,
    type: z.literal("join.answered"),
    room: roomId,
    user: z.string(),
    approved: z.boolean(),
  }),
  z.object({ ...logged, type: z.literal("join.requested"), room: roomId, user: z.string() }),
  z.object({ ...logged, type: z.literal("join.approved"), room: roomId, name: z.string() }),
  z.object({ ...logged, type: z.literal("join.denied"), room: roomId, name: z.string() }),
  z.object({
    ...logged,
    type: z.literal("user.renamed"),
    user: described(z.string(), "the name from now on"),
    before: z.string(),
  }),
  z.object({
    ...logged,
    type: z.literal("user.deleted"),
    user: described(z.string(), "the name that they had"),
  }),
  z.object({ ...logged, type: z.literal("user.banned"), banned_until: timestamp }),
  z.object({ ...logged, type: z.literal("user.unbanned") }),
  z.object({ ...logged, type: z.literal("role.changed"), role: roleOrNone }),
  z.object({
    ...logged,
    type: z.enum(["scheduled.created", "scheduled.updated"]),
    scheduled: z.int(),
    at: timestamp,
  }),
  z.object({ ...logged, type: z.literal("scheduled.cancelled"), scheduled: z.int() }),
  z.object({
    ...logged,
    type: z.literal("scheduled.sent"),
    scheduled: z.int(),
    message: messageId,
  }),
  z.object({
    ...logged,
    type: z.literal("scheduled.failed"),
    scheduled: z.int(),
    code: described(z.string(), "of the problem that sending it at once would have been"),
  }),
  z.object({ ...logged, type: z.literal("token.revoked"), token: z.int() }),
  z.object({ type: z.literal("presence"), user: z.string(), online: z.boolean() }),
]);
export type Event = z.infer<typeof event>;

/** What a stream tells about itself, not about the chat. */
export const streamNotice = z.discriminatedUnion("type", [
  z.object({ type: z.literal("caught_up"), cursor }),
  z.object({ type: z.literal("reset"), reason: z.string(), cursor }),
  z.object({ type: z.literal("heartbeat"), cursor }),
  z.object({ type: z.literal("bye") }),
]);
export type StreamNotice = z.infer<typeof streamNotice>;

export const pollAnswer = z.object({
  events: z.array(z.union([event, streamNotice])),
  cursor,
});
export type PollAnswer = z.infer<typeof pollAnswer>;
