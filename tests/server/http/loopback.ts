/**
 * A listener on a free port and raw clients of it.
 *
 * @module
 */
import type { Handler } from "../../../server/http/exchange.ts";
import { type HttpListener, listen, type ListenerOptions } from "../../../server/http/listener.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { type Answer, readAnswer } from "./answer_reader.ts";
import { octets } from "./protocol/transcript.ts";

/** A client that says exactly what it is told to. */
export class RawClient {
  readonly conn: Deno.Conn;
  /** All that has come so far, one character a byte. */
  heard = "";
  /** Whether `rest` saw the connection reset, and not ended. */
  wasReset = false;
  #text = "";
  #ended = false;

  constructor(conn: Deno.Conn) {
    this.conn = conn;
  }

  static async open(listener: HttpListener): Promise<RawClient> {
    return new RawClient(
      await Deno.connect({ hostname: "127.0.0.1", port: listener.address.port }),
    );
  }

  async send(text: string): Promise<void> {
    const bytes = octets(text);
    for (let at = 0; at < bytes.length;) at += await this.conn.write(bytes.subarray(at));
  }

  /** Reads until `found` finds something in what has come; undefined if the input ends before. */
  async #readUntil<T>(found: (text: string) => T | undefined): Promise<T | undefined> {
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const result = found(this.#text);
      if (result !== undefined || this.#ended) return result;
      const bytes = await this.conn.read(buffer);
      if (bytes === null) {
        this.#ended = true;
        continue;
      }
      const part = String.fromCharCode(...buffer.subarray(0, bytes));
      this.#text += part;
      this.heard += part;
    }
  }

  /** The next answer; interim ones count. Undefined if the input ends before it is whole. */
  async answer(method?: string): Promise<Answer | undefined> {
    const read = await this.#readUntil((text) =>
      readAnswer(text, { ended: this.#ended, ...method === undefined ? {} : { method } })
    );
    if (read !== undefined) this.#text = read.rest;
    return read?.answer;
  }

  /** Waits until `part` has come, and drops all up to its end. */
  async seen(part: string): Promise<void> {
    const end = await this.#readUntil((text) => {
      const at = text.indexOf(part);
      return at < 0 ? undefined : at + part.length;
    });
    if (end === undefined) {
      throw new Error(`Cannot see ${part}: the input ended with ${this.#text}`);
    }
    this.#text = this.#text.slice(end);
  }

  /** All that comes until the server ends its side, or resets. */
  async rest(): Promise<string> {
    try {
      await this.#readUntil(() => undefined);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      this.wasReset = true;
    }
    return this.#text;
  }

  close(): void {
    this.conn.close();
  }
}

/** What a test has at hand. */
export interface Bench {
  readonly listener: HttpListener;
  readonly clock: VirtualClock;
  readonly faults: string[];
  connect(): Promise<RawClient>;
  /** Lets time pass, a quarter of a second a turn of the event loop, until `event` has happened. */
  passUntil<T>(event: Promise<T>): Promise<T>;
}

/** Runs `test` against a listener that is gone, with all of its clients, afterwards. */
export async function withListener(
  handler: Handler,
  test: (bench: Bench) => Promise<void>,
  options: Partial<ListenerOptions> = {},
): Promise<void> {
  const clock = new VirtualClock();
  const faults: string[] = [];
  const clients: RawClient[] = [];
  const listener = listen({
    endpoints: [{ hostname: "127.0.0.1", port: 0 }],
    clock,
    handler,
    onFault: (what, cause) => faults.push(`${what}: ${cause}`),
    ...options,
  });
  try {
    await test({
      listener,
      clock,
      faults,
      async connect() {
        const client = await RawClient.open(listener);
        clients.push(client);
        return client;
      },
      async passUntil(event) {
        const happened = event.then(() => true, () => true);
        const turn = () => new Promise<false>((resolve) => setImmediate(() => resolve(false)));
        while (!await Promise.race([happened, turn()])) clock.advance(250);
        return event;
      },
    });
  } finally {
    for (const client of clients) client.close();
    listener.close();
    await listener.stop();
  }
}
