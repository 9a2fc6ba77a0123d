/**
 * Expected failures of a request, each of which becomes a problem on the wire.
 *
 * @module
 */
import type { ProblemCode, ProblemExtras } from "../../lib/api/problems.ts";
import type { Refusal } from "../../lib/domain/refusal.ts";
import type { HeaderList } from "../http/mod.ts";

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

/** The failure that a refusal of the rules is on the wire. */
export function failureOf(refusal: Refusal): Failure {
  switch (refusal.code) {
    case "name_taken":
      return new Failure(
        "name_taken",
        "This name is taken. If it is yours, give its password or its token.",
      );
    case "not_found":
      return new Failure("not_found", `There is no such ${refusal.what} here.`);
    case "invalid":
      return invalid(refusal.errors);
    case "idempotency_mismatch":
      return new Failure(
        "idempotency_mismatch",
        "Another request was made with this Idempotency-Key. Use a new key for a new request.",
      );
  }
}

/** Values that can't be taken, field by field. */
export function invalid(errors: readonly { field: string; message: string }[]): Failure {
  const detail = errors.map(({ field, message }) => `${field} ${message}`.trim()).join("; ");
  return new Failure("invalid", `${detail}.`, { extras: { errors: [...errors] } });
}
