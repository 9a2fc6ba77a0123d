/**
 * The way to the server: a TCP proxy that cuts, delays, splits and half-closes connections.
 *
 * @module
 */
import { type Direction, type Weather, weatherOf } from "./weather.ts";

export interface ProxyTally {
  connections: number;
  cuts: number;
  halfCloses: number;
  /** Connections whose bytes came one by one. */
  split: number;
  delays: number;
}

export class Proxy implements AsyncDisposable {
  readonly tally: ProxyTally = { connections: 0, cuts: 0, halfCloses: 0, split: 0, delays: 0 };
  /** Where the server is. */
  serverPort = 0;
  readonly #seed: number;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  /** Sides of connections of which one direction has ended. */
  readonly #halfOpen = new Set<Deno.TcpConn>();
  #isCalm = true;

  constructor(seed: number) {
    this.#seed = seed;
    this.#begin(this.#accept());
  }

  get calm(): boolean {
    return this.#isCalm;
  }

  /** When it becomes calm nothing happens to anyone any more, and what hangs is cut. */
  set calm(isCalm: boolean) {
    this.#isCalm = isCalm;
    if (!isCalm) return;
    for (const socket of this.#halfOpen) this.#close(socket);
    this.#halfOpen.clear();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const socket of this.#open) this.#close(socket);
    await Promise.all(this.#work);
  }

  #begin(work: Promise<void>): void {
    this.#work.add(work);
    work.finally(() => this.#work.delete(work));
  }

  async #accept(): Promise<void> {
    for (;;) {
      let client: Deno.TcpConn;
      try {
        client = await this.#listener.accept();
      } catch (failure) {
        if (failure instanceof Deno.errors.BadResource) return;
        if (failure instanceof Deno.errors.Interrupted) return;
        continue;
      }
      this.#open.add(client);
      const weather = weatherOf(this.#seed, this.tally.connections++);
      this.#begin(this.#carry(client, weather));
    }
  }

  async #carry(client: Deno.TcpConn, weather: Weather): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.serverPort });
    } catch {
      // It is down.
      this.#close(client);
      return;
    }
    this.#open.add(server);
    if (weather.kind === "crumbs") {
      client.setNoDelay();
      server.setNoDelay();
    }
    await Promise.all([
      this.#pump("up", client, server, weather),
      this.#pump("down", server, client, weather),
    ]);
    this.#close(client);
    this.#close(server);
  }

  /** Carries bytes on in one direction until they end, or the connection is cut. */
  async #pump(
    direction: Direction,
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    weather: Weather,
  ): Promise<void> {
    const buffer = new Uint8Array(16_384);
    let carried = 0;
    let isShut = false;
    let isSplit = false;
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) {
          if (!isShut) await to.closeWrite();
          return;
        }
        // What comes after a half-close is heard by nobody.
        if (isShut) continue;
        const bytes = buffer.subarray(0, count);
        const isRough = !this.calm;
        if (isRough && weather.kind === "slow") {
          this.tally.delays += 1;
          await pause(weather.delayMsMax * ((carried * 7919) % 97) / 97);
        }
        if (isRough && "direction" in weather && weather.direction === direction) {
          const left = Math.max(0, weather.afterBytes - carried);
          if (left <= count) {
            await writeAll(to, bytes.subarray(0, left));
            if (weather.kind === "half_close") {
              this.tally.halfCloses += 1;
              isShut = true;
              this.#halfOpen.add(from).add(to);
              await to.closeWrite();
              continue;
            }
            this.tally.cuts += 1;
            this.#close(from);
            this.#close(to);
            return;
          }
        }
        if (isRough && weather.kind === "crumbs" && carried < weather.bytes) {
          if (!isSplit) this.tally.split += 1;
          isSplit = true;
          for (let at = 0; at < count; at++) await writeAll(to, bytes.subarray(at, at + 1));
        } else {
          await writeAll(to, bytes);
        }
        carried += count;
      }
    } catch {
      // One side is gone, so that the other goes too.
      this.#close(from);
      this.#close(to);
    }
  }

  #close(socket: Deno.TcpConn): void {
    this.#halfOpen.delete(socket);
    if (this.#open.delete(socket)) socket.close();
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** Lets some time go by. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
