/**
 * The one way into the rules: finds the rule of a command, and makes repeats harmless.
 *
 * @module
 */
import type { Command, CommandType, Exchanges, OutcomeOf } from "./command.ts";
import { send } from "./rules/sending.ts";
import type { Needs } from "./needs.ts";
import { isFresh } from "./receipt.ts";
import { idempotencyMismatch } from "./refusal.ts";
import type { Circumstances, Decision, Rule } from "./rule.ts";
import type { State } from "./state.ts";
import { issueToken, revokeToken, touchToken } from "./rules/tokens.ts";
import { markRead } from "./rules/reading.ts";
import { register } from "./rules/registration.ts";

type Rules = {
  readonly [T in CommandType]: Rule<Exchanges[T]["command"], Exchanges[T]["outcome"]>;
};

const rules: Rules = {
  "register": register,
  "token.issue": issueToken,
  "token.revoke": revokeToken,
  "token.touch": touchToken,
  "send": send,
  "read": markRead,
};

function ruleOf<C extends Command>(command: C): Rule<C, OutcomeOf<C>> {
  // The table's type ties each rule to its command; TypeScript can't follow it through an index.
  return rules[command.type] as unknown as Rule<C, OutcomeOf<C>>;
}

/** Adds to `needs` all that {@linkcode decide} will look at for `command`. */
export function need(command: Command, needs: Needs): void {
  if ("retry" in command && command.retry !== undefined) {
    needs.receipts.push({ user: command.actor, key: command.retry.key });
  }
  ruleOf(command).needs(command, needs);
}

/**
 * Carries a command out on `state`, or refuses it and leaves `state` as it was.
 *
 * A command with an idempotency key that was carried out before gives its stored outcome and
 * changes nothing; another command under the same key is refused.
 */
export function decide<C extends Command>(
  command: C,
  state: State,
  circumstances: Circumstances,
): Decision<OutcomeOf<C>> {
  if (!("retry" in command) || command.retry === undefined) {
    return ruleOf(command).decide(command, state, circumstances);
  }
  const { key, fingerprint } = command.retry;
  const receipt = state.receipt(command.actor, key);
  if (receipt !== undefined && isFresh(receipt, circumstances.nowMs)) {
    if (receipt.fingerprint !== fingerprint) return idempotencyMismatch;
    return { ok: true, outcome: receipt.outcome as OutcomeOf<C>, replayed: true };
  }
  const decision = ruleOf<C>(command).decide(command, state, circumstances);
  if (decision.ok) {
    const { outcome } = decision;
    state.putReceipt({ user: command.actor, key, fingerprint, outcome, atMs: circumstances.nowMs });
  }
  return decision;
}
