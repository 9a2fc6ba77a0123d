/**
 * Reports: what users hold against each other, and the bans that come of it.
 *
 * @module
 */
import type { MessageId, UserId } from "./ids.ts";
import type { User } from "./user.ts";

/** One user's report about another; who made it is told to nobody. */
export interface Report {
  readonly reporter: UserId;
  readonly target: UserId;
  readonly atMs: number;
  readonly reason?: string;
  /** The message it is about. */
  readonly message?: MessageId;
}

/**
 * Those of the reports about `target` that count.
 *
 * When a ban ends, the reports that were made until then are settled, and the count is zero.
 */
export function openReports(
  { bannedUntilMs }: User,
  reports: readonly Report[],
  nowMs: number,
): readonly Report[] {
  if (bannedUntilMs === undefined || nowMs < bannedUntilMs) return reports;
  return reports.filter(({ atMs }) => atMs >= bannedUntilMs);
}
