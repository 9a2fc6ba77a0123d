/**
 * Gives up what says nothing for too long.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";

/** How long a call may take, answer included. */
export const callTimeoutMs = 15_000;

/** How long a stream may be silent; the server shows every 15 s that it lives. */
export const streamSilenceMaxMs = 40_000;

export interface WatchdogSetup {
  readonly clock: Clock;
  /** Makes the reason that the watched one is given up with. */
  readonly fault: (why: string) => unknown;
  /** Also gives it up. */
  readonly signal?: AbortSignal | undefined;
}

/** Watches one request. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #fault: (why: string) => unknown;
  readonly #abort = new AbortController();
  #timer: Timer | undefined;
  /** Aborted when it is to be given up, with why. */
  readonly signal: AbortSignal;

  constructor({ clock, fault, signal }: WatchdogSetup) {
    this.#clock = clock;
    this.#fault = fault;
    this.signal = signal === undefined
      ? this.#abort.signal
      : AbortSignal.any([this.#abort.signal, signal]);
  }

  /** From now on, an answer must come within `limitMs`. */
  expectAnswer(limitMs = callTimeoutMs): void {
    this.#expect(limitMs, "it did not answer in time");
  }

  /** From now on, another sign of life must come within {@linkcode streamSilenceMaxMs}. */
  expectMore(): void {
    this.#expect(streamSilenceMaxMs, "it fell silent");
  }

  /** It has come to its end. */
  stop(): void {
    this.#timer?.cancel();
  }

  #expect(limitMs: number, why: string): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(limitMs, () => this.#abort.abort(this.#fault(why)));
  }
}
