/**
 * The weather that a store is in: now and then something fails, or takes its time.
 *
 * @module
 */
import { EngineStopped } from "../../server/chat/engine.ts";
import { StoreFailure } from "../../server/store/store.ts";
import type { Dice } from "./dice.ts";
import { Fault } from "./fault.ts";

/** What each failure says that is of the weather, and not of a store itself. */
export const failureOfTheMedium = "The medium failed";

/** @throws {Fault} unless something failed because of the weather, or of a server that stops. */
export function mustBeOfTheMedium(failure: unknown): void {
  if (failure instanceof EngineStopped) return;
  if (failure instanceof StoreFailure && failure.message.startsWith(failureOfTheMedium)) return;
  if (failure instanceof Fault) throw failure;
  throw new Fault(`the chat broke: ${failure instanceof Error ? failure.stack : failure}`);
}

/** How likely it is, of each call, that it fails or is held up; of what clients hear, that it is lost. */
export interface Forecast {
  readonly failing: number;
  readonly slow: number;
  readonly losing: number;
}

export const calm: Forecast = { failing: 0, slow: 0, losing: 0 };

export class Weather {
  forecast: Forecast = calm;
  readonly #dice: Dice;
  readonly #trouble: () => void;
  readonly #held: (() => void)[] = [];

  /** @param trouble Called when something fails or is held up. */
  constructor(dice: Dice, trouble: () => void) {
    this.#dice = dice;
    this.#trouble = trouble;
  }

  /** How many calls are held up. */
  get holding(): number {
    return this.#held.length;
  }

  /** Resolves at once, or when what is held up is let go. */
  async delay(): Promise<void> {
    if (!this.#dice.chance(this.forecast.slow)) return;
    this.#trouble();
    await new Promise<void>((resolve) => this.#held.push(resolve));
  }

  /** Whether the network loses something. */
  loses(): boolean {
    return this.#dice.chance(this.forecast.losing);
  }

  /** @throws {StoreFailure} when that is the weather. */
  async endure(what: string): Promise<void> {
    await this.delay();
    if (this.fails()) throw new StoreFailure(`${failureOfTheMedium} ${what}`);
  }

  fails(): boolean {
    const failing = this.#dice.chance(this.forecast.failing);
    if (failing) this.#trouble();
    return failing;
  }

  /** Lets one of those go on that are held up, if there is one. */
  release(): boolean {
    if (this.#held.length === 0) return false;
    this.#trouble();
    const [resolve] = this.#held.splice(this.#dice.below(this.#held.length), 1);
    resolve?.();
    return true;
  }
}
