/**
 * The one table of operations: the router's, both sides' types, and the documentation's.
 *
 * @module
 */
import { moderationOperations } from "./moderation_operations.ts";
import { operation } from "./operation.ts";
import { routes } from "./routes.ts";
import * as schemas from "./schemas.ts";

export { type Access, type Example, type Operation, type Topic, topics } from "./operation.ts";

const aMessage = { path: { id: "$MESSAGE" } };
const aScheduled = { path: { id: "$SCHEDULED" } };
const aFile = { path: { id: "$FILE" } };
const aRoom = { path: { room: "$ROOM" } };

export type { OperationName } from "./routes.ts";

export const operations = {
  connect: operation(routes.connect, "Coming and going", {
    access: "maybe",
    summary: "Register a free name, log in with a password, or come back with a token",
    body: schemas.connectRequest,
    answer: schemas.connectAnswer,
    gives: ["text/plain"],
    statuses: [200, 201],
    problems: ["bad_password", "name_taken", "forbidden", "invite_needed", "too_many_attempts"],
    example: { body: { user: "carol", password: "correct horse" } },
  }),
  disconnect: operation(routes.disconnect, "Coming and going", {
    summary: "Revoke the token that this request carries",
    statuses: [204],
  }),
  listTokens: operation(routes.listTokens, "Coming and going", {
    summary: "My clients",
    answer: schemas.tokenList,
  }),
  revokeToken: operation(routes.revokeToken, "Coming and going", {
    summary: "Revoke the token of one of my clients",
    path: schemas.idPath,
    statuses: [204],
    problems: ["not_found"],
    example: { path: { id: "$TOKEN_ID" } },
  }),
  changeProfile: operation(routes.changeProfile, "Coming and going", {
    summary: "Change my name or my password; a new password revokes my other tokens",
    body: schemas.profileChange,
    answer: schemas.profile,
    problems: ["name_taken", "bad_password", "too_many_attempts", "rate_limited", "banned"],
    example: { body: { name: "alice.b" } },
  }),

  send: operation(routes.send, "Messages", {
    summary: "Send a message to the common chat, a user, or a room; now or later",
    body: schemas.sendRequest,
    answer: schemas.sendAnswer,
    statuses: [201, 202],
    problems: ["not_found", "banned", "rate_limited"],
    example: { body: { text: "hello" } },
  }),
  comment: operation(routes.comment, "Messages", {
    summary: "Comment on a message",
    body: schemas.commentRequest,
    answer: schemas.message,
    statuses: [201],
    problems: ["not_found", "banned", "rate_limited"],
    example: { body: { message: "$MESSAGE", text: "well said" } },
  }),
  listMessages: operation(routes.listMessages, "Messages", {
    summary: "A page of a room's history, or what is unread",
    query: schemas.messagesQuery,
    answer: schemas.messagePage,
    problems: ["not_found"],
    example: { query: { to: "bob", limit: "10" } },
  }),
  getMessage: operation(routes.getMessage, "Messages", {
    summary: "One message",
    path: schemas.idPath,
    answer: schemas.message,
    problems: ["not_found"],
    example: aMessage,
  }),
  listComments: operation(routes.listComments, "Messages", {
    summary: "The comments on a message, oldest first",
    path: schemas.idPath,
    query: schemas.commentsQuery,
    answer: schemas.messagePage,
    problems: ["not_found"],
    example: aMessage,
  }),
  read: operation(routes.read, "Messages", {
    summary: "Mark a room as read up to a message",
    body: schemas.readRequest,
    answer: schemas.readAnswer,
    problems: ["not_found"],
    example: { body: { upto: "$MESSAGE" } },
  }),
  deleteMessage: operation(routes.deleteMessage, "Messages", {
    summary: "Delete a message of mine, for everyone; who moderates, anyone's",
    path: schemas.idPath,
    statuses: [204],
    problems: ["not_found", "forbidden"],
    example: aMessage,
  }),

  events: operation(routes.events, "Events", {
    summary: "All that I may see, live, from a cursor on; with `wait`, a long poll",
    query: schemas.eventsQuery,
    // With `wait`; without, a stream.
    answer: schemas.pollAnswer,
    gives: ["text/event-stream", "application/x-ndjson", "text/plain"],
    problems: ["bad_cursor", "not_acceptable", "too_many_streams"],
    example: { query: { after: "$CURSOR", wait: "5" } },
  }),

  listScheduled: operation(routes.listScheduled, "Scheduled messages", {
    summary: "My messages that wait to be sent, or could not be, the next one first",
    answer: schemas.scheduledList,
  }),
  getScheduled: operation(routes.getScheduled, "Scheduled messages", {
    summary: "One scheduled message",
    path: schemas.idPath,
    answer: schemas.scheduled,
    problems: ["not_found", "already_sent"],
    example: aScheduled,
  }),
  changeScheduled: operation(routes.changeScheduled, "Scheduled messages", {
    summary: "Change its text or its time",
    path: schemas.idPath,
    body: schemas.scheduledChange,
    answer: schemas.scheduled,
    problems: ["not_found", "already_sent", "banned", "rate_limited"],
    example: { ...aScheduled, body: { in: "30m" } },
  }),
  cancelScheduled: operation(routes.cancelScheduled, "Scheduled messages", {
    summary: "Cancel it",
    path: schemas.idPath,
    statuses: [204],
    problems: ["not_found", "already_sent"],
    example: aScheduled,
  }),

  uploadFile: operation(routes.uploadFile, "Files", {
    summary: "Upload a file, to be named in `files` of a message within the hour",
    query: schemas.uploadQuery,
    takes: "bytes",
    answer: schemas.file,
    statuses: [201],
    problems: ["banned", "rate_limited", "unsupported_media_type"],
    example: {
      query: { name: "notes.txt" },
      // Otherwise curl says that it is a form.
      headers: { "Content-Type": "text/plain" },
      file: "notes.txt",
    },
  }),
  downloadFile: operation(routes.downloadFile, "Files", {
    summary: "The bytes of a file, or a range of them",
    path: schemas.idPath,
    gives: ["*/*"],
    statuses: [200, 206, 304],
    problems: ["not_found", "range_not_satisfiable"],
    example: { ...aFile, headers: { Range: "bytes=0-4" } },
  }),

  listRooms: operation(routes.listRooms, "Rooms", {
    summary: "The rooms I am in, the common chat and private chats included",
    answer: schemas.roomList,
  }),
  createRoom: operation(routes.createRoom, "Rooms", {
    summary: "Make a room, which I own",
    body: schemas.newRoom,
    answer: schemas.roomDetail,
    statuses: [201],
    problems: ["banned", "rate_limited"],
    example: { body: { name: "garden" } },
  }),
  getRoom: operation(routes.getRoom, "Rooms", {
    summary: "One room and its members",
    path: schemas.roomPath,
    answer: schemas.roomDetail,
    problems: ["not_found"],
    example: aRoom,
  }),
  changeRoom: operation(routes.changeRoom, "Rooms", {
    summary: "Rename a room of mine, or hand it over to a member",
    path: schemas.roomPath,
    body: schemas.roomChange,
    answer: schemas.roomDetail,
    problems: ["not_found", "forbidden", "banned", "rate_limited"],
    example: { ...aRoom, body: { name: "back garden" } },
  }),
  deleteRoom: operation(routes.deleteRoom, "Rooms", {
    summary: "Delete a room of mine with all that was said in it",
    path: schemas.roomPath,
    statuses: [204],
    problems: ["not_found", "forbidden"],
    example: { path: { room: "$OLD_ROOM" } },
  }),
  invite: operation(routes.invite, "Rooms", {
    summary: "Invite a user into a room of mine",
    path: schemas.roomPath,
    body: schemas.invitationRequest,
    answer: schemas.invited,
    statuses: [201],
    problems: ["not_found", "forbidden", "already_member", "rate_limited", "banned"],
    example: { ...aRoom, body: { user: "bob" } },
  }),
  listInvitations: operation(routes.listInvitations, "Rooms", {
    summary: "Rooms that I am invited into",
    answer: schemas.invitationList,
  }),
  answerInvitation: operation(routes.answerInvitation, "Rooms", {
    summary: "Accept an invitation, or decline it",
    path: schemas.roomPath,
    body: schemas.invitationAnswer,
    answer: schemas.invitationAnswered,
    problems: ["not_found"],
    example: { path: { room: "$INVITED_ROOM" }, body: { accept: "true" } },
  }),
  createLink: operation(routes.createLink, "Rooms", {
    summary: "Make a link by which others can ask to enter a room of mine",
    path: schemas.roomPath,
    body: schemas.linkRequest,
    answer: schemas.newLink,
    statuses: [201],
    problems: ["not_found", "forbidden"],
    example: { ...aRoom, body: { expires_in: "2d", max_uses: "5" } },
  }),
  listLinks: operation(routes.listLinks, "Rooms", {
    summary: "The links into a room of mine",
    path: schemas.roomPath,
    answer: schemas.linkList,
    problems: ["not_found", "forbidden"],
    example: aRoom,
  }),
  revokeLink: operation(routes.revokeLink, "Rooms", {
    summary: "Make a link useless",
    path: schemas.linkPath,
    statuses: [204],
    problems: ["not_found", "forbidden"],
    example: { path: { room: "$ROOM", id: "$LINK" } },
  }),
  join: operation(routes.join, "Rooms", {
    summary: "Ask to enter the room that a link's code is for",
    body: schemas.joinCall,
    answer: schemas.joinAnswer,
    statuses: [202],
    problems: ["not_found", "already_member", "pending_approval", "rate_limited"],
    example: { body: { code: "$CODE" } },
  }),
  listRequests: operation(routes.listRequests, "Rooms", {
    summary: "Who asks to enter a room of mine",
    path: schemas.roomPath,
    answer: schemas.joinRequestList,
    problems: ["not_found", "forbidden"],
    example: aRoom,
  }),
  answerRequest: operation(routes.answerRequest, "Rooms", {
    summary: "Approve or deny someone who asks to enter",
    path: schemas.memberPath,
    body: schemas.approval,
    answer: schemas.joinRequestAnswered,
    problems: ["not_found", "forbidden"],
    example: { path: { room: "$ROOM", user: "dave" }, body: { approve: "true" } },
  }),
  removeMember: operation(routes.removeMember, "Rooms", {
    summary: "Leave a room, or remove a member from one of mine",
    path: schemas.memberPath,
    statuses: [204],
    problems: ["not_found", "forbidden"],
    example: { path: { room: "$ROOM", user: "dave" } },
  }),

  listUsers: operation(routes.listUsers, "People", {
    summary: "Members of the common chat, by name",
    query: schemas.usersQuery,
    answer: schemas.userList,
    example: { query: { online: "true" } },
  }),
  report: operation(routes.report, "People", {
    summary: "Report a user; enough reports ban them from sending for a while",
    body: schemas.reportRequest,
    answer: schemas.reportAnswer,
    statuses: [201],
    problems: ["not_found", "already_reported"],
    example: { body: { user: "mallory", reason: "spam" } },
  }),

  ...moderationOperations,

  status: operation(routes.status, "The server", {
    summary: "Who I am, my limit, my rooms, and how the server is set",
    answer: schemas.statusAnswer,
  }),
  health: operation(routes.health, "The server", {
    access: "open",
    summary: "Whether the server answers",
    answer: schemas.health,
  }),
  ready: operation(routes.ready, "The server", {
    access: "open",
    summary: "Whether the server can do its work, for a load balancer to ask",
    answer: schemas.readiness,
  }),
  metrics: operation(routes.metrics, "The server", {
    access: "open",
    summary: "What the server counts of its work, in the text format of Prometheus",
    gives: ["text/plain"],
  }),
  openapi: operation(routes.openapi, "The server", {
    access: "open",
    summary: "This API as an OpenAPI 3.1 document",
    gives: ["application/json"],
    statuses: [200, 304],
  }),
  docs: operation(routes.docs, "The server", {
    access: "open",
    summary: "This API as a page to read",
    gives: ["text/html"],
    statuses: [200, 304],
  }),
  page: operation(routes.page, "The server", {
    access: "open",
    summary: "The page on which people talk in a browser",
    query: schemas.anything,
    gives: ["text/html"],
    statuses: [200, 304],
  }),
  joinPage: operation(routes.joinPage, "The server", {
    access: "open",
    summary: "The same page, to which a link into a room leads",
    query: schemas.anything,
    gives: ["text/html"],
    statuses: [200, 304],
  }),
  asset: operation(routes.asset, "The server", {
    access: "open",
    summary: "What that page loads: its script, its style, its icons",
    path: schemas.assetPath,
    gives: ["text/javascript", "text/css", "image/svg+xml"],
    statuses: [200, 304],
    problems: ["not_found"],
    example: { path: { name: "$ASSET" } },
  }),
} as const;

export type Operations = typeof operations;
