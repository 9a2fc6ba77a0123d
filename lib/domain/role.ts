/**
 * Roles: who looks after the chat, beside the operator.
 *
 * @module
 */
import type { User } from "./user.ts";

/**
 * Nobody has one by default. Moderators see reports, ban, and take back what others have said;
 * owners can do the same, and also give roles and delete users. Whom a moderator can ban, unban or
 * clear of reports has no role, whom an owner can is no owner; what was said is taken back whoever
 * has said it.
 */
export type Role = "owner" | "moderator";

/** Whether someone may moderate. */
export function moderates({ role }: User): boolean {
  return role !== undefined;
}

/** Whether someone may do what only owners may. */
export function owns({ role }: User): boolean {
  return role === "owner";
}
