/**
 * The life of messages: gone soon for those who have read them, later for everyone.
 *
 * @module
 */
import type { MessageId, Position, UserId } from "./ids.ts";
import type { Policy } from "./policy.ts";

/** The times that decide what is still there. */
export interface Life {
  readonly nowMs: number;
  /** What was sent then or before is gone, read or not. */
  readonly keptSinceMs: number;
}

/** What a message's life depends on. */
export interface Mortal {
  readonly id: MessageId;
  readonly author: { readonly id: UserId };
  readonly atMs: number;
  readonly expiresMs: number;
}

export function lifeAt(nowMs: number, { unreadTtlMs }: Policy): Life {
  return { nowMs, keptSinceMs: nowMs - unreadTtlMs };
}

/** Whether someone in its room, who has read up to `readId`, may still see a message. */
export function isThere(
  { id, author, atMs, expiresMs }: Mortal,
  { user, readId }: { readonly user: UserId; readonly readId: Position },
  { nowMs, keptSinceMs }: Life,
): boolean {
  if (atMs <= keptSinceMs) return false;
  return expiresMs > nowMs || (id > readId && author.id !== user);
}
