/**
 * The world of a simulation: one chat, those who use it, and everything that goes wrong for them.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { ScheduledId, TokenId } from "../../lib/domain/ids.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import type { Committed } from "../../server/chat/engine.ts";
import { must, mustEqual } from "./fault.ts";
import { Clients } from "./clients.ts";
import { Choices } from "./choices.ts";
import { Device } from "./device.ts";
import type { Dice } from "./dice.ts";
import { Ledger } from "./ledger.ts";
import { Model } from "./model/model.ts";
import type { ModelEntry } from "./model/rows.ts";
import { replay } from "./model/views.ts";
import { ProcessClock } from "./process_clock.ts";
import type { Sabotage } from "./sabotage.ts";
import { Server } from "./server.ts";
import { simulatedStore } from "./simulated_store.ts";
import type { Medium } from "./medium.ts";
import { Tally } from "./tally.ts";
import { Trace } from "./trace.ts";
import { VirtualClock } from "../support/virtual_clock.ts";
import { calm, type Forecast, Weather } from "./weather.ts";

export interface WorldSetup {
  readonly dice: Dice;
  readonly medium: Medium;
  readonly sabotage: Sabotage;
}

/** After so long without trouble what is due is sent to the millisecond. */
const settledMs = 130_000;

/** How long clients try and try to reach a server that is away. */
const watchedMsMax = 5 * 60_000;

export class World {
  readonly dice: Dice;
  readonly clock = new VirtualClock();
  readonly tally = new Tally();
  readonly model = new Model(this.tally);
  readonly trace = new Trace();
  readonly ledger: Ledger;
  readonly choices: Choices;
  readonly devices: Device[] = [];
  readonly clients = new Clients(this);
  server: Server | undefined;
  policy: Policy;
  weather: Weather;
  /** What the weather is like as long as nobody needs it to be calm. */
  forecast: Forecast = calm;
  /** Scheduled messages that someone tried to send although they were not due. */
  readonly strays = new Set<ScheduledId>();
  readonly #setup: WorldSetup;
  #fault: unknown;
  #troubledMs = 0;
  #lives = 0;

  constructor(setup: WorldSetup) {
    this.#setup = setup;
    this.dice = setup.dice;
    this.weather = new Weather(this.dice, this.trouble);
    this.policy = randomPolicy(this.dice);
    this.choices = new Choices(this.dice, this.model, () => this.clock.now());
    this.ledger = new Ledger({
      model: this.model,
      policy: () => this.policy,
      now: () => this.clock.now(),
      inner: () => setup.medium.store,
      decided: (decisions) => this.server?.engine.decided(decisions) ?? [],
      follow: (entries, nowMs) => this.#follow(entries, nowMs),
      tally: this.tally,
      guard: this.guard,
    });
  }

  /** Keeps the first fault until the end of the step. */
  readonly guard = (check: () => void): void => {
    try {
      check();
    } catch (fault) {
      this.#fault ??= fault;
    }
  };

