/**
 * Turns whatever goes wrong into a problem response.
 *
 * @module
 */
import { problem } from "../../lib/api/problems.ts";
import { failureFields, type Log } from "../../lib/log.ts";
import { EngineBusy, EngineStopped } from "../chat/engine.ts";
import { BodyTooLarge, ProtocolError, type Response } from "../http/mod.ts";
import { StoreFailure } from "../store/store.ts";
import { Busy, Failure } from "./failure.ts";

/**
 * What a failure is for the one who asked.
 *
 * What is no failure we expect is told to the log with its stack, and to the client by the request's
 * id alone. Why the store failed is for the log, too.
 */
export function explain(failure: unknown, requestId: string, log: Log): Failure {
  const known = expected(failure);
  if (failure instanceof StoreFailure) {
    log.error("The store failed", { request: requestId, ...failureFields(failure) });
  }
  if (known !== undefined) return known;
  log.error("A request failed", { request: requestId, ...failureFields(failure) });
  return new Failure("internal", "Something went wrong on the server.", {
    extras: { request_id: requestId },
  });
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

/** A failure as `application/problem+json` (RFC 9457). */
export function problemResponse({ code, message, extras, headers }: Failure): Response {
  const body = problem(code, message, extras);
  return {
    status: body.status,
    headers: [
      ["Content-Type", "application/problem+json"],
      ["Cache-Control", "no-store"],
      // A 401 must say how one may show who one is (RFC 9110 §15.5.2).
      ...(body.status === 401 ? [["WWW-Authenticate", "Bearer"] as const] : []),
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
