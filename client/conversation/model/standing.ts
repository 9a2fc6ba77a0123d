/**
 * How a user stands: whether they may send, and whether they look after the chat.
 *
 * @module
 */
import type { Model } from "../model.ts";

/** Until when the user may not send, if that is still to come. */
export function banEndMs({ bannedUntilMs }: Model, nowMs: number): number | undefined {
  return bannedUntilMs !== undefined && bannedUntilMs > nowMs ? bannedUntilMs : undefined;
}

/** Whether the user may moderate, as far as it is known. */
export function moderates({ role }: Model): boolean {
  return role === "moderator" || role === "owner";
}
