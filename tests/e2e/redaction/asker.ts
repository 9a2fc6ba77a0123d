/**
 * Asks a server as anyone might, and keeps every problem that it answers.
 *
 * @module
 */
/** What a request carries beside its method and path. */
export interface Carried {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

const streamTypes = /^(text\/event-stream|application\/x-ndjson)/;

/** What was answered; of a stream, its beginning. */
export interface Answered {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- a test says what it expects.
  readonly json: any;
  readonly text: string;
}

export class Asker {
  readonly url: string;
  /** The bodies of all answers from 400 on, a line each. */
  problems = "";

  constructor(url: string) {
    this.url = url;
  }

  /** Asks, whatever comes of it. */
  async ask(what: string, { token, headers, json, fields, body }: Carried = {}): Promise<Answered> {
    const [method = "", path = ""] = what.split(" ");
    const content = json === undefined
      ? body ?? (fields && new URLSearchParams(fields))
      : JSON.stringify(json);
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...token !== undefined && { authorization: `Bearer ${token}` },
        ...json !== undefined && { "content-type": "application/json" },
        ...headers,
      },
      ...content !== undefined && { body: content },
    });
    const type = response.headers.get("content-type") ?? "";
    if (streamTypes.test(type)) {
      await response.body?.cancel();
      return { status: response.status, text: "", json: undefined };
    }
    const text = await response.text();
    this.#keep(response.status, text);
    const isJson = type.includes("json");
    return {
      status: response.status,
      text,
      json: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  }

  /** Asks for what must succeed; gives the JSON of the answer. */
  // deno-lint-ignore no-explicit-any -- a test says what it expects.
  async get(what: string, carried: Carried = {}): Promise<any> {
    const { status, text, json } = await this.ask(what, carried);
    if (status >= 300) throw new Error(`${what}: ${status} ${text}`);
    return json;
  }

  /** Says something that need not be HTTP, and hangs up when it is answered. */
  async say(bytes: string | Uint8Array<ArrayBuffer>): Promise<void> {
    const { hostname, port } = new URL(this.url);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    for (let at = 0; at < all.length;) at += await connection.write(all.subarray(at));
    const answer = new Uint8Array(65_536);
    const length = await connection.read(answer) ?? 0;
    const text = new TextDecoder().decode(answer.subarray(0, length));
    this.#keep(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text);
  }

  /** Says something, and hangs up without waiting for an answer. */
  async breakOff(text: string): Promise<void> {
    const { hostname, port } = new URL(this.url);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(new TextEncoder().encode(text));
  }

  /** Listens to a stream until it has told something, then hangs up. */
  async overhear(path: string, token: string, accept: string): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    const headers = { authorization: `Bearer ${token}`, accept };
    const response = await fetch(this.url + path, { headers, signal });
    const reader = response.body?.getReader();
    await reader?.read();
    abort.abort();
    // It ends with the abort.
    await reader?.closed.catch(() => {});
  }

  #keep(status: number, text: string): void {
    if (status >= 400) this.problems += `${status} ${text.replaceAll("\n", " ")}\n`;
  }
}
