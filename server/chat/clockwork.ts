/**
 * What must happen as time goes by, without anyone asking.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { receiptLifeMs } from "../../lib/domain/bounds.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { Engine } from "./engine.ts";
import type { Hub } from "./hub.ts";
import type { Store } from "../store/store.ts";

/** How often it looks for what is due. */
export const clockworkEveryMs = 60_000;

/** Most receipts that are forgotten at once, so that nobody waits for it. */
export const receiptsForgottenAtOnce = 1000;

export interface ClockworkSetup {
  readonly store: Store;
  readonly engine: Engine;
  readonly hub: Hub;
  readonly clock: Clock;
}

/**
 * Forgets the receipts of idempotency keys when their time is over, and notes which clients are
 * listening, for one that only listens is in use as well.
 */
export class Clockwork {
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #log = logFor("clockwork");
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor({ store, engine, hub, clock }: ClockworkSetup) {
    this.#store = store;
    this.#engine = engine;
    this.#hub = hub;
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
    await this.#try("note who is listening", () => this.#noteListeners());
    await this.#try("forget old receipts", () => this.#forgetReceipts());
    if (!this.#stopped) this.start();
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      this.#log.error(`Cannot ${what}`, failureFields(failure));
    }
  }

  async #noteListeners(): Promise<void> {
    const tokens = [...this.#hub.tokens];
    if (tokens.length > 0) await this.#engine.submit({ type: "token.touch", tokens });
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
