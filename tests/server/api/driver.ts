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
import type { Problem, problemKinds } from "../../../lib/api/problems.ts";
import { defaultPolicy, type Policy } from "../../../lib/domain/policy.ts";
import { startLog, stopLog } from "../../../lib/log.ts";
import { createApp } from "../../../server/api/app.ts";
import { LoginGuard } from "../../../server/api/login_guard.ts";
import type { ApiSettings } from "../../../server/api/call.ts";
import { streamFaces } from "../../../server/api/event_formats.ts";
import { Front, type FrontSettings } from "../../../server/api/front/front.ts";
import { essence } from "../../../server/api/media_type.ts";
import { Passwords } from "../../../server/api/passwords.ts";
import { Readiness } from "../../../server/api/readiness.ts";
import { Registrations } from "../../../server/api/registrations.ts";
import { secretKeyCharactersMin } from "../../../server/api/secrets.ts";
import { Sessions } from "../../../server/api/sessions.ts";
import { Clockwork } from "../../../server/chat/clockwork.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { Hub } from "../../../server/chat/hub.ts";
import { FieldLines, type Request, type Response } from "../../../server/http/mod.ts";
import { measuredStore } from "../../../server/metrics/measured_store.ts";
import { Measures } from "../../../server/metrics/measures.ts";
import { Metrics } from "../../../server/metrics/metrics.ts";
import { ScriptedStore } from "../../support/scripted_store.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { checkAnswer } from "./answer_checks.ts";
import { FakeBody, MemoryStream } from "./bodies.ts";
import { samplePage } from "./sample_page.ts";

export type { MemoryStream } from "./bodies.ts";

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
  readonly body?: FakeBody;
  /** Where it comes from. */
  readonly address?: string;
  /** Whether it comes by TLS. */
  readonly secure?: boolean;
  /** The scheme of its target, if that is a URL. */
  readonly scheme?: "http" | "https";
  /** For which host and port; `null` for none, as HTTP/1.0 allows it. */
  readonly authority?: string | null;
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
  listen(options?: { readonly closed?: boolean; readonly slow?: boolean }): MemoryStream;
  /** Opens the stream that it is, of a known length, and takes all of it. */
  download(): Promise<Uint8Array>;
}

export interface ApiOptions {
  readonly settings?: Partial<Omit<ApiSettings, "policy">>;
  readonly policy?: Partial<Policy>;
  readonly front?: Partial<FrontSettings>;
  /** Only the machine itself would reach the server. */
  readonly localOnly?: boolean;
  readonly queueMax?: number;
  readonly passwords?: (random: SeededRandom) => Passwords;
  /** Nobody has built the page. */
  readonly unbuilt?: boolean;
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

export class Api {
  readonly store = new ScriptedStore("k3f9");
  readonly clock = new VirtualClock();
  readonly readiness: Readiness;
  readonly measures = new Measures();
  readonly lines: string[] = [];
  readonly engine: Engine;
  readonly hub: Hub;
  readonly clockwork: Clockwork;
  readonly registrations: Registrations;
  readonly app: ReturnType<typeof createApp>;
  readonly #secrets = new Set<string>();
  readonly #streams: MemoryStream[] = [];
  #gone: (() => void)[] = [];
  #asked = 0;

  constructor({ settings, policy: chosen, queueMax, passwords, ...more }: ApiOptions = {}) {
    const write = (line: string) => this.lines.push(line);
    startLog({ clock: this.clock, level: "debug", format: "json", write });
    const { clock, measures } = this;
    const store = measuredStore(this.store, measures, clock);
    const random = new SeededRandom(1);
    const policy = { ...defaultPolicy, ...chosen };
    const hub = new Hub({ store, clock, policy, head: 0 });
    const engine = new Engine({
      store,
      clock,
      policy,
      measures,
      publish(committed) {
        sessions.follow(committed);
        clockwork.follow(committed.events);
        hub.publish(committed);
      },
      ...(queueMax !== undefined && { queueMax }),
    });
    const sessions = new Sessions({ store, engine, clock });
    const clockwork = new Clockwork({ store, engine, hub, clock, policy, measures });
    this.hub = hub;
    this.engine = engine;
    this.clockwork = clockwork;
    const front = new Front({
      trustedProxies: [],
      allowedHosts: [],
      corsOrigins: [],
      ...more.front,
    });
    if (!more.localOnly) front.openToOthers();
    this.readiness = new Readiness({ engine, clock });
    const metrics = new Metrics(measures, {
      version: "1.2.3",
      startedMs: clock.now(),
      uptimeMs: () => clock.monotonic(),
      connections: () => 0,
      usersOnline: () => hub.onlineCount,
      waitingCommands: () => engine.waitingCount,
      isStoreWritable: () => engine.canSave,
      logLinesDropped: () => 0,
      memory: () => ({ rss: 3, heapUsed: 1, heapTotal: 2 }),
      openFiles: () => 4,
    }, clock);
    this.registrations = new Registrations({ clock, mode: settings?.registration ?? "open" });
    this.app = createApp({
      front,
      store,
      engine,
      hub,
      sessions,
      passwords: passwords?.(random) ?? new QuickPasswords(random),
      loginGuard: new LoginGuard(clock),
      registrations: this.registrations,
      faces: streamFaces(store.epoch),
      clock,
      random,
      settings: {
        recent: 20,
        registration: "open",
        fileBytesMax: 5 * 1024 ** 2,
        policy,
        ...settings,
      },
      version: "1.2.3",
      page: more.unbuilt ? undefined : samplePage,
      readiness: this.readiness,
      measures,
      metricsPage: () => metrics.page(),
    });
  }

