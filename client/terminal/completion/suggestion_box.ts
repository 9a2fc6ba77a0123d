/**
 * The suggestions for a draft, kept until the draft is another one.
 *
 * @module
 */
import type { Line } from "../../lines/safe_line.ts";
import { CompletionCycle } from "./completion_cycle.ts";
import type { Choices } from "./completion.ts";
import { suggest } from "./suggestions.ts";

/** Suggests, completes, and keeps quiet when it is told to. */
export class SuggestionBox {
  readonly #choices: () => Choices;
  readonly #cycle = new CompletionCycle();
  #rows: readonly Line[] = [];
  #before = "";
  #columns = 0;
  /** Nothing is suggested for this draft. */
  #dismissed: string | undefined;

  /** @param choices What there is to choose from at the time. */
  constructor(choices: () => Choices) {
    this.#choices = choices;
  }

  /** What a Tab puts in place of what stands before the cursor. */
  complete(before: string, step: "next" | "previous"): string {
    const completed = this.#cycle.press(before, this.#choices(), step);
    this.#dismissed = undefined;
    this.#columns = 0;
    return completed;
  }

  /** Suggests no more for what stands before the cursor. */
  dismiss(before: string): void {
    this.#cycle.end();
    this.#dismissed = before;
  }

  /** Rows for what stands before the cursor, none wider than `columns`. */
  rows(before: string, columns: number): readonly Line[] {
    if (before === this.#dismissed) return [];
    this.#dismissed = undefined;
    // Suggesting may read a directory: it is not for each picture.
    if (before !== this.#before || columns !== this.#columns) {
      this.#before = before;
      this.#columns = columns;
      const cycle = this.#cycle.stateAt(before);
      this.#rows = suggest(before, this.#choices(), { columns, cycle });
    }
    return this.#rows;
  }
}
