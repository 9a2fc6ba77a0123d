/**
 * Checks the clock of this machine, by which messages expire and are sent.
 *
 * @module
 */
import { dayMs, secondMs } from "../../lib/domain/bounds.ts";
import { type Finding, roughTime } from "./finding.ts";
import type { ForeignTime, Visit } from "./visit.ts";

/** No clock that is right shows an earlier time: before it this program was not written. */
export const earliestMs: number = Date.UTC(2026, 0, 1);

/** Nor a later one, as long as this program is likely to be in use. */
export const latestMs: number = Date.UTC(2100, 0, 1);

/** So far the newest event may lie ahead, for a clock that is set right by a little steps back. */
export const aheadMs: number = 5 * secondMs;

/** So far two clocks may be apart. A `Date` is cut to its second, which is let pass beside. */
export const apartMs: number = 2 * secondMs;

/** So far the clock may jump while the doctor is here. */
export const jumpMs: number = secondMs;

export interface ClockFacts {
  readonly nowMs: number;
  /** How far the clock has gone while the doctor was here, and how far it should have. */
  readonly wentMs: number;
  readonly passedMs: number;
  readonly newestMs: number | undefined;
  readonly foreignTimes: readonly ForeignTime[];
}

export function checkClock(visit: Visit): readonly Finding[] {
  const { clock, startedMs, startedMonotonicMs, newestMs, foreignTimes } = visit;
  const nowMs = clock.now();
  return judgeClock({
    nowMs,
    wentMs: nowMs - startedMs,
    passedMs: clock.monotonic() - startedMonotonicMs,
    newestMs,
    foreignTimes,
  });
}

export function judgeClock(facts: ClockFacts): readonly Finding[] {
  const { nowMs, wentMs, passedMs, newestMs, foreignTimes } = facts;
  const now = new Date(nowMs).toISOString();
  const faults: Omit<Finding, "looked">[] = [];
  const setClock = "set it, and keep it right: timedatectl set-ntp true";
  if (nowMs < earliestMs || nowMs >= latestMs) {
    const found = `it shows ${now}, which can't be: messages would expire, or never be sent`;
    faults.push({ verdict: "failed", found, advice: setClock });
  }
  if (newestMs !== undefined && newestMs - nowMs > aheadMs) {
    faults.push({
      verdict: newestMs - nowMs > dayMs ? "failed" : "warning",
      found: `it shows ${now}, but the newest event of the database is of ` +
        `${new Date(newestMs).toISOString()}: it has been set back by ` +
        `${roughTime(newestMs - nowMs)}, or was ahead`,
      advice: setClock,
    });
  }
  if (Math.abs(wentMs - passedMs) > jumpMs) {
    faults.push({
      verdict: "warning",
      found: `it has jumped by ${roughTime(wentMs - passedMs)} within ${roughTime(passedMs)}`,
      advice: "see who sets it: journalctl -u systemd-timesyncd -u chronyd",
    });
  }
  for (const { where, theirMs, askedMs, answeredMs } of foreignTimes) {
    const behindMs = theirMs - answeredMs;
    const aheadOfMs = askedMs - (theirMs + secondMs);
    const awayMs = Math.max(behindMs, aheadOfMs);
    if (awayMs <= apartMs) continue;
    faults.push({
      verdict: "warning",
      found: `it is ${behindMs > 0 ? "behind" : "ahead of"} that of ${where} by ` +
        roughTime(awayMs),
      advice: "see which of the two is right: date -u, and timedatectl on both",
    });
  }
  const findings = faults.map((fault) => ({ looked: "the clock", ...fault }));
  if (findings.length > 0) return findings;
  return [{ verdict: "ok", looked: "the clock", found: `${now}; nothing speaks against it` }];
}
