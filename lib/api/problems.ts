/**
 * The errors of the API: RFC 9457 problem details, one entry per code.
 *
 * @module
 */
import type { RefusalCode } from "../domain/refusal.ts";
import type { Problem } from "./schemas/problem.ts";

export type { Problem } from "./schemas/problem.ts";

export interface ProblemKind {
  /** HTTP status. */
  readonly status: number;
  /** The code in words, the same for each occurrence. */
  readonly title: string;
}

/** Every `code` that an answer can carry: those of the rules, and those met on the way to them. */
export const problemKinds = {
  unauthorized: { status: 401, title: "A valid token is needed" },
  bad_password: { status: 401, title: "The password is wrong" },
  name_taken: { status: 401, title: "The name belongs to someone" },
  forbidden: { status: 403, title: "This is not allowed" },
  invite_needed: { status: 403, title: "An invitation is needed to register" },
  banned: { status: 403, title: "You are banned from sending" },
  not_found: { status: 404, title: "There is no such thing here" },
  already_sent: { status: 409, title: "It has been sent already" },
  already_reported: { status: 409, title: "You have reported this user already" },
  already_member: { status: 409, title: "Already in this room" },
  pending_approval: { status: 409, title: "The owner has not answered yet" },
  invalid: { status: 422, title: "A value is not valid" },
  idempotency_mismatch: { status: 422, title: "The key was used for another request" },
  rate_limited: { status: 429, title: "The limit is used up" },
  malformed: { status: 400, title: "The request is not well-formed" },
  bad_cursor: { status: 400, title: "The cursor cannot be read" },
  method_not_allowed: { status: 405, title: "The method does not fit this path" },
  not_acceptable: { status: 406, title: "None of the accepted formats can be had" },
  timeout: { status: 408, title: "The request came too slowly" },
  length_required: { status: 411, title: "The length of the body must be told" },
  precondition_failed: { status: 412, title: "The precondition does not hold" },
  too_large: { status: 413, title: "The body is too large" },
  uri_too_long: { status: 414, title: "The request target is too long" },
  unsupported_media_type: { status: 415, title: "The body's media type is not understood" },
  range_not_satisfiable: { status: 416, title: "There are no such bytes" },
  expectation_failed: { status: 417, title: "The expectation cannot be met" },
  misdirected: { status: 421, title: "This server does not answer for that host" },
  too_many_attempts: { status: 429, title: "Too many failed attempts" },
  too_many_streams: { status: 429, title: "Too many streams are open" },
  headers_too_large: { status: 431, title: "The header section is too large" },
  internal: { status: 500, title: "The server failed" },
  not_implemented: { status: 501, title: "This is not implemented" },
  busy: { status: 503, title: "The server is busy" },
  shutting_down: { status: 503, title: "The server is shutting down" },
  version_not_supported: { status: 505, title: "The HTTP version is not supported" },
} as const satisfies Record<RefusalCode, ProblemKind> & Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

/** Members of a problem beside those that its code gives. */
export type ProblemExtras = Partial<Omit<Problem, "type" | "title" | "status" | "detail" | "code">>;

/** A problem as it is sent; `detail` says what happened this time, for a person to read. */
export function problem(code: ProblemCode, detail: string, extras: ProblemExtras = {}): Problem {
  const { status, title } = problemKinds[code];
  return { type: `/docs#${code}`, title, status, detail, code, ...extras };
}
