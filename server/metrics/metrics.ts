/**
 * The page of `/metrics`: brings together what is counted and what is looked up.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { families, type Sights } from "./families.ts";
import type { Measures } from "./measures.ts";
import { type Exposition, exposition, type Family } from "./exposition.ts";

/** For how long what was written once is given to whoever asks, so that asking costs little. */
export const metricsKeptMs = 250;

export class Metrics {
  readonly #families: readonly Family[];
  readonly #clock: Clock;
  #written: Exposition | undefined;
  #writtenMs = -Infinity;

  constructor(measures: Measures, sights: Sights, clock: Clock) {
    this.#families = families(measures, sights);
    this.#clock = clock;
  }

  /** All numbers as they are, or were {@linkcode metricsKeptMs} ago at the most. */
  page(): Exposition {
    const nowMs = this.#clock.monotonic();
    if (this.#written === undefined || nowMs - this.#writtenMs >= metricsKeptMs) {
      this.#writtenMs = nowMs;
      this.#written = exposition(this.#families);
    }
    return this.#written;
  }
}
