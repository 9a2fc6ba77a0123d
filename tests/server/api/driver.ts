/**
 * Drives the whole API without a network: requests in memory, on a store in memory and virtual time.
 *
 * What holds for every answer is checked on every answer: its shape is the one that the operation
 * promises, and nothing of the inside shows. What holds for the log is checked at the end.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { operations } from "../../../lib/api/operations.ts";
import { type Problem, problemKinds, problemSchema } from "../../../lib/api/problems.ts";
import { startLog, stopLog } from "../../../lib/log.ts";
import { createApp } from "../../../server/api/app.ts";
import { Attempts } from "../../../server/api/attempts.ts";
import { registrationPolicy } from "../../../server/api/connect.ts";
import { LoginGuard } from "../../../server/api/login_guard.ts";
import type { ApiSettings } from "../../../server/api/call.ts";
import { streamFaces } from "../../../server/api/event_formats.ts";
import { essence } from "../../../server/api/media_type.ts";
import { Passwords } from "../../../server/api/passwords.ts";
import { findRoute } from "../../../server/api/router.ts";
import { Sessions } from "../../../server/api/sessions.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { Hub } from "../../../server/chat/hub.ts";
import {
  BodyTooLarge,
  FieldLines,
  type Request,
  type Response,
  type ResponseStream,
} from "../../../server/http/mod.ts";
import { ScriptedStore } from "../../support/scripted_store.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { MemorySink } from "../chat/listeners.ts";

/** A request, as a test writes it. */
export interface Ask {
  /** Method and target: `GET /messages?limit=1`. */
  readonly ask: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body: one of these. */
  readonly form?: string;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** Where it comes from. */
  readonly address?: string;
}

/** An answer, read. */
export interface Answered {
  readonly status: number;
  readonly headers: FieldLines;
  /** The body, or "". */
  readonly text: string;
  /** The body as JSON, if it is. */
  // deno-lint-ignore no-explicit-any -- its schema has been checked; a test says what it expects.
  readonly json: any;
  /** The problem that it is, if it is one. */
  readonly problem: Problem | undefined;
  /** Opens the stream that it is. */
  listen(options?: { readonly closed?: boolean }): MemoryStream;
}

/** The body of an answer that goes on. */
export class MemoryStream extends MemorySink implements ResponseStream {
  readonly backlogBytes = 0;

  get text(): string {
    return this.writes.map((payload) => new TextDecoder().decode(payload)).join("");
  }
}

export interface ApiOptions {
  readonly settings?: Partial<ApiSettings>;
  readonly queueMax?: number;
  readonly passwords?: (random: SeededRandom) => Passwords;
}

/** Hashes that cost nothing: the real ones have their own tests. */
class QuickPasswords extends Passwords {
  override hash(password: string): Promise<string> {
    return Promise.resolve(`quick$${btoa(encodeURIComponent(password))}`);
  }

  override async matches(password: string, kept: string): Promise<boolean> {
    return await this.hash(password) === kept;
  }
}

