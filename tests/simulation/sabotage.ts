/**
 * Sabotage: faults that are put into the chat from outside, which the simulation must find.
 *
 * @module
 */
import type { SessionNews } from "../../client/connection/session.ts";
import type { Model, ModelEvent } from "../../client/conversation/model.ts";
import type { Clock } from "../../lib/clock.ts";
import type { State } from "../../lib/domain/state.ts";
import type { Committed } from "../../server/chat/engine.ts";
import type { Upkeep } from "../../server/store/upkeep.ts";
import type { Queries } from "./model/answers.ts";

/** What a client asks for. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

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
  /** with the time that the engine goes by, */
  readonly clock?: (clock: Clock) => Clock;
  /** with what a client asks for: its target and the rest, */
  readonly request?: (asked: Asked, nowMs: number) => Asked;
  /** with what its session tells, of which it may tell nothing, */
  readonly news?: (news: SessionNews) => SessionNews | undefined;
  /** with what becomes of its model. */
  readonly model?: (before: Model, event: ModelEvent, after: Model) => Model;
}
