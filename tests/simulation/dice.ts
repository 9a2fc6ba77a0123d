/**
 * Dice: all the choices of a simulation come from one seed.
 *
 * @module
 */
import type { Random } from "../../lib/random.ts";
import { SeededRandom } from "../support/seeded_random.ts";

export class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number {
    return Math.floor(this.random.number() * count);
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(likelihood: number): boolean {
    return likelihood > 0 && this.random.number() < likelihood;
  }

  /** One of some; `undefined` if there is none. */
  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)];
  }

  /** One of some that are there. */
  one<T>(first: T, ...others: readonly T[]): T {
    return this.pick([first, ...others]) ?? first;
  }

  /** One of the names, each as likely as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = this.random.number() * names.reduce((sum, name) => sum + weights[name], 0);
    for (const name of names) {
      left -= weights[name];
      if (left < 0) return name;
    }
    throw new Error("Nothing to choose from");
  }
}
