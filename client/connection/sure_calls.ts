/**
 * Calls that happen once, even if their answer is lost on the way: each under a key of its own.
 *
 * @module
 */
import { operations } from "../../lib/api/operations.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient, CallInputs, CallName } from "./api_client.ts";
import { type CallFailure, isAnswerLost } from "./failures.ts";
import { newKey, persist } from "./persistence.ts";

export interface SureCallsSetup {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends all calls that are under way. */
  readonly signal: AbortSignal;
}

export type SureCalls = Pick<ApiClient, "call" | "upload" | "download">;

/** The calls of `api`; those that change something are repeated while their answer is lost. */
export function surely({ api, clock, random, signal }: SureCallsSetup): SureCalls {
  const setup = {
    clock,
    random,
    isWorthIt: (failure: CallFailure) => !signal.aborted && isAnswerLost(failure),
  };
  return {
    call<Name extends CallName>(name: Name, ...[input]: CallInputs<Name>) {
      const changes = operations[name].method !== "GET";
      const whole = [{
        signal,
        ...input,
        ...(changes && { idempotencyKey: newKey(random) }),
      }] as unknown as CallInputs<Name>;
      const attempt = () => api.call(name, ...whole);
      return changes ? persist(setup, attempt) : attempt();
    },
    upload(upload) {
      const whole = { signal, ...upload, idempotencyKey: newKey(random) };
      return persist(setup, () => api.upload(whole));
    },
    download: (wanted) => api.download({ signal, ...wanted }),
  };
}
