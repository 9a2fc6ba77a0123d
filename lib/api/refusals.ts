/**
 * The problems that clients have words for: what the rules of the chat refuse with, and signing out.
 *
 * @module
 */
import type { RefusalCode } from "../domain/refusal.ts";

export interface ProblemKind {
  /** HTTP status. */
  readonly status: number;
  /** The code in words, the same for each occurrence. */
  readonly title: string;
}

export const refusalKinds = {
  unauthorized: { status: 401, title: "A valid token is needed" },
  bad_password: { status: 401, title: "The password is wrong" },
  name_taken: { status: 401, title: "The name belongs to someone" },
  forbidden: { status: 403, title: "This is not allowed" },
  banned: { status: 403, title: "You are banned from sending" },
  not_found: { status: 404, title: "There is no such thing here" },
  already_sent: { status: 409, title: "It has been sent already" },
  already_reported: { status: 409, title: "You have reported this user already" },
  already_member: { status: 409, title: "Already in this room" },
  pending_approval: { status: 409, title: "The owner has not answered yet" },
  invalid: { status: 422, title: "A value is not valid" },
  idempotency_mismatch: { status: 422, title: "The key was used for another request" },
  rate_limited: { status: 429, title: "The limit is used up" },
} as const satisfies Record<RefusalCode | "unauthorized", ProblemKind>;
