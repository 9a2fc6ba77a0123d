/**
 * The question to a terminal where its cursor is, and whether it answers such questions.
 *
 * @module
 */
import type { Clock, Timer } from "../../../lib/clock.ts";

/** How long an answer is waited for; it must come the whole way that a key has. */
export const answerMaxMs = 1000;

/** Asks the terminal where the cursor is; {@linkcode CursorReport} is the answer. */
export const cursorRequest = "\x1b[6n";

/** One question at a time. */
export class CursorQuestion {
  readonly #clock: Clock;
  readonly #givenUp: () => void;
  #patience: Timer | undefined;
  #isMute = true;
  #waiting: (() => void)[] = [];

  /** @param givenUp Called when an answer that was relied on has not come. */
  constructor(clock: Clock, givenUp: () => void) {
    this.#clock = clock;
    this.#givenUp = givenUp;
  }

  /** Whether the terminal gives no answers, as far as is known. */
  get isMute(): boolean {
    return this.#isMute;
  }

  /** Whether an answer is to be waited for. */
  get isOpen(): boolean {
    return this.#patience !== undefined && !this.#isMute;
  }

  /** Notes that the terminal has been asked. */
  ask(): void {
    this.#patience?.cancel();
    this.#patience = this.#clock.setTimer(answerMaxMs, () => this.giveUp());
  }

  /** Notes an answer; says whether one was waited for. */
  hear(): boolean {
    const { isOpen } = this;
    // The first one, or one that comes late: nothing is owed any more.
    this.#isMute = false;
    this.#close();
    return isOpen;
  }

  /** Waits no longer, and asks no more until an answer has come after all. */
  giveUp(): void {
    const { isOpen } = this;
    this.forget();
    if (isOpen) this.#givenUp();
  }

  /** Takes nothing for asked, as someone else has had the terminal. */
  forget(): void {
    this.#isMute = true;
    this.#close();
  }

  /** Resolves when no answer is on its way, or none that comes in time. */
  async settled(): Promise<void> {
    while (this.#patience !== undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #close(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
