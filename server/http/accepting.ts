/**
 * Takes connections one after another, whatever the system says in between.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { HttpLimits } from "./limits.ts";

interface Closable {
  close(): void;
}

/** What hands out connections, as `Deno.Listener` does. */
export interface ConnectionSource<Conn> {
  accept(): Promise<Conn>;
  close(): void;
}

export interface AcceptingOptions<Conn extends Closable> {
  readonly source: ConnectionSource<Conn>;
  readonly clock: Clock;
  readonly limits: HttpLimits;
  /** Told of each connection, which is from now on its own to close, unless this throws. */
  readonly admit: (conn: Conn) => void;
  /**
   * Told why none could be taken, not more often than `acceptFaultPeriodMs` allows; and of each that
   * could not be admitted.
   */
  readonly onFault: (cause: unknown) => void;
}

/** Accepts until it is stopped. */
export class Accepting<Conn extends Closable> {
  /** Resolves when nothing more comes of it. */
  readonly done: Promise<void>;
  readonly #options: AcceptingOptions<Conn>;
  #stopped = false;
  #toldMs = -Infinity;
  #pauseTimer: Timer | undefined;
  #endPause: (() => void) | undefined;

  constructor(options: AcceptingOptions<Conn>) {
    this.#options = options;
    this.done = this.#acceptAll();
  }

  /** Takes no more, and closes the source. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#endPause?.();
    this.#options.source.close();
  }

  async #acceptAll(): Promise<void> {
    const { source } = this.#options;
    while (!this.#stopped) {
      try {
        this.#admit(await source.accept());
      } catch (cause) {
        // A peer that was gone before it was accepted is no fault, and no reason to rest. Anything
        // else, such as too few file descriptors, would only fail again at once.
        if (this.#stopped || isGoneEarly(cause)) continue;
        this.#tell(cause);
        await this.#pause();
      }
    }
  }

  /** Never throws: that it can't be admitted says nothing of those who come next. */
  #admit(conn: Conn): void {
    try {
      this.#options.admit(conn);
    } catch (cause) {
      conn.close();
      this.#options.onFault(cause);
    }
  }

  #tell(cause: unknown): void {
    const { clock, limits, onFault } = this.#options;
    const nowMs = clock.monotonic();
    if (nowMs - this.#toldMs < limits.acceptFaultPeriodMs) return;
    this.#toldMs = nowMs;
    onFault(cause);
  }

  #pause(): Promise<void> {
    const { clock, limits } = this.#options;
    return new Promise((resolve) => {
      this.#endPause = () => {
        this.#pauseTimer?.cancel();
        this.#endPause = this.#pauseTimer = undefined;
        resolve();
      };
      this.#pauseTimer = clock.setTimer(limits.acceptPauseMs, this.#endPause);
    });
  }
}

function isGoneEarly(cause: unknown): boolean {
  return cause instanceof Deno.errors.NotConnected ||
    cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.ConnectionAborted;
}
