/**
 * Gathers what is to be drawn anew, for as often as anyone can see it.
 *
 * @module
 */
import type { Clock, Timer } from "../../../../lib/clock.ts";

/** Longest that a drawing waits for a frame, in milliseconds: a tab that nobody sees has none. */
export const frameWaitMs = 100;

export interface RedrawsSetup {
  readonly clock: Clock;
  /** Calls `work` when the browser draws next, if ever. */
  readonly nextFrame: (work: () => void) => void;
}

export class Redraws {
  readonly #setup: RedrawsSetup;
  readonly #due = new Set<() => void>();
  #timer: Timer | undefined;
  /** Frames that a hidden tab asks for all come when it is seen again. */
  #isFrameAsked = false;

  constructor(setup: RedrawsSetup) {
    this.#setup = setup;
  }

  /** Has some work done with the next frame: once, however often it is asked for until then. */
  ask(work: () => void): void {
    this.#due.add(work);
    if (this.#timer !== undefined) return;
    const { clock, nextFrame } = this.#setup;
    this.#timer = clock.setTimer(frameWaitMs, () => this.#run());
    if (this.#isFrameAsked) return;
    this.#isFrameAsked = true;
    nextFrame(() => {
      this.#isFrameAsked = false;
      this.#run();
    });
  }

  /** Some work is not wanted any more. */
  forget(work: () => void): void {
    this.#due.delete(work);
  }

  #run(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const works = [...this.#due];
    this.#due.clear();
    for (const work of works) work();
  }
}
