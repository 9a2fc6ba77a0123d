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

/** What came of a load. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * Sends `total` requests over `connections` connections, each the next as soon as the last are
 * answered, and checks that each answer has `status`.
 */
export async function load(
  target: Target,
  { bytesOf, depth = 1, connections, total, status }: {
    /** What a connection sends in a round: `depth` requests. */
    readonly bytesOf: (connection: number, round: number) => Uint8Array<ArrayBuffer>;
    readonly depth?: number;
    readonly connections: number;
    readonly total: number;
    readonly status: number;
  },
): Promise<LoadResult> {
  const rounds = Math.ceil(total / connections / depth);
  const conns = await Promise.all(
    Array.from({ length: connections }, () => Deno.connect(target)),
  );
  const startMs = performance.now();
  await Promise.all(conns.map(async (conn, at) => {
    const answers = new Answers(conn, status);
    for (let round = 0; round < rounds; round++) {
      await conn.write(bytesOf(at, round));
      await answers.read(depth);
    }
  }));
  const seconds = (performance.now() - startMs) / 1000;
  for (const conn of conns) conn.close();
  return { requests: rounds * depth * connections, seconds };
}

/** The answers on one connection, each with a Content-Length. */
class Answers {
  readonly #conn: Deno.Conn;
  readonly #start: string;
  readonly #buffer = new Uint8Array(65_536);
  #filled = 0;

  constructor(conn: Deno.Conn, status: number) {
    this.#conn = conn;
    this.#start = `HTTP/1.1 ${status} `;
  }

  /** Resolves when `count` more have come. */
  async read(count: number): Promise<void> {
    let missing = count;
    while (missing > 0) {
      const bytes = await this.#conn.read(this.#buffer.subarray(this.#filled));
      if (bytes === null) throw new Error("The server closed the connection");
      this.#filled += bytes;
      missing -= this.#take();
    }
  }

  /** Takes the whole answers out of the buffer; says how many there were. */
  #take(): number {
    const text = decoder.decode(this.#buffer.subarray(0, this.#filled));
    let taken = 0;
    let from = 0;
    for (;;) {
      const headEnd = text.indexOf("\r\n\r\n", from);
      if (headEnd === -1) break;
      const head = text.slice(from, headEnd);
      if (!head.startsWith(this.#start)) throw new Error(`Unexpected answer: ${text}`);
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      if (length === undefined) throw new Error(`An answer without a length: ${head}`);
      const end = headEnd + 4 + Number(length);
      if (text.length < end) break;
      from = end;
      taken += 1;
    }
    this.#buffer.copyWithin(0, from, this.#filled);
    this.#filled -= from;
    return taken;
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
