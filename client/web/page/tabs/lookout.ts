/**
 * Whether the user looks at any tab of the browser.
 *
 * @module
 */
import type { Clock } from "../../../../lib/clock.ts";

/** How long the other tabs may take to say that the user looks at them. */
export const lookWaitMs = 300;

/** Whether the user can see a tab, and whether what they type goes there. */
export interface TabAttention {
  readonly visible: boolean;
  readonly focused: boolean;
}

export type LookoutMessage =
  | { readonly type: "who_is_seen"; readonly from: string }
  | { readonly type: "is_seen"; readonly from: string };

export interface LookoutSetup {
  readonly id: string;
  readonly clock: Clock;
  readonly post: (message: LookoutMessage) => void;
}

export class Lookout {
  readonly #setup: LookoutSetup;
  /** Whether the user looks at this tab. */
  isSeen = false;
  /** Ends the questions that are not answered yet. */
  #answer: (() => void) | undefined;
  #question: Promise<boolean> | undefined;

  constructor(setup: LookoutSetup) {
    this.#setup = setup;
  }

  /** Whether the user looks at this tab or another one. */
  anyone(): Promise<boolean> {
    if (this.isSeen) return Promise.resolve(true);
    this.#question ??= this.#ask();
    return this.#question;
  }

  hear(message: LookoutMessage): void {
    if (message.type === "is_seen") this.#answer?.();
    else if (this.isSeen) this.#setup.post({ type: "is_seen", from: this.#setup.id });
  }

  async #ask(): Promise<boolean> {
    const { id, clock, post } = this.#setup;
    const isSeen = await new Promise<boolean>((resolve) => {
      const timer = clock.setTimer(lookWaitMs, () => resolve(false));
      this.#answer = () => {
        timer.cancel();
        resolve(true);
      };
      post({ type: "who_is_seen", from: id });
    });
    this.#question = undefined;
    this.#answer = undefined;
    return isSeen;
  }
}