  /** @throws the first fault, if there was one. */
  checkFaults(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  // The server.

  async start(): Promise<void> {
    const { medium, sabotage } = this.#setup;
    this.#lives += 1;
    this.weather.forecast = this.forecast;
    this.trouble();
    const clock = new ProcessClock(this.clock);
    const store = simulatedStore({
      inner: medium.store,
      weather: this.weather,
      witness: this.ledger,
      now: () => this.clock.now(),
      logPageMax: this.dice.one(1, 3, 10, 100),
      sweepMax: this.dice.one(1, 5, 500),
      sabotage,
    });
    const server = new Server({
      store,
      clock,
      random: this.dice.random,
      policy: this.policy,
      head: await medium.store.head(),
      sabotage,
      publish: (committed, tell) => this.#publish(committed, tell),
    });
    this.server = server;
    this.guard(() => mustEqual(server.publishedHead, this.model.head, "the head after a start"));
    const starting = server.start().catch((failure) =>
      this.guard(() => {
        throw failure;
      })
    );
    while (!server.isOpen && this.#fault === undefined) await this.settle();
    await starting;
    this.guard(() => {
      const overdue = this.model.scheduled.find(({ end, dueMs }) =>
        end === undefined && dueMs <= this.clock.now()
      );
      const isSent = this.forecast.failing > 0 || overdue === undefined;
      must(isSent, `what fell due before is sent before anything else: ${overdue?.id}`);
    });
    this.trace.write(`life ${this.#lives} begins at ${server.publishedHead}`);
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    let isStopped = false;
    const stopping = server.stop().then(() => isStopped = true);
    for (let turn = 0; !isStopped; turn++) {
      must(turn < 10_000, "the server never stops");
      await this.settle();
    }
    await stopping;
    this.guard(() => {
      for (const { stream } of this.devices) {
        must(stream?.closed !== false, "a stream was left open");
      }
    });
    await this.#end();
  }

  async crash(): Promise<void> {
    this.server?.crash();
    await this.#end();
  }

  async #end(): Promise<void> {
    this.server = undefined;
    // What was held up dies with it.
    this.weather = new Weather(this.dice, this.trouble);
    for (const device of this.devices) device.lose();
    this.clients.lose();
    await this.#setup.medium.reopen();
  }

  // Time.

  /** Something happens that makes it no wonder if what is due comes late. */
  readonly trouble = (): void => {
    this.#troubledMs = this.clock.monotonic();
  };

  /** Lets everything happen that can happen now. */
  async settle({ turnsMax = Infinity } = {}): Promise<void> {
    for (let turn = 0;; turn++) {
      // All promises that can be kept are kept by then.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (turn >= turnsMax) return;
      if (this.server?.clock.endTurn()) continue;
      if (this.weather.release()) continue;
      if (turnsMax === Infinity && this.devices.some(({ stream }) => stream?.drain())) continue;
      return;
    }
  }

  /** Lets time pass, and each timer do its work when it is due. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.monotonic() + ms;
    // Where nobody answers for hours, the machines of clients go to sleep, and wake up at its end.
    const isWatched = this.server !== undefined || ms <= watchedMsMax;
    for (;;) {
      const nextMs = Math.min(
        untilMs,
        this.server?.clock.nextMs ?? Infinity,
        isWatched ? this.clients.nextMs : Infinity,
      );
      this.clock.advance(Math.max(0, nextMs - this.clock.monotonic()));
      this.#noticeTime();
      await this.settle();
      this.checkFaults();
      if (this.clock.monotonic() >= untilMs) return;
    }
  }

  /** Sets the wall clock forward, or back. */
  setWall(byMs: number): void {
    this.trouble();
    this.clock.setWall(this.clock.now() + byMs);
    this.#noticeTime();
  }

  #noticeTime(): void {
    for (const device of this.devices) {
      device.latestMs = Math.max(device.latestMs, this.clock.now());
    }
    this.clients.notice();
  }

  get sabotage(): Sabotage {
    return this.#setup.sabotage;
  }

  get isUntroubled(): boolean {
    return this.clock.monotonic() - this.#troubledMs > settledMs;
  }

  // Those who use it.

  /** Everyone has a device. */
  recruit(): void {
    const isGone = ({ user }: Device) => this.model.user(user) === undefined;
    for (const device of this.devices.filter(isGone)) {
      device.leave();
      this.devices.splice(this.devices.indexOf(device), 1);
    }
    for (const { id, name } of this.model.living) {
      const mine = this.devices.filter(({ user }) => user === id).length;
      const wanted = 1 + (id % 3);
      for (let at = mine; at < wanted; at++) {
        this.devices.push(
          new Device({
            user: id,
            label: `${name}${at + 1}`,
            dice: this.dice,
            pages: this.ledger.pages,
            tally: this.tally,
            guard: this.guard,
            owed: (device, from, to) => this.#owed(device, from, to),
            isTrue: (device, event) => this.#isTrue(device, event),
          }),
        );
      }
    }
  }

  /** A token of a device's user, the same one each time as long as it holds. */
  tokenFor(device: Device): TokenId | undefined {
    const mine = this.model.tokens.filter(({ user }) => user === device.user);
    return mine[this.devices.indexOf(device) % Math.max(1, mine.length)]?.id;
  }

