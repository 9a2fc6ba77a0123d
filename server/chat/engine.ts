/**
 * Carries commands out: load, decide, save, publish, a batch at a time.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
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
import {
  type BatchTrace,
  beginBatch,
  beginCommand,
  endWith,
  untracedBatch,
} from "../tracing/batch_spans.ts";
import type { Span, Tracer } from "../tracing/tracer.ts";
import { Follower, followEveryMs } from "./follower.ts";

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

/** What was committed, here or by another process, in the order of the log. */
export interface Committed {
  readonly events: readonly Event[];
  /** The last position given out before. */
  readonly after: Position;
  /** The last position given out, whether or not its event is among `events`. */
  readonly head: Position;
  /**
   * Set if it was read from the log too late: `expired` if some of it is no longer there for all who
   * might have seen it, `forgotten` if some of it is no longer in the log, nor in `events`.
   */
  readonly late?: "expired" | "forgotten";
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
  /** Absent where nobody collects traces. */
  readonly tracer?: Tracer | undefined;
}

interface Waiting {
  readonly command: Command;
  /** If it is a part of a trace. */
  readonly span: Span | undefined;
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
  #follower: Follower | undefined;
  #look: Timer | undefined;
  #lookIsDue = false;
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

  /** The store has failed in work of others, as in upkeep: it must show anew that it can save. */
  doubtStore(): void {
    this.#canSave = false;
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
    const { tracer } = this.#setup;
    const span = tracer && beginCommand(tracer, command.type);
    const decided = new Promise<Decision<OutcomeOf<C>>>((resolve, reject) => {
      this.#waiting.push({
        command,
        span,
        // A decision's outcome is of the kind that its command has.
        resolve: resolve as (decision: Decision<unknown>) => void,
        reject,
      });
      // What a batch sets going is nobody's alone.
      this.#running ??= tracer ? tracer.within(undefined, () => this.#run()) : this.#run();
    });
    return span ? endWith(span, decided) : decided;
  }

  /**
   * From now on, until it is stopped, publishes what others commit as well: everything after `head`.
   */
  follow(head: Position): void {
    const { store, clock } = this.#setup;
    const publish = (committed: Committed) => this.#publish(committed, untracedBatch);
    this.#follower = new Follower({ store, clock, head, publish });
    this.#setLook();
  }

  /** Takes no more commands; resolves when those that wait are carried out. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#look?.cancel();
    await this.#running;
  }

  #setLook(): void {
    if (this.#stopped) return;
    this.#look = this.#setup.clock.setTimer(followEveryMs, () => {
      this.#lookIsDue = true;
      this.#running ??= this.#run();
    });
  }

  /** Does one thing after another: batches, and looks at what others have committed. */
  async #run(): Promise<void> {
    await new Promise<void>((resolve) => this.#setup.clock.afterThisTurn(resolve));
    while (this.#lookIsDue || this.#waiting.length > 0) {
      if (this.#lookIsDue) {
        const hasMore = await this.#follower?.look() === true;
        // After others have written much, what waits here has its turn in between.
        this.#lookIsDue = hasMore && !this.#stopped;
        if (!this.#lookIsDue) this.#setLook();
      }
      if (this.#waiting.length === 0) continue;
      const length = batchLength(this.#waiting);
      const batch = this.#waiting.slice(0, length);
      this.#waiting = this.#waiting.slice(length);
      await this.#carryOut(batch);
    }
    this.#running = undefined;
  }

  async #carryOut(batch: readonly Waiting[]): Promise<void> {
    const { tracer } = this.#setup;
    const trace = tracer ? beginBatch(tracer, batch) : untracedBatch;
    let committed: Committed;
    let decisions: readonly Decision<unknown>[];
    try {
      ({ committed, decisions } = await this.#commit(batch, trace));
    } catch (failure) {
      trace.end();
      await this.#recover(batch, failure);
      return;
    }
    if (this.#follower === undefined || await this.#follower.makeWay(committed)) {
      this.#publish(committed, trace);
    }
    trace.end();
    for (const [at, { resolve }] of batch.entries()) {
      const decision = decisions[at];
      if (decision !== undefined) resolve(decision);
    }
  }

  #publish(committed: Committed, trace: BatchTrace): void {
    this.#measures.eventsPublished += committed.events.length;
    try {
      trace.publish(committed.events.length, () => this.#setup.publish(committed));
    } catch (failure) {
      // What was saved was saved, and its senders are answered.
      this.#log.error("Cannot publish a batch of events", failureFields(failure));
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
    trace: BatchTrace,
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
      const done = await trace.commit(() => this.#setup.store.transact(needs, work));
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
