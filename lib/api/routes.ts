/**
 * By which method and path each operation is called: all that a client needs to know beside the types.
 *
 * @module
 */
import { chatRoutes } from "./chat_routes.ts";
import type { CallLine } from "./route.ts";

export { type Call, type CallLine, callOf } from "./route.ts";

export const routes = {
  ...chatRoutes,
  listReports: "GET /reports",
  dismissReports: "DELETE /reports/{user}",
  listBans: "GET /bans",
  ban: "POST /bans",
  unban: "DELETE /bans/{user}",
  listRoles: "GET /roles",
  setRole: "POST /roles",
  deleteUser: "DELETE /users/{user}",
  createInvite: "POST /invites",
  listInvites: "GET /invites",
  revokeInvite: "DELETE /invites/{id}",
  listAudit: "GET /audit",
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
