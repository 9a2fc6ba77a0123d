/**
 * What must happen as time goes by, without anyone asking.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { receiptLifeMs } from "../../lib/domain/bounds.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { Store } from "../store/store.ts";

/** How often it looks for what is due. */
export const clockworkEveryMs = 60_000;

/** Most receipts that are forgotten at once, so that nobody waits for it. */
export const receiptsForgottenAtOnce = 1000;

/** Forgets the receipts of idempotency keys when their time is over. */
export class Clockwork {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log = logFor("clockwork");
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  start(): void {
    this.#timer = this.#clock.setTimer(clockworkEveryMs, () => {
      this.#running = this.#turn();
    });
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.#forgetReceipts();
    } catch (failure) {
      this.#log.error("Cannot forget old receipts", failureFields(failure));
    }
    if (!this.#stopped) this.start();
  }

  async #forgetReceipts(): Promise<void> {
    for (;;) {
      const beforeMs = this.#clock.now() - receiptLifeMs;
      const forgotten = await this.#store.forgetReceipts(beforeMs, receiptsForgottenAtOnce);
      if (forgotten < receiptsForgottenAtOnce || this.#stopped) return;
      // Others get their turn between two slices.
      await new Promise<void>((resolve) => this.#clock.afterThisTurn(resolve));
    }
  }
}
