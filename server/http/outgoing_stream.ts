/**
 * The body of an answer that is written bit by bit, with a bounded queue.
 *
 * @module
 */
import type { ResponseStream } from "./exchange.ts";
import type { Connection } from "./protocol/connection.ts";
import { joinBytes } from "./protocol/output.ts";

/** What a stream needs of the socket that it goes out by. */
export interface StreamLink {
  readonly connection: Connection;
  /** Hands bytes to the kernel; resolves to how many it took. */
  write(bytes: Uint8Array): Promise<number>;
  /** The kernel took bytes: the deadline of the write is over. */
  written(): void;
  /** Ends the connection at once. */
  cut(): void;
}

/** One answer under way. One write is in the kernel's hands at a time. */
export class OutgoingStream implements ResponseStream {
  /** Resolves when the last byte is written or the stream is cut. */
  readonly finished: Promise<void>;
  readonly #link: StreamLink;
  readonly #backlogBytesMax: number;
  readonly #finish: () => void;
  #queue: Uint8Array[] = [];
  #inFlight: Uint8Array | undefined;
  /** Whether it was cut since its reader did not keep up. */
  wasTooSlow = false;
  #backlogBytes: number;
  #corked = true;
  #ending = false;
  #closed = false;
  #closeCallbacks: (() => void)[] = [];
  #drainCallbacks: (() => void)[] = [];

  /** `head` goes out first, together with what is written before `uncork`. */
  constructor(link: StreamLink, head: Uint8Array, backlogBytesMax: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
    this.#link = link;
    this.#backlogBytesMax = backlogBytesMax;
    this.#queue.push(head);
    this.#backlogBytes = head.length;
  }

  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(payload: Uint8Array): void {
    if (this.#closed || this.#ending || payload.length === 0) return;
    // What comes now does not count: no reader, however fast, has had a chance to take it.
    if (this.#backlogBytes > this.#backlogBytesMax) {
      this.wasTooSlow = true;
      this.#link.cut();
      return;
    }
    let frame: Uint8Array;
    try {
      frame = this.#link.connection.frameData(payload);
    } catch (error) {
      this.#link.cut();
      throw error;
    }
    this.#queue.push(frame);
    this.#backlogBytes += frame.length;
    if (!this.#corked && this.#inFlight === undefined) this.#send();
  }

  drained(): Promise<void> {
    if (this.#closed || this.#backlogBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drainCallbacks.push(resolve));
  }

  end(): Promise<void> {
    if (this.#closed || this.#ending) return this.finished;
    this.#ending = true;
    let last: Uint8Array;
    try {
      last = this.#link.connection.frameEnd();
    } catch (error) {
      this.#link.cut();
      return Promise.reject(error);
    }
    if (last.length > 0) {
      this.#queue.push(last);
      this.#backlogBytes += last.length;
    }
    if (!this.#corked && this.#inFlight === undefined) this.#send();
    return this.finished;
  }

  onClose(callback: () => void): void {
    if (this.#closed) callback();
    else this.#closeCallbacks.push(callback);
  }

  /** Begins to write. */
  uncork(): void {
    this.#corked = false;
    if (!this.#closed) this.#send();
  }

  /** Drops what is queued and tells everyone who waits. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    this.#backlogBytes = 0;
    this.#tellDrained();
    this.#finish();
    const callbacks = this.#closeCallbacks;
    this.#closeCallbacks = [];
    for (const callback of callbacks) callback();
  }

  #send(): void {
    const queue = this.#queue;
    const [first] = queue;
    if (first === undefined) {
      if (this.#ending) this.close();
      return;
    }
    this.#inFlight = queue.length === 1 ? first : joinBytes(queue);
    queue.length = 0;
    this.#link.write(this.#inFlight).then(this.#onWritten, this.#onFailed);
  }

  readonly #onWritten = (bytes: number): void => {
    this.#link.written();
    if (this.#closed || this.#inFlight === undefined) return;
    this.#backlogBytes -= bytes;
    if (bytes < this.#inFlight.length) {
      this.#inFlight = this.#inFlight.subarray(bytes);
      this.#link.write(this.#inFlight).then(this.#onWritten, this.#onFailed);
      return;
    }
    this.#inFlight = undefined;
    if (this.#backlogBytes === 0) this.#tellDrained();
    // Who was told may have written at once.
    if (this.#inFlight === undefined) this.#send();
  };

  // A failed write means that the peer is gone, which is no fault of ours.
  readonly #onFailed = (): void => this.#link.cut();

  #tellDrained(): void {
    const callbacks = this.#drainCallbacks;
    if (callbacks.length === 0) return;
    this.#drainCallbacks = [];
    for (const callback of callbacks) callback();
  }
}
