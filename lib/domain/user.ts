/**
 * Users.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
import { formerNameLifeMs } from "./bounds.ts";
import type { UserId } from "./ids.ts";
import type { Role } from "./role.ts";

/**
 * What stands for the name of a deleted user. Nobody can have it: a name begins with a letter, a
 * digit or a picture.
 */
export const deletedUserName = "(deleted)";

/** Someone who talks here. */
export interface User {
  readonly id: UserId;
  /** As shown; Unicode NFC. */
  readonly name: string;
  readonly folded: FoldedName;
  /** What the password is checked against; absent if the tokens are the only keys. */
  readonly passwordHash?: string;
  readonly createdMs: number;
  /** Until when they may not send, by the last ban; it may be over. */
  readonly bannedUntilMs?: number;
  readonly role?: Role;
  /**
   * When they were deleted. The row stays so that its id keeps its meaning; by no name can it be
   * found, and for the rules there is no such user.
   */
  readonly deletedMs?: number;
  /** Nothing is left of what a deleted user said and was in. */
  readonly erased?: true;
}

/** What is left of a user when they are deleted. */
export function deleted({ id, createdMs }: User, deletedMs: number): User {
  return {
    id,
    name: deletedUserName,
    // In a folded name there is no capital letter, so that no name finds it.
    folded: `DELETED ${id}` as FoldedName,
    createdMs,
    deletedMs,
  };
}

/** Whether someone was deleted. */
export function isDeleted({ deletedMs }: User): boolean {
  return deletedMs !== undefined;
}

/** Whether someone may not send now. */
export function isBanned({ bannedUntilMs }: User, nowMs: number): boolean {
  return bannedUntilMs !== undefined && nowMs < bannedUntilMs;
}

/** A name that someone has given up, and that nobody else may take for a while. */
export interface FormerName {
  readonly folded: FoldedName;
  readonly user: UserId;
  /** When it was given up. */
  readonly atMs: number;
}

/** Whether a former name is still kept for the one who had it. */
export function isKept({ atMs }: FormerName, nowMs: number): boolean {
  return nowMs - atMs < formerNameLifeMs;
}

/** A user as they are named by others. */
export function refTo({ id, name }: User): UserRef {
  return { id, name };
}

/** A user as events and messages name them. */
export interface UserRef {
  readonly id: UserId;
  readonly name: string;
}
