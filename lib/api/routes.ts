/**
 * By which method and path each operation is called: all that a client needs to know beside the types.
 *
 * @module
 */

/** How an operation is called. */
export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The route template, as `/messages/{id}`. */
  readonly route: string;
}

export const routes = {
  connect: { method: "POST", route: "/connect" },
  disconnect: { method: "POST", route: "/disconnect" },
  listTokens: { method: "GET", route: "/tokens" },
  revokeToken: { method: "DELETE", route: "/tokens/{id}" },
  changeProfile: { method: "PATCH", route: "/me" },
  send: { method: "POST", route: "/send" },
  comment: { method: "POST", route: "/comment" },
  listMessages: { method: "GET", route: "/messages" },
  getMessage: { method: "GET", route: "/messages/{id}" },
  listComments: { method: "GET", route: "/messages/{id}/comments" },
  read: { method: "POST", route: "/read" },
  deleteMessage: { method: "DELETE", route: "/messages/{id}" },
  events: { method: "GET", route: "/events" },
  listScheduled: { method: "GET", route: "/scheduled" },
  getScheduled: { method: "GET", route: "/scheduled/{id}" },
  changeScheduled: { method: "PATCH", route: "/scheduled/{id}" },
  cancelScheduled: { method: "DELETE", route: "/scheduled/{id}" },
  uploadFile: { method: "POST", route: "/files" },
  downloadFile: { method: "GET", route: "/files/{id}" },
  listRooms: { method: "GET", route: "/rooms" },
  createRoom: { method: "POST", route: "/rooms" },
  getRoom: { method: "GET", route: "/rooms/{room}" },
  changeRoom: { method: "PATCH", route: "/rooms/{room}" },
  deleteRoom: { method: "DELETE", route: "/rooms/{room}" },
  invite: { method: "POST", route: "/rooms/{room}/invitations" },
  listInvitations: { method: "GET", route: "/invitations" },
  answerInvitation: { method: "POST", route: "/invitations/{room}" },
  createLink: { method: "POST", route: "/rooms/{room}/links" },
  listLinks: { method: "GET", route: "/rooms/{room}/links" },
  revokeLink: { method: "DELETE", route: "/rooms/{room}/links/{id}" },
  join: { method: "POST", route: "/join" },
  listRequests: { method: "GET", route: "/rooms/{room}/requests" },
  answerRequest: { method: "POST", route: "/rooms/{room}/requests/{user}" },
  removeMember: { method: "DELETE", route: "/rooms/{room}/members/{user}" },
  listUsers: { method: "GET", route: "/users" },
  report: { method: "POST", route: "/report" },
  status: { method: "GET", route: "/status" },
  health: { method: "GET", route: "/healthz" },
  ready: { method: "GET", route: "/readyz" },
  metrics: { method: "GET", route: "/metrics" },
  openapi: { method: "GET", route: "/openapi.json" },
  docs: { method: "GET", route: "/docs" },
  page: { method: "GET", route: "/" },
  joinPage: { method: "GET", route: "/join" },
  asset: { method: "GET", route: "/assets/{name}" },
} as const satisfies Readonly<Record<string, Call>>;

export type OperationName = keyof typeof routes;
