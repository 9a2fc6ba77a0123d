/**
 * Who listens in the tests of the hub: sinks that remember, and a format that can be read back.
 *
 * @module
 */
import type { Position, TokenId, UserId } from "../../../lib/domain/ids.ts";
import type { Hub } from "../../../server/chat/hub.ts";
import { type EventFormat, type Sink, StreamSubscriber } from "../../../server/chat/subscriber.ts";

/** What a stream was told, one entry a thing. */
export type Told =
  | { readonly what: "event"; readonly position: Position; readonly type: string }
  | { readonly what: "caught_up" | "heartbeat"; readonly position: Position }
  | { readonly what: "reset"; readonly reason: string; readonly position: Position }
  | { readonly what: "bye" };

const line = (told: Told) => `${JSON.stringify(told)}\n`;

/** Each thing that is told as one line of JSON. */
export function lineFormat(): EventFormat {
  return {
    event: ({ position, type }) => line({ what: "event", position, type }),
    caughtUp: (position) => line({ what: "caught_up", position }),
    reset: (reason, position) => line({ what: "reset", reason, position }),
    heartbeat: (position) => line({ what: "heartbeat", position }),
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
