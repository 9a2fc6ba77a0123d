/**
 * The ways into a room: invitations, links, and requests to be let in.
 *
 * @module
 */
import type { LinkId, RoomId, UserId } from "./ids.ts";
import type { UserRef } from "./user.ts";

/** Someone may join a room as soon as they accept. */
export interface Invitation {
  readonly room: RoomId;
  readonly user: UserId;
  readonly by: UserRef;
  readonly atMs: number;
}

/** By its code, others can ask to enter a room. */
export interface Link {
  readonly id: LinkId;
  readonly room: RoomId;
  /** SHA-256 of the code, in hexadecimal. */
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** How many may enter by it; absent: any number. */
  readonly usesMax?: number;
  /** How many have entered by it. */
  readonly uses: number;
}

/** Someone who came by a link waits for the owner's word. */
export interface JoinRequest {
  readonly room: RoomId;
  readonly user: UserRef;
  readonly link: LinkId;
  readonly atMs: number;
}

/** Whether someone may still come by a link. */
export function isUsable({ expiresMs, uses, usesMax = Infinity }: Link, nowMs: number): boolean {
  return nowMs < expiresMs && uses < usesMax;
}
