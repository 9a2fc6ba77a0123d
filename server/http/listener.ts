/**
 * Accepts connections, bounds them, sweeps their deadlines, and stops in order.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { ProtocolError } from "./events.ts";
import { Dialogue, type DialogueHost } from "./dialogue.ts";
import type { Handler, Peer, Request, Response } from "./exchange.ts";
import { defaultHttpLimits, type HttpLimits } from "./limits.ts";

/** What a listener is told. */
export interface ListenerOptions {
  readonly hostname: string;
  /** 0 lets the system choose; `address` tells which. */
  readonly port: number;
  readonly limits?: Partial<HttpLimits>;
  readonly clock: Clock;
  readonly handler: Handler;
  /** The answer to a request that broke the protocol or a bound. */
  readonly onProtocolError?: (error: ProtocolError, peer: Peer) => Response;
  /** The answer in place of one that a handler failed to give, or gave in a form that cannot be sent. */
  readonly onHandlerFailure?: (failure: unknown, request: Request) => Response;
  /** Told of what is wrong with no request to blame: `what` was being done, and why it failed. */
  readonly onFault?: (what: string, cause: unknown) => void;
}

/** A server at work. */
export interface HttpListener {
  /** Where it listens. */
  readonly address: { readonly hostname: string; readonly port: number };
  /** How many connections are open. */
  readonly connections: number;
  /**
   * Takes no more connections, closes idle ones at once, and lets exchanges under way finish, with
   * `Connection: close`. Resolves when all are done; after `graceMs`, if given, the rest is cut.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Cuts everything at once. */
  close(): void;
}

/** Starts to listen. Throws what `Deno.listen` throws, such as `Deno.errors.AddrInUse`. */
export function listen(options: ListenerOptions): HttpListener {
  const { hostname, port } = options;
  return new TcpListener(Deno.listen({ hostname, port }), options);
}

function plainProblem(error: ProtocolError): Response {
  const { status, code, message } = error;
  return {
    status,
    headers: [["Content-Type", "application/problem+json"]],
    body: JSON.stringify({ status, code, detail: message }),
  };
}

const noRoom = new ProtocolError(503, "busy", "Cannot take the connection: there are too many");

class TcpListener implements HttpListener, DialogueHost {
  readonly limits: HttpLimits;
  readonly handler: Handler;
  readonly onProtocolError: (error: ProtocolError, peer: Peer) => Response;
  readonly onHandlerFailure: (failure: unknown, request: Request) => Response;
  readonly onFault: (what: string, cause: unknown) => void;
  nowMs: number;
  date: string;
  readonly #listener: Deno.TcpListener;
  readonly #clock: Clock;
  readonly #dialogues = new Set<Dialogue>();
  readonly #refused = new Set<Dialogue>();
  readonly #done = Promise.withResolvers<void>();
  #accepting = true;
  #stopping = false;
  #sweepTimer: Timer | undefined;
  #graceTimer: Timer | undefined;
  #pauseTimer: Timer | undefined;
  #endPause: (() => void) | undefined;

  constructor(listener: Deno.TcpListener, options: ListenerOptions) {
    this.limits = { ...defaultHttpLimits, ...options.limits };
    this.handler = options.handler;
    this.onProtocolError = options.onProtocolError ?? plainProblem;
    this.onHandlerFailure = options.onHandlerFailure ?? (() => ({ status: 500, headers: [] }));
    this.onFault = options.onFault ?? (() => {});
    this.#listener = listener;
    this.#clock = options.clock;
    this.nowMs = this.#clock.monotonic();
    this.date = new Date(this.#clock.now()).toUTCString();
    void this.#acceptAll();
  }

  get address(): { readonly hostname: string; readonly port: number } {
    const { hostname, port } = this.#listener.addr;
    return { hostname, port };
  }

  get connections(): number {
    return this.#dialogues.size;
  }

  stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#endPause?.();
      this.#listener.close();
      for (const dialogue of this.#dialogues) dialogue.stop();
    }
    if (options.graceMs !== undefined && this.#graceTimer === undefined) {
      this.#graceTimer = this.#clock.setTimer(options.graceMs, () => this.close());
    }
    this.#settle();
    return this.#done.promise;
  }

  close(): void {
    void this.stop();
    for (const dialogue of [...this.#dialogues, ...this.#refused]) dialogue.cut();
  }

  async #acceptAll(): Promise<void> {
    while (!this.#stopping) {
      try {
        this.#admit(await this.#listener.accept());
      } catch (cause) {
        if (this.#stopping) break;
        this.onFault("accept", cause);
        // A peer that was gone before it was accepted is no reason to rest. Anything else, such as
        // too few file descriptors, would only fail again at once.
        if (!isGoneEarly(cause)) await this.#pause();
      }
    }
    this.#accepting = false;
    this.#settle();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#endPause = () => {
        this.#pauseTimer?.cancel();
        this.#endPause = this.#pauseTimer = undefined;
        resolve();
      };
      this.#pauseTimer = this.#clock.setTimer(this.limits.acceptPauseMs, this.#endPause);
    });
  }

  #admit(conn: Deno.TcpConn): void {
    if (this.#stopping) {
      conn.close();
      return;
    }
    this.#beginSweeps();
    // Answers are written whole, so waiting for more to send with them only delays them.
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
    const dialogue = new Dialogue(conn, { address: conn.remoteAddr.hostname, secure: false }, this);
    if (this.#dialogues.size < this.limits.connectionsMax) {
      this.#dialogues.add(dialogue);
      void dialogue.run().then(() => this.#leave(this.#dialogues, dialogue));
    } else if (this.#refused.size < this.limits.refusalsMax) {
      this.#refused.add(dialogue);
      void dialogue.refuse(noRoom).then(() => this.#leave(this.#refused, dialogue));
    } else {
      dialogue.cut();
    }
  }

  #leave(group: Set<Dialogue>, dialogue: Dialogue): void {
    group.delete(dialogue);
    this.#settle();
  }

  /** Puts away what is not needed while, or because, nobody is there. */
  #settle(): void {
    if (this.#dialogues.size + this.#refused.size > 0) return;
    this.#sweepTimer?.cancel();
    this.#sweepTimer = undefined;
    if (!this.#stopping || this.#accepting) return;
    this.#graceTimer?.cancel();
    this.#done.resolve();
  }

  // One timer for all connections: a look at each costs less than a timer for each request.

  #beginSweeps(): void {
    if (this.#sweepTimer !== undefined) return;
    this.#readClock();
    this.#sweepTimer = this.#clock.setTimer(this.limits.sweepPeriodMs, this.#sweep);
  }

  readonly #sweep = (): void => {
    this.#readClock();
    this.#sweepTimer = this.#clock.setTimer(this.limits.sweepPeriodMs, this.#sweep);
    for (const dialogue of this.#dialogues) dialogue.sweep(this.nowMs);
    for (const dialogue of this.#refused) dialogue.sweep(this.nowMs);
  };

  #readClock(): void {
    this.nowMs = this.#clock.monotonic();
    this.date = new Date(this.#clock.now()).toUTCString();
  }
}

function isGoneEarly(cause: unknown): boolean {
  return cause instanceof Deno.errors.NotConnected ||
    cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.ConnectionAborted;
}
