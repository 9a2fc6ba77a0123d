/**
 * Turns whatever goes wrong into a problem response.
 *
 * @module
 */
import { problem, type ProblemExtras } from "../../lib/api/problems.ts";
import { failureFields, type Log } from "../../lib/log.ts";
import { EngineBusy, EngineStopped } from "../chat/engine.ts";
import { BodyTooLarge, ProtocolError, type Response } from "../http/mod.ts";
import { StoreFailure } from "../store/store.ts";
import { Busy, Failure } from "./failure.ts";

/**
 * The problem that a failure is, for the one who asked.
 *
 * What is no failure we expect is told to the log with its stack, and to the client by the request's
 * id alone. Why the store failed is for the log, too.
 */
export function failureResponse(failure: unknown, requestId: string, log: Log): Response {
  const known = expected(failure);
  if (failure instanceof StoreFailure) {
    log.error("The store failed", { request: requestId, ...failureFields(failure) });
  }
  if (known === undefined) {
    log.error("A request failed", { request: requestId, ...failureFields(failure) });
    return problemResponse(new Failure("internal", "Something went wrong on the server."), {
      request_id: requestId,
    });
  }
  return problemResponse(known, known.extras);
}

function expected(failure: unknown): Failure | undefined {
  if (failure instanceof Failure) return failure;
  if (failure instanceof BodyTooLarge) {
    return new Failure("too_large", `The body may have at most ${failure.limitBytes} bytes.`, {
      extras: { limit: failure.limitBytes },
    });
  }
  if (failure instanceof ProtocolError && failure.code === "busy") {
    return new Busy(`${failure.message}.`);
  }
  if (failure instanceof ProtocolError) return new Failure(failure.code, `${failure.message}.`);
  if (failure instanceof EngineBusy) return new Busy("Too many requests are waiting.");
  if (failure instanceof EngineStopped) return shuttingDown();
  if (failure instanceof StoreFailure) {
    return new Busy(
      "The store cannot be used right now. Try again, with the same Idempotency-Key.",
    );
  }
  return undefined;
}

function problemResponse({ code, message, headers }: Failure, extras: ProblemExtras): Response {
  const body = problem(code, message, extras);
  return {
    status: body.status,
    headers: [
      ["Content-Type", "application/problem+json"],
      ["Cache-Control", "no-store"],
      ...headers,
    ],
    body: JSON.stringify(body),
  };
}

/** Nothing new is taken on. */
export function shuttingDown(): Failure {
  return new Failure("shutting_down", "The server is shutting down.", {
    headers: [["Retry-After", "2"]],
  });
}
