/**
 * By which method and path the operations are called that everyone's client calls.
 *
 * They are apart from the rest because the page has no use for that, and would have to load it.
 *
 * @module
 */
import type { CallLine } from "./route.ts";

export const chatRoutes = {
  connect: "POST /connect",
  disconnect: "POST /disconnect",
  listTokens: "GET /tokens",
  revokeToken: "DELETE /tokens/{id}",
  changeProfile: "PATCH /me",
  send: "POST /send",
  comment: "POST /comment",
  listMessages: "GET /messages",
  getMessage: "GET /messages/{id}",
  listComments: "GET /messages/{id}/comments",
  read: "POST /read",
  deleteMessage: "DELETE /messages/{id}",
  events: "GET /events",
  listScheduled: "GET /scheduled",
  getScheduled: "GET /scheduled/{id}",
  changeScheduled: "PATCH /scheduled/{id}",
  cancelScheduled: "DELETE /scheduled/{id}",
  uploadFile: "POST /files",
  downloadFile: "GET /files/{id}",
  listRooms: "GET /rooms",
  createRoom: "POST /rooms",
  getRoom: "GET /rooms/{room}",
  changeRoom: "PATCH /rooms/{room}",
  deleteRoom: "DELETE /rooms/{room}",
  invite: "POST /rooms/{room}/invitations",
  listInvitations: "GET /invitations",
  answerInvitation: "POST /invitations/{room}",
  createLink: "POST /rooms/{room}/links",
  listLinks: "GET /rooms/{room}/links",
  revokeLink: "DELETE /rooms/{room}/links/{id}",
  join: "POST /join",
  listRequests: "GET /rooms/{room}/requests",
  answerRequest: "POST /rooms/{room}/requests/{user}",
  removeMember: "DELETE /rooms/{room}/members/{user}",
  listUsers: "GET /users",
  report: "POST /report",
  status: "GET /status",
} as const satisfies Readonly<Record<string, CallLine>>;

export type ChatOperationName = keyof typeof chatRoutes;
