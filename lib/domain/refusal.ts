/**
 * Why a rule says no: values, not exceptions.
 *
 * @module
 */

/** What a command names that is not there, or is none of the actor's business. */
export type Missing = "user" | "room" | "message" | "token";

/** A field of the request that can't be taken as it is, and why. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

export type Refusal =
  | { readonly code: "name_taken" }
  | { readonly code: "not_found"; readonly what: Missing }
  | { readonly code: "invalid"; readonly errors: readonly FieldFault[] }
  | { readonly code: "idempotency_mismatch" };

/** A decision that changes nothing. */
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export const nameTaken: Refused = { ok: false, refusal: { code: "name_taken" } };

export const idempotencyMismatch: Refused = {
  ok: false,
  refusal: { code: "idempotency_mismatch" },
};

export function notFound(what: Missing): Refused {
  return { ok: false, refusal: { code: "not_found", what } };
}

export function invalid(field: string, message: string): Refused {
  return { ok: false, refusal: { code: "invalid", errors: [{ field, message }] } };
}
