/**
 * What must happen as time goes by, without anyone asking.
 *
 * @module
 */
import { type Clock, othersTurn, type Timer } from "../../lib/clock.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import type { Measures } from "../metrics/measures.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import type { Hub } from "./hub.ts";
import { Erasing } from "./erasing.ts";
import { upkeepTasks } from "./upkeep.ts";

/** How often it looks for what is to be done. */
export const clockworkEveryMs = 60_000;

/** Scheduled messages that are sent at a time. */
export const dueAtOnce = 100;

export interface ClockworkSetup {
  readonly store: Store;
  readonly engine: Engine;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly policy: Policy;
  /** Told of what falls due, and of what upkeep removes. */
  readonly measures?: Measures;
}

/**
 * Sends scheduled messages when they are due, those first that fell due while nobody was there to
 * send them; erases who was deleted, whichever process did it; removes what has had its time; and
 * notes which clients are listening, for one that only listens is in use as well.
 */
export class Clockwork {
  readonly #setup: ClockworkSetup;
  readonly #log = logFor("clockwork");
  readonly #erasing: Erasing;
  /** Whether a step of it waits for its turn. */
  #erasingWaits = false;
  #tick: Timer | undefined;
  #alarm: Timer | undefined;
  #alarmMs = Infinity;
  /** When it looked for what is due, the last time. */
  #lookedMs = 0;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(setup: ClockworkSetup) {
    this.#setup = setup;
    this.#erasing = new Erasing(setup);
  }

  /** Resolves when what fell due before has been sent. */
  async start(): Promise<void> {
    this.#setTick();
    this.#enqueue(() => this.#sendDue());
    await this.#running;
  }

  /** Hears of what is to be sent later, and what has become of it; and of who was deleted. */
  follow(events: readonly Event[]): void {
    const { measures } = this.#setup;
    for (const event of events) {
      if (measures !== undefined && event.type === "scheduled.sent") measures.scheduledSent += 1;
      if (measures !== undefined && event.type === "scheduled.failed") {
        measures.scheduledFailed += 1;
      }
      if (event.type === "scheduled.created" || event.type === "scheduled.updated") {
        this.#setAlarm(event.dueMs);
      }
      if (event.type === "user.deleted") this.#erase();
    }
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#tick?.cancel();
    this.#alarm?.cancel();
    await this.#running;
  }

  #setTick(): void {
    if (this.#stopped) return;
    this.#tick = this.#setup.clock.setTimer(clockworkEveryMs, () => {
      this.#enqueue(async () => {
        await this.#sendDue();
        await this.#try("note who is listening", () => this.#noteListeners());
        this.#erase();
        for (const { what, step } of upkeepTasks(this.#setup)) {
          await this.#try(what, () => this.#repeat(step));
        }
        this.#setTick();
      });
    });
  }

  /** What is due before the next tick has an alarm of its own. */
  #setAlarm(dueMs: number): void {
    if (this.#stopped || dueMs >= this.#alarmMs) return;
    // A clock that is set forward is noticed at the next tick.
    const delayMs = Math.max(0, dueMs - this.#setup.clock.now());
    if (delayMs > clockworkEveryMs) return;
    this.#alarm?.cancel();
    this.#alarmMs = dueMs;
    this.#alarm = this.#setup.clock.setTimer(delayMs, () => {
      this.#enqueue(() => this.#sendDue());
    });
  }

  /** One thing after another. */
  #enqueue(work: () => Promise<void>): void {
    this.#running = this.#running.then(work);
  }

  /** Step by step: it may take long, and what falls due meanwhile must not wait for the end of it. */
  #erase(): void {
    if (this.#erasingWaits) return;
    this.#erasingWaits = true;
    this.#enqueue(async () => {
      this.#erasingWaits = false;
      let hasMore = false;
      await this.#try("erase deleted users", async () => {
        hasMore = !this.#stopped && await this.#erasing.step();
      });
      if (!hasMore) return;
      await othersTurn(this.#setup.clock);
      this.#erase();
    });
  }

  #sendDue(): Promise<void> {
    this.#alarm?.cancel();
    this.#alarmMs = Infinity;
    return this.#try("send what is due", async () => {
      try {
        await this.#repeat(() => this.#sendSome());
      } finally {
        // What was looked for and can't be sent now waits for the next tick; what falls due after
        // that look has its own moment all the same, even if that has come by now.
        const nextMs = await this.#setup.store.nextDueMs(this.#lookedMs);
        if (nextMs !== undefined) this.#setAlarm(nextMs);
      }
    });
  }

  async #sendSome(): Promise<boolean> {
    const { store, engine, clock, measures } = this.#setup;
    this.#lookedMs = clock.now();
    const due = await store.due(this.#lookedMs, dueAtOnce);
    if (measures !== undefined) measures.scheduledDue += due.length;
    await Promise.all(
      due.map((scheduled) => engine.submit({ type: "scheduled.send", scheduled })),
    );
    return due.length === dueAtOnce;
  }

  async #noteListeners(): Promise<void> {
    const tokens = [...this.#setup.hub.tokens];
    if (tokens.length > 0) await this.#setup.engine.submit({ type: "token.touch", tokens });
  }

  /** Takes steps until there are no more; others get their turn between two. */
  async #repeat(step: () => Promise<boolean>): Promise<void> {
    while (!this.#stopped && await step()) {
      await othersTurn(this.#setup.clock);
    }
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      if (failure instanceof StoreFailure) this.#setup.engine.doubtStore();
      this.#log.error("Cannot carry out a task", { task: what, ...failureFields(failure) });
    }
  }
}
