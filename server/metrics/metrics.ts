/**
 * The page of `/metrics`: brings together what is counted and what is looked up.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { families, type Sights } from "./families.ts";
import type { Measures } from "./measures.ts";
import { type Exposition, openRegistry } from "./registry.ts";

/** For how long what was written once is given to whoever asks, so that asking costs little. */
export const metricsKeptMs = 250;

export class Metrics {
  readonly #measures: Measures;
  readonly #sights: Sights;
  readonly #clock: Clock;
  #write: Promise<() => Promise<Exposition>> | undefined;
  #written: Promise<Exposition> | undefined;
  #writtenMs = -Infinity;

  constructor(measures: Measures, sights: Sights, clock: Clock) {
    this.#measures = measures;
    this.#sights = sights;
    this.#clock = clock;
  }

  /** All numbers as they are, or were {@linkcode metricsKeptMs} ago at the most. */
  page(): Promise<Exposition> {
    const nowMs = this.#clock.monotonic();
    if (this.#written === undefined || nowMs - this.#writtenMs >= metricsKeptMs) {
      this.#writtenMs = nowMs;
      this.#written = this.#writeAnew();
    }
    return this.#written;
  }

  async #writeAnew(): Promise<Exposition> {
    this.#write ??= openRegistry(families(this.#measures, this.#sights));
    return await (await this.#write)();
  }
}
