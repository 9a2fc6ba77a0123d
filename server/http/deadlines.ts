/**
 * When a peer is late: with what it has to send, or to take.
 *
 * @module
 */
import type { HttpLimits } from "./limits.ts";

/** Time as all sockets of a listener share it. */
export interface CoarseTime {
  /** Monotonic time of the last sweep, in milliseconds: it costs nothing to ask. */
  readonly nowMs: number;
}

/** What the socket waits for, which decides what its being late means. */
export type Phase = "idle" | "head" | "body" | "handler" | "linger";

/** The deadlines of one connection (RFC 9112 §9.5, RFC 9110 §15.5.9). */
export class Deadlines {
  readonly #limits: HttpLimits;
  readonly #time: CoarseTime;
  #phase: Phase = "idle";
  #readDueMs: number;
  #writeDueMs = Infinity;
  #bodySinceMs = 0;
  #bodyPatienceMs = 0;

  /** The first byte of a request is waited for. */
  constructor(limits: HttpLimits, time: CoarseTime) {
    this.#limits = limits;
    this.#time = time;
    this.#readDueMs = this.#dueMs(limits.idleTimeoutMs);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** The first byte of the next request is waited for. */
  awaitRequest(): void {
    if (this.#phase === "idle") return;
    this.#phase = "idle";
    this.#readDueMs = this.#dueMs(this.#limits.idleTimeoutMs);
  }

  /** The rest of a head is waited for. */
  awaitHead(): void {
    // Counted from the first byte: a peer that sends one now and then gains nothing.
    if (this.#phase === "head") return;
    this.#phase = "head";
    this.#readDueMs = this.#dueMs(this.#limits.headerTimeoutMs);
  }

  /** A request is in, but for its body. */
  beginExchange(): void {
    this.#bodyPatienceMs = this.#limits.bodyTimeoutMs;
    this.awaitHandler();
  }

  /** A handler is at work: it may take its time, and nothing is expected from the peer. */
  awaitHandler(): void {
    this.#phase = "handler";
    this.#readDueMs = Infinity;
  }

  /** More of the body is waited for. */
  awaitBody(): void {
    this.#phase = "body";
    this.#bodySinceMs = this.#time.nowMs;
    this.#readDueMs = this.#dueMs(Math.min(this.#limits.bodyTimeoutMs, this.#bodyPatienceMs));
  }

  /**
   * So many bytes of what was waited for came. Only waiting uses up patience: a handler that reads a
   * body by and by may take its time.
   */
  came(bytes: number): void {
    if (this.#phase !== "body") return;
    const waitedMs = this.#time.nowMs - this.#bodySinceMs;
    const earnedMs = bytes * 1000 / this.#limits.bodyRateBytesPerSecondMin;
    this.#bodyPatienceMs += earnedMs - waitedMs;
  }

  /** The last answer is on its way. */
  awaitLastWrite(): void {
    this.#phase = "linger";
    this.#readDueMs = Infinity;
  }

  /** The last answer is taken; what the peer still sends is dropped. */
  awaitEnd(): void {
    this.#readDueMs = this.#dueMs(this.#limits.lingerMs);
  }

  /** The peer has bytes to take. */
  writing(): void {
    this.#writeDueMs = this.#dueMs(this.#limits.writeTimeoutMs);
  }

  /** The peer has taken them. */
  written(): void {
    this.#writeDueMs = Infinity;
    // Whoever still took the last answer was not idle.
    if (this.#phase === "idle") this.#readDueMs = this.#dueMs(this.#limits.idleTimeoutMs);
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#readDueMs = this.#writeDueMs = Infinity;
  }

  /** Whether the peer does not take what it is sent. */
  isLateToTake(nowMs: number): boolean {
    return nowMs >= this.#writeDueMs;
  }

  /** Whether the peer does not send what it should; says so once for each time it is late. */
  isLateToSend(nowMs: number): boolean {
    const takes = this.#phase === "idle" && this.#writeDueMs !== Infinity;
    if (nowMs < this.#readDueMs || takes) return false;
    this.#readDueMs = Infinity;
    return true;
  }

  /** When something that may take `ms` from now is overdue; never early, since now is a little old. */
  #dueMs(ms: number): number {
    return this.#time.nowMs + ms + this.#limits.sweepPeriodMs;
  }
}
