/**
 * What stands between a page and its server: it counts streams of events, holds them back as some
 * proxies do, and breaks them off.
 *
 * @module
 */
import { within } from "../../support/tools.ts";

/** A stream of events as browsers ask for one; a poll says how long it waits. */
const streamRequest = /GET \/events(?!\S*[?&]wait=)\S* HTTP\/1\.1\r\n/;

/** The end of an answer whose length was not known. */
const lastChunk = "\r\n0\r\n\r\n";

/** More of what a client says than any request line of it has, in bytes. */
const keptBytesMax = 4096;

export class Relay implements AsyncDisposable {
  /** Where browsers find it. */
  readonly url: string;
  /** Whether the bytes of streams are kept for ever; plain answers always pass. */
  holdsStreams = false;
  readonly #listener: Deno.TcpListener;
  readonly #server: Deno.ConnectOptions;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #streams = new Set<Deno.TcpConn>();
  readonly #work: Promise<void>;
  #streamsEver = 0;
  #heldBack = 0;
  #breakAt: string | undefined;
  #waiting: (() => void)[] = [];

  /** @param serverUrl Where the server is, as `http://127.0.0.1:8000`. */
  constructor(serverUrl: string) {
    const { hostname, port } = new URL(serverUrl);
    this.#server = { hostname, port: Number(port) };
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.url = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#work = this.#acceptAll();
  }

  /** Streams of events that are open now. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Streams of events that were ever asked for. */
  get streamsEver(): number {
    return this.#streamsEver;
  }

  /** Bytes of streams that never came through. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** Breaks a stream in the middle of `text`, when that comes by next. */
  breakAt(text: string): void {
    this.#breakAt = text;
  }

  /** Breaks all connections. */
  cut(): void {
    for (const conn of this.#open) this.#close(conn);
  }

  /** Waits until `condition` is so. */
  async until(what: string, condition: (relay: this) => boolean): Promise<void> {
    while (!condition(this)) {
      const more = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await within(more, what);
    }
  }

  async #acceptAll(): Promise<void> {
    const relays: Promise<void>[] = [];
    for await (const client of this.#listener) relays.push(this.#relay(client));
    await Promise.all(relays);
  }

  async #relay(client: Deno.TcpConn): Promise<void> {
    this.#open.add(client);
    const sides = [client];
    const close = () => {
      for (const side of sides) this.#close(side);
    };
    try {
      const server = await Deno.connect(this.#server);
      this.#open.add(server);
      sides.push(server);
      const passing = [this.#passAsked(client, server), this.#passAnswered(server, client)];
      for (const end of await Promise.allSettled(passing.map((side) => side.finally(close)))) {
        if (end.status === "rejected") throw end.reason;
      }
    } catch (failure) {
      // One side is gone, or nobody listens; the other sees it by losing its connection.
      if (!isGone(failure)) throw failure;
    } finally {
      close();
      this.#streams.delete(client);
      this.#tell();
    }
  }

  async #passAsked(client: Deno.TcpConn, server: Deno.TcpConn): Promise<void> {
    let said = "";
    for await (const bytes of parts(client)) {
      said = (said + latin1(bytes)).slice(-keptBytesMax);
      if (streamRequest.test(said)) {
        said = "";
        this.#streams.add(client);
        this.#streamsEver++;
        this.#tell();
      }
      await write(server, bytes);
    }
  }

  async #passAnswered(server: Deno.TcpConn, client: Deno.TcpConn): Promise<void> {
    let said = "";
    for await (const bytes of parts(server)) {
      if (!this.#streams.has(client)) {
        await write(client, bytes);
        continue;
      }
      if (this.holdsStreams) {
        this.#heldBack += bytes.length;
        this.#tell();
        continue;
      }
      const text = latin1(bytes);
      const at = this.#breakAt === undefined ? -1 : text.indexOf(this.#breakAt);
      if (this.#breakAt !== undefined && at >= 0) {
        const end = at + Math.ceil(this.#breakAt.length / 2);
        this.#breakAt = undefined;
        await write(client, bytes.subarray(0, end));
        return;
      }
      await write(client, bytes);
      said = (said + text).slice(-lastChunk.length);
      if (said === lastChunk) this.#streams.delete(client);
      this.#tell();
    }
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #close(conn: Deno.TcpConn): void {
    if (this.#open.delete(conn)) conn.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#work;
  }
}

/** What a side says, until it has said all. */
async function* parts(conn: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** One character a byte. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function isGone(failure: unknown): boolean {
  return failure instanceof Deno.errors.ConnectionReset ||
    failure instanceof Deno.errors.ConnectionRefused ||
    failure instanceof Deno.errors.ConnectionAborted ||
    failure instanceof Deno.errors.BrokenPipe ||
    failure instanceof Deno.errors.NotConnected ||
    failure instanceof Deno.errors.Interrupted ||
    failure instanceof Deno.errors.BadResource;
}
