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

/** The same in one line, as `GET /messages/{id}`. */
export type CallLine = `${Call["method"]} ${string}`;

export const routes = {
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
  health: "GET /healthz",
  ready: "GET /readyz",
  metrics: "GET /metrics",
  openapi: "GET /openapi.json",
  docs: "GET /docs",
  page: "GET /",
  joinPage: "GET /join",
  asset: "GET /assets/{name}",
} as const satisfies Readonly<Record<string, CallLine>>;

export type OperationName = keyof typeof routes;

/** How an operation is called that is written in one line. */
export function callOf(line: CallLine): Call {
  const [method, route] = line.split(" ");
  return { method, route } as Call;
}
