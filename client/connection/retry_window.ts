/**
 * How long a message may be sent again under its key without the risk of sending it twice.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { hourMs, receiptLifeMs } from "../../lib/domain/bounds.ts";

/** What the last attempt and two clocks that do not agree may take of a receipt's life. */
export const retryMarginMs = hourMs;

/** How long after its first attempt a message is tried again, in milliseconds. */
export const retryAgeMaxMs = receiptLifeMs - retryMarginMs;

/** How old an attempt was when it was noticed, and when that was. */
interface Notice {
  readonly triedMs: number;
  readonly ageMs: number;
  readonly monotonicMs: number;
}

/**
 * The ages of first attempts, by key.
 *
 * The wall clock counts while the machine sleeps or the program is not there, the monotonic one
 * whatever the wall clock is set to. The older age of both counts: to be late is what does harm.
 */
export class RetryWindow {
  readonly #clock: Clock;
  readonly #notices = new Map<string, Notice>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A message was first tried at `triedMs`, by the wall clock. */
  notice(key: string, triedMs: number): void {
    const wallMs = this.#clock.now() - triedMs;
    // If the clock was set back since, nobody knows the age.
    const ageMs = wallMs < 0 ? Infinity : wallMs;
    this.#notices.set(key, { triedMs, ageMs, monotonicMs: this.#clock.monotonic() });
  }

  /** Whether a message may be tried, or tried again. */
  isOpen(key: string): boolean {
    const notice = this.#notices.get(key);
    if (notice === undefined) return true;
    const wallMs = this.#clock.now() - notice.triedMs;
    const ageMs = notice.ageMs + this.#clock.monotonic() - notice.monotonicMs;
    return Math.max(wallMs, ageMs) <= retryAgeMaxMs;
  }

  /** It is answered, or surely did not arrive. */
  forget(key: string): void {
    this.#notices.delete(key);
  }
}
