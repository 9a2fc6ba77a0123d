/**
 * What is said before the first thing that someone missed while they were away.
 *
 * @module
 */
import type { ConnectionState } from "../connection/session.ts";
import { type Line, styled } from "../lines/safe_line.ts";

/** Knows whether what comes in was missed, and whether that was said already. */
export class Absence {
  #state: "here" | "away" | "catching up" = "here";

  /** Takes notice of the next state of the connection. */
  follow({ kind }: ConnectionState): void {
    if (kind === "live") this.#state = "here";
    else if (kind === "waiting" && this.#state === "here") this.#state = "away";
  }

  /** The line to put before something that comes in, if it is the first that was missed. */
  divider(): Line | undefined {
    return this.end() ? missedLine() : undefined;
  }

  /** From now on what was missed is shown; says whether someone was away until now. */
  end(): boolean {
    const wasAway = this.#state === "away";
    if (wasAway) this.#state = "catching up";
    return wasAway;
  }
}

/** The line between what was seen and what was missed. */
export function missedLine(): Line {
  return styled("mention", "── while you were away ──");
}
