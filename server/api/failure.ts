/**
 * Expected failures of a request, each of which becomes a problem on the wire.
 *
 * @module
 */
import type { ProblemCode, ProblemExtras } from "../../lib/api/problems.ts";
import type { LimitStatus } from "../../lib/domain/limit.ts";
import type { Refusal } from "../../lib/domain/refusal.ts";
import type { HeaderList } from "../http/mod.ts";
import { wireTime } from "./wire.ts";

/** The request ends here, with this problem. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;
  readonly headers: HeaderList;

  /** @param detail What happened, for a person to read; it is sent. */
  constructor(
    code: ProblemCode,
    detail: string,
    more: { readonly extras?: ProblemExtras; readonly headers?: HeaderList } = {},
  ) {
    super(detail);
    this.code = code;
    this.extras = more.extras ?? {};
    this.headers = more.headers ?? [];
  }
}

/** How long a client that met a busy server should wait, in seconds. */
export const busyRetryAfterS = 1;

/** Too much is going on; nothing was done, and it may be tried again. */
export class Busy extends Failure {
  override readonly name = "Busy";

  constructor(detail: string) {
    super("busy", detail, { headers: [["Retry-After", String(busyRetryAfterS)]] });
  }
}

/**
 * The failure that a refusal of the rules is on the wire.
 *
 * @param nowMs By which the client is told how long to wait.
 */
export function failureOf(refusal: Refusal, nowMs: number): Failure {
  switch (refusal.code) {
    case "name_taken":
      return new Failure(
        "name_taken",
        "This name is taken. If it is yours, give its password or its token.",
      );
    case "not_found":
      return new Failure("not_found", `There is no such ${refusal.what} here.`);
    case "bad_password":
      return new Failure("bad_password", "This is not the password of this name.");
    case "invite_needed":
      return new Failure(
        "invite_needed",
        "To register here takes an invitation that is still good.",
      );
    case "forbidden":
      return new Failure("forbidden", `${refusal.why}.`);
    case "banned": {
      const until = wireTime(refusal.untilMs);
      return new Failure("banned", `You are banned from sending until ${until}.`, {
        extras: { banned_until: until },
      });
    }
    case "already_sent":
      return new Failure("already_sent", "This message has been sent already.");
    case "already_reported":
      return new Failure("already_reported", "You have reported this user already.");
    case "already_member":
      return new Failure("already_member", "Already a member of this room.");
    case "pending_approval":
      return new Failure("pending_approval", "You have asked already; the owner has not answered.");
    case "rate_limited":
      return rateLimited(refusal.limit, nowMs);
    case "invalid":
      return invalid(refusal.errors);
    case "idempotency_mismatch":
      return new Failure(
        "idempotency_mismatch",
        "Another request was made with this Idempotency-Key. Use a new key for a new request.",
      );
  }
}

function rateLimited(status: LimitStatus, nowMs: number): Failure {
  const { limit, resetsMs = nowMs } = status;
  const resetsAt = wireTime(resetsMs);
  const seconds = Math.max(1, Math.ceil((resetsMs - nowMs) / 1000));
  return new Failure(
    "rate_limited",
    `You have used all ${limit} of this period; a new one begins at ${resetsAt}.`,
    {
      extras: { resets_at: resetsAt },
      headers: [["Retry-After", String(seconds)], ...limitHeaders(status, nowMs)],
    },
  );
}

/** What is left of a limit, as draft-ietf-httpapi-ratelimit-headers says it. */
export function limitHeaders(
  { kind, limit, periodMs, remaining, resetsMs }: LimitStatus,
  nowMs: number,
): HeaderList {
  const leftMs = resetsMs === undefined ? periodMs : Math.max(0, resetsMs - nowMs);
  return [
    ["RateLimit-Policy", `"${kind}";q=${limit};w=${Math.ceil(periodMs / 1000)}`],
    ["RateLimit", `"${kind}";r=${remaining};t=${Math.ceil(leftMs / 1000)}`],
  ];
}

/** Values that can't be taken, field by field. */
export function invalid(errors: readonly { field: string; message: string }[]): Failure {
  const detail = errors.map(({ field, message }) => `${field} ${message}`.trim()).join("; ");
  return new Failure("invalid", `${detail}.`, { extras: { errors: [...errors] } });
}
