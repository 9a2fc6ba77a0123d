/**
 * How far a log must go on after going back in time.
 *
 * @module
 */

/** Positions that a server may have given out each second since the backup, on average. */
export const positionsPerSecond = 1000;

/** Fewest that are skipped, should a clock have been set back. */
export const skippedMin = 1_000_000;

/**
 * Positions to skip, so that none is given out again that was given out after the backup and then
 * lost: a client that remembers a message by its number must not comment on another one, or delete
 * it.
 */
export function skippedPositions(
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): number {
  return Math.max(skippedMin, Math.ceil((nowMs - sinceMs) / 1000) * positionsPerSecond);
}
