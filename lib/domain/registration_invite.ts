/**
 * Invitations to register, for a server that does not let just anyone in.
 *
 * @module
 */
import type { RegistrationInviteId, UserId } from "./ids.ts";

/** By its code, someone may register. */
export interface RegistrationInvite {
  readonly id: RegistrationInviteId;
  /** SHA-256 of the code, in hexadecimal. */
  readonly hash: string;
  /** Who made it; absent: the operator. */
  readonly by?: UserId;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** How many may register by it. */
  readonly usesMax: number;
  /** How many have registered by it. */
  readonly uses: number;
}

/** Whether someone may still register by an invitation. */
export function letsIn({ expiresMs, uses, usesMax }: RegistrationInvite, nowMs: number): boolean {
  return nowMs < expiresMs && uses < usesMax;
}
