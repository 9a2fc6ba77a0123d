/**
 * The wire between a client and its server, which a test can clog, cut and mend.
 *
 * @module
 */

/** Beyond this, a direction of a clogged connection stands still; short calls pass. */
const passingBytes = 256 * 1024;

export class Wire implements AsyncDisposable {
  readonly #target: Deno.ConnectOptions;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  #listener: Deno.TcpListener;
  #clog: PromiseWithResolvers<void> | undefined;

  /** @param url Where the server is. */
  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#target = { hostname, port: Number(port) };
    this.#listener = this.#listen(0);
  }

  /** Where the server seems to be. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Holds back what is longer than a call without files. */
  clog(): void {
    this.#clog ??= Promise.withResolvers();
  }

  /** Lets through all that was held back, and all that follows. */
  clear(): void {
    this.#clog?.resolve();
    this.#clog = undefined;
  }

  /** Ends all connections and takes no new ones; the server does not notice more than that. */
  async cut(): Promise<void> {
    this.clear();
    this.#listener.close();
    for (const connection of this.#connections) this.#close(connection);
    await Promise.all(this.#work);
  }

  /** Takes connections again. */
  mend(): void {
    this.#listener = this.#listen(this.#listener.addr.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
  }

  #listen(port: number): Deno.TcpListener {
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#doing(this.#accept(listener));
    return listener;
  }

  #doing(work: Promise<void>): void {
    this.#work.add(work);
    work.then(() => this.#work.delete(work));
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const near of listener) this.#doing(this.#join(near));
  }

  async #join(near: Deno.TcpConn): Promise<void> {
    this.#connections.add(near);
    try {
      const far = await Deno.connect(this.#target);
      this.#connections.add(far);
      if (!this.#connections.has(near)) this.#close(far);
      await Promise.all([this.#pass(near, far), this.#pass(far, near)]);
    } catch (failure) {
      if (!isNobodyThere(failure)) throw failure;
      this.#close(near);
    }
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const bytes = new Uint8Array(16 * 1024);
    try {
      for (let passed = 0;;) {
        if (passed > passingBytes) await this.#clog?.promise;
        const read = await from.read(bytes);
        if (read === null) break;
        for (let at = 0; at < read;) at += await to.write(bytes.subarray(at, read));
        passed += read;
      }
    } catch (failure) {
      if (!isOver(failure)) throw failure;
    }
    // What ends on one side ends on the other.
    this.#close(from);
    this.#close(to);
  }

  #close(connection: Deno.TcpConn): void {
    if (!this.#connections.delete(connection)) return;
    connection.close();
  }
}

function isNobodyThere(failure: unknown): boolean {
  return failure instanceof Deno.errors.ConnectionRefused;
}

/** Whether a connection has ended, from here or from there. */
function isOver(failure: unknown): boolean {
  const { BadResource, BrokenPipe, ConnectionReset, Interrupted, NotConnected } = Deno.errors;
  return [BadResource, BrokenPipe, ConnectionReset, Interrupted, NotConnected]
    .some((kind) => failure instanceof kind);
}
