/**
 * How long to wait before trying again: longer each time, and never two clients alike.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";

/** The shortest wait. */
export const backoffMinMs = 1000;

/** The longest wait. */
export const backoffMaxMs = 30_000;

/** The waits between attempts that fail one after the other. */
export class Backoff {
  readonly #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * The next wait, in milliseconds: in the upper half of a span that doubles up to
   * {@linkcode backoffMaxMs}.
   *
   * Chance spreads the clients of a server that comes back, so that they don't all knock at once.
   *
   * @param atLeastMs What the server asked for.
   */
  next(atLeastMs = 0): number {
    const spanMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** (this.#failures + 1));
    // More would say nothing new, and must not overflow.
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.max(atLeastMs, Math.floor(spanMs / 2 * (1 + this.#random.number())));
  }

  /** It worked: the next failure is a first one. */
  reset(): void {
    this.#failures = 0;
  }
}

/** A wait that can be cut short. */
export class Pause {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #end: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `delayMs`, or when {@linkcode Pause.end} is called. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#timer = this.#clock.setTimer(delayMs, resolve);
    });
  }

  /** Ends the wait, if there is one. */
  end(): void {
    this.#timer?.cancel();
    this.#end();
  }
}