// Names of files, stacks, statements, and the words that objects are printed with.
const inside =
  /\.ts\b|\bat \w+ \(|node:|file:|SELECT |INSERT |sqlite|\[object|undefined|NaN|Error\b/;

// Each may come once only.
const singular = ["content-type", "cache-control", "retry-after", "allow", "www-authenticate"];

export class Api {
  readonly store = new ScriptedStore("k3f9");
  readonly clock = new VirtualClock();
  readonly lines: string[] = [];
  readonly engine: Engine;
  readonly hub: Hub;
  readonly app: ReturnType<typeof createApp>;
  readonly #secrets = new Set<string>();
  readonly #streams: MemoryStream[] = [];
  #gone: (() => void)[] = [];
  #asked = 0;

  constructor({ settings, queueMax, passwords }: ApiOptions = {}) {
    const write = (line: string) => this.lines.push(line);
    startLog({ clock: this.clock, level: "debug", format: "json", write });
    const { store, clock } = this;
    const random = new SeededRandom(1);
    const hub = new Hub({ store, clock, head: 0 });
    const engine = new Engine({
      store,
      clock,
      publish(committed) {
        sessions.follow(committed.events);
        hub.publish(committed);
      },
      ...(queueMax !== undefined && { queueMax }),
    });
    const sessions = new Sessions({ store, engine, clock });
    this.hub = hub;
    this.engine = engine;
    this.app = createApp({
      store,
      engine,
      hub,
      sessions,
      passwords: passwords?.(random) ?? new QuickPasswords(random),
      loginGuard: new LoginGuard(clock),
      registrations: new Attempts(clock, registrationPolicy),
      faces: streamFaces(store.epoch),
      clock,
      random,
      settings: { recent: 20, registration: "open", ...settings },
      version: "1.2.3",
    });
  }

  /** Asks, and checks what every answer must be like. */
  async ask(ask: Ask): Promise<Answered> {
    this.#noteSecrets(ask);
    const [method = "", target = ""] = ask.ask.split(" ");
    const response = await this.app.handler(this.#request(method, target, ask));
    const answered = this.read(response);
    const [path = ""] = target.split("?");
    this.#check(method, path, answered);
    if (answered.json?.token !== undefined) this.#secrets.add(answered.json.token);
    return answered;
  }

  /** Asks for what must succeed. */
  async get(ask: Ask): Promise<Answered> {
    const answered = await this.ask(ask);
    assert(answered.status < 300, `${ask.ask}: ${answered.status} ${answered.text}`);
    return answered;
  }

  /** Registers a name and gives its token. */
  async connect(user: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    return (await this.get({ ask: "POST /connect", json: { user, ...more } })).json.token;
  }

  /** Sends a message and gives its id. */
  async send(token: string, text: string, more: Readonly<Record<string, unknown>> = {}): Promise<
    number
  > {
    return (await this.get({ ask: "POST /send", token, json: { text, ...more } })).json.id;
  }

  /** Opens a stream of events. */
  async listen(token: string, headers: Readonly<Record<string, string>> = {}, query = ""): Promise<
    MemoryStream
  > {
    const answered = await this.get({ ask: `GET /events${query}`, token, headers });
    const stream = answered.listen();
    await this.turn();
    return stream;
  }

  /** Lets everything happen that needs no time. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.clock.afterThisTurn(resolve));
  }

  /** The clients of all requests that still wait go away. */
  goAway(): void {
    for (const callback of this.#gone.splice(0)) callback();
  }

  /** What the log must not hold from now on. */
  keepSecret(secret: string): void {
    this.#secrets.add(secret);
  }

  /** Ends everything and looks through the log. */
  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.close();
    await this.hub.close();
    await this.engine.stop();
    stopLog();
    const log = this.lines.join("");
    for (const secret of this.#secrets) {
      assert(!log.includes(secret), `the log tells ${secret}`);
      assert(!log.includes(encodeURIComponent(secret)), `the log tells ${secret}, encoded`);
    }
  }

  read(response: Response): Answered {
    const { status, headers, body = "", stream } = response;
    const lines = FieldLines.from(headers);
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    const type = essence(lines.get("content-type") ?? "");
    const json = type.endsWith("json") && stream === undefined ? JSON.parse(text) : undefined;
    return {
      status,
      headers: lines,
      text,
      json,
      problem: type === "application/problem+json" ? json : undefined,
      listen: ({ closed = false } = {}) => {
        assert(stream !== undefined, "the answer is no stream");
        const opened = new MemoryStream();
        if (closed) opened.close();
        this.#streams.push(opened);
        stream(opened);
        return opened;
      },
    };
  }

  #request(method: string, target: string, ask: Ask): Request {
    const [path = "", query = ""] = target.split("?");
    const { form, json, token } = ask;
    const headers = Object.entries(ask.headers ?? {});
    const type = form !== undefined ? "application/x-www-form-urlencoded" : "application/json";
    const typed = headers.some(([name]) => name.toLowerCase() === "content-type");
    if (!typed && (form !== undefined || json !== undefined)) headers.push(["Content-Type", type]);
    if (token !== undefined) headers.push(["Authorization", `Bearer ${token}`]);
    const text = form ?? (json === undefined ? "" : JSON.stringify(json));
    const bytes = ask.bytes ?? new TextEncoder().encode(text);
    this.#asked += 1;
    // Bodies may be there already or come later; both happen all the time.
    const late = this.#asked % 2 === 0;
    return {
      method,
      path,
      query,
      headers: FieldLines.from(headers),
      remoteAddress: ask.address ?? "192.0.2.1",
      body: {
        declaredBytes: late ? undefined : bytes.length,
        bytes(limitBytes) {
          const tooLarge = bytes.length > limitBytes;
          if (late) {
            return tooLarge ? Promise.reject(new BodyTooLarge(limitBytes)) : Promise.resolve(bytes);
          }
          if (tooLarge) throw new BodyTooLarge(limitBytes);
          return bytes;
        },
        async *chunks() {
          yield await Promise.resolve(bytes);
        },
      },
      onGone: (callback) => {
        this.#gone.push(callback);
        return () => this.#gone = this.#gone.filter((other) => other !== callback);
      },
    };
  }

  #noteSecrets({ form, json, token }: Ask): void {
    if (token !== undefined) this.#secrets.add(token);
    const fields = form !== undefined
      ? Object.fromEntries(new URLSearchParams(form))
      : json as Record<string, unknown> | undefined;
    for (const name of ["text", "password"]) {
      const value = fields?.[name];
      // What is too short is in every log by chance.
      if (typeof value === "string" && value.length >= 6) this.#secrets.add(value);
    }
  }

  #check(method: string, path: string, answered: Answered): void {
    const { status, headers, json, problem, text } = answered;
    for (const name of singular) {
      assert(headers.getAll(name).length <= 1, `${name} comes twice at ${method} ${path}`);
    }
    const route = findRoute(method, path);
    if (status >= 400) {
      assert(problem !== undefined, `${method} ${path}: ${status} is a problem`);
      checkProblem(status, problem, headers);
      assert(!inside.test(text), `${method} ${path} shows the inside: ${text}`);
      return;
    }
    if (route.kind !== "operation") {
      assertEquals([method, status], ["OPTIONS", 204]);
      return;
    }
    const { operation } = route;
    assert(operation.statuses.includes(status), `${method} ${path} may not answer ${status}`);
    if (status !== 204) assertEquals(headers.get("cache-control"), "no-store");
    if (json === undefined) return;
    const parsed = operation.answer?.safeParse(json);
    assertEquals(parsed?.data, json, `${method} ${path}: ${text} ${parsed?.error}`);
  }
}

