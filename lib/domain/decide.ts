/**
 * The one way into the rules: finds the rule of a command, and makes repeats harmless.
 *
 * @module
 */
import type { Command, CommandType, Exchanges, OutcomeOf } from "./command.ts";
import { send } from "./rules/sending.ts";
import type { Needs } from "./needs.ts";
import { isFresh, type KeptOutcome } from "./receipt.ts";
import { idempotencyMismatch, notFound } from "./refusal.ts";
import type { Circumstances, Decision, Rule } from "./rule.ts";
import type { State } from "./state.ts";
import { issueToken, revokeToken, touchTokens } from "./rules/tokens.ts";
import { markRead } from "./rules/reading.ts";
import { register } from "./rules/registration.ts";

type Rules = {
  readonly [T in CommandType]: Rule<Exchanges[T]["command"], Exchanges[T]["outcome"]>;
};

const rules: Rules = {
  "register": register,
  "token.issue": issueToken,
  "token.revoke": revokeToken,
  "token.touch": touchTokens,
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
    const outcome = recall(receipt.kept, state);
    if (outcome === undefined) return notFound("message");
    // The fingerprint says that it is the outcome of the same command.
    return { ok: true, outcome: outcome as OutcomeOf<C>, replayed: true };
  }
  const decision = ruleOf<C>(command).decide(command, state, circumstances);
  if (decision.ok) {
    const kept = keep(decision.outcome);
    state.putReceipt({ user: command.actor, key, fingerprint, kept, atMs: circumstances.nowMs });
  }
  return decision;
}

function keep(outcome: OutcomeOf<Command>): KeptOutcome {
  return outcome !== null && "message" in outcome
    ? { message: outcome.message.id }
    : { value: outcome };
}

/** The outcome that was kept; `undefined` if it was a message that is gone. */
function recall(kept: KeptOutcome, state: State): unknown {
  if (!("message" in kept)) return kept.value;
  const message = state.message(kept.message);
  // As it was when it was sent: nobody had commented on it.
  return message === undefined ? undefined : { message: { ...message, comments: 0 } };
}
