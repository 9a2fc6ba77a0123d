/**
 * What Tab does, press by press: completes what is certain, and then offers one way after the other.
 *
 * @module
 */
import { type Candidates, candidatesOf, type Choices } from "./completion.ts";

/** Candidates that Tab has found, and the one that stands in the draft. */
export interface CycleState {
  readonly candidates: Candidates;
  /** An index of the candidates; `undefined`: only what they have in common stands there. */
  readonly chosen: number | undefined;
}

/** Remembers where in the candidates Tab has come; over as soon as the draft is another. */
export class CompletionCycle {
  #state: CycleState | undefined;
  /** What stands before the cursor while it goes on. */
  #before = "";

  /**
   * What a Tab puts before the cursor: what all candidates have in common, or, if that is there
   * already, the first candidate; then the next one, or the one before. After the last comes the
   * first.
   */
  press(before: string, choices: Choices, step: "next" | "previous"): string {
    const state = this.stateAt(before);
    if (state === undefined) {
      const candidates = candidatesOf(before, choices);
      if (candidates === undefined) return before;
      if (candidates.common !== before || candidates.all.length < 2) {
        this.#goTo(candidates, undefined, candidates.common);
        return candidates.common;
      }
      return this.#choose({ candidates, chosen: undefined }, step);
    }
    return this.#choose(state, step);
  }

  /** Where it has come; `undefined` if something else stands before the cursor. */
  stateAt(before: string): CycleState | undefined {
    return before === this.#before ? this.#state : undefined;
  }

  /** Ends it: what stands in the draft stays. */
  end(): void {
    this.#state = undefined;
  }

  #choose({ candidates, chosen }: CycleState, step: "next" | "previous"): string {
    const { length } = candidates.all;
    const next = step === "next"
      ? chosen === undefined ? 0 : (chosen + 1) % length
      : ((chosen ?? 0) + length - 1) % length;
    const text = candidates.all[next]?.text ?? "";
    this.#goTo(candidates, next, text);
    return text;
  }

  #goTo(candidates: Candidates, chosen: number | undefined, before: string): void {
    // A single candidate needs no cycle: it is there, and Tab is for what comes next.
    this.#state = candidates.all.length < 2 ? undefined : { candidates, chosen };
    this.#before = before;
  }
}