function checkProblem(status: number, problem: Problem, headers: FieldLines): void {
  assertEquals(problemSchema.parse(problem), problem);
  const kind = Object.entries(problemKinds).find(([code]) => code === problem.code);
  assert(kind !== undefined, `${problem.code} is no known code`);
  assertEquals(problem.status, status);
  assertEquals({ status, title: problem.title }, kind[1]);
  assertEquals(problem.type, `/docs#${problem.code}`);
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.has("www-authenticate"), status === 401);
  assertEquals(headers.has("retry-after"), status === 429 || status === 503);
  assertEquals(headers.has("allow"), status === 405);
  assertEquals(problem.errors !== undefined, problem.code === "invalid");
  assertEquals(problem.limit !== undefined, problem.code === "too_large");
  assertEquals(problem.request_id !== undefined, problem.code === "internal");
}

/** Runs `work` on an API of its own. */
export async function withApi(
  work: (api: Api) => Promise<void>,
  options: ApiOptions = {},
): Promise<void> {
  const api = new Api(options);
  let worked = false;
  try {
    await work(api);
    worked = true;
  } finally {
    // A failure of the work itself is the one to be told.
    if (worked) await api.stop();
    else await api.stop().catch(() => {});
  }
}

/** One row of a table: a request, and what must and must not come of it. */
export interface Scenario<Cast> {
  readonly does: string;
  readonly ask: Ask | ((cast: Cast) => Ask);
  readonly status: number;
  /** The code of the problem, exactly. */
  readonly code?: keyof typeof problemKinds;
  /** What a validation finds: field by field. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the body must hold. */
  readonly shows?: readonly string[];
  readonly mustNotShow?: readonly string[];
}

/** Runs a table, each row on an API of its own that `prepare` has set up. */
export async function runScenarios<Cast>(
  test: Deno.TestContext,
  prepare: (api: Api) => Promise<Cast>,
  scenarios: readonly Scenario<Cast>[],
  options: ApiOptions = {},
): Promise<void> {
  for (const scenario of scenarios) {
    await test.step(scenario.does, () =>
      withApi(async (api) => {
        const cast = await prepare(api);
        const { ask } = scenario;
        const answered = await api.ask(typeof ask === "function" ? ask(cast) : ask);
        checkScenario(scenario, answered);
      }, options));
  }
}

function checkScenario<Cast>(scenario: Scenario<Cast>, answered: Answered): void {
  const { status, text, problem, headers } = answered;
  assertEquals([status, problem?.code], [scenario.status, scenario.code], text);
  if (scenario.errors !== undefined) {
    const errors = (problem?.errors ?? []).map(({ field, message }) => [field, message]);
    assertEquals(Object.fromEntries(errors), scenario.errors);
  }
  for (const [name, value] of Object.entries(scenario.headers ?? {})) {
    assertEquals(headers.get(name), value, name);
  }
  for (const part of scenario.shows ?? []) assert(text.includes(part), `${part} not in ${text}`);
  for (const part of scenario.mustNotShow ?? []) assert(!text.includes(part), `${part} in ${text}`);
}

/** Every operation, with a path that fits its route. */
export const everyOperation = Object.values(operations).map(({ method, route, access }) => ({
  ask: `${method} ${route.replaceAll(/\{\w+\}/g, "1")}`,
  access,
}));
