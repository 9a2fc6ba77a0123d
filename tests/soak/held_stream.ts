/**
 * A stream of events that is held open over a socket, and read as it comes.
 *
 * @module
 */
import { requestBytes } from "../bench/requests.ts";

/** Where a server listens. */
export interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** Room for some events; what is longer comes in parts. */
const bufferBytes = 4096;

/** One stream at a time, each from where the one before has come to. */
export class HeldStream {
  readonly #place: Place;
  readonly #token: string;
  readonly #buffer = new Uint8Array(bufferBytes);
  readonly #onEnd: () => void;
  #conn: Deno.Conn | undefined;
  #cursor = "";

  /**
   * @param onEnd Called when the server ends the stream.
   */
  constructor(place: Place, token: string, onEnd: () => void) {
    this.#place = place;
    this.#token = token;
    this.#onEnd = onEnd;
  }

  /** Whether it was opened, and is neither closed nor ended. */
  get isOpen(): boolean {
    return this.#conn !== undefined;
  }

  /** Opens it, and reads from then on; resolves when it has got the beginning of its answer. */
  async open(): Promise<void> {
    const conn = await Deno.connect(this.#place);
    const after = this.#cursor === "" ? "" : `?after=${this.#cursor}`;
    await conn.write(requestBytes({
      method: "GET",
      path: `/events${after}`,
      headers: { Authorization: `Bearer ${this.#token}`, Accept: "text/event-stream" },
    }));
    const head = new Uint8Array(1024);
    const text = new TextDecoder().decode(head.subarray(0, await conn.read(head) ?? 0));
    if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`Cannot open a stream: ${text}`);
    this.#note(text);
    this.#conn = conn;
    // It ends when the connection is closed, by whomever.
    void this.#read(conn);
  }

  close(): void {
    const conn = this.#conn;
    this.#conn = undefined;
    conn?.close();
  }

  async #read(conn: Deno.Conn): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const bytes = await conn.read(this.#buffer);
        if (bytes === null) break;
        this.#note(decoder.decode(this.#buffer.subarray(0, bytes)));
      }
    } catch (failure) {
      if (this.#conn === conn && !(failure instanceof Deno.errors.ConnectionReset)) throw failure;
    }
    // Closed by us, it is another one by now, or none.
    if (this.#conn !== conn) return;
    this.close();
    this.#onEnd();
  }

  /** A cursor that was cut in two is told again by the next heartbeat. */
  #note(text: string): void {
    const cursors = text.match(/(?<=^id: )[\w-]+(?=\n)/gm);
    this.#cursor = cursors?.at(-1) ?? this.#cursor;
  }
}
