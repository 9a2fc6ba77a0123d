/**
 * The shapes of everything on the wire: requests, answers and events.
 *
 * They validate, type both sides, and will describe the API.
 *
 * @module
 */
import { z } from "zod";
import {
  clientLabelCharactersMax,
  idempotencyKeyCharactersMax,
  passwordCharactersMax,
  textCharactersMax,
} from "../domain/bounds.ts";
import { nameFault } from "../text/names.ts";

// Fields.

/** Nothing but white space and characters that are drawn as nothing. */
const nothingToSee = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** Text whose length is bounded in Unicode characters, which JavaScript's own length is not. */
function boundedText(charactersMax: number): z.ZodString {
  return z.string().check((context) => {
    const text = context.value;
    const refuse = (message: string) =>
      context.issues.push({ code: "custom", message, input: text });
    if (!text.isWellFormed() || text.includes("\0")) refuse("must be well-formed Unicode text");
    else if (nothingToSee.test(text)) refuse("must not be empty");
    else if (text.length > charactersMax && [...text].length > charactersMax) {
      refuse(`must have at most ${charactersMax} characters`);
    }
  });
}

const messageText = boundedText(textCharactersMax).describe("1–4,000 characters");

/** A name as it may be registered. */
export const userName: z.ZodString = z.string().check((context) => {
  const fault = context.value.isWellFormed() ? nameFault(context.value) : "must be Unicode text";
  if (fault !== undefined) {
    context.issues.push({ code: "custom", message: fault, input: context.value });
  }
}).describe("1–32 letters, digits, emoji and _ . - ' of any script");

/** The name of someone who may or may not exist. */
const otherName = z.string().min(1).max(256).describe("a user's name");

const messageId = z.int().min(1).describe("a message id");
const roomId = z.string().regex(/^(common|[1-9]\d{0,15})$/, "must be `common` or a room's id")
  .describe("`common` or a room's id");
const cursor = z.string().describe("a cursor, EPOCH-POSITION");
const timestamp = z.string().describe("ISO 8601 UTC with milliseconds");

/** What `Idempotency-Key` may hold. */
export const idempotencyKey: z.ZodString = z.string().regex(
  new RegExp(`^[\\x21-\\x7e]{1,${idempotencyKeyCharactersMax}}$`),
  `must be 1–${idempotencyKeyCharactersMax} visible ASCII characters`,
);

// Requests.

export const connectRequest = z.strictObject({
  user: userName.optional(),
  password: boundedText(passwordCharactersMax).optional(),
  client: boundedText(clientLabelCharactersMax).optional(),
});
export type ConnectRequest = z.infer<typeof connectRequest>;

export const sendRequest = z.strictObject({
  text: messageText,
  to: otherName.optional(),
  room: roomId.optional(),
  comment_on: messageId.optional(),
}).refine(({ to, room }) => to === undefined || room === undefined, {
  path: ["room"],
  message: "must be left out where `to` is given",
});

export const commentRequest = z.strictObject({ message: messageId, text: messageText });

export const readRequest = z.strictObject({
  room: roomId.optional(),
  to: otherName.optional(),
  upto: messageId,
}).refine(({ to, room }) => to === undefined || room === undefined, {
  path: ["room"],
  message: "must be left out where `to` is given",
});

/** Most messages in one page. */
export const pageSizeMax = 200;
/** Messages in a page when the request does not say. */
export const pageSizeDefault = 50;

export const messagesQuery = z.strictObject({
  room: roomId.optional(),
  to: otherName.optional(),
  before: messageId.optional(),
  after: z.int().min(0).optional(),
  limit: z.int().min(1).max(pageSizeMax).default(pageSizeDefault),
  unread: z.boolean().optional(),
}).refine(({ to, room }) => to === undefined || room === undefined, {
  path: ["room"],
  message: "must be left out where `to` is given",
}).refine(({ before, after }) => before === undefined || after === undefined, {
  path: ["after"],
  message: "must be left out where `before` is given",
}).refine(({ before, unread }) => before === undefined || unread !== true, {
  path: ["before"],
  message: "must be left out where `unread` is true",
});

export const commentsQuery = z.strictObject({
  after: z.int().min(0).optional(),
  limit: z.int().min(1).max(pageSizeMax).default(pageSizeDefault),
});

/** Longest wait of a long poll, in seconds. */
export const waitSecondsMax = 60;

export const eventsQuery = z.strictObject({
  after: cursor.optional(),
  wait: z.number().min(0).max(waitSecondsMax).optional(),
});

/** Most users in one list. */
export const userListMax = 1000;

export const usersQuery = z.strictObject({
  online: z.boolean().optional(),
  after: otherName.optional(),
  limit: z.int().min(1).max(userListMax).default(userListMax),
});

export const nothing = z.strictObject({});

/** The `{id}` in a path. */
export const idPath = z.strictObject({ id: z.int().min(1) });

// Answers.

export const message = z.object({
  id: messageId,
  room: roomId,
  room_kind: z.enum(["common", "private"]),
  to: z.string().optional(),
  author: z.string(),
  text: z.string(),
  at: timestamp,
  comment_on: messageId.optional(),
  comments: z.int(),
  files: z.array(z.object({ id: z.string() })),
  key: z.string().optional(),
});
export type Message = z.infer<typeof message>;

export const roomSummary = z.object({
  id: roomId,
  kind: z.enum(["common", "private"]),
  name: z.string().describe("`common`, or whom the private chat is with"),
  unread: z.int().describe("1,000 stands for as many or more"),
  last_id: z.int().describe("0 if nothing was said yet"),
  read_id: z.int(),
});
export type RoomSummary = z.infer<typeof roomSummary>;

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
  user: z.object({ name: z.string(), created: timestamp }),
  rooms: z.array(roomSummary),
  settings: z.object({
    recent: z.int(),
    registration: z.enum(["open", "closed"]),
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

// Events.

const logged = { cursor: cursor.optional() };

/** An event as `GET /events` tells it. */
export const event = z.discriminatedUnion("type", [
  z.object({ ...logged, type: z.literal("message"), ...message.shape }),
  z.object({ ...logged, type: z.literal("read"), room: roomId, read_id: z.int() }),
  z.object({
    ...logged,
    type: z.literal("room.created"),
    room: roomId,
    room_kind: z.enum(["common", "private"]),
    members: z.array(z.string()),
  }),
  z.object({ ...logged, type: z.literal("member.joined"), room: roomId, user: z.string() }),
  z.object({ ...logged, type: z.literal("token.revoked"), token: z.int() }),
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
