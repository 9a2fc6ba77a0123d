/**
 * Gives a stream up that is as silent as the calls beside it are.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { callTimeoutMs } from "./api_client.ts";

/**
 * How long a stream may still be silent that was so all the time of a call without an answer; more
 * than that is between two heartbeats only by chance.
 */
export const streamDoubtMs = 5000;

export interface StreamDoubtSetup {
  readonly clock: Clock;
  /** Gives the stream up. */
  readonly giveUp: () => void;
}

export class StreamDoubt {
  readonly #setup: StreamDoubtSetup;
  /** When the stream last brought something, by the monotonic clock. */
  #aliveMs = 0;
  #timer: Timer | undefined;

  constructor(setup: StreamDoubtSetup) {
    this.#setup = setup;
  }

  /** The stream has brought something. */
  notice(): void {
    this.#aliveMs = this.#setup.clock.monotonic();
    this.stop();
  }

  /** There is a reason to think that the stream is dead: a little later it is given up if it is. */
  suspect(): void {
    const { clock, giveUp } = this.#setup;
    this.#timer ??= clock.setTimer(streamDoubtMs, () => {
      this.#timer = undefined;
      if (clock.monotonic() - this.#aliveMs >= callTimeoutMs + streamDoubtMs) giveUp();
    });
  }

  /** There is nothing to be doubted any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
