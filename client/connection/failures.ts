/**
 * How a call to the server fails.
 *
 * @module
 */
import type { Problem } from "../../lib/api/problems.ts";

/** The server answered, and said no. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  /** What happened, in the server's words: text from elsewhere. */
  readonly detail: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  /** How long to leave the server alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** When a limit that is used up begins anew, as the server says. */
  readonly resetsAt: string | undefined;
  /** Until when the user is banned, as the server says. */
  readonly bannedUntil: string | undefined;

  constructor(problem: Problem, options: { readonly retryAfterMs: number | undefined }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.resetsAt = problem.resets_at;
    this.bannedUntil = problem.banned_until;
  }
}

/** The codes that are known without asking the server, and their statuses. */
const foreseeable = { unauthorized: 401, not_found: 404, too_large: 413 } as const;

/** What the server would answer, where that is known without asking it. */
export function foreseen(code: keyof typeof foreseeable, detail: string): ApiProblem {
  const problem = { type: "", title: "", status: foreseeable[code], code, detail };
  return new ApiProblem(problem, { retryAfterMs: undefined });
}

/** How a request without an answer fared: the server may have carried out one that came to it. */
export type Arrival = "never" | "perhaps";

export interface UnreachableOptions extends ErrorOptions {
  readonly arrived?: Arrival;
}

/** No answer came: nothing listens there, the connection broke, or it took too long. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly origin: string;
  /** Why, in a few words. */
  readonly why: string;
  readonly arrived: Arrival;

  constructor(origin: string, why: string, options: UnreachableOptions = {}) {
    super(`Cannot reach ${origin}: ${why}`, options);
    this.origin = origin;
    this.why = why;
    this.arrived = options.arrived ?? "perhaps";
  }
}

/** Nobody answered what would change something, so that it may be done or not. */
export class ChangeUnsure extends Unreachable {}

/** An answer came that is not of this API. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
  /** How the request fared: what answers so may stand before the server, or behind it. */
  readonly arrived: Arrival;

  constructor(message: string, { arrived = "perhaps" }: { readonly arrived?: Arrival } = {}) {
    super(message);
    this.arrived = arrived;
  }
}

/** The name is taken, and nothing we have opens it. */
export class NameTaken extends Error {
  override readonly name = "NameTaken";
  /** Which of both the server refused: a name without a password, or a wrong password. */
  readonly code: "name_taken" | "bad_password";

  constructor(user: string, why: string, { code }: { readonly code: NameTaken["code"] }) {
    super(`Cannot sign in as ${user}: ${why}`);
    this.code = code;
  }
}

/** The name is free, but the server lets only those take one who were invited. */
export class InviteNeeded extends Error {
  override readonly name = "InviteNeeded";

  constructor(user: string, why: string) {
    super(`Cannot sign in as ${user}: ${why}`);
  }
}

/** The ways in which every call may fail. */
export type CallFailure = ApiProblem | Unreachable | BadAnswer;

export function isCallFailure(failure: unknown): failure is CallFailure {
  return failure instanceof ApiProblem || failure instanceof Unreachable ||
    failure instanceof BadAnswer;
}

/** Whether the same call may well succeed a little later. */
export function isPassing(failure: CallFailure): boolean {
  if (failure instanceof Unreachable) return true;
  return failure instanceof ApiProblem &&
    (failure.status === 503 || failure.status === 408 || failure.code === "too_many_streams" ||
      isMangled(failure));
}

/** Whether a request did not come as it was sent: another time, all of it may come through. */
export function isMangled(failure: CallFailure): boolean {
  return failure instanceof ApiProblem && failure.code === "malformed";
}

/** Whether the answer alone may be what is missing, so that the same request must be made again. */
export function isAnswerLost(failure: unknown): failure is Unreachable {
  return failure instanceof Unreachable && failure.arrived === "perhaps";
}

/** Whether a request was not answered, or only a part of it: what came of it, it tells when repeated. */
export function isUnanswered(failure: CallFailure): boolean {
  return isAnswerLost(failure) || isMangled(failure);
}

/** Whether the server does not take the token, or wants one. */
export function isUnauthorized(failure: unknown): boolean {
  return failure instanceof ApiProblem && failure.code === "unauthorized";
}

/** Whether what it was about is not there, or none of the user's business. */
export function isMissing(failure: CallFailure): boolean {
  return failure instanceof ApiProblem && failure.code === "not_found";
}

/** Why it failed, to stand after a colon; holds text from elsewhere. */
export function failureReason(failure: CallFailure): string {
  if (failure instanceof Unreachable) return failure.why;
  if (!(failure instanceof ApiProblem)) return failure.message;
  if (failure.errors.length > 0) {
    return failure.errors.map(({ field, message }) => `${field} ${message}`).join(", ");
  }
  // The server speaks in sentences; here they go on a sentence of ours.
  return failure.detail.replace(/\.$/, "").replace(
    /^\p{Lu}(?=\p{Ll}|\s)/u,
    (first) => first.toLowerCase(),
  );
}
