/**
 * The only door to time.
 *
 * @module
 */

/** A call that is due later and can be called off. */
export interface Timer {
  /** Calls it off; without effect once it has run. */
  cancel(): void;
}

/** What the program knows of time; a test puts a virtual one in its place. */
export interface Clock {
  /** Wall time in milliseconds since 1970 UTC; may step back when the system clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never steps back. For measuring and for timeouts. */
  monotonic(): number;
  /** Calls `callback` once, `delayMs` from now. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /**
   * Calls `callback` once everything that is ready now has been handled.
   *
   * This is the natural edge of a batch: all sockets that had data in this turn of the event loop
   * have been read by then. It is no way to let others go on for long: of turns that each call for
   * the next one like this, Deno 2.9 looks at its sockets in about every 61st.
   */
  afterThisTurn(callback: () => void): void;
  /** Calls `callback` once everything else has surely gone on, sockets included; takes 1 or 2 ms. */
  afterOthers(callback: () => void): void;
}

/** Where there is none, as in a browser, nobody asks for batches. */
declare function setImmediate(callback: () => void): unknown;

/** The system's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, callback) {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  afterThisTurn(callback) {
    setImmediate(callback);
  },
  afterOthers(callback) {
    setTimeout(callback, 0);
  },
};

/** Lets everything else go on for a turn: between two steps of a long work. */
export function othersTurn(clock: Pick<Clock, "afterOthers">): Promise<void> {
  return new Promise((resolve) => clock.afterOthers(resolve));
}
