/**
 * Whether the server can do its work: `/readyz`, by which a load balancer sends it requests or not.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { Engine } from "../chat/engine.ts";
import { StoreFailure } from "../store/store.ts";
import { shuttingDown } from "./problem_response.ts";

/** How long the store may take to show that it works. */
export const storeAnswerMs = 2000;

export interface ReadinessSetup {
  readonly engine: Pick<Engine, "checkStore">;
  readonly clock: Clock;
}

export class Readiness {
  readonly #engine: Pick<Engine, "checkStore">;
  readonly #clock: Clock;
  #isStopping = false;
  /** The look at the store that is under way: a store that hangs is not asked again and again. */
  #looking: Promise<void> | undefined;

  constructor({ engine, clock }: ReadinessSetup) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** From now on it is not ready any more. */
  end(): void {
    this.#isStopping = true;
  }

  /**
   * Resolves if it is ready.
   *
   * @throws {Failure} `shutting_down`
   * @throws {StoreFailure} if the store fails, or takes longer than {@linkcode storeAnswerMs}.
   */
  async check(): Promise<void> {
    if (this.#isStopping) throw shuttingDown();
    await this.#withinTime(() => this.#look());
    if (this.#isStopping) throw shuttingDown();
  }

  #look(): Promise<void> {
    return this.#looking ??= this.#engine.checkStore().finally(() => this.#looking = undefined);
  }

  async #withinTime(look: () => Promise<void>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const late = new StoreFailure(`The store has not answered for ${storeAnswerMs} ms`);
    const sinceMs = this.#clock.monotonic();
    const timer = this.#clock.setTimer(storeAnswerMs, () => reject(late));
    try {
      await Promise.race([look(), promise]);
    } finally {
      timer.cancel();
    }
    // A store that holds the whole process up lets no timer run, either.
    if (this.#clock.monotonic() - sinceMs >= storeAnswerMs) throw late;
  }
}
