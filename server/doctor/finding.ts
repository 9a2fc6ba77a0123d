/**
 * What a check tells: what was looked at, what was found, and what to do about it.
 *
 * @module
 */

/** How grave it is; only what failed keeps the server, or someone, from their work. */
export type Verdict = "ok" | "warning" | "failed";

export interface Finding {
  readonly verdict: Verdict;
  /** What was looked at, as `chat.db` or `127.0.0.1:8000`. */
  readonly looked: string;
  /** What was found, a sentence without its period. */
  readonly found: string;
  /** What to do: a command as it is typed, or a sentence. */
  readonly advice?: string;
}

/** A span of time as one reads it: `350 ms`, `12 s`, `4 min`, `3 h`, `21 days`. */
export function roughTime(spanMs: number): string {
  const steps = [["ms", 1000], ["s", 120], ["min", 120], ["h", 48], ["days", Infinity]] as const;
  const parts = [1000, 60, 60, 24, 1];
  let amount = Math.abs(spanMs);
  for (const [at, [unit, below]] of steps.entries()) {
    if (amount < below) return `${Math.floor(amount)} ${unit}`;
    amount /= parts[at] ?? 1;
  }
  return `${Math.floor(amount)} days`;
}
