/**
 * How a command ends that failed or was interrupted: the exit code that tells a script of it, and
 * what would help.
 *
 * @module
 */
import { systemClock, type Timer } from "../lib/clock.ts";
import { exitCodes } from "../lib/command_line.ts";
import { UsageError } from "../lib/options.ts";
import { certificateFault, noListener } from "./connection/network_faults.ts";
import {
  ApiProblem,
  BadAnswer,
  InviteNeeded,
  NameTaken,
  Unreachable,
} from "./connection/failures.ts";
import { Misunderstood } from "./conversation/command_parser.ts";

/**
 * The user, or the system, wants the command to end before it is done. Deno has an error named
 * `Interrupted`, which is about something else.
 */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly exitCode: number;

  constructor({ exitCode }: { readonly exitCode: number }) {
    super("Interrupted");
    this.exitCode = exitCode;
  }
}

/** What a command is about is not there, as a room that one is in. */
export class Missing extends Error {
  override readonly name = "Missing";
}

/** The exit code of a command that ended by `failure`. */
export function exitCodeOf(failure: unknown): number {
  if (failure instanceof Interruption) return failure.exitCode;
  if (failure instanceof Missing) return exitCodes.notFound;
  if (failure instanceof Unreachable) return exitCodes.unreachable;
  if (failure instanceof BadAnswer) return exitCodes.badAnswer;
  if (failure instanceof UsageError || failure instanceof Misunderstood) return exitCodes.usage;
  if (failure instanceof NameTaken || failure instanceof InviteNeeded) {
    return exitCodes.notAuthenticated;
  }
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

/** What to do about a server that can't be talked to, to stand after a semicolon. */
export function remedyFor(failure: Unreachable | BadAnswer): string {
  if (failure instanceof BadAnswer) return "is this the address of a chat server?";
  if (failure.why === certificateFault) {
    return "if you trust it, name a file with the certificate of its authority in DENO_CERT";
  }
  const { hostname, port, protocol } = new URL(failure.origin);
  const isHere = protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (failure.why !== noListener || !isHere) {
    return "check the address, which --server gives, and the network";
  }
  const program = Deno.build.standalone ? "chat" : "deno task chat";
  const where = port === "8000" ? "" : ` --port ${port === "" ? "80" : port}`;
  return `start a server with: ${program} serve${where}`;
}

/** Signals that ask to end, with the exit code that tells of each. */
const endingSignals: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", exitCodes.interrupted]]
  : [["SIGINT", exitCodes.interrupted], ["SIGTERM", 143], ["SIGHUP", 129]];

/** Calls `end` when a signal asks to end; gives a function that stops listening. */
export function onEndingSignal(end: (exitCode: number) => void): () => void {
  const handlers = endingSignals.map(([signal, code]) => [signal, () => end(code)] as const);
  for (const [signal, handler] of handlers) Deno.addSignalListener(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) Deno.removeSignalListener(signal, handler);
  };
}

/** How long work that is interrupted may take to put things in order. */
const orderlyEndMaxMs = 1000;

/**
 * Does work that should end in good order: a signal aborts it by an {@linkcode Interruption}, which
 * it is to throw on; if it has not ended soon after, the program ends all the same.
 */
export async function interruptible<Result>(
  work: (interruption: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  let patience: Timer | undefined;
  const stopListening = onEndingSignal((exitCode) => {
    abort.abort(new Interruption({ exitCode }));
    patience ??= systemClock.setTimer(orderlyEndMaxMs, () => Deno.exit(exitCode));
  });
  try {
    return await work(abort.signal);
  } finally {
    stopListening();
    patience?.cancel();
  }
}