  // What is checked as it happens.

  #follow(entries: readonly ModelEntry[], nowMs: number): void {
    this.clients.follow(entries);
    let last = { dueMs: -Infinity, id: 0 };
    for (const { event } of entries) {
      this.trace.write(`${event.position} ${event.type} for ${event.audience}`);
      if (event.type !== "scheduled.sent" && event.type !== "scheduled.failed") continue;
      const scheduled = this.model.scheduled.find(({ id }) => id === event.scheduled);
      must(scheduled !== undefined, "what was sent had been scheduled");
      const { dueMs, id } = scheduled;
      if (this.strays.has(id)) continue;
      must(
        dueMs > last.dueMs || (dueMs === last.dueMs && id > last.id),
        `${id} was due before ${last.id}, and comes after it`,
      );
      last = scheduled;
      must(dueMs <= nowMs, `${id} comes before it is due`);
      must(
        !this.isUntroubled || dueMs === nowMs,
        `${id} was due at ${dueMs}, and comes ${nowMs - dueMs} ms later`,
      );
    }
  }

  #publish(committed: Committed, tell: () => void): void {
    const { server } = this;
    if (server === undefined) return;
    const streams = this.devices.flatMap(({ stream }) => stream ?? []);
    const live = streams.filter(({ isLive, closed }) => isLive && !closed);
    const { publishedHead } = server;
    const hasMissed = committed.after > publishedHead;
    if (hasMissed) {
      this.tally.note("something was not published");
      for (const stream of live) stream.fallBack();
    }
    tell();
    server.publishedHead = Math.max(publishedHead, committed.head);
    for (const event of committed.events) {
      if (event.type === "token.revoked") server.revoked.push(event.token);
    }
    this.guard(() => {
      mustEqual(server.hub.head, server.publishedHead, "the head of the hub");
      if (hasMissed) return;
      const news = this.model.entries.filter(({ event: { position } }) =>
        position > committed.after && position <= committed.head
      );
      for (const stream of live) {
        const own = news.filter(({ event, recipients }) =>
          event.position > stream.position && recipients.includes(stream.user)
        );
        stream.checkNews(own.map(({ event }) => JSON.stringify(event)));
        stream.position = Math.max(stream.position, committed.head);
        const isRevoked = news.some(({ event }) =>
          event.type === "token.revoked" && event.token === stream.token
        );
        must(!isRevoked || stream.closed, "the stream of a revoked token has ended");
      }
    });
  }

  /** Whether an event was told just so, as it happened or by the log. */
  #isTrue({ user }: Device, event: Event): boolean {
    const text = JSON.stringify(event);
    return this.ledger.pages.some((page) => page.user === user && page.events.includes(text)) ||
      this.model.entries.some((entry) =>
        entry.event.position === event.position && entry.recipients.includes(user) &&
        JSON.stringify(entry.event) === text
      );
  }

  /** What a device must know that was told everything between two positions. */
  #owed(device: Device, from: number, to: number): readonly number[] {
    const { model, policy } = this;
    const moments = [this.clock.now(), Math.max(device.latestMs, this.clock.now())];
    const [now, later] = moments.map((nowMs) =>
      new Set(
        replay(model, device.user, from, { nowMs, policy }).map(({ position }) => position),
      )
    );
    return model.entries.filter(({ event: { position }, recipients }) =>
      position > from && position <= to && recipients.includes(device.user) &&
      now?.has(position) && later?.has(position)
    ).map(({ event }) => event.position);
  }
}

/** Numbers that are soon used up. */
export function randomPolicy(dice: Dice): Policy {
  const minuteMs = 60_000;
  return {
    limit: dice.one(3, 5, 20, 0),
    limitPeriodMs: dice.one(10, 60) * minuteMs,
    messageTtlMs: dice.one(2, 20, 60) * minuteMs,
    unreadTtlMs: 6 * 60 * minuteMs,
    banAfter: dice.one(2, 3, 0),
    banForMs: dice.one(30, 240) * minuteMs,
  };
}
