/**
 * The shape of a rule: what it needs to know, and what it decides.
 *
 * @module
 */
import type { Needs } from "./needs.ts";
import type { Policy } from "./policy.ts";
import type { Refused } from "./refusal.ts";
import type { State } from "./state.ts";

/** What a decision is told beside the state. */
export interface Circumstances {
  /** Wall time, in milliseconds since 1970 UTC. */
  readonly nowMs: number;
  readonly policy: Policy;
}

/** A decision that was carried out on the state. */
export interface Succeeded<Outcome> {
  readonly ok: true;
  readonly outcome: Outcome;
  /** The stored outcome of an earlier request with the same idempotency key. */
  readonly replayed: boolean;
}

export type Decision<Outcome> = Succeeded<Outcome> | Refused;

/** One rule of the chat. */
export interface Rule<Command, Outcome> {
  /** Adds to `needs` all that `decide` and `recall` will look at. */
  needs(command: Command, needs: Needs): void;
  /** Changes `state` and tells the outcome, or refuses and leaves `state` as it was. */
  decide(command: Command, state: State, circumstances: Circumstances): Decision<Outcome>;
  /** Where the outcome must not be kept as it is, because it holds what was said. */
  readonly receipt?: {
    /** What is kept of the outcome, as JSON. */
    keep(outcome: Outcome): unknown;
    /** The outcome of a repeated command, from what was kept of it. */
    recall(
      kept: unknown,
      command: Command,
      state: State,
      circumstances: Circumstances,
    ): Outcome;
  };
}

export function success<Outcome>(outcome: Outcome): Succeeded<Outcome> {
  return { ok: true, outcome, replayed: false };
}
