/**
 * The chat as an operator has it at hand: its database, and the rules at work on it.
 *
 * @module
 */
import { type Clock, systemClock } from "../../lib/clock.ts";
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import { defaultPolicy } from "../../lib/domain/policy.ts";
import type { Refusal } from "../../lib/domain/refusal.ts";
import { type Random, systemRandom } from "../../lib/random.ts";
import { Engine } from "../chat/engine.ts";
import { CommandFailure } from "../operator/failure.ts";
import { isServed } from "../store/sqlite/database.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";

/** A database and what can be done with it. */
export interface OpenChat {
  /** The file. */
  readonly path: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a server is using it; what is changed reaches its streams. */
  readonly isServed: boolean;
  /**
   * Carries a command out.
   *
   * @throws {CommandFailure} if the rules refuse it.
   */
  carryOut<C extends Command>(command: C): Promise<OutcomeOf<C>>;
  /** Lets go of the database; more than once does no harm. */
  close(): Promise<void>;
}

/**
 * Opens a database that is there.
 *
 * @throws {CommandFailure} if it is not there.
 * @throws {StoreFailure} if it can't be opened.
 */
export function openChat(path: string): OpenChat {
  try {
    Deno.statSync(path);
  } catch (failure) {
    if (!(failure instanceof Deno.errors.NotFound)) throw failure;
    throw new CommandFailure(`Cannot open ${path}: there is no such file`, { cause: failure });
  }
  const store = openSqliteStore({ path, durability: "full", random: systemRandom, beside: true });
  // What an operator does hangs on none of the numbers that a server is started with.
  const policy = defaultPolicy;
  // A server that uses the same database finds in its log what was committed.
  const engine = new Engine({ store, clock: systemClock, policy, publish: () => {} });
  let closing: Promise<void> | undefined;
  return {
    path,
    store,
    engine,
    clock: systemClock,
    random: systemRandom,
    isServed: isServed(path),
    async carryOut(command) {
      const decision = await engine.submit(command);
      if (decision.ok) return decision.outcome;
      throw new CommandFailure(sentenceOf(decision.refusal, command));
    },
    close() {
      return closing ??= engine.stop().then(() => store.close());
    },
  };
}

function sentenceOf(refusal: Refusal, command: Command): string {
  switch (refusal.code) {
    case "not_found": {
      const named = refusal.what === "user" && "user" in command
        ? ` ${JSON.stringify(command.user)}`
        : "";
      return `There is no ${refusal.what}${named}`;
    }
    case "invalid":
      return refusal.errors.map(({ field, message }) => `${field} ${message}`.trim()).join("; ");
    case "forbidden":
      return refusal.why;
    default:
      return `The rules refuse it: ${refusal.code}`;
  }
}
