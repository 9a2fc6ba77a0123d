/**
 * What all parts of a torture share.
 *
 * @module
 */
import { Chronicle } from "./chronicle.ts";
import { Ledger } from "./ledger.ts";
import { Diary, Violation } from "./violation.ts";

/** By what the server goes; all short, so that they are met. */
export const rules = {
  limit: 12,
  limitPeriodMs: 10_000,
  banAfter: 3,
  banForMs: 6000,
} as const;

export class World {
  readonly chronicle = new Chronicle();
  readonly ledger = new Ledger();
  readonly diary = new Diary();
  /** Where clients find the server: behind the proxy. */
  port = 0;
  /** Clients begin nothing new. */
  isQuiet = true;
  /** The server has a reason to fail with 500 or 503: its disk is full, or it is held. */
  inTrouble = false;
  /** Everything comes to its end. */
  isOver = false;
  /** How often each user has changed their name, as far as it is known. */
  readonly versions = new Map<number, number>();
  /** What files hold, by their ids. */
  readonly files = new Map<number, Uint8Array<ArrayBuffer>>();
  /** Codes of links that were made. */
  readonly codes: string[] = [];
  #fault: unknown;
  readonly #failed = Promise.withResolvers<never>();

  constructor() {
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when a fault is found. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** The first fault that was found; what is met after it may only follow from it. */
  get fault(): unknown {
    return this.#fault;
  }

  fail(fault: unknown): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.isOver = true;
    this.#failed.reject(fault);
  }

  /** @throws the fault, once one was found. */
  check(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Keeps a fault of something that nobody waits for. */
  guard(work: Promise<void>): Promise<void> {
    return work.catch((fault) => this.fail(fault));
  }

  /** Waits until something holds; `what` is told if that never comes. */
  async until(holds: () => boolean, what: () => string, patienceMs = 60_000): Promise<void> {
    const startMs = performance.now();
    while (!holds()) {
      this.check();
      if (performance.now() - startMs > patienceMs) throw new Violation(what());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
