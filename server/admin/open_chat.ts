/**
 * The chat as an operator has it at hand: its database, and the rules at work on it.
 *
 * @module
 */
import { type Clock, systemClock } from "../../lib/clock.ts";
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import { defaultPolicy } from "../../lib/domain/policy.ts";
import { type Random, systemRandom } from "../../lib/random.ts";
import { Engine } from "../chat/engine.ts";
import { CommandFailure, systemWords } from "../operator/failure.ts";
import { isServed } from "../store/sqlite/database.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { refusalOf } from "./refusals.ts";

/** A database and what can be done with it. */
export interface OpenChat {
  /** The file. */
  readonly path: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a server is using it now; what is changed reaches its streams. */
  isServed(): boolean;
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
 * @throws {CommandFailure} if it is not there, or can't be opened.
 */
export function openChat(path: string): OpenChat {
  const owner = ownerOf(path);
  // Tells, before anything is opened, if that can't be known.
  isServed(path);
  const store = openStore(path, owner);
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
    isServed: () => isServed(path),
    async carryOut(command) {
      const decision = await engine.submit(command);
      if (decision.ok) return decision.outcome;
      throw refusalOf(decision.refusal, command);
    },
    close() {
      return closing ??= engine.stop().then(() => store.close());
    },
  };
}

/** Whose the file is; `undefined` where files have no owners. */
function ownerOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).uid ?? undefined;
  } catch (failure) {
    const why = failure instanceof Deno.errors.NotFound
      ? "there is no such file"
      : systemWords(failure);
    const advice = failure instanceof Deno.errors.PermissionDenied ? asItsUser : "";
    throw new CommandFailure(`Cannot open ${path}: ${why}${advice}`, { cause: failure });
  }
}

const asItsUser = "; run it as the user that the server runs as";

function openStore(path: string, owner: number | undefined): Store {
  try {
    return openSqliteStore({ path, durability: "full", random: systemRandom, beside: true });
  } catch (failure) {
    if (!(failure instanceof StoreFailure)) throw failure;
    // What one's own file is refused for is something else.
    const isOfOther = owner !== undefined && owner !== Deno.uid();
    throw new CommandFailure(failure.message + (isOfOther ? asItsUser : ""), { cause: failure });
  }
}
