/**
 * Roles: who looks after the chat, beside the operator.
 *
 * @module
 */
import type { User } from "./user.ts";

/**
 * Nobody has one by default. Moderators see reports, ban, and take back what others have said;
 * owners can do the same, also give roles and delete users, and moderators can do nothing to them.
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
