/**
 * A server in memory that speaks the API as a test tells it to.
 *
 * @module
 */
import type { VirtualClock } from "../support/virtual_clock.ts";
import type { Transport } from "../../client/connection/api_client.ts";
import { problem, type ProblemCode } from "../../lib/api/problems.ts";
import type { ConnectAnswer, Message, StatusAnswer } from "../../lib/api/schemas.ts";
import { version } from "../../lib/version.ts";

/** A request as the server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** JSON, or the text of what was streamed. */
  readonly body: unknown;
  readonly url: string;
}

type Handler = (request: SeenRequest) => Response | Promise<Response>;

/** An open stream of events. */
export class StubStream {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly request: SeenRequest;
  /** Set when the client has gone. */
  cancelled = false;

  constructor(controller: ReadableStreamDefaultController<Uint8Array>, request: SeenRequest) {
    this.#controller = controller;
    this.request = request;
  }

  write(text: string): void {
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  event(id: string, value: { readonly type: string; readonly [field: string]: unknown }): void {
    this.write(`id: ${id}\nevent: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`);
  }

  caughtUp(cursor: string): void {
    this.write(`id: ${cursor}\n\nevent: caught_up\ndata: ${JSON.stringify({ cursor })}\n\n`);
  }

  end(): void {
    this.#controller.close();
  }

  /** The connection breaks. */
  break(): void {
    this.#controller.error(new TypeError("connection reset"));
  }
}

/** Answers by route, `POST /send`; what has no handler is refused with 404. */
export class StubServer {
  readonly requests: SeenRequest[] = [];
  readonly #handlers = new Map<string, Handler>();
  #streams: StubStream[] = [];
  #onStream: (() => void)[] = [];
  /** While set, nothing can be reached. */
  down = false;

  constructor() {
    this.on("GET /events", (request) => this.#openStream(request));
  }

  on(route: string, handler: Handler): void {
    this.#handlers.set(route, handler);
  }

  readonly transport: Transport = async (url, init) => {
    init.signal?.throwIfAborted();
    if (this.down) throw new TypeError("tcp connect error: Connection refused (os error 111)");
    const { pathname, searchParams } = new URL(url);
    const request: SeenRequest = {
      method: init.method ?? "GET",
      path: pathname,
      query: searchParams,
      headers: new Headers(init.headers),
      body: await readBody(init.body),
      url,
    };
    this.requests.push(request);
    const handler = this.#handlers.get(`${request.method} ${pathname}`);
    const answer = handler?.(request) ?? refusal("not_found", "There is nothing here.");
    return await Promise.race([answer, whenAborted(init.signal)]);
  };

  /** The bodies of the requests to one path. */
  bodies(path: string): unknown[] {
    return this.requests.filter((request) => request.path === path).map(({ body }) => body);
  }

  /** The next stream that is opened, or was and has not been taken. */
  async stream(): Promise<StubStream> {
    for (;;) {
      const stream = this.#streams.shift();
      if (stream !== undefined) return stream;
      await new Promise<void>((resolve) => this.#onStream.push(resolve));
    }
  }

  #openStream(request: SeenRequest): Response {
    let stream: StubStream | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = new StubStream(controller, request);
      },
      cancel: () => {
        if (stream !== undefined) stream.cancelled = true;
      },
    });
    if (stream !== undefined) this.#streams.push(stream);
    const waiting = this.#onStream;
    this.#onStream = [];
    for (const resolve of waiting) resolve();
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}

/** Rejects as `fetch` does when nobody waits for the answer any more. */
function whenAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) =>
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

async function readBody(body: RequestInit["body"]): Promise<unknown> {
  if (typeof body === "string") return JSON.parse(body);
  return body instanceof ReadableStream ? await new Response(body).text() : undefined;
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json" },
  });
}

export function refusal(
  code: ProblemCode,
  detail: string,
  { headers = {}, extras = {} }: {
    readonly headers?: Record<string, string>;
    readonly extras?: Record<string, unknown>;
  } = {},
): Response {
  const body = { ...problem(code, detail), ...extras };
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

export function messageOf(id: number, changes: Partial<Message> = {}): Message {
  return {
    id,
    room: "common",
    room_kind: "common",
    author: "bob",
    text: `message ${id}`,
    at: "2026-11-20T10:00:00.000Z",
    expires_at: "2026-11-20T11:00:00.000Z",
    comments: 0,
    files: [],
    ...changes,
  };
}

export function arrivalOf(changes: Partial<ConnectAnswer> = {}): ConnectAnswer {
  return {
    user: "alice",
    rooms: [{ id: "common", kind: "common", name: "common", unread: 0, last_id: 0, read_id: 0 }],
    recent: [],
    unread: [],
    unread_more: false,
    cursor: "k3f9-0",
    ...changes,
  };
}

export function statusOf(changes: Partial<StatusAnswer> = {}): StatusAnswer {
  return {
    server: {
      version,
      time: "2026-11-20T10:00:00.000Z",
      uptime_s: 7300,
      users: 3,
      online: 2,
    },
    user: { name: "alice", created: "2026-11-20T09:00:00.000Z", reports: 0 },
    limit: { limit: 20, remaining: 20 },
    rooms: [{ id: "7", kind: "private", name: "bob", unread: 2, last_id: 9, read_id: 4 }],
    scheduled: 0,
    settings: {
      recent: 20,
      registration: "open",
      limit: 20,
      limit_period_s: 3600,
      message_ttl_s: 3600,
      unread_ttl_s: 2_592_000,
      ban_after: 3,
      ban_for_s: 14_400,
      max_file: 5_242_880,
      text_max: 4000,
      name_max: 32,
    },
    ...changes,
  };
}

/** Lets everything that is ready happen: real turns of the event loop, no time passes. */
export async function settle(turns = 8): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Waits for `work`; pauses in it, until a next attempt, pass at once. */
export async function inPassingTime<Result>(
  clock: VirtualClock,
  work: Promise<Result>,
): Promise<Result> {
  let isDone = false;
  const done = work.finally(() => isDone = true);
  await settle();
  while (!isDone) {
    clock.advance(1000);
    await settle();
  }
  return await done;
}
