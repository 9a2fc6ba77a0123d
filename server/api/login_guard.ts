/**
 * Lets the right ones log in, and slows those down who guess.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { UserId } from "../../lib/domain/ids.ts";
import { type AttemptPolicy, Attempts } from "./attempts.ts";
import { networkOf } from "./network.ts";

/** Against guessing one account's password from one network. */
export const accountPolicy: AttemptPolicy = { free: 5, firstWaitMs: 1000, longestWaitMs: 300_000 };

/**
 * Against guessing one account's password from many networks.
 *
 * It spares the networks from which its owner has logged in before, so that strangers can't lock
 * them out.
 */
export const spreadPolicy: AttemptPolicy = { free: 100, firstWaitMs: 1000, longestWaitMs: 60_000 };

/** Against one network that tries many accounts; it spares those it has logged in to before. */
export const networkPolicy: AttemptPolicy = { free: 20, firstWaitMs: 1000, longestWaitMs: 900_000 };

/** Accounts with the networks they were used from that are remembered. */
export const knownPlacesMax = 10_000;

/** What came of an attempt to log in. */
export type LoginVerdict =
  | { readonly kind: "right" }
  | { readonly kind: "wrong" }
  | { readonly kind: "too_early"; readonly waitMs: number };

/** Failed logins by account and network. */
export class LoginGuard {
  readonly #account: Attempts;
  readonly #spread: Attempts;
  readonly #network: Attempts;
  /** Pairs of account and network that have shown the right password. */
  readonly #known = new Set<string>();
  /** The last attempt under way for each account. */
  readonly #turns = new Map<UserId, Promise<void>>();

  constructor(clock: Clock) {
    this.#account = new Attempts(clock, accountPolicy);
    this.#spread = new Attempts(clock, spreadPolicy);
    this.#network = new Attempts(clock, networkPolicy);
  }

  /**
   * Makes an attempt when those before it for the same account have ended, so that many at the same
   * time are no way around the bound, and many right ones no failure.
   *
   * @param check Whether the password is right. What it throws is no attempt.
   */
  async attempt(
    account: UserId,
    address: string,
    check: () => Promise<boolean>,
  ): Promise<LoginVerdict> {
    const before = this.#turns.get(account);
    const done = Promise.withResolvers<void>();
    this.#turns.set(account, done.promise);
    try {
      await before;
      return await this.#attemptNow(account, networkOf(address), check);
    } finally {
      done.resolve();
      if (this.#turns.get(account) === done.promise) this.#turns.delete(account);
    }
  }

  async #attemptNow(
    account: UserId,
    network: string,
    check: () => Promise<boolean>,
  ): Promise<LoginVerdict> {
    const place = `${account} ${network}`;
    const known = this.#known.has(place);
    const waitMs = Math.max(
      this.#account.waitMs(place),
      known ? 0 : this.#spread.waitMs(String(account)),
      known ? 0 : this.#network.waitMs(network),
    );
    if (waitMs > 0) return { kind: "too_early", waitMs };
    if (await check()) {
      this.#account.forget(place);
      this.#remember(place);
      return { kind: "right" };
    }
    this.#account.count(place);
    this.#spread.count(String(account));
    this.#network.count(network);
    return { kind: "wrong" };
  }

  #remember(place: string): void {
    this.#known.delete(place);
    this.#known.add(place);
    if (this.#known.size > knownPlacesMax) {
      const [oldest] = this.#known;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
  }
}
