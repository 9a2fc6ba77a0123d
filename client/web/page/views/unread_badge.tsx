/**
 * How many messages are unread, as a badge.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { unreadCountedMax } from "../../../lines/quantities.ts";

export interface BadgeOptions {
  /** How many of the messages call the reader by name. */
  readonly calls?: number;
  /** From here on a number is told as this one and more. */
  readonly shownMax?: number;
}

/** Nothing for none. */
export function unreadBadge(
  unread: number,
  { calls = 0, shownMax = unreadCountedMax }: BadgeOptions = {},
): JSX.Element | undefined {
  if (unread === 0) return undefined;
  return (
    <span class="badges">
      {calls > 0 && (
        <span class="badge calls">
          @{calls} <span class="visually-hidden">{calls === 1 ? "calls you," : "call you,"}</span>
        </span>
      )}
      <span class="badge">
        {Math.min(unread, shownMax)}
        {unread >= shownMax && "+"} <span class="visually-hidden">unread</span>
      </span>
    </span>
  );
}
