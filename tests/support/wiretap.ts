/**
 * A relay between clients and a server that counts their connections and keeps what was said.
 *
 * @module
 */

import { within } from "./tools.ts";

/** How much is kept of each side of a conversation, in bytes. */
const keptBytesMax = 65_536;

/** One connection as it went by; one character a byte. */
export interface Overheard {
  /** The first of what the client said. */
  readonly asked: string;
  /** The first of what the server said. */
  readonly answered: string;
}

/** Stands before a server on a port of its own. */
export class Wiretap implements AsyncDisposable {
  /** Where clients find it. */
  readonly url: string;
  /** All connections that were ever made, in their order. */
  readonly overheard: readonly Overheard[];
  readonly #overheard: Recording[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #server: Deno.ConnectOptions;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work: Promise<void>;
  #waiting: (() => void)[] = [];

  /** @param serverUrl Where the server is, as `http://127.0.0.1:8000`. */
  constructor(serverUrl: string) {
    const { hostname, port } = new URL(serverUrl);
    this.#server = { hostname, port: Number(port) };
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.url = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.overheard = this.#overheard;
    this.#work = this.#acceptAll();
  }

  /** All requests by their method and target, as `GET /healthz`, where their bodies have none. */
  get requests(): string[] {
    return this.#overheard.flatMap(({ asked }) =>
      // A body may end without a line of its own, so a request line may stand within a line.
      [...asked.matchAll(/([A-Z]+ \S+) HTTP\/1\.[01]\r\n/g)].map(([, line = ""]) => line)
    );
  }

  /** Waits until what was said so far fulfils `condition`. */
  async until(condition: (overheard: readonly Overheard[]) => boolean): Promise<void> {
    while (!condition(this.#overheard)) {
      const more = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await within(more, "what is to be overheard");
    }
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #acceptAll(): Promise<void> {
    const relays: Promise<void>[] = [];
    for await (const client of this.#listener) relays.push(this.#relay(client));
    await Promise.all(relays);
  }

  async #relay(client: Deno.TcpConn): Promise<void> {
    const recording = new Recording(() => this.#tell());
    this.#overheard.push(recording);
    this.#open.add(client);
    try {
      const server = await Deno.connect(this.#server);
      this.#open.add(server);
      await Promise.all([
        pass(client, server, (bytes) => recording.hear("asked", bytes)),
        pass(server, client, (bytes) => recording.hear("answered", bytes)),
      ]);
      this.#close(server);
    } catch (failure) {
      // Nobody listens behind it, which the client sees by losing its connection.
      if (!(failure instanceof Deno.errors.ConnectionRefused)) throw failure;
    } finally {
      this.#close(client);
    }
  }

  #close(conn: Deno.TcpConn): void {
    if (this.#open.delete(conn)) conn.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) this.#close(conn);
    await this.#work;
  }
}

/** Passes on all that one side says, and that it has said all. */
async function pass(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  hear: (bytes: Uint8Array) => void,
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (;;) {
      const length = await from.read(buffer);
      if (length === null) return await to.closeWrite();
      const bytes = buffer.subarray(0, length);
      hear(bytes);
      for (let at = 0; at < length;) at += await to.write(bytes.subarray(at));
    }
  } catch (failure) {
    // One side is gone. What the other says now, nobody hears.
    if (!isGone(failure)) throw failure;
    for (const conn of [from, to]) await conn.closeWrite().catch(() => {});
  }
}

function isGone(failure: unknown): boolean {
  return failure instanceof Deno.errors.ConnectionReset ||
    failure instanceof Deno.errors.BrokenPipe ||
    failure instanceof Deno.errors.NotConnected ||
    failure instanceof Deno.errors.Interrupted ||
    failure instanceof Deno.errors.BadResource;
}

class Recording implements Overheard {
  asked = "";
  answered = "";
  readonly #told: () => void;

  constructor(told: () => void) {
    this.#told = told;
  }

  hear(side: "asked" | "answered", bytes: Uint8Array): void {
    const room = keptBytesMax - this[side].length;
    if (room > 0) this[side] += String.fromCharCode(...bytes.subarray(0, room));
    this.#told();
  }
}
