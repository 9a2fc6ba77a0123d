/**
 * One peer's socket: reading, writing and leaving, each under a deadline.
 *
 * @module
 */
import { type CoarseTime, Deadlines, type Phase } from "./deadlines.ts";
import type { Peer } from "./exchange.ts";
import type { RequestLink } from "./incoming_request.ts";
import type { HttpLimits } from "./limits.ts";
import type { OutgoingStream, StreamLink } from "./outgoing_stream.ts";
import { Connection } from "./protocol/connection.ts";
import { LocalProtocolError } from "./protocol/events.ts";
import { newBuffer, ReadBuffers } from "./read_buffers.ts";

/** What a socket needs of `Deno.Conn`. */
export interface ByteStream {
  /** Resolves to how many bytes were read; null at the end of input. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Resolves to how many bytes were taken. */
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

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
  readonly #deadlines: Deadlines;
  readonly #buffers: ReadBuffers;
  #closed = false;
  #readingAside = false;
  #waiter: Waiter | undefined;
  #inFlight: Uint8Array | undefined;
  #flushed: PromiseWithResolvers<boolean> | undefined;
  #goodbye: Promise<boolean> | undefined;
  readonly #watchers = new Set<() => void>();
  #toldGone = false;

  constructor(stream: ByteStream, peer: Peer, limits: HttpLimits, time: CoarseTime) {
    this.connection = new Connection(limits);
    this.peer = peer;
    this.#stream = stream;
    this.#limits = limits;
    this.#deadlines = new Deadlines(limits, time);
    this.#buffers = new ReadBuffers(limits);
  }

  get phase(): Phase {
    return this.#deadlines.phase;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends the connection at once and tells everyone who waits for the peer. */
  cut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#deadlines.end();
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
    if (!this.#deadlines.isLateToTake(nowMs)) return this.#deadlines.isLateToSend(nowMs);
    if (this.response !== undefined) this.response.wasTooSlow = true;
    this.cut();
    return false;
  }

  /** A request is in, but for its body: a handler takes over. */
  beginExchange(): void {
    this.#toldGone = false;
    this.#deadlines.beginExchange();
  }

  /** Sets the deadline for what the peer has to send next. */
  expectInput(): void {
    const { connection } = this;
    if (connection.bodyUnderWay) {
      this.#deadlines.awaitBody();
    } else if (connection.headUnderWay) {
      this.#deadlines.awaitHead();
    } else {
      this.#deadlines.awaitRequest();
      this.useSmallBuffer();
    }
  }

  // Reading.

  /** Whether a read is under way beside the loop of requests, which must then not begin one. */
  get readingAside(): boolean {
    return this.#readingAside;
  }

  /** Reads into the socket's buffer, for `take`. Rejects when the connection is cut or reset. */
  read(): Promise<number | null> {
    return this.#stream.read(this.#buffers.fill());
  }

  /** Hands what was read to the connection; null is the end of input. */
  take(bytes: number | null): void {
    if (bytes === null) {
      this.connection.receiveEnd();
      return;
    }
    this.#deadlines.came(bytes);
    this.connection.receive(this.#buffers.filled(bytes), bytes);
    if (bytes < this.#limits.idleBufferBytes) this.useSmallBuffer();
  }

  /** Lets a big buffer go. */
  useSmallBuffer(): void {
    if (!this.#buffers.isBig) return;
    this.connection.keepInput();
    this.#buffers.shrink();
  }

  moreInput(): Promise<void> {
    this.connection.sendContinue();
    this.startFlush();
    this.#deadlines.awaitBody();
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
  refuseInput(error: Error): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
  }

  /** A read for a handler that waits for a body, and to see the peer leave. */
  async #readAside(): Promise<void> {
    this.#readingAside = true;
    this.connection.keepInput();
    const buffer = this.#waiter === undefined ? this.#buffers.fillLittle() : this.#buffers.fill();
    try {
      const bytes = await this.#stream.read(buffer);
      // What comes after the last request is dropped, but for its end.
      if (!this.#closed && (bytes === null || this.phase !== "linger")) this.take(bytes);
      if (bytes === null) this.#tellGone();
    } catch {
      // Reset by the peer, or cut by us: either way nothing more comes.
      this.cut();
    }
    this.#readingAside = false;
    // Until someone waits again, it is not the peer who is slow.
    if (this.phase === "body") this.#deadlines.awaitHandler();
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
    if (this.connection.inputEnded || this.phase === "linger") return;
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

  /** Sees to it that what waits is written, after what is being written. */
  startFlush(): void {
    if (this.#closed || this.#inFlight !== undefined) return;
    if (this.connection.output.length > 0) this.#writeOutput();
  }

  /** Writes all that waits; resolves to whether the peer is still there. */
  flush(): Promise<boolean> {
    this.startFlush();
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
    if (output.length > 0) this.#writeOutput();
    else this.#endWrite();
  };

  // The peer is gone, and with it the one who could be told.
  readonly #onWriteFailed = (): void => this.cut();

  #endWrite(): void {
    this.#inFlight = undefined;
    this.written();
    const flushed = this.#flushed;
    if (flushed === undefined) return;
    this.#flushed = undefined;
    flushed.resolve(!this.#closed);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.#deadlines.writing();
    return this.#stream.write(bytes);
  }

  written(): void {
    this.#deadlines.written();
  }

  // Leaving.

  /** Sends what is left and ends our side; says whether the peer is still there. */
  sayGoodbye(): Promise<boolean> {
    return this.#goodbye ??= this.#endOutput();
  }

  async #endOutput(): Promise<boolean> {
    this.#deadlines.awaitLastWrite();
    if (!await this.flush()) return false;
    this.#deadlines.awaitEnd();
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
    while (!this.#closed && !this.connection.inputEnded && left > 0) {
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
