/**
 * The one table of operations: the router's, both sides' types, and the documentation's.
 *
 * @module
 */
import type { z } from "zod";
import * as schemas from "./schemas.ts";

/** Whether a request must carry a token, may carry one, or has no use for one. */
export type Access = "token" | "maybe" | "open";

/** One operation of the API. */
export interface Operation<
  Path extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
  Needed extends Access = Access,
> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The route template, as `/messages/{id}`. */
  readonly route: string;
  readonly access: Needed;
  readonly summary: string;
  /** The parameters of the route. */
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** The JSON of a success; absent where it has none. */
  readonly answer?: Answer;
  /** Statuses of success. */
  readonly statuses: readonly number[];
}

interface Description<
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
  Needed extends Access,
> {
  readonly access: Needed;
  readonly summary: string;
  readonly path?: Path;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer?: Answer;
  readonly statuses?: readonly number[];
}

type Nothing = typeof schemas.nothing;

function operation<
  Path extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodObject = Nothing,
  Answer extends z.ZodType = z.ZodNever,
  const Needed extends Access = Access,
>(
  method: Operation["method"],
  route: string,
  description: Description<Path, Query, Body, Answer, Needed>,
): Operation<Path, Query, Body, Answer, Needed> {
  const nothing = schemas.nothing as z.ZodObject;
  return {
    method,
    route,
    access: description.access,
    summary: description.summary,
    path: description.path ?? nothing as Path,
    query: description.query ?? nothing as Query,
    body: description.body ?? nothing as Body,
    ...(description.answer !== undefined && { answer: description.answer }),
    statuses: description.statuses ?? [200],
  };
}

export const operations = {
  connect: operation("POST", "/connect", {
    access: "maybe",
    summary: "Register a free name, log in with a password, or come back with a token",
    body: schemas.connectRequest,
    answer: schemas.connectAnswer,
    statuses: [200, 201],
  }),
  disconnect: operation("POST", "/disconnect", {
    access: "token",
    summary: "Revoke the token that this request carries",
    statuses: [204],
  }),
  status: operation("GET", "/status", {
    access: "token",
    summary: "Who I am, my rooms, and how the server is set",
    answer: schemas.statusAnswer,
  }),
  listTokens: operation("GET", "/tokens", {
    access: "token",
    summary: "My clients",
    answer: schemas.tokenList,
  }),
  revokeToken: operation("DELETE", "/tokens/{id}", {
    access: "token",
    summary: "Revoke the token of one of my clients",
    path: schemas.idPath,
    statuses: [204],
  }),
  listUsers: operation("GET", "/users", {
    access: "token",
    summary: "Members of the common chat, by name",
    query: schemas.usersQuery,
    answer: schemas.userList,
  }),
  send: operation("POST", "/send", {
    access: "token",
    summary: "Send a message to the common chat, a user, or a room",
    body: schemas.sendRequest,
    answer: schemas.message,
    statuses: [201],
  }),
  comment: operation("POST", "/comment", {
    access: "token",
    summary: "Comment on a message",
    body: schemas.commentRequest,
    answer: schemas.message,
    statuses: [201],
  }),
  listMessages: operation("GET", "/messages", {
    access: "token",
    summary: "A page of a room's history, or what is unread",
    query: schemas.messagesQuery,
    answer: schemas.messagePage,
  }),
  getMessage: operation("GET", "/messages/{id}", {
    access: "token",
    summary: "One message",
    path: schemas.idPath,
    answer: schemas.message,
  }),
  listComments: operation("GET", "/messages/{id}/comments", {
    access: "token",
    summary: "The comments on a message, oldest first",
    path: schemas.idPath,
    query: schemas.commentsQuery,
    answer: schemas.messagePage,
  }),
  read: operation("POST", "/read", {
    access: "token",
    summary: "Mark a room as read up to a message",
    body: schemas.readRequest,
    answer: schemas.readAnswer,
  }),
  events: operation("GET", "/events", {
    access: "token",
    summary: "All that I may see, live, from a cursor on",
    query: schemas.eventsQuery,
    // With `wait`; without, a stream.
    answer: schemas.pollAnswer,
  }),
  health: operation("GET", "/healthz", {
    access: "open",
    summary: "Whether the server answers",
    answer: schemas.health,
  }),
} as const;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
