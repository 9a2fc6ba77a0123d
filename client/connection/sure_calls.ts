/**
 * Calls that happen once, even if their answer is lost on the way: each under a key of its own.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient, CallInputs, CallName } from "./api_client.ts";
import {
  type CallFailure,
  ChangeUnsure,
  isAnswerLost,
  isCallFailure,
  isPassing,
  isUnanswered,
  type Unreachable,
} from "./failures.ts";
import { newKey, persist, type PersistenceSetup } from "./persistence.ts";

export interface SureCallsSetup {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends all calls that are under way. */
  readonly signal: AbortSignal;
}

export type SureCalls = Pick<ApiClient, "call" | "download">;

/** How is repeated what changes something: while its answer is lost. */
export function persistenceOf({ clock, random, signal }: SureCallsSetup): PersistenceSetup {
  const isWorthIt = (failure: CallFailure) => !signal.aborted && isUnanswered(failure);
  return { clock, random, isWorthIt };
}

/** The calls of `api`; those that change something are repeated while their answer is lost. */
export function surely(setup: SureCallsSetup): SureCalls {
  const { api, random, signal } = setup;
  return {
    call<Name extends CallName>(name: Name, ...[input]: CallInputs<Name>) {
      const changes = api.callOf(name).method !== "GET";
      const whole = [{
        signal,
        ...input,
        ...(changes && { idempotencyKey: newKey(random) }),
      }] as unknown as CallInputs<Name>;
      const attempt = () => api.call(name, ...whole);
      return changes ? change(persistenceOf(setup), attempt) : attempt();
    },
    download: (wanted) => api.download({ signal, ...wanted }),
  };
}

/** @throws {ChangeUnsure} if an answer was lost, and no later one tells what became of it. */
async function change<Answer>(
  setup: PersistenceSetup,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  let lost: Unreachable | undefined;
  try {
    return await persist(setup, async () => {
      try {
        return await attempt();
      } catch (failure) {
        if (isAnswerLost(failure)) lost = failure;
        throw failure;
      }
    });
  } catch (failure) {
    // A refusal of the same request is the answer to the first one, too.
    if (lost === undefined || !isCallFailure(failure) || !isPassing(failure)) throw failure;
    throw new ChangeUnsure(lost.origin, lost.why, { cause: failure });
  }
}
