/**
 * One peer's socket: reading, writing and leaving, each under a deadline.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Connection } from "./connection.ts";
import { LocalProtocolError, type ProtocolError } from "./events.ts";
import type { Peer } from "./exchange.ts";
import type { RequestLink } from "./incoming_request.ts";
import type { HttpLimits } from "./limits.ts";
import type { OutgoingStream, StreamLink } from "./outgoing_stream.ts";

/** What a socket needs of `Deno.Conn`. */
export interface ByteStream {
  /** Resolves to how many bytes were read; null at the end of input. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Resolves to how many bytes were taken. */
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Time as all sockets of a listener share it. */
export interface CoarseTime {
  /** Monotonic time of the last sweep, in milliseconds: it costs nothing to ask. */
  readonly nowMs: number;
}

/** What the socket waits for, which decides what its being late means. */
export type Phase = "idle" | "head" | "body" | "handler" | "linger";

interface Waiter {
  resolve(): void;
  reject(reason: unknown): void;
}

/** What nobody will look at is read here, whoever sent it. */
const thrownAway = newBuffer(65_536);

/** The bytes' way between the kernel and a `Connection`. */
export class Socket implements RequestLink, StreamLink {
  readonly connection: Connection;
  readonly peer: Peer;
  /** The answer that is being written bit by bit; it ends with the socket. */
  response: OutgoingStream | undefined;
  readonly #stream: ByteStream;
  readonly #limits: HttpLimits;
  readonly #time: CoarseTime;
  #buffer: Buffer<ArrayBuffer>;
  /** The one that the last read was given: by its end there may be another one for the next. */
  #filling: Buffer<ArrayBuffer>;
  #phase: Phase = "idle";
  #closed = false;
  #readDueMs: number;
  #bodySinceMs = 0;
  #bodyPatienceMs = 0;
  #writeDueMs = Infinity;
  #readingAside = false;
  #waiter: Waiter | undefined;
  #inFlight: Uint8Array | undefined;
  #flushWanted = false;
  #flushed: PromiseWithResolvers<boolean> | undefined;
  #goodbye: Promise<boolean> | undefined;
  readonly #watchers = new Set<() => void>();
  #toldGone = false;

  constructor(stream: ByteStream, peer: Peer, limits: HttpLimits, time: CoarseTime) {
    this.connection = new Connection(limits);
    this.peer = peer;
    this.#stream = stream;
    this.#limits = limits;
    this.#time = time;
    this.#buffer = this.#filling = newBuffer(limits.idleBufferBytes);
    this.#readDueMs = this.#dueMs(limits.idleTimeoutMs);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends the connection at once and tells everyone who waits for the peer. */
  cut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readDueMs = this.#writeDueMs = Infinity;
    this.#stream.close();
    // A body that was still to come has ended early for whoever reads it.
    if (!this.connection.inputEnded) this.connection.receiveEnd();
    this.response?.close();
    this.#endWrite();
    this.#wake();
    this.#tellGone();
  }

  // Deadlines.

  /**
   * Looks at the deadlines at `nowMs`: cuts a peer that does not read what it is sent, and tells
   * whether one that should send something is late, once for each time it is.
   */
  isLate(nowMs: number): boolean {
    if (nowMs >= this.#writeDueMs) {
      this.cut();
      return false;
    }
    // Whoever still takes the last answer is not idle.
    if (nowMs < this.#readDueMs || (this.#phase === "idle" && this.writing)) return false;
    this.#readDueMs = Infinity;
    return true;
  }

  /** A request is in, but for its body: a handler takes over. */
  beginExchange(): void {
    this.#bodyPatienceMs = this.#limits.bodyTimeoutMs;
    this.#toldGone = false;
    this.#handOver();
  }

  /** A handler is at work: it may take its time, and nothing is expected from the peer. */
  #handOver(): void {
    this.#phase = "handler";
    this.#readDueMs = Infinity;
  }

