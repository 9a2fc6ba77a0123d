/**
 * A bounded load of HTTP requests over keep-alive connections.
 *
 * @module
 */

/** Where the load goes. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One request as bytes. */
export function requestBytes(
  { method, path, headers = {}, body = "" }: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(body).length;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = body === "" ? "" : `Content-Length: ${bytes}\r\n`;
  return encoder.encode(
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${lines}${length}\r\n${body}`,
  );
}

/** What came of a load. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * Sends `total` requests over `connections` connections, each the next one as soon as the last is
 * answered, and checks that each answer has `status`.
 */
export async function load(
  target: Target,
  { requests, connections, total, status }: {
    /** The requests of connection N are all the Nth of these, counted round. */
    readonly requests: readonly Uint8Array<ArrayBuffer>[];
    readonly connections: number;
    readonly total: number;
    readonly status: number;
  },
): Promise<LoadResult> {
  const each = Math.ceil(total / connections);
  const conns = await Promise.all(
    Array.from({ length: connections }, () => Deno.connect(target)),
  );
  const startMs = performance.now();
  await Promise.all(conns.map(async (conn, at) => {
    const request = requests[at % requests.length];
    if (request === undefined) throw new Error("There are no requests to send");
    const buffer = new Uint8Array(16_384);
    for (let count = 0; count < each; count++) {
      await conn.write(request);
      await readAnswer(conn, buffer, status);
    }
  }));
  const seconds = (performance.now() - startMs) / 1000;
  for (const conn of conns) conn.close();
  return { requests: each * connections, seconds };
}

/** Reads one answer with a Content-Length, or in chunks that end in the same read. */
async function readAnswer(conn: Deno.Conn, buffer: Uint8Array, status: number): Promise<void> {
  let filled = 0;
  for (;;) {
    const count = await conn.read(buffer.subarray(filled));
    if (count === null) throw new Error("The server closed the connection");
    filled += count;
    const text = decoder.decode(buffer.subarray(0, filled));
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd === -1) continue;
    if (!text.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`Unexpected answer: ${text}`);
    const length = /^content-length: (\d+)/im.exec(text)?.[1];
    if (
      length === undefined ? text.endsWith("0\r\n\r\n") : filled >= headEnd + 4 + Number(length)
    ) {
      return;
    }
  }
}

/** Opens streams and counts what they get, until told to stop. */
export class Receivers {
  #deliveries = 0;
  readonly #conns: Deno.Conn[] = [];
  #closed = false;
  #expected = Infinity;
  #reached: () => void = () => {};

  async open(target: Target, requests: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    for (const request of requests) {
      const conn = await Deno.connect(target);
      this.#conns.push(conn);
      await conn.write(request);
      const head = new Uint8Array(4096);
      await conn.read(head);
      this.#count(conn).catch((failure) => {
        if (!this.#closed) throw failure;
      });
    }
  }

  get count(): number {
    return this.#conns.length;
  }

  /** Resolves when all streams together have got so many events. */
  reach(deliveries: number): Promise<void> {
    return new Promise((resolve) => {
      this.#expected = deliveries;
      this.#reached = resolve;
      if (this.#deliveries >= deliveries) resolve();
    });
  }

  close(): void {
    this.#closed = true;
    for (const conn of this.#conns) conn.close();
  }

  async #count(conn: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    // The beginning of `event: message`, the only line with this run of bytes.
    const mark = encoder.encode("\nevent: message\n");
    let matched = 0;
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) return;
      for (let at = 0; at < count; at++) {
        if (buffer[at] === mark[matched]) matched += 1;
        else matched = buffer[at] === mark[0] ? 1 : 0;
        if (matched === mark.length) {
          matched = 0;
          this.#deliveries += 1;
        }
      }
      if (this.#deliveries >= this.#expected) this.#reached();
    }
  }
}
