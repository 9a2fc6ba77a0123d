/**
 * Tokens: the key that each client of a user holds.
 *
 * @module
 */
import type { TokenId, UserId } from "./ids.ts";

/** One client's key, as it is kept: the secret itself is only known to the client. */
export interface Token {
  readonly id: TokenId;
  readonly user: UserId;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  /** What the client calls itself. */
  readonly client?: string;
  readonly createdMs: number;
  readonly lastSeenMs: number;
}

/** Whether it is the one that its user registered with: its id is the next one after theirs. */
export function isFirst({ id }: Token, user: { readonly id: UserId }): boolean {
  return id - user.id === 1;
}

/** What a token is made from. */
export interface TokenGrant {
  readonly hash: string;
  readonly client?: string;
}
