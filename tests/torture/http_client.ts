/**
 * An HTTP/1.1 client of the torture's own, over plain sockets, so that a fault of the chat's client
 * cannot hide one of its server.
 *
 * @module
 */

/** No whole answer came: the request may have been carried out, or not. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** What came is no HTTP: nothing on the way changes bytes, so that the server must have sent it. */
export class Garbled extends Error {
  override readonly name = "Garbled";
}

export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

export interface Head {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface Answer extends Head {
  readonly body: Uint8Array<ArrayBuffer>;
}

/** How long an answer may take, and a stream be silent, in milliseconds. */
export const patienceMs = 20_000;

/** Longest head of an answer. */
const headBytesMax = 65_536;

const decoder = new TextDecoder();

/** The JSON of an answer; `undefined` if it has none. */
export function jsonOf({ headers, body }: Answer): unknown {
  if (!(headers.get("content-type") ?? "").includes("json")) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    throw new Garbled(`The body is no JSON: ${decoder.decode(body)}`);
  }
}

/** One connection, for one request after the other. */
export class HttpConnection {
  readonly #socket: Deno.TcpConn;
  #unread: Uint8Array<ArrayBuffer> = new Uint8Array();
  #isOpen = true;

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** @throws {Broken} if nobody listens. */
  static async open(port: number): Promise<HttpConnection> {
    try {
      return new HttpConnection(await Deno.connect({ hostname: "127.0.0.1", port }));
    } catch (cause) {
      throw new Broken("Cannot connect", { cause });
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close();
  }

  /**
   * Asks, and waits for the whole answer.
   *
   * @throws {Broken} if it does not come whole; the connection is closed then.
   */
  async ask(asked: Asked): Promise<Answer> {
    return await this.#guarded(async () => {
      await this.#send(asked);
      const head = await this.#final();
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const part of this.#body(head, asked.method)) parts.push(part);
      if (head.headers.get("connection") === "close") this.close();
      return { ...head, body: joined(parts) };
    });
  }

  /**
   * Asks for what goes on; each part of the body is given as it comes.
   *
   * @throws {Broken} if the head does not come; the parts do so if they break off.
   */
  async follow(asked: Asked): Promise<Head & { readonly parts: AsyncIterable<Uint8Array> }> {
    const head = await this.#guarded(async () => {
      await this.#send(asked);
      return await this.#final();
    });
    return { ...head, parts: this.#body(head, asked.method) };
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (failure) {
      this.close();
      throw failure instanceof Garbled ? failure : asBroken(failure);
    }
  }

  async #send({ method, target, headers = {}, body }: Asked): Promise<void> {
    const lines = [`${method} ${target} HTTP/1.1`, "host: 127.0.0.1"];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    if (body !== undefined) lines.push(`content-length: ${body.length}`);
    const head = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
    const bytes = body === undefined ? head : joined([head, body]);
    for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
  }

  /** The head of the answer, after any that are only on the way to it. */
  async #final(): Promise<Head> {
    for (;;) {
      const head = await this.#head();
      if (head.status >= 200) return head;
    }
  }

  async #head(): Promise<Head> {
    const text = decoder.decode(await this.#upTo("\r\n\r\n", headBytesMax));
    const [first = "", ...lines] = text.slice(0, -4).split("\r\n");
    const status = /^HTTP\/1\.1 ([1-5]\d\d) /.exec(first)?.[1];
    if (status === undefined) throw new Garbled(`No status line: ${first}`);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Garbled(`No field: ${line}`);
      headers.set(name.toLowerCase(), value);
    }
    return { status: Number(status), headers };
  }

  async *#body({ status, headers }: Head, method: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (method === "HEAD" || status === 204 || status === 304) return;
    if (headers.get("transfer-encoding") === "chunked") return yield* this.#chunks();
    const length = headers.get("content-length");
    if (length === undefined || !/^\d+$/.test(length)) {
      throw new Garbled(`Neither chunked nor of a length: ${shownHeaders(headers)}`);
    }
    for (let left = Number(length); left > 0;) {
      if (this.#unread.length === 0) await this.#more();
      const part = this.#take(Math.min(left, this.#unread.length));
      left -= part.length;
      yield part;
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (;;) {
      const line = decoder.decode(await this.#upTo("\r\n", 100));
      const size = /^([0-9a-f]{1,8})\r\n$/i.exec(line)?.[1];
      if (size === undefined) throw new Garbled(`No size of a chunk: ${line}`);
      const length = parseInt(size, 16);
      const chunk = await this.#exactly(length + 2);
      if (!(chunk[length] === 13 && chunk[length + 1] === 10)) throw new Garbled("A chunk runs on");
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  }

  async #upTo(end: string, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      // By code units, which are bytes here: what is looked for is ASCII.
      const text = Array.from(this.#unread.subarray(0, bytesMax), (b) => String.fromCharCode(b));
      const at = text.join("").indexOf(end);
      if (at >= 0) return this.#take(at + end.length);
      if (this.#unread.length >= bytesMax) throw new Garbled(`No end within ${bytesMax} bytes`);
      await this.#more();
    }
  }

  async #exactly(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#unread.length < count) await this.#more();
    return this.#take(count);
  }

  #take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#unread.slice(0, count);
    this.#unread = this.#unread.slice(count);
    return taken;
  }

  async #more(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const timer = setTimeout(() => this.close(), patienceMs);
    try {
      const count = await this.#socket.read(buffer);
      if (count === null) throw new Broken("The connection ended");
      this.#unread = joined([this.#unread, buffer.subarray(0, count)]);
    } catch (failure) {
      this.close();
      throw asBroken(failure);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What a failure of a socket means here; a defect of ours stays what it is. */
function asBroken(failure: unknown): unknown {
  if (failure instanceof Broken) return failure;
  const name = failure instanceof Error ? failure.name : "";
  const ofSocket =
    /^(BadResource|BrokenPipe|Connection\w+|Interrupted|NotConnected|TimedOut|Http)$/;
  return ofSocket.test(name) ? new Broken(name, { cause: failure }) : failure;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function shownHeaders(headers: ReadonlyMap<string, string>): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join("; ");
}
