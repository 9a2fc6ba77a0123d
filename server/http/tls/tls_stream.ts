/**
 * The bytes of a peer that speaks TLS, passed on between its connection and a passage.
 *
 * @module
 */
import type { HttpLimits } from "../limits.ts";
import type { ByteStream } from "../socket.ts";
import type { Passage } from "./tls_door.ts";

/** One peer's stream, deciphered. */
export class TlsStream implements ByteStream {
  /** Resolves when it is closed and nothing of it is under way. */
  readonly done: Promise<unknown>;
  readonly #conn: ByteStream;
  readonly #outside: Passage["outside"];
  readonly #inside: Passage["inside"];
  readonly #limits: HttpLimits;
  readonly #down: Promise<void>;
  /** The write to the peer that is under way. */
  #sending: Promise<number> | undefined;
  #writes = 0;
  #hasEnded = false;
  #insideIsOpen = true;
  #state: "open" | "closing" | "closed" = "open";

  /** @param first What the peer has sent already. */
  constructor(
    conn: ByteStream,
    { outside, inside }: Passage,
    first: Uint8Array,
    limits: HttpLimits,
  ) {
    this.#conn = conn;
    this.#outside = outside;
    this.#inside = inside;
    this.#limits = limits;
    const up = this.#pass(conn, first, outside);
    this.#down = this.#pass(outside, new Uint8Array(), {
      write: (bytes) => this.#sending = conn.write(bytes).finally(() => this.#sending = undefined),
      closeWrite: () => conn.closeWrite(),
    });
    this.done = Promise.all([up, this.#down]);
  }

  /** Whether it waits for the peer to be told that this was all. */
  get closing(): boolean {
    return this.#state === "closing";
  }

  /** Ends well before the first byte. Rejects when the peer and we can't agree; it is then told. */
  async handshake(): Promise<void> {
    try {
      await this.#inside.handshake();
    } catch (cause) {
      // The alert that tells why is on its way, and must not be overtaken.
      this.#closeInside();
      await this.#down;
      this.abort();
      throw cause;
    }
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#inside.read(buffer);
  }

  /**
   * Takes nothing while the peer takes nothing: what lies in between would be more than a plain
   * connection has, and would hide from the one who writes that the peer does not read.
   */
  async write(bytes: Uint8Array): Promise<number> {
    this.#writes++;
    try {
      while (this.#sending !== undefined) await this.#sending;
      return await this.#inside.write(bytes);
    } finally {
      this.#writes--;
    }
  }

  /** Tells the peer that this was all (RFC 8446 §6.1); resolves when all is on its way. */
  async closeWrite(): Promise<void> {
    this.#hasEnded = true;
    await this.#inside.closeWrite();
    await this.#down;
  }

  /**
   * Tells the peer that this was all, and closes (RFC 9112 §9.8); closes at once if there was more
   * to be written, so that the peer sees that it was not all.
   */
  close(): void {
    if (this.#state !== "open") return;
    if (this.#writes > 0 || this.#hasEnded || !this.#insideIsOpen) {
      this.abort();
      return;
    }
    this.#state = "closing";
    const closed = () => this.abort();
    this.closeWrite().then(closed, closed);
  }

  /** Closes at once. */
  abort(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    // The runtime lets go of the inner end only when the outer one is gone.
    this.#conn.close();
    this.#outside.close();
    this.#closeInside();
  }

  #closeInside(): void {
    if (!this.#insideIsOpen) return;
    this.#insideIsOpen = false;
    this.#inside.close();
  }

  /** Passes all bytes on, and their end. Never rejects. */
  async #pass(
    from: Pick<ByteStream, "read">,
    first: Uint8Array,
    to: Pick<ByteStream, "write" | "closeWrite">,
  ): Promise<void> {
    const { idleBufferBytes, busyBufferBytes } = this.#limits;
    let buffer = new Uint8Array(idleBufferBytes);
    try {
      await writeAll(to, first);
      for (;;) {
        const length = await from.read(buffer);
        if (length === null) break;
        await writeAll(to, buffer.subarray(0, length));
        // A big buffer only while there is much to read, for most of the time there is nothing.
        if (length === buffer.length && length < busyBufferBytes) {
          buffer = new Uint8Array(busyBufferBytes);
        } else if (length < busyBufferBytes / 4 && buffer.length > idleBufferBytes) {
          buffer = new Uint8Array(idleBufferBytes);
        }
      }
      await to.closeWrite();
    } catch {
      // One of the ends is gone, and the others are of no use without it.
      this.abort();
    }
  }
}

async function writeAll(to: Pick<ByteStream, "write">, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}
