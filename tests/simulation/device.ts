/**
 * A device of a user: it sends until it is answered, and listens, from where it stopped.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { TokenId, UserId } from "../../lib/domain/ids.ts";
import type { Start } from "../../server/chat/hub.ts";
import { PollSubscriber } from "../../server/chat/subscriber.ts";
import type { UserCommand } from "./choices.ts";
import type { Dice } from "./dice.ts";
import { must, words } from "./fault.ts";
import type { Server } from "./server.ts";
import { mustBeOfTheMedium } from "./weather.ts";
import type { Tally } from "./tally.ts";
import { faces, type GivenPage, Stream } from "./stream.ts";

/** Something that a device wants done. */
export interface Intent {
  readonly command: UserCommand;
  /** The server that is at work on it. */
  server: Server | undefined;
  isAnswered: boolean;
}

export interface DeviceSetup {
  readonly user: UserId;
  readonly label: string;
  readonly dice: Dice;
  readonly pages: readonly GivenPage[];
  readonly tally: Tally;
  readonly guard: (check: () => void) => void;
  /** Positions that a user must have been told, were they told everything between two. */
  readonly owed: (device: Device, from: number, to: number) => readonly number[];
  /** Whether a user may have been told an event just so. */
  readonly isTrue: (device: Device, event: Event) => boolean;
}

/** Positions that are remembered, the latest. */
const seenMax = 5000;

export class Device {
  readonly user: UserId;
  readonly label: string;
  /** What it was told, by position. */
  readonly seen = new Set<number>();
  /** The latest wall time since it was looked at last. */
  latestMs = 0;
  outbox: Intent[] = [];
  stream: Stream | undefined;
  #cursor: number | undefined;
  /** It has been looked at up to here. */
  #checked = 0;
  readonly #setup: DeviceSetup;
  #keys = 0;
  /** Grows with each time that it begins to listen. */
  #listening = 0;

  constructor(setup: DeviceSetup) {
    this.#setup = setup;
    this.user = setup.user;
    this.label = setup.label;
  }

  get isListening(): boolean {
    return this.stream !== undefined && !this.stream.closed;
  }

  get cursor(): number | undefined {
    return this.stream?.cursor ?? this.#cursor;
  }

  // Sending.

  /** Wants something done, once. */
  intend(command: UserCommand): Intent {
    this.#keys += 1;
    const key = `${this.label}-${this.#keys}`;
    const isRetried = command.type !== "token.issue" && this.#setup.dice.chance(0.95);
    const intent: Intent = {
      command: isRetried ? { ...command, retry: { key, fingerprint: words(command) } } : command,
      server: undefined,
      isAnswered: false,
    };
    this.outbox.push(intent);
    return intent;
  }

  send(intent: Intent, server: Server): void {
    if (intent.server !== undefined || intent.isAnswered || !server.isOpen) return;
    intent.server = server;
    server.engine.submit(intent.command).then(
      () => {
        intent.isAnswered = true;
        this.outbox = this.outbox.filter((other) => other !== intent);
      },
      (failure) => {
        intent.server = undefined;
        // Without a key it can't be told whether it was done, so that it is not tried again.
        if (!("retry" in intent.command)) {
          this.outbox = this.outbox.filter((other) => other !== intent);
        }
        this.#setup.guard(() => mustBeOfTheMedium(failure));
      },
    );
  }

  /** The server has died: what it was at work on must be tried again. */
  lose(): void {
    for (const intent of this.outbox) intent.server = undefined;
    this.outbox = this.outbox.filter(({ command }) => "retry" in command);
    this.leave();
  }

  // Listening.

  leave(): void {
    if (this.stream === undefined) return;
    const { stream } = this;
    this.#cursor = stream.cursor;
    this.#skipTo(Math.max(this.#checked, stream.skipped));
    this.stream = undefined;
    stream.close();
  }

