/**
 * Carries commands out: load, decide, save, publish, a batch at a time.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import { decide, endsBatch, need } from "../../lib/domain/decide.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Position } from "../../lib/domain/ids.ts";
import { noNeeds } from "../../lib/domain/needs.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import type { State } from "../../lib/domain/state.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import { Measures } from "../metrics/measures.ts";
import { type Store, StoreFailure } from "../store/store.ts";

/** Most commands that may wait; beyond, {@linkcode EngineBusy}. */
export const engineQueueMax = 10_000;

/** Most commands in one transaction, so that none waits long for the others. */
export const engineBatchMax = 1000;

/**
 * Least time between two attempts to write to a store that has failed, in milliseconds: whoever asks
 * how it is must not keep it busy.
 */
export const probeEveryMs = 1000;

/** Too many commands are waiting. */
export class EngineBusy extends Error {
  override readonly name = "EngineBusy";
}

/** The engine was stopped and takes no more commands. */
export class EngineStopped extends Error {
  override readonly name = "EngineStopped";
}

/** What was committed, in the order of the log. */
export interface Committed {
  readonly events: readonly Event[];
  /** The last position given out before. */
  readonly after: Position;
  /** The last position given out, whether or not its event is among `events`. */
  readonly head: Position;
}

export interface EngineSetup {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Policy;
  /** Called after each commit, before its commands are answered. */
  readonly publish: (committed: Committed) => void;
  readonly queueMax?: number;
  /** Told of each batch. */
  readonly measures?: Measures;
}

interface Waiting {
  readonly command: Command;
  readonly resolve: (decision: Decision<unknown>) => void;
  readonly reject: (failure: unknown) => void;
}

/**
 * The one place where the chat changes.
 *
 * Commands that come in the same turn of the event loop, or while a batch is being committed, are
 * carried out in one transaction, in their order: one commit serves many senders.
 */
export class Engine {
  readonly #setup: EngineSetup;
  readonly #queueMax: number;
  readonly #measures: Measures;
  readonly #log = logFor("engine");
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;
  #canSave = true;
  /** The last attempt to write to a store that had failed. */
  #probe: Promise<void> = Promise.resolve();
  #probedMs = -Infinity;

  constructor(setup: EngineSetup) {
    this.#setup = setup;
    this.#queueMax = setup.queueMax ?? engineQueueMax;
    this.#measures = setup.measures ?? new Measures();
  }

  /** How many commands wait for their batch. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Whether the last attempt to save something went well. */
  get canSave(): boolean {
    return this.#canSave;
  }

  /**
   * Asks the store a small question; if it could not save the last time, has it try again.
   *
   * @throws {StoreFailure} if it is of no use right now.
   */
  async checkStore(): Promise<void> {
    const { store, clock } = this.#setup;
    if (this.#canSave) {
      await store.head();
      return;
    }
    // Nobody may send anything while this is told to be out of order, so it must heal by itself.
    if (clock.monotonic() - this.#probedMs >= probeEveryMs) {
      this.#probedMs = clock.monotonic();
      this.#probe = store.probe().then(() => {
        this.#canSave = true;
      });
    }
    await this.#probe;
  }

  /**
   * Carries `command` out; what it changed is on disk when this resolves.
   *
   * @throws {EngineBusy} when the queue is full, before anything is done.
   * @throws {StoreFailure} when the outcome is unknown: it was saved whole, or not at all.
   */
  submit<C extends Command>(command: C): Promise<Decision<OutcomeOf<C>>> {
    if (this.#stopped) return Promise.reject(new EngineStopped("The engine has stopped"));
    if (this.#waiting.length >= this.#queueMax) {
      return Promise.reject(new EngineBusy(`${this.#queueMax} commands are waiting`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        command,
        // A decision's outcome is of the kind that its command has.
        resolve: resolve as (decision: Decision<unknown>) => void,
        reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Takes no more commands; resolves when those that wait are carried out. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise<void>((resolve) => this.#setup.clock.afterThisTurn(resolve));
    while (this.#waiting.length > 0) {
      const length = batchLength(this.#waiting);
      const batch = this.#waiting.slice(0, length);
      this.#waiting = this.#waiting.slice(length);
      await this.#carryOut(batch);
    }
    this.#running = undefined;
  }

  async #carryOut(batch: readonly Waiting[]): Promise<void> {
    let committed: Committed;
    let decisions: readonly Decision<unknown>[];
    try {
      ({ committed, decisions } = await this.#commit(batch));
    } catch (failure) {
      await this.#recover(batch, failure);
      return;
    }
    this.#measures.eventsPublished += committed.events.length;
    try {
      this.#setup.publish(committed);
    } catch (failure) {
      // What was saved was saved, and its senders are answered.
      this.#log.error("Cannot publish a batch of events", failureFields(failure));
    }
    for (const [at, { resolve }] of batch.entries()) {
      const decision = decisions[at];
      if (decision !== undefined) resolve(decision);
    }
  }

  /** A rule that fails must not take the others of its batch with it: each is tried alone. */
  async #recover(batch: readonly Waiting[], failure: unknown): Promise<void> {
    if (failure instanceof StoreFailure || batch.length === 1) {
      this.#log.error("Cannot carry out a batch of commands", {
        commands: batch.length,
        ...failureFields(failure),
      });
      for (const { reject } of batch) reject(failure);
      return;
    }
    for (const waiting of batch) await this.#carryOut([waiting]);
  }

  async #commit(
    batch: readonly Waiting[],
  ): Promise<{ committed: Committed; decisions: readonly Decision<unknown>[] }> {
    const needs = noNeeds();
    for (const { command } of batch) need(command, needs);
    const { clock, policy } = this.#setup;
    const circumstances = { nowMs: clock.now(), policy };
    const sinceMs = clock.monotonic();
    let saves = false;
    const work = (state: State) => {
      const after = state.head;
      const decisions = batch.map(({ command }) => {
        const before = extent(state);
        const decision = decide(command, state, circumstances);
        if (!decision.ok && extent(state) !== before) {
          throw new Error(`The rule of ${command.type} changed the state and refused`);
        }
        return decision;
      });
      saves = state.changes.length > 0 || state.head > after;
      return { committed: { events: state.events, after, head: state.head }, decisions };
    };
    try {
      const done = await this.#setup.store.transact(needs, work);
      // Where there was nothing to save it has not shown that it can.
      if (saves) this.#canSave = true;
      this.#measures.commitSeconds.observe((clock.monotonic() - sinceMs) / 1000);
      this.#measures.batches.observe(batch.length);
      return done;
    } catch (failure) {
      if (failure instanceof StoreFailure) {
        this.#canSave = false;
        this.#measures.commitFailures += 1;
      }
      throw failure;
    }
  }
}

/** How many of those that wait are carried out together. */
function batchLength(waiting: readonly Waiting[]): number {
  const first = waiting.slice(0, engineBatchMax);
  const last = first.findIndex(({ command }) => endsBatch(command));
  return last < 0 ? first.length : last + 1;
}

/** Grows with everything that is done to a state. */
function extent(state: State): number {
  return state.changes.length + state.events.length + state.head;
}
