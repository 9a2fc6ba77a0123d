/**
 * Forms that are checked by their outlines.
 *
 * The page comes from the program that answers it, so that both know the same forms. What something
 * on the way answers instead, or another version, shows in the outlines; to check the rest would make
 * the page heavier by a fifth, while none of it goes anywhere but into texts.
 *
 * @module
 */
import type { Event, StreamNotice } from "../../../lib/api/schemas.ts";
import type { Problem } from "../../../lib/api/problems.ts";
import { type ChatOperationName, chatRoutes } from "../../../lib/api/chat_routes.ts";
import { callOf } from "../../../lib/api/route.ts";
import type { OperationName } from "../../../lib/api/routes.ts";
import { type AnswerOf, FormFault, type Forms, isRecord } from "../../connection/forms.ts";

type Outlines = {
  readonly [Name in ChatOperationName as AnswerOf<Name> extends undefined ? never : Name]:
    keyof AnswerOf<
      Name
    >;
};

/** A field that each answer has, the one by which it is known. */
const outlines: Outlines = {
  connect: "rooms",
  listTokens: "items",
  changeProfile: "name",
  send: "id",
  comment: "id",
  listMessages: "items",
  getMessage: "id",
  listComments: "items",
  read: "room",
  events: "events",
  listScheduled: "items",
  getScheduled: "id",
  changeScheduled: "id",
  uploadFile: "id",
  listRooms: "items",
  createRoom: "members",
  getRoom: "members",
  changeRoom: "members",
  invite: "room",
  listInvitations: "items",
  answerInvitation: "room",
  createLink: "url",
  listLinks: "items",
  join: "room",
  listRequests: "items",
  answerRequest: "room",
  listUsers: "items",
  report: "user",
  status: "server",
};

const events: Readonly<Record<Event["type"], true>> = {
  message: true,
  "message.deleted": true,
  read: true,
  "room.created": true,
  "room.updated": true,
  "room.deleted": true,
  "member.joined": true,
  "member.left": true,
  invitation: true,
  "invitation.closed": true,
  "join.answered": true,
  "join.requested": true,
  "join.approved": true,
  "join.denied": true,
  "user.renamed": true,
  "user.deleted": true,
  "user.banned": true,
  "user.unbanned": true,
  "role.changed": true,
  "scheduled.created": true,
  "scheduled.updated": true,
  "scheduled.cancelled": true,
  "scheduled.sent": true,
  "scheduled.failed": true,
  "token.revoked": true,
  presence: true,
};

export const outlinedForms: Forms = {
  // The page calls no others.
  call: (name) => callOf(chatRoutes[name as ChatOperationName]),
  answer<Name extends OperationName>(name: Name, value: unknown): AnswerOf<Name> {
    const { [name]: field }: Readonly<Partial<Record<OperationName, string>>> = outlines;
    if (field === undefined) return undefined as AnswerOf<Name>;
    if (!isRecord(value) || value[field] === undefined) throw new FormFault(field);
    return value as AnswerOf<Name>;
  },
  event(value) {
    if (!isRecord(value) || !Object.hasOwn(events, String(value["type"]))) return undefined;
    return value as Event;
  },
  notice: (value) => isRecord(value) ? value as StreamNotice : undefined,
  problem(value) {
    if (!isRecord(value)) return undefined;
    const { code, detail, status } = value;
    const isProblem = typeof code === "string" && typeof detail === "string" &&
      typeof status === "number";
    return isProblem ? value as Problem : undefined;
  },
};
