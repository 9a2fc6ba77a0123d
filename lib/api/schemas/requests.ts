/**
 * The shapes of requests: bodies, queries, and the parameters of paths.
 *
 * @module
 */
import * as z from "zod";
import {
  clientLabelCharactersMax,
  linkUsesMax,
  passwordCharactersMax,
  reasonCharactersMax,
} from "../../domain/bounds.ts";
import { fileNameBytesMax } from "../../text/file_names.ts";
import {
  boundedLine,
  boundedText,
  cursor,
  fileIds,
  messageId,
  messageText,
  moment,
  otherName,
  roomId,
  roomName,
  span,
  userName,
} from "./fields.ts";

export const connectRequest = z.strictObject({
  user: userName.optional(),
  password: boundedText(passwordCharactersMax).optional(),
  client: boundedLine(clientLabelCharactersMax).optional(),
});

export const sendRequest = z.strictObject({
  text: messageText.optional(),
  to: otherName.optional(),
  room: roomId.optional(),
  comment_on: messageId.optional(),
  files: fileIds.optional(),
  at: moment.optional(),
  in: span.optional(),
}).refine(({ to, room }) => to === undefined || room === undefined, {
  path: ["room"],
  message: "must be left out where `to` is given",
}).refine(({ text, files = [] }) => text !== undefined || files.length > 0, {
  path: ["text"],
  message: "is missing",
}).refine((request) => request.at === undefined || request.in === undefined, {
  path: ["in"],
  message: "must be left out where `at` is given",
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

export const scheduledChange = z.strictObject({
  text: messageText.optional(),
  at: moment.optional(),
  in: span.optional(),
}).refine((change) => change.at === undefined || change.in === undefined, {
  path: ["in"],
  message: "must be left out where `at` is given",
}).refine((change) => Object.values(change).some((value) => value !== undefined), {
  path: ["text"],
  message: "or a time must be given",
});

export const profileChange = z.strictObject({
  name: userName.optional(),
  password: boundedText(passwordCharactersMax).optional(),
  old_password: z.string().max(4 * passwordCharactersMax).optional(),
}).refine(({ name, password }) => name !== undefined || password !== undefined, {
  path: ["name"],
  message: "or `password` must be given",
});

export const reportRequest = z.strictObject({
  user: otherName,
  reason: boundedText(reasonCharactersMax).optional(),
  message: messageId.optional(),
});

export const uploadQuery = z.strictObject({
  name: z.string().max(4 * fileNameBytesMax).optional().describe("what the file is called"),
});

export const newRoom = z.strictObject({ name: roomName });
export const roomChange = z.strictObject({
  name: roomName.optional(),
  owner: otherName.optional().describe("a member, who becomes the owner"),
}).refine(({ name, owner }) => name !== undefined || owner !== undefined, {
  path: ["name"],
  message: "or `owner` must be given",
});
export const invitationRequest = z.strictObject({ user: otherName });
export const invitationAnswer = z.strictObject({ accept: z.boolean() });
export const linkRequest = z.strictObject({
  expires_in: span.optional(),
  max_uses: z.int().min(1).max(linkUsesMax).optional(),
});
export const joinCall = z.strictObject({
  code: z.string().min(1).max(256).describe("the code of a link"),
});
export const approval = z.strictObject({ approve: z.boolean() });

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

/** The parameters of paths. */
export const idPath = z.strictObject({ id: z.int().min(1) });
export const roomPath = z.strictObject({ room: roomId });
export const linkPath = z.strictObject({ room: roomId, id: z.int().min(1) });
export const memberPath = z.strictObject({ room: roomId, user: otherName });