  /** Asks, and checks what every answer must be like. */
  async ask(ask: Ask): Promise<Answered> {
    this.#noteSecrets(ask);
    const [method = "", target = ""] = ask.ask.split(" ");
    const response = await this.app.handler(this.#request(method, target, ask));
    const answered = this.read(response);
    const [path = ""] = target.split("?");
    checkAnswer(method, path, answered);
    if (answered.json?.token !== undefined) this.#secrets.add(answered.json.token);
    if (answered.json?.url !== undefined) this.#secrets.add(answered.json.code);
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

  /** Moves time on, and lets everything happen that falls due. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    for (let turns = 0; turns < 10; turns++) await this.turn();
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
    await this.clockwork.stop();
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
    const isText = stream === undefined && !lines.has("content-encoding");
    const json = type.endsWith("json") && isText ? JSON.parse(text) : undefined;
    return {
      status,
      headers: lines,
      text,
      json,
      problem: type === "application/problem+json" ? json : undefined,
      listen: (options) => this.#open(stream, lines, options),
      download: async () => {
        const opened = this.#open(stream, lines);
        await opened.ended;
        assert(!opened.cut, "the answer was cut");
        assertEquals(opened.length, Number(lines.get("content-length")));
        return opened.bytes;
      },
    };
  }

  #open(
    stream: Response["stream"],
    headers: FieldLines,
    { closed = false, slow = false }: { readonly closed?: boolean; readonly slow?: boolean } = {},
  ): MemoryStream {
    assert(stream !== undefined, "the answer is no stream");
    const length = headers.get("content-length");
    const promisedBytes = length === undefined ? undefined : Number(length);
    const opened = new MemoryStream({ promisedBytes, slow });
    if (closed) opened.close();
    this.#streams.push(opened);
    stream(opened);
    return opened;
  }

  #request(method: string, target: string, ask: Ask): Request {
    const [path = "", query = ""] = target.split("?");
    const { form, json, token } = ask;
    const headers = Object.entries(ask.headers ?? {});
    const type = form !== undefined ? "application/x-www-form-urlencoded" : "application/json";
    const typed = headers.some(([name]) => name.toLowerCase() === "content-type");
    if (!typed && (form !== undefined || json !== undefined)) headers.push(["Content-Type", type]);
    if (token !== undefined) headers.push(["Authorization", `Bearer ${token}`]);
    const { address = "192.0.2.1", secure = false, authority = "chat.test" } = ask;
    const text = form ?? (json === undefined ? "" : JSON.stringify(json));
    const bytes = ask.bytes ?? new TextEncoder().encode(text);
    this.#asked += 1;
    // Bodies may be there already or come later; both happen all the time.
    const late = this.#asked % 2 === 0;
    const none = [ask.form, ask.json, ask.bytes, ask.body].every((body) => body === undefined);
    const body = ask.body ?? new FakeBody(bytes, { chunked: late && !none, late });
    if (!none && body.declaredBytes !== undefined) {
      headers.push(["Content-Length", String(body.declaredBytes)]);
    }
    return {
      method,
      path,
      query,
      headers: FieldLines.from(headers),
      peer: { address, secure },
      scheme: ask.scheme,
      authority: authority ?? undefined,
      body,
      onGone: (callback) => {
        this.#gone.push(callback);
        return () => this.#gone = this.#gone.filter((other) => other !== callback);
      },
    };
  }

  #noteSecrets({ form, json, token, headers = {} }: Ask): void {
    if (token !== undefined) this.#secrets.add(token);
    const key = headers["Idempotency-Key"] ?? "";
    if (key.length >= secretKeyCharactersMin) this.#secrets.add(key);
    const fields = form !== undefined
      ? Object.fromEntries(new URLSearchParams(form))
      : json as Record<string, unknown> | undefined;
    for (const name of ["text", "password", "old_password", "code", "reason"]) {
      const value = fields?.[name];
      // What is too short is in every log by chance.
      if (typeof value === "string" && value.length >= 6) this.#secrets.add(value);
    }
  }
}

/** Runs `work` on an API of its own. */
export async function withApi(
  work: (api: Api) => Promise<void>,
  options: ApiOptions = {},
): Promise<void> {
  const api = new Api(options);
  let worked = false;
  try {
    await api.clockwork.start();
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
