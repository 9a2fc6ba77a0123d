/**
 * What the client's commands are run with: the network, the time, chance, and who can be asked.
 *
 * @module
 */
import { systemClock } from "../lib/clock.ts";
import { systemRandom } from "../lib/random.ts";
import type { Surroundings } from "./account/account.ts";
import { askOnTerminal, canAsk } from "./secret_question.ts";

/** The real ones. */
export const systemSurroundings: Surroundings = {
  transport: (url, init) => fetch(url, init),
  clock: systemClock,
  random: systemRandom,
  get askSecret() {
    return canAsk() ? askOnTerminal : undefined;
  },
};
