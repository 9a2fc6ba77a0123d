/**
 * Tries again what may have been carried out without its answer coming back, under one key.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { type Random, randomText } from "../../lib/random.ts";
import { Backoff, Pause } from "./backoff.ts";
import { ApiProblem, type CallFailure, isCallFailure } from "./failures.ts";

/** How often a request is made before it is given up. */
export const attemptsMax = 4;

/** Bytes of chance in a key: 24 characters, for a key may stand for a secret. */
const keyBytes = 18;

/** An idempotency key that nobody guesses. */
export function newKey(random: Random): string {
  return randomText(random, keyBytes);
}

export interface PersistenceSetup {
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a failure is worth another attempt. */
  readonly isWorthIt: (failure: CallFailure) => boolean;
  /** Told of a failure, and how long is waited until the next attempt. */
  readonly waiting?: (failure: CallFailure, waitMs: number) => void;
}

/**
 * Attempts until it is answered, {@linkcode attemptsMax} times.
 *
 * @param attempt Makes the request; must use the same key each time.
 * @throws what the last attempt failed with.
 */
export async function persist<Answer>(
  { clock, random, isWorthIt, waiting = () => {} }: PersistenceSetup,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  const backoff = new Backoff(random);
  for (let tried = 1;; tried++) {
    try {
      return await attempt();
    } catch (failure) {
      if (tried >= attemptsMax || !isCallFailure(failure) || !isWorthIt(failure)) throw failure;
      const askedMs = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
      const waitMs = backoff.next(askedMs);
      waiting(failure, waitMs);
      await new Pause(clock).wait(waitMs);
    }
  }
}
