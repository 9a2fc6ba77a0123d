/**
 * Users.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
import { formerNameLifeMs } from "./bounds.ts";
import type { UserId } from "./ids.ts";

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
