/**
 * The shapes of requests: bodies, queries, and the parameters of paths.
 *
 * @module
 */
import * as z from "zod/mini";
import {
  clientLabelCharactersMax,
  linkUsesMax,
  pageSizeDefault,
  pageSizeMax,
  passwordCharactersMax,
  reasonCharactersMax,
} from "../../domain/bounds.ts";
import { fileNameBytesMax } from "../../text/file_names.ts";
import {
  boundedLine,
  boundedText,
  cursor,
  described,
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

/** A secret that someone was given. */
const code = z.string().check(z.minLength(1), z.maxLength(256));

export const connectRequest = z.strictObject({
  user: z.optional(userName),
  password: z.optional(boundedText(passwordCharactersMax)),
  client: z.optional(boundedLine(clientLabelCharactersMax)),
  invite: described(z.optional(code), "the code of an invitation, where a free name takes one"),
});

export const sendRequest = z.strictObject({
  text: z.optional(messageText),
  to: z.optional(otherName),
  room: z.optional(roomId),
  comment_on: z.optional(messageId),
  files: z.optional(fileIds),
  at: z.optional(moment),
  in: z.optional(span),
}).check(
  z.refine(({ to, room }) => to === undefined || room === undefined, {
    path: ["room"],
    message: "must be left out where `to` is given",
  }),
  z.refine(({ text, files = [] }) => text !== undefined || files.length > 0, {
    path: ["text"],
    message: "is missing",
  }),
  z.refine((request) => request.at === undefined || request.in === undefined, {
    path: ["in"],
    message: "must be left out where `at` is given",
  }),
);

export const commentRequest = z.strictObject({ message: messageId, text: messageText });

export const readRequest = z.strictObject({
  room: z.optional(roomId),
  to: z.optional(otherName),
  upto: messageId,
}).check(
  z.refine(({ to, room }) => to === undefined || room === undefined, {
    path: ["room"],
    message: "must be left out where `to` is given",
  }),
);

export const scheduledChange = z.strictObject({
  text: z.optional(messageText),
  at: z.optional(moment),
  in: z.optional(span),
}).check(
  z.refine((change) => change.at === undefined || change.in === undefined, {
    path: ["in"],
    message: "must be left out where `at` is given",
  }),
  z.refine((change) => Object.values(change).some((value) => value !== undefined), {
    path: ["text"],
    message: "or a time must be given",
  }),
);

export const profileChange = z.strictObject({
  name: z.optional(userName),
  password: z.optional(boundedText(passwordCharactersMax)),
  old_password: z.optional(z.string().check(z.maxLength(4 * passwordCharactersMax))),
}).check(
  z.refine(({ name, password }) => name !== undefined || password !== undefined, {
    path: ["name"],
    message: "or `password` must be given",
  }),
);

export const reportRequest = z.strictObject({
  user: otherName,
  reason: z.optional(boundedText(reasonCharactersMax)),
  message: z.optional(messageId),
});

export const uploadQuery = z.strictObject({
  name: described(
    z.optional(z.string().check(z.maxLength(4 * fileNameBytesMax))),
    "what the file is called",
  ),
});

export const newRoom = z.strictObject({ name: roomName });
export const roomChange = z.strictObject({
  name: z.optional(roomName),
  owner: described(z.optional(otherName), "a member, who becomes the owner"),
}).check(
  z.refine(({ name, owner }) => name !== undefined || owner !== undefined, {
    path: ["name"],
    message: "or `owner` must be given",
  }),
);
export const invitationRequest = z.strictObject({ user: otherName });
export const invitationAnswer = z.strictObject({ accept: z.boolean() });
export const linkRequest = z.strictObject({
  expires_in: z.optional(span),
  max_uses: z.optional(z.int().check(z.minimum(1), z.maximum(linkUsesMax))),
});
export const joinCall = z.strictObject({
  code: described(code, "the code of a link"),
});
export const approval = z.strictObject({ approve: z.boolean() });

export const messagesQuery = z.strictObject({
  room: z.optional(roomId),
  to: z.optional(otherName),
  before: z.optional(messageId),
  after: z.optional(z.int().check(z.minimum(0))),
  limit: z._default(z.int().check(z.minimum(1), z.maximum(pageSizeMax)), pageSizeDefault),
  unread: z.optional(z.boolean()),
}).check(
  z.refine(({ to, room }) => to === undefined || room === undefined, {
    path: ["room"],
    message: "must be left out where `to` is given",
  }),
  z.refine(({ before, after }) => before === undefined || after === undefined, {
    path: ["after"],
    message: "must be left out where `before` is given",
  }),
  z.refine(({ before, unread }) => before === undefined || unread !== true, {
    path: ["before"],
    message: "must be left out where `unread` is true",
  }),
);

export const commentsQuery = z.strictObject({
  after: z.optional(z.int().check(z.minimum(0))),
  limit: z._default(z.int().check(z.minimum(1), z.maximum(pageSizeMax)), pageSizeDefault),
});

/** Longest wait of a long poll, in seconds. */
export const waitSecondsMax = 60;

export const eventsQuery = z.strictObject({
  after: z.optional(cursor),
  wait: z.optional(z.number().check(z.minimum(0), z.maximum(waitSecondsMax))),
});

/** Most users in one list. */
export const userListMax = 1000;

export const usersQuery = z.strictObject({
  online: z.optional(z.boolean()),
  after: z.optional(otherName),
  limit: z._default(z.int().check(z.minimum(1), z.maximum(userListMax)), userListMax),
});

export const nothing = z.strictObject({});
/** What others hang onto the address of a page when they pass it on, which is nothing to us. */
export const anything = z.object({});

/** The parameters of paths. */
export const idPath = z.strictObject({ id: z.int().check(z.minimum(1)) });
export const roomPath = z.strictObject({ room: roomId });
export const linkPath = z.strictObject({ room: roomId, id: z.int().check(z.minimum(1)) });
export const memberPath = z.strictObject({ room: roomId, user: otherName });
export const assetPath = z.strictObject({ name: z.string() });
