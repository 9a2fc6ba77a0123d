/**
 * The network between a client and the server of the moment: answers get lost in it, and streams
 * are cut.
 *
 * @module
 */
import type { Transport } from "../../client/connection/exchange.ts";
import {
  FieldLines,
  type Request as ServerRequest,
  type Response as ServerResponse,
  type ResponseStream,
} from "../../server/http/mod.ts";
import type { Dice } from "./dice.ts";
import type { Asked, Sabotage } from "./sabotage.ts";
import type { Server } from "./server.ts";
import type { Weather } from "./weather.ts";

export interface NetworkSetup {
  readonly dice: Dice;
  readonly weather: () => Weather;
  readonly server: () => Server | undefined;
  readonly sabotage: Sabotage;
  readonly now: () => number;
  /** Hears how often what came of a request. */
  readonly note: (what: string) => void;
}

/** What `fetch` says of a connection that nobody takes, and of one that broke. */
const refused = "connection refused";
const reset = "connection reset";

/** One client's way to the server. */
export class Network {
  readonly #setup: NetworkSetup;
  readonly #connections = new Set<Connection>();

  constructor(setup: NetworkSetup) {
    this.#setup = setup;
  }

  /** Stands in for `fetch`. */
  readonly transport: Transport = async (url, init) => {
    const { weather, server: serverNow, sabotage, now, note } = this.#setup;
    const connection = new Connection();
    this.#connections.add(connection);
    const { signal } = init;
    const onAbort = () => connection.break();
    signal?.addEventListener("abort", onAbort, { once: true });
    connection.onGone(() => {
      this.#connections.delete(connection);
      signal?.removeEventListener("abort", onAbort);
    });
    if (signal?.aborted) connection.break();
    try {
      await connection.unlessBroken(weather().delay());
      const server = serverNow();
      if (server === undefined || !server.isOpen) throw new TypeError(refused);
      if (weather().loses()) throw new TypeError(reset);
      const asked = { url, headers: init.headers as Record<string, string> };
      const request = requestOf(sabotage.request?.(asked, now()) ?? asked, init, connection);
      const response = await connection.unlessBroken(server.app.handler(request));
      await connection.unlessBroken(weather().delay());
      if (weather().loses()) {
        note("an answer was lost");
        throw new TypeError(reset);
      }
      return this.#answer(response, connection);
    } catch (failure) {
      connection.break();
      throw failure;
    }
  };

  /** Breaks everything that is open. */
  cut(): void {
    for (const connection of this.#connections) connection.break();
  }

  #answer({ status, headers, body, stream }: ServerResponse, connection: Connection): Response {
    const fields = headers.map(([name, value]): [string, string] => [name, value]);
    if (stream === undefined) {
      connection.end();
      const content = body instanceof Uint8Array ? new Uint8Array(body) : body;
      return new Response(status === 204 ? null : content ?? "", { status, headers: fields });
    }
    const { dice, weather, note } = this.#setup;
    const pipe = new Pipe({
      dice,
      loses: () => weather().loses(),
      cut: () => {
        note("a stream was cut");
        connection.break();
      },
    });
    connection.onGone(() => pipe.break());
    pipe.onClose(() => connection.end());
    stream(pipe);
    return new Response(pipe.readable, { status, headers: fields });
  }
}

/** One request and its answer. */
class Connection {
  readonly #broken = Promise.withResolvers<never>();
  readonly #onGone = new Set<() => void>();
  #isOver = false;

  constructor() {
    // Nobody may be waiting when it breaks.
    this.#broken.promise.catch(() => {});
  }

  /** @throws {TypeError} as `fetch` does, if it breaks before that. */
  unlessBroken<Value>(value: Value | Promise<Value>): Promise<Value> {
    return Promise.race([this.#broken.promise, value]);
  }

  onGone(callback: () => void): () => void {
    if (this.#isOver) callback();
    else this.#onGone.add(callback);
    return () => this.#onGone.delete(callback);
  }

  break(): void {
    this.#broken.reject(new TypeError(reset));
    this.end();
  }

  /** All has been said. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const callback of [...this.#onGone]) callback();
  }
}

interface PipeSetup {
  readonly dice: Dice;
  readonly loses: () => boolean;
  readonly cut: () => void;
}

/** The body of an answer on its way to a client, in pieces of any size. */
class Pipe implements ResponseStream {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly backlogBytes = 0;
  closed = false;
  readonly #setup: PipeSetup;
  readonly #onClose: (() => void)[] = [];
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;

  constructor(setup: PipeSetup) {
    this.#setup = setup;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#close(),
    });
  }

  write(payload: Uint8Array): void {
    if (this.closed) return;
    const { dice, loses, cut } = this.#setup;
    const bytes = new Uint8Array(payload);
    const at = dice.chance(0.2) ? dice.below(bytes.length + 1) : bytes.length;
    if (at > 0) this.#controller?.enqueue(bytes.subarray(0, at));
    if (loses()) cut();
    else if (at < bytes.length) this.#controller?.enqueue(bytes.subarray(at));
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  end(): Promise<void> {
    if (!this.closed) {
      this.#controller?.close();
      this.#close();
    }
    return Promise.resolve();
  }

  break(): void {
    if (this.closed) return;
    this.#controller?.error(new TypeError(reset));
    this.#close();
  }

  onClose(callback: () => void): void {
    if (this.closed) callback();
    else this.#onClose.push(callback);
  }

  #close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const callback of this.#onClose.splice(0)) callback();
  }
}

function requestOf(
  { url, headers }: Asked,
  init: RequestInit,
  connection: Connection,
): ServerRequest {
  const target = url.slice(url.indexOf("/", "http://".length));
  const [path = "", query = ""] = target.split("?");
  const text = typeof init.body === "string" ? init.body : "";
  const fields = Object.entries(headers);
  if (text !== "") fields.push(["content-length", String(text.length)]);
  return {
    method: init.method ?? "GET",
    path,
    query,
    headers: FieldLines.from(fields),
    peer: { address: "192.0.2.1", secure: false },
    scheme: undefined,
    authority: "chat.test",
    body: {
      declaredBytes: text.length,
      bytes: () => new TextEncoder().encode(text),
      text: () => text,
      async *chunks() {
        yield await Promise.resolve(new TextEncoder().encode(text));
      },
    },
    onGone: (callback) => connection.onGone(callback),
  };
}