  /** Opens a stream; tells how in words. */
  listen(server: Server, token: TokenId): string {
    const { dice, guard } = this.#setup;
    this.leave();
    const { start, from, way } = this.#startAt(server);
    const stream = new Stream({
      user: this.user,
      token,
      face: dice.pick(faces) ?? faces[0] ?? fail(),
      isSlow: dice.chance(0.2),
      start: from,
      pages: this.#setup.pages,
      hear: ({ position }) => this.#see(position),
      tally: this.#setup.tally,
      guard,
    });
    this.stream = stream;
    const { subscriber } = stream;
    server.hub.join(subscriber, start).catch((failure) => {
      guard(() => mustBeOfTheMedium(failure));
      return subscriber.bye();
    });
    stream.onClose(() => server.hub.leave(subscriber));
    return way;
  }

  /** Asks for news; tells how in words. */
  poll(server: Server, token: TokenId): string {
    const { dice, guard } = this.#setup;
    this.leave();
    const waits = dice.chance(0.7);
    const subscriber = new PollSubscriber({ user: this.user, token }, { waits });
    const { start, from, way } = this.#startAt(server);
    const listening = this.#listening;
    const done = async () => {
      try {
        await server.hub.join(subscriber, start);
        const timer = server.clock.setTimer(dice.between(1, 30) * 1000, () => subscriber.expire());
        const { events, reset, position } = await subscriber.news;
        timer.cancel();
        // It may have begun to listen in another way, or the server died.
        if (listening !== this.#listening || server.isGone) return;
        guard(() => {
          const positions = events.map((event) => event.position);
          if (positions.length > 0) this.#setup.tally.note("news by a poll");
          this.#setup.tally.steps += positions.length;
          const isOrdered = positions.every((one, at) => one > (positions[at - 1] ?? from));
          must(isOrdered && positions.every((one) => one <= position), "a poll is in order");
          for (const event of events) {
            must(this.#setup.isTrue(this, event), () => `${this.label} got ${words(event)}`);
            this.#see(event.position);
          }
          if (reset !== undefined || start.kind === "now") this.#checked = position;
          this.#cursor = position;
        });
      } catch (failure) {
        guard(() => mustBeOfTheMedium(failure));
      } finally {
        server.hub.leave(subscriber);
      }
    };
    void done();
    return `polls ${way}`;
  }

  #startAt(server: Server): { readonly start: Start; readonly from: number; readonly way: string } {
    const { dice } = this.#setup;
    this.#listening += 1;
    const cursor = this.cursor;
    const now = server.hub.head;
    const kind = dice.weighted({ on: 80, older: 12, now: 4, beyond: 2, elsewhere: 2 });
    if (cursor === undefined || kind === "now") {
      this.#skipTo(now);
      return { start: { kind: "now" }, from: now, way: `from now (${now})` };
    }
    switch (kind) {
      case "on":
        return { start: { kind: "after", position: cursor }, from: cursor, way: `on ${cursor}` };
      case "older": {
        const position = dice.between(Math.max(0, cursor - 60), cursor);
        return {
          start: { kind: "after", position },
          from: position,
          way: `on ${position}, before ${cursor}`,
        };
      }
      case "beyond": {
        const position = now + 1_000_000;
        this.#skipTo(now);
        return { start: { kind: "after", position }, from: position, way: "from beyond" };
      }
      case "elsewhere":
        this.#skipTo(now);
        return {
          start: { kind: "reset", reason: "other_epoch" },
          from: now,
          way: "of another epoch",
        };
    }
  }

  #skipTo(position: number): void {
    this.#checked = position;
  }

  #see(position: number): void {
    this.seen.add(position);
    if (this.seen.size <= seenMax) return;
    const [oldest] = this.seen;
    if (oldest !== undefined) this.seen.delete(oldest);
  }

  /** Whatever streams and polls it had: it must have been told everything up to its cursor. */
  check(): void {
    const { stream } = this;
    if (stream === undefined || !stream.isLive) return;
    const { cursor } = stream;
    const owed = this.#setup.owed(this, Math.max(this.#checked, stream.skipped), cursor);
    const missed = owed.filter((position) => !this.seen.has(position));
    must(missed.length === 0, `${this.label} has not been told ${missed} up to ${cursor}`);
    this.#checked = cursor;
    this.latestMs = 0;
  }
}

function fail(): never {
  throw new Error("The simulation itself is wrong");
}
