/**
 * Why a rule says no: values, not exceptions.
 *
 * @module
 */

import type { LimitStatus } from "./limit.ts";

/** What a command names that is not there, or is none of the actor's business. */
export type Missing =
  | "user"
  | "room"
  | "message"
  | "token"
  | "file"
  | "scheduled message"
  | "member"
  | "invitation"
  | "link"
  | "request"
  | "report"
  | "ban"
  | "invite";

/** A field of the request that can't be taken as it is, and why. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

export type Refusal =
  | { readonly code: "name_taken" }
  | { readonly code: "bad_password" }
  | { readonly code: "invite_needed" }
  | { readonly code: "forbidden"; readonly why: string }
  | { readonly code: "banned"; readonly untilMs: number }
  | { readonly code: "not_found"; readonly what: Missing }
  | { readonly code: "already_sent" }
  | { readonly code: "already_reported" }
  | { readonly code: "already_member" }
  | { readonly code: "pending_approval" }
  | { readonly code: "invalid"; readonly errors: readonly FieldFault[] }
  | { readonly code: "idempotency_mismatch" }
  | { readonly code: "rate_limited"; readonly limit: LimitStatus };

export type RefusalCode = Refusal["code"];

/** A decision that changes nothing. */
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export const nameTaken: Refused = refused({ code: "name_taken" });
export const badPassword: Refused = refused({ code: "bad_password" });
/** An invitation to register is missing, or of no use: which, is nobody's business. */
export const inviteNeeded: Refused = refused({ code: "invite_needed" });
export const idempotencyMismatch: Refused = refused({ code: "idempotency_mismatch" });
export const alreadySent: Refused = refused({ code: "already_sent" });
export const alreadyReported: Refused = refused({ code: "already_reported" });
export const alreadyMember: Refused = refused({ code: "already_member" });
export const pendingApproval: Refused = refused({ code: "pending_approval" });

/** @param why A sentence for the one who asked, without its period. */
export function forbidden(why: string): Refused {
  return refused({ code: "forbidden", why });
}

export function notFound(what: Missing): Refused {
  return refused({ code: "not_found", what });
}

export function invalid(field: string, message: string): Refused {
  return refused({ code: "invalid", errors: [{ field, message }] });
}

export function rateLimited(limit: LimitStatus): Refused {
  return refused({ code: "rate_limited", limit });
}

export function refused(refusal: Refusal): Refused {
  return { ok: false, refusal };
}
