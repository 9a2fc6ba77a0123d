/**
 * A store whose medium fails now and then or takes its time, and which tells a witness what it did.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { Needs } from "../../lib/domain/needs.ts";
import type { State } from "../../lib/domain/state.ts";
import { type Store, StoreFailure } from "../../server/store/store.ts";
import type { Upkeep } from "../../server/store/upkeep.ts";
import { answers, type Queries } from "./model/answers.ts";
import type { Sabotage } from "./sabotage.ts";
import { failureOfTheMedium, type Weather } from "./weather.ts";

/** What a transaction has saved. */
export interface Saved {
  /** When it was begun. */
  readonly nowMs: number;
  /** What the work gave back. */
  readonly result: unknown;
  readonly events: readonly Event[];
  readonly head: number;
}

/** Hears of everything that a store does, in the very turn in which it is done. */
export interface Witness {
  saved(saved: Saved): void;
  /** A query is asked, which may be held up before it is answered. */
  asked(query: keyof Queries, args: readonly unknown[]): void;
  /** A query is answered; what comes back looks at the answer. */
  answering(query: keyof Queries, args: readonly unknown[]): (answer: unknown) => void;
  /** A step of upkeep was taken; what comes back looks at its result. */
  maintained(step: keyof Upkeep, args: readonly unknown[]): (result: unknown) => void;
}

export interface SimulatedStoreSetup {
  readonly inner: Store;
  readonly weather: Weather;
  readonly witness: Witness;
  readonly now: () => number;
  /** Most events in a page of the log. */
  readonly logPageMax: number;
  /** Most messages that go in one step of upkeep. */
  readonly sweepMax: number;
  readonly sabotage: Sabotage;
}

type Call = (...args: unknown[]) => Promise<unknown>;

const upkeepSteps: readonly string[] = [
  "removeExpired",
  "removeFiles",
  "forgetReceipts",
  "forgetScheduled",
  "forgetEvents",
  "forgetAudit",
  "forgetRegistrationInvites",
  "forgetReports",
  "reclaim",
] satisfies readonly (keyof Upkeep)[];

export function simulatedStore(setup: SimulatedStoreSetup): Store {
  const { inner } = setup;
  return new Proxy(inner, {
    get(_, name) {
      if (name === "transact") {
        return (...args: unknown[]) => transact(setup, ...args as [Needs, Work]);
      }
      if (typeof name !== "string") return undefined;
      const member: unknown = inner[name as keyof Store];
      if (typeof member !== "function") return member;
      const call: Call = member.bind(inner);
      if (name in answers) return query(setup, name as keyof Queries, call);
      if (upkeepSteps.includes(name)) return maintenance(setup, name as keyof Upkeep, call);
      return call;
    },
  });
}

type Work = (state: State) => unknown;

async function transact(
  { inner, weather, witness, now, sabotage }: SimulatedStoreSetup,
  needs: Needs,
  work: Work,
): Promise<unknown> {
  const nowMs = now();
  await weather.endure("before a transaction");
  const isRolledBack = weather.fails();
  const result = await inner.transact(needs, (state) => {
    sabotage.load?.(state);
    const result = work(state);
    if (isRolledBack) throw new StoreFailure(`${failureOfTheMedium} within a transaction`);
    // The stores save in the same turn, so that nobody sees the one without the other.
    witness.saved({ nowMs, result, events: [...state.events], head: state.head });
    sabotage.save?.(state);
    return result;
  });
  await weather.endure("after a transaction");
  return result;
}

function query(
  { weather, witness, logPageMax, sabotage }: SimulatedStoreSetup,
  name: keyof Queries,
  call: Call,
): Call {
  return async (...args) => {
    const [user, after, limit, life] = args;
    const asked = name === "log" ? [user, after, Math.min(Number(limit), logPageMax), life] : args;
    witness.asked(name, asked);
    await weather.endure(`before ${name}`);
    const answering = call(...asked);
    const check = witness.answering(name, asked);
    const given = await answering;
    const answer = sabotage.answer?.(name, given) ?? given;
    check(answer);
    await weather.endure(`after ${name}`);
    return sabotage.heard?.(name, answer) ?? answer;
  };
}

function maintenance(
  { weather, witness, sweepMax, sabotage }: SimulatedStoreSetup,
  name: keyof Upkeep,
  call: Call,
): Call {
  return async (...args) => {
    await weather.endure(`before ${name}`);
    let asked = args;
    if (name === "removeExpired") {
      const [step, life] = args as Parameters<Upkeep["removeExpired"]>;
      asked = [{ ...step, limit: Math.min(step.limit, sweepMax) }, life];
    }
    const working = call(...sabotage.maintain?.(name, asked) ?? asked);
    const check = witness.maintained(name, asked);
    const result = await working;
    check(result);
    await weather.endure(`after ${name}`);
    return result;
  };
}
