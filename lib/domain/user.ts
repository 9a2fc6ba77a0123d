/**
 * Users.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
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
}

/** A user as events and messages name them. */
export interface UserRef {
  readonly id: UserId;
  readonly name: string;
}
