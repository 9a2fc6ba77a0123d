/**
 * One request of a one-shot command, tried again while that may help, and said so.
 *
 * @module
 */
import { type Account, signedIn, type Surroundings } from "../account/account.ts";
import type { ApiClient } from "../connection/api_client.ts";
import { noListener } from "../connection/network_faults.ts";
import { type CallFailure, failureReason, isPassing, Unreachable } from "../connection/failures.ts";
import { persist } from "../connection/persistence.ts";
import { remedyFor } from "../ending.ts";
import { line } from "../lines/safe_line.ts";
import type { Output } from "./output.ts";

/** Does `work` with the user's token until it is answered; the same key must make it one deed. */
export function steadfastly<Answer>(
  { account, output, surroundings: { clock, random } }: {
    readonly account: Account;
    readonly output: Output;
    readonly surroundings: Surroundings;
  },
  work: (api: ApiClient) => Promise<Answer>,
): Promise<Answer> {
  let isAdvised = !output.watched;
  return persist({
    clock,
    random,
    isWorthIt: isPassing,
    waiting(failure, waitMs) {
      output.talk(
        line`chat: ${reason(failure)}; trying again in ${Math.round(waitMs / 1000)} s`,
      );
      if (isAdvised || !(failure instanceof Unreachable) || failure.why !== noListener) return;
      // Who sits there need not wait for the last attempt to hear it.
      isAdvised = true;
      output.talk(line`chat: Meanwhile, ${remedyFor(failure)}`);
    },
  }, () => signedIn(account, work));
}

/** With the address, which may be what is wrong. */
function reason(failure: CallFailure): string {
  return failure instanceof Unreachable ? failure.message : failureReason(failure);
}
