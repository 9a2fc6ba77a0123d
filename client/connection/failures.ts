/**
 * How a call to the server fails, and the exit code that tells a script of it.
 *
 * @module
 */
import type { Problem } from "../lib/api/problems.ts";
import { exitCodes } from "../lib/command_line.ts";
import { UsageError } from "../lib/options.ts";

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

  constructor(problem: Problem, options: { readonly retryAfterMs: number | undefined }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** No answer came: nothing listens there, the connection broke, or it took too long. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly origin: string;
  /** Why, in a few words. */
  readonly why: string;

  constructor(origin: string, why: string, options?: ErrorOptions) {
    super(`Cannot reach ${origin}: ${why}`, options);
    this.origin = origin;
    this.why = why;
  }

  /** How to start a server there; `undefined` if it is not on this machine. */
  get remedy(): string | undefined {
    const { hostname, port, protocol } = new URL(this.origin);
    if (protocol !== "http:" || !["127.0.0.1", "localhost", "[::1]"].includes(hostname)) {
      return undefined;
    }
    return port === "8000" ? "chat serve" : `chat serve --port ${port === "" ? "80" : port}`;
  }
}

/** An answer came that is not of this API. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
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
    (failure.status === 503 || failure.status === 408 || failure.code === "too_many_streams");
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

/** The exit code of a command that ended by `failure`. */
export function exitCodeOf(failure: unknown): number {
  if (failure instanceof Unreachable) return exitCodes.unreachable;
  if (failure instanceof BadAnswer) return exitCodes.badAnswer;
  if (failure instanceof UsageError) return exitCodes.usage;
  if (failure instanceof NameTaken) return exitCodes.notAuthenticated;
  if (!(failure instanceof ApiProblem)) return exitCodes.failed;
  switch (failure.status) {
    case 400:
    case 413:
    case 422:
      return exitCodes.usage;
    case 401:
      return exitCodes.notAuthenticated;
    case 403:
      return exitCodes.forbidden;
    case 404:
      return exitCodes.notFound;
    case 429:
      return exitCodes.limited;
    case 503:
      return exitCodes.unreachable;
    default:
      return exitCodes.failed;
  }
}