  /** Sets the deadline for what the peer has to send next. */
  expectInput(): void {
    const { connection } = this;
    if (connection.bodyUnderWay) {
      this.#expectBody();
    } else if (connection.headUnderWay) {
      // Counted from the first byte: a peer that sends one now and then gains nothing.
      if (this.#phase !== "head") this.#readDueMs = this.#dueMs(this.#limits.headerTimeoutMs);
      this.#phase = "head";
    } else if (this.#phase !== "idle") {
      this.#readDueMs = this.#dueMs(this.#limits.idleTimeoutMs);
      this.#phase = "idle";
    }
  }

  #expectBody(): void {
    this.#phase = "body";
    this.#bodySinceMs = this.#time.nowMs;
    const { bodyTimeoutMs } = this.#limits;
    this.#readDueMs = this.#dueMs(Math.min(bodyTimeoutMs, this.#bodyPatienceMs));
  }

  // Only waiting uses up patience: a handler that reads a body by and by may take its time.
  #payForBody(bytes: number): void {
    const waitedMs = this.#time.nowMs - this.#bodySinceMs;
    const earnedMs = bytes * 1000 / this.#limits.bodyRateBytesPerSecondMin;
    this.#bodyPatienceMs += earnedMs - waitedMs;
  }

  /** When something that may take `ms` from now is overdue; never early, since now is a little old. */
  #dueMs(ms: number): number {
    return this.#time.nowMs + ms + this.#limits.sweepPeriodMs;
  }

  // Reading.

  /** Whether a read is under way beside the loop of requests, which must then not begin one. */
  get readingAside(): boolean {
    return this.#readingAside;
  }

  /** Reads into the socket's buffer, for `take`. Rejects when the connection is cut or reset. */
  read(): Promise<number | null> {
    this.#filling = this.#buffer;
    return this.#stream.read(this.#filling);
  }

  /** Hands what was read to the connection; null is the end of input. */
  take(bytes: number | null): void {
    if (bytes === null) {
      this.connection.receiveEnd();
      return;
    }
    if (this.#phase === "body") this.#payForBody(bytes);
    this.connection.receive(this.#filling, bytes);
    // A full buffer tells that more waits. A big one goes when it is not needed any more.
    if (bytes === this.#filling.length && bytes < this.#limits.busyBufferBytes) {
      this.#buffer = newBuffer(this.#limits.busyBufferBytes);
    } else if (bytes < this.#limits.idleBufferBytes) {
      this.useSmallBuffer();
    }
  }

  /** Lets a big buffer go. */
  useSmallBuffer(): void {
    const { idleBufferBytes } = this.#limits;
    if (this.#buffer.length > idleBufferBytes) this.#buffer = newBuffer(idleBufferBytes);
  }

  moreInput(): Promise<void> {
    this.connection.sendContinue();
    this.startFlush();
    this.#expectBody();
    return this.nextRead();
  }

  /** Resolves at the end of the read that is under way beside the loop, or of one begun now. */
  nextRead(): Promise<void> {
    this.#waiter?.reject(new LocalProtocolError("Cannot wait for input twice at a time"));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiter = { resolve, reject };
    if (this.#closed) this.#wake();
    else if (!this.#readingAside) void this.#readAside();
    return promise;
  }

  /** Whether someone waits for input. */
  get awaitsInput(): boolean {
    return this.#waiter !== undefined;
  }

  /** Tells the one who waits for input that none will come. */
  refuseInput(error: ProtocolError): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
  }

  /** A read for a handler that waits for a body, and to see the peer leave. */
  async #readAside(): Promise<void> {
    this.#readingAside = true;
    this.connection.keepInput();
    // Who only watches the peer may do so for hours.
    if (this.#waiter === undefined) this.useSmallBuffer();
    try {
      const bytes = await this.read();
      if (!this.#closed && this.#phase !== "linger") {
        this.take(bytes);
        if (bytes === null) this.#tellGone();
      } else if (bytes === null) {
        this.cut();
      }
    } catch {
      // Reset by the peer, or cut by us: either way nothing more comes.
      this.cut();
    }
    this.#readingAside = false;
    // Until someone waits again, it is not the peer who is slow.
    if (this.#phase === "body") this.#handOver();
    this.#wake();
    this.#watchOn();
  }

  #wake(): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.resolve();
  }

  // Watching for the peer to leave.

  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    if (this.#closed || this.connection.inputEnded) queueMicrotask(() => this.#tellGone());
    else this.#watchOn();
    return () => {
      this.#watchers.delete(callback);
    };
  }

  /** The exchange is over, and with it the interest in the peer's leaving. */
  unwatch(): void {
    if (this.#watchers.size > 0) this.#watchers.clear();
  }

  #watchOn(): void {
    if (this.#watchers.size === 0 || this.#readingAside || this.#closed) return;
    if (this.connection.inputEnded || this.#phase === "linger") return;
    if (this.connection.unreadBytes < this.#limits.watchedInputBytesMax) void this.#readAside();
  }

  /** Whether someone who watched the peer in this exchange has been told that it is gone. */
  get toldGone(): boolean {
    return this.#toldGone;
  }

  #tellGone(): void {
    if (this.#watchers.size === 0) return;
    this.#toldGone = true;
    const callbacks = [...this.#watchers];
    this.#watchers.clear();
    for (const callback of callbacks) callback();
    // Nobody listens to the rest of a stream; an answer in one piece is still tried.
    if (this.response !== undefined) this.cut();
  }

  // Writing.

  /** Whether the kernel has bytes of ours that it has not taken yet. */
  get writing(): boolean {
    return this.#inFlight !== undefined;
  }

  /** Begins to write what waits, unless a write is under way. */
  startFlush(): void {
    if (this.#inFlight === undefined && this.connection.output.length > 0) this.#writeOutput();
  }

  /** Writes all that waits; says whether the peer is still there. */
  flush(): Promise<boolean> {
    this.startFlush();
    this.#flushWanted = true;
    return this.flushed();
  }

  /** Resolves when what is being written is; says whether the peer is still there. */
  flushed(): Promise<boolean> {
    if (this.#inFlight === undefined) return Promise.resolve(!this.#closed);
    this.#flushed ??= Promise.withResolvers();
    return this.#flushed.promise;
  }

  #writeOutput(): void {
    this.#inFlight = this.connection.output.lend();
    this.write(this.#inFlight).then(this.#onWritten, this.#onWriteFailed);
  }

  readonly #onWritten = (taken: number): void => {
    const bytes = this.#inFlight;
    if (bytes === undefined) return;
    if (taken < bytes.length) {
      this.#inFlight = bytes.subarray(taken);
      this.write(this.#inFlight).then(this.#onWritten, this.#onWriteFailed);
      return;
    }
    const { output } = this.connection;
    output.giveBack();
    if (this.#flushWanted && output.length > 0) this.#writeOutput();
    else this.#endWrite();
  };

  // The peer is gone, and with it the one who could be told.
  readonly #onWriteFailed = (): void => this.cut();

  #endWrite(): void {
    this.#inFlight = undefined;
    this.#flushWanted = false;
    this.written();
    if (this.#phase === "idle") this.#readDueMs = this.#dueMs(this.#limits.idleTimeoutMs);
    const flushed = this.#flushed;
    if (flushed === undefined) return;
    this.#flushed = undefined;
    flushed.resolve(!this.#closed);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.#writeDueMs = this.#dueMs(this.#limits.writeTimeoutMs);
    return this.#stream.write(bytes);
  }

  written(): void {
    this.#writeDueMs = Infinity;
  }

  // Leaving.

  /** Sends what is left and ends our side; says whether the peer is still there. */
  sayGoodbye(): Promise<boolean> {
    return this.#goodbye ??= this.#endOutput();
  }

  async #endOutput(): Promise<boolean> {
    this.#phase = "linger";
    this.#readDueMs = this.#dueMs(this.#limits.lingerMs);
    if (!await this.flush()) return false;
    try {
      await this.#stream.closeWrite();
    } catch {
      // It was the peer who ended the connection first.
      this.cut();
    }
    return !this.#closed;
  }

  /**
   * Reads the rest of the input and drops it, for a bounded while.
   *
   * Closing while input is unread makes the kernel send a reset, which can overtake our answer on
   * its way to the peer (RFC 9112 §9.6).
   */
  async linger(): Promise<void> {
    let left = this.#limits.lingerBytesMax;
    while (!this.#closed && left > 0) {
      if (this.#readingAside) {
        await this.nextRead();
        continue;
      }
      try {
        const bytes = await this.#stream.read(thrownAway);
        if (bytes === null) return;
        left -= bytes;
      } catch {
        // Reset: the peer has stopped listening.
        return;
      }
    }
  }
}

/** A buffer to read into: one of its own, not a part of the pool that `Buffer` has for small ones. */
function newBuffer(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.from(new ArrayBuffer(bytes));
}
