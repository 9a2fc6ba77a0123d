/**
 * A user of a running server, over real sockets.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

/** An answer, read. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of its body; `undefined` if it has none. */
  // deno-lint-ignore no-explicit-any -- a test says what it expects.
  readonly json: any;
}

/** What a request carries beside its method and path. */
export interface Carried {
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One client of a user. */
export class Guest {
  readonly url: string;
  readonly name: string;
  readonly token: string;

  private constructor(url: string, name: string, token: string) {
    this.url = url;
    this.name = name;
    this.token = token;
  }

  /** Registers a name, or logs in. */
  static async arrive(url: string, name: string, password?: string): Promise<Guest> {
    const fields = { user: name, ...(password !== undefined && { password }) };
    const { json } = await succeed(ask(url, "POST /connect", { fields }));
    return new Guest(url, name, json.token);
  }

  /** A client that has a token already. */
  static known(url: string, name: string, token: string): Guest {
    return new Guest(url, name, token);
  }

  /** The same client of a server that was started anew. */
  at(url: string): Guest {
    return new Guest(url, this.name, this.token);
  }

  /** Asks, whatever comes of it. */
  try(what: string, carried: Carried = {}): Promise<Told> {
    const headers = { authorization: `Bearer ${this.token}`, ...carried.headers };
    return ask(this.url, what, { ...carried, headers });
  }

  /** Asks for what must succeed. */
  // deno-lint-ignore no-explicit-any -- a test says what it expects.
  async ask(what: string, fields?: Carried["fields"]): Promise<any> {
    const told = await succeed(this.try(what, fields === undefined ? {} : { fields }));
    return told.json;
  }

  /** Asks for what must be refused; gives the problem. */
  // deno-lint-ignore no-explicit-any -- a test says what it expects.
  async refused(code: string, what: string, fields?: Carried["fields"]): Promise<any> {
    const told = await this.try(what, fields === undefined ? {} : { fields });
    assertEquals(told.json?.code, code, `${what}: ${told.status} ${JSON.stringify(told.json)}`);
    return told.json;
  }

  /** Sends a message; gives its id. */
  async say(text: string, more: Carried["fields"] = {}): Promise<number> {
    return (await this.ask("POST /send", { text, ...more })).id;
  }

  /** The texts of a page of messages. */
  async texts(query = ""): Promise<string[]> {
    const { items } = await this.ask(`GET /messages?${query}`);
    return items.map(({ text }: { text: string }) => text);
  }

  /** Listens to events from now on, or after a cursor. */
  async listen(after?: string): Promise<Listening> {
    const abort = new AbortController();
    const response = await fetch(
      `${this.url}/events${after === undefined ? "" : `?after=${after}`}`,
      {
        headers: { authorization: `Bearer ${this.token}`, accept: "application/x-ndjson" },
        signal: abort.signal,
      },
    );
    assertEquals(response.status, 200);
    const listening = new Listening(response.body ?? new ReadableStream(), abort);
    await listening.next("caught_up");
    return listening;
  }
}

/** An event as a stream tells it. */
// deno-lint-ignore no-explicit-any -- a test says what it expects.
export type HeardEvent = Record<string, any>;

/** A stream of events. */
export class Listening implements AsyncDisposable {
  /** All that was heard so far. */
  readonly heard: HeardEvent[] = [];
  readonly #lines: AsyncIterator<HeardEvent>;
  readonly #abort: AbortController;

  constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>, abort: AbortController) {
    this.#lines = readLines(body);
    this.#abort = abort;
  }

  /** Waits for the next event of a type. */
  async next(type: string): Promise<HeardEvent> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`The stream ended before ${type}: ${JSON.stringify(this.heard)}`);
      this.heard.push(value);
      if (value["type"] === type) return value;
    }
  }

  /** The types of all that was heard, but for what is about the stream itself. */
  get types(): string[] {
    const aside = ["caught_up", "heartbeat", "presence"];
    return this.heard.map(({ type }) => type).filter((type) => !aside.includes(type));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    // It ends with the abort, whatever it was waiting for.
    await this.#lines.return?.().catch(() => {});
  }
}

async function* readLines(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<HeardEvent> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

async function ask(url: string, what: string, carried: Carried): Promise<Told> {
  const [method = "", path = ""] = what.split(" ");
  const { fields, bytes, headers = {} } = carried;
  const form = fields && new URLSearchParams(
    Object.entries(fields).map(([name, value]) => [name, String(value)]),
  );
  const body = bytes ?? form;
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    json: isJson ? JSON.parse(text) : text === "" ? undefined : text,
  };
}

async function succeed(asked: Promise<Told>): Promise<Told> {
  const told = await asked;
  if (told.status >= 300) throw new Error(`${told.status} ${JSON.stringify(told.json)}`);
  return told;
}
