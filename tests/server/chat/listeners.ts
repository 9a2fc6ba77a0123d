/**
 * Who listens in the tests of the hub: sinks that remember, and a format that can be read back.
 *
 * @module
 */
import type { Command } from "../../../lib/domain/command.ts";
import type { Position, TokenId, UserId } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { Hub, type Start } from "../../../server/chat/hub.ts";
import { type EventFormat, type Sink, StreamSubscriber } from "../../../server/chat/subscriber.ts";
import { Chat, type Person } from "../../support/chat.ts";
import { ScriptedStore } from "../../support/scripted_store.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

/** What a stream was told, one entry a thing. */
export type Told =
  | { readonly what: "event"; readonly position: Position; readonly type: string }
  | { readonly what: "caught_up" | "heartbeat"; readonly position: Position }
  | { readonly what: "reset"; readonly reason: string; readonly position: Position }
  | { readonly what: "presence"; readonly name: string; readonly online: boolean }
  | { readonly what: "bye" };

const line = (told: Told) => `${JSON.stringify(told)}\n`;

/** Each thing that is told as one line of JSON. */
export function lineFormat(): EventFormat {
  return {
    event: ({ position, type }) => line({ what: "event", position, type }),
    caughtUp: (position) => line({ what: "caught_up", position }),
    reset: (reason, position) => line({ what: "reset", reason, position }),
    heartbeat: (position) => line({ what: "heartbeat", position }),
    presence: (changes) =>
      changes.map(({ name, online }) => line({ what: "presence", name, online })).join(""),
    bye: () => line({ what: "bye" }),
  };
}

/** Remembers what is written to it; a slow one is ready for more only when the test says so. */
export class MemorySink implements Sink {
  readonly writes: Uint8Array[] = [];
  readonly #slow: boolean;
  #closed = false;
  #drains: (() => void)[] = [];
  readonly #onClose: (() => void)[] = [];

  constructor({ slow = false }: { readonly slow?: boolean } = {}) {
    this.#slow = slow;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get told(): Told[] {
    const text = this.writes.map((payload) => new TextDecoder().decode(payload)).join("");
    return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Told);
  }

  /** How often something waits to hear that it is ready for more. */
  get waiting(): number {
    return this.#drains.length;
  }

  write(payload: Uint8Array): void {
    if (!this.#closed) this.writes.push(payload);
  }

  drained(): Promise<void> {
    if (!this.#slow || this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.#drains.push(resolve));
  }

  /** Is ready for more. */
  drain(): void {
    for (const resolve of this.#drains.splice(0)) resolve();
  }

  end(): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** The client is gone. */
  close(): void {
    this.#closed = true;
    this.drain();
    for (const callback of this.#onClose.splice(0)) callback();
  }

  onClose(callback: () => void): void {
    if (this.#closed) callback();
    else this.#onClose.push(callback);
  }
}

/** One client's stream, as the API would open it. */
export interface Listener {
  readonly subscriber: StreamSubscriber;
  readonly sink: MemorySink;
}

export function listener(
  { id, token }: { readonly id: UserId; readonly token: TokenId },
  hub: Hub,
  { format = lineFormat(), slow = false }: {
    readonly format?: EventFormat;
    readonly slow?: boolean;
  } = {},
): Listener {
  const sink = new MemorySink({ slow });
  const subscriber = new StreamSubscriber({ user: id, token }, format, sink);
  sink.onClose(() => hub.leave(subscriber));
  return { subscriber, sink };
}

/** The positions of the events that were told, in the order of their telling. */
export function positions(told: readonly Told[]): Position[] {
  return told.flatMap((one) => one.what === "event" ? [one.position] : []);
}

/** The types of the events that were told, in the order of their telling. */
export function eventTypes({ sink }: Listener): string[] {
  return sink.told.flatMap((one) => one.what === "event" ? [one.type] : []);
}

/** A hub with three people, nobody of whom listens yet. */
export interface Setup {
  readonly hub: Hub;
  readonly store: ScriptedStore;
  readonly clock: VirtualClock;
  readonly people: readonly [Person, Person, Person];
  /** Commits `commands` in one transaction and publishes it. */
  tell(...commands: readonly Command[]): Promise<void>;
  /** Commits only; what comes back publishes. */
  commit(...commands: readonly Command[]): Promise<() => void>;
  open(person: Person, start?: Start, options?: { readonly format?: EventFormat }): Promise<
    Listener
  >;
}

/** Lets everything happen that needs no time. */
export function turn(clock: VirtualClock): Promise<void> {
  return new Promise((resolve) => clock.afterThisTurn(resolve));
}

export async function setUp(): Promise<Setup> {
  const store = new ScriptedStore("epoch");
  const chat = new Chat(store);
  // What is told must not depend on how much may be said.
  chat.policy = { ...defaultPolicy, limit: 0 };
  const people = await chat.people("alice", "bob", "carol");
  const clock = new VirtualClock();
  const hub = new Hub({ store, clock, policy: chat.policy, head: await store.head() });
  async function commit(...commands: readonly Command[]): Promise<() => void> {
    const { events, before: after, head } = await chat.batch(commands);
    return () => hub.publish({ events, after, head });
  }
  return {
    hub,
    store,
    clock,
    people,
    commit,
    async tell(...commands) {
      (await commit(...commands))();
    },
    async open(person, start = { kind: "now" }, options = {}) {
      const opened = listener(person, hub, options);
      await hub.join(opened.subscriber, start);
      return opened;
    },
  };
}
