/**
 * Sabotage: faults that are put into the chat from outside, which the simulation must find.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { State } from "../../lib/domain/state.ts";
import type { Committed } from "../../server/chat/engine.ts";
import type { Upkeep } from "../../server/store/upkeep.ts";
import type { Queries } from "./model/answers.ts";

export interface Sabotage {
  /** Meddles with what a transaction has loaded, */
  readonly load?: (state: State) => void;
  /** with what it is about to save, */
  readonly save?: (state: State) => void;
  /** with what a query gives back, */
  readonly answer?: (query: keyof Queries, answer: unknown) => unknown;
  /** with what the chat makes of that, */
  readonly heard?: (query: keyof Queries, answer: unknown) => unknown;
  /** with what upkeep is to do, */
  readonly maintain?: (step: keyof Upkeep, args: readonly unknown[]) => readonly unknown[];
  /** with what the hub is told, */
  readonly publish?: (committed: Committed) => Committed;
  /** with the time that the engine goes by. */
  readonly clock?: (clock: Clock) => Clock;
}
