/**
 * How a command ends that failed: the exit code that tells a script of it, and what would help.
 *
 * @module
 */
import { exitCodes } from "../lib/command_line.ts";
import { UsageError } from "../lib/options.ts";
import { ApiProblem, BadAnswer, NameTaken, Unreachable } from "./connection/failures.ts";
import { Misunderstood } from "./conversation/command_parser.ts";

/** The exit code of a command that ended by `failure`. */
export function exitCodeOf(failure: unknown): number {
  if (failure instanceof Unreachable) return exitCodes.unreachable;
  if (failure instanceof BadAnswer) return exitCodes.badAnswer;
  if (failure instanceof UsageError || failure instanceof Misunderstood) return exitCodes.usage;
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

/** How to start the server that was not there; `undefined` if it is not on this machine. */
export function remedyFor({ origin }: Unreachable): string | undefined {
  const { hostname, port, protocol } = new URL(origin);
  if (protocol !== "http:" || !["127.0.0.1", "localhost", "[::1]"].includes(hostname)) {
    return undefined;
  }
  return port === "8000" ? "chat serve" : `chat serve --port ${port === "" ? "80" : port}`;
}
