/**
 * The server: opens everything in order, runs until told to stop, closes in reverse.
 *
 * @module
 */
import { type Clock, systemClock } from "../lib/clock.ts";
import { type CommandLine, exitCodes } from "../lib/command_line.ts";
import { logFor, startLog, stopLog } from "../lib/log.ts";
import { readOptions, UsageError } from "../lib/options.ts";
import { type Random, systemRandom } from "../lib/random.ts";
import { isLoopback } from "../lib/text/addresses.ts";
import { version } from "../lib/version.ts";
import { createApp } from "./api/app.ts";
import { streamFaces } from "./api/event_formats.ts";
import { Front } from "./api/front/front.ts";
import { LoginGuard } from "./api/login_guard.ts";
import { networkOf } from "./api/network.ts";
import { buildCommand, type PageContents } from "./api/page.ts";
import { Passwords } from "./api/passwords.ts";
import { Readiness } from "./api/readiness.ts";
import { Registrations } from "./api/registrations.ts";
import { Sessions } from "./api/sessions.ts";
import { Clockwork } from "./chat/clockwork.ts";
import { Engine } from "./chat/engine.ts";
import { Hub } from "./chat/hub.ts";
import { policyOf, type ServeConfig, serveOptions } from "./config.ts";
import { firstOwnerLines, needsFirstOwner } from "./first_owner.ts";
import {
  clearStaleSocket,
  defaultHttpLimits,
  type Endpoint,
  EndpointError,
  type HttpListener,
  listen,
  TlsKeyPairError,
} from "./http/mod.ts";
import { endpointsOf, isLocal, listenFailure, urlsOf } from "./listening.ts";
import { LogOutput } from "./log_output.ts";
import { LoopLag } from "./metrics/loop_lag.ts";
import { measuredStore } from "./metrics/measured_store.ts";
import { Measures } from "./metrics/measures.ts";
import { Metrics } from "./metrics/metrics.ts";
import { openFiles } from "./metrics/process_facts.ts";
import { pageFolder, readPageFiles } from "./page_files.ts";
import { toldToStop } from "./signals.ts";
import { openSqliteStore } from "./store/sqlite/store.ts";
import { StoreFailure } from "./store/store.ts";
import { keyPairFailure, readTlsFiles, TlsFilesError, tlsFilesOf } from "./tls_files.ts";
import { runtimeTracer } from "./tracing/runtime_tracer.ts";
import type { Tracer } from "./tracing/tracer.ts";

/** How long what runs may still take when the server is told to stop. */
const stopGraceMs = 3000;

/** The outside world of a server. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  /** Where the lines of its log go, if they may be dropped on the way. */
  readonly log?: { readonly droppedLines: number };
  /** Takes a line for the operator alone, which holds a secret and so is none of the log. */
  readonly tell?: (line: string) => void;
  /** Absent where nobody collects traces. */
  readonly tracer?: Tracer | undefined;
}

/** A server at work. */
export interface RunningServer {
  /** Where it answers, as `http://127.0.0.1:8000`; `unix:FILE` if by no address. */
  readonly url: string;
  /** Reads its certificate anew; if it can't be used, the one before stays. */
  reload(): void;
  /** Takes no more, says goodbye to the streams, finishes what runs, and closes. */
  stop(): Promise<void>;
}

/**
 * Starts a server that listens at all of `endpoints`.
 *
 * @throws {UsageError} if the options contradict each other.
 * @throws {StoreFailure} if the database can't be opened.
 * @throws {TlsFilesError} if the certificate can't be used.
 * @throws {EndpointError} if one of the endpoints can't be listened on.
 */
export async function startServer(
  config: ServeConfig,
  endpoints: readonly Endpoint[],
  world: World,
): Promise<RunningServer> {
  const { clock, random, tracer } = world;
  const policy = policyOf(config);
  const tlsFiles = tlsFilesOf(config);
  const tls = tlsFiles && readTlsFiles(tlsFiles);
  const measures = new Measures();
  const file = openSqliteStore({ path: config.db, durability: config.durability, random });
  const store = measuredStore(file, measures, clock);
  const head = await store.head();
  const hub = new Hub({ store, clock, policy, head });
  const engine = new Engine({
    store,
    clock,
    policy,
    measures,
    tracer,
    publish(committed) {
      sessions.follow(committed);
      clockwork.follow(committed.events);
      hub.publish(committed);
    },
  });
  engine.follow(head);
  const sessions = new Sessions({ store, engine, clock });
  const clockwork = new Clockwork({ store, engine, hub, clock, policy, measures });
  const front = new Front({
    trustedProxies: config["trusted-proxy"],
    allowedHosts: config["allowed-host"],
    corsOrigins: config["cors-origin"],
  });
  const readiness = new Readiness({ engine, clock });
  const startedMs = clock.monotonic();
  const metrics = new Metrics(measures, {
    version,
    startedMs: clock.now(),
    uptimeMs: () => clock.monotonic() - startedMs,
    connections: () => listener?.connections ?? 0,
    usersOnline: () => hub.onlineCount,
    waitingCommands: () => engine.waitingCount,
    isStoreWritable: () => engine.canSave,
    logLinesDropped: () => world.log?.droppedLines ?? 0,
    memory: () => Deno.memoryUsage(),
    openFiles,
  }, clock);
  const registrations = new Registrations({ clock, mode: config.registration });
  const app = createApp({
    front,
    store,
    engine,
    hub,
    sessions,
    passwords: new Passwords(random),
    loginGuard: new LoginGuard(clock),
    registrations,
    faces: streamFaces(store.epoch),
    clock,
    random,
    settings: {
      recent: config.recent,
      registration: config.registration,
      fileBytesMax: config["max-file"],
      policy,
    },
    version,
    page: readPage(),
    readiness,
    measures,
    tracer,
    metricsPage: () => metrics.page(),
  });
  const log = logFor("server");
  // What fell due while nobody was there to send it goes before anything that is said now.
  await clockwork.start();
  const users = await store.countUsers();
  let listener: HttpListener | undefined;
  try {
    for (const endpoint of endpoints) if ("path" in endpoint) await clearStaleSocket(endpoint);
    listener = listen({
      endpoints,
      ...tls && { tls },
      limits: {
        ...defaultHttpLimits,
        headerTimeoutMs: config["header-timeout"],
        bodyTimeoutMs: config["body-timeout"],
        idleTimeoutMs: config["idle-timeout"],
        connectionsMax: config["max-connections"],
        connectionsPerAddressMax: config["max-connections-per-address"],
      },
      // Whoever comes from this machine may be a proxy, and so be many.
      networkOf: (address) =>
        isLoopback(address) || front.isProxy(address) ? undefined : networkOf(address),
      clock,
      handler: app.handler,
      onProtocolError: app.onProtocolError,
      // Without its stack: to read that, Deno opens files, and dies of it where no more can be opened.
      onFault: (what, cause) =>
        log.error("Cannot serve a connection", { task: what, failure: String(cause) }),
      onHandshakeFailure: (cause, { address }) =>
        log.debug("A peer has not come in by TLS", { address, failure: String(cause) }),
      onSlowReader: () => measures.slowReaders += 1,
    });
  } catch (failure) {
    await clockwork.stop();
    await engine.stop();
    await store.close();
    throw tlsFiles && failure instanceof TlsKeyPairError
      ? keyPairFailure(tlsFiles, failure)
      : failure;
  }
  const { addresses } = listener;
  const isClosedToOthers = addresses.every(isLocal);
  if (!isClosedToOthers) front.openToOthers();
  const loopLag = new LoopLag(clock, measures);
  const [url = "", ...others] = urlsOf(addresses, { secure: tls !== undefined });
  const also = others.length > 0 ? others.join(" ") : undefined;
  const traces = tracer !== undefined;
  log.info("chat is listening", { url, also, db: config.db, version, traces });
  const { registration } = config;
  if (needsFirstOwner({ users, isLocal: isClosedToOthers, registration })) {
    const code = registrations.drawOwnerCode(random);
    for (const line of firstOwnerLines(url, code, config["allowed-host"])) world.tell?.(line);
  }

  return {
    url,
    reload() {
      if (tlsFiles === undefined) {
        log.info("There is no certificate to be read anew");
        return;
      }
      try {
        listener.renewTls(readTlsFiles(tlsFiles));
        log.info("The certificate has been read anew", { cert: tlsFiles.cert });
      } catch (failure) {
        const why = failure instanceof TlsKeyPairError
          ? keyPairFailure(tlsFiles, failure)
          : failure;
        if (!(why instanceof TlsFilesError)) throw why;
        log.error("The certificate before stays", { why: why.message });
      }
    },
    async stop() {
      log.info("chat is stopping");
      readiness.end();
      const delayMs = config["stop-delay"];
      if (delayMs > 0) await new Promise<void>((resolve) => clock.setTimer(delayMs, resolve));
      loopLag.stop();
      app.close();
      const drained = listener.stop({ graceMs: stopGraceMs });
      await hub.close();
      await drained;
      await clockwork.stop();
      await engine.stop();
      await store.close();
      log.info("chat has stopped");
    },
  };
}

/** `chat serve`. */
export const serveCommand: CommandLine = {
  usage: "serve [--port PORT] [--db FILE]",
  summary: "Run the server",
  options: serveOptions,
  examples: [
    ["chat serve", "on 127.0.0.1:8000, keeping everything in ./chat.db"],
    ["chat serve --host 0.0.0.0 --port 80 --db /var/lib/chat.db", "for others on the network"],
    ["chat serve --listen 127.0.0.1:8000 --listen unix:/run/chat.sock", "at several places"],
    ["CHAT_PORT=9000 chat serve", "each option is also a variable"],
  ],

  async run({ args, environment }) {
    const { values: config, sources, rest } = readOptions(serveOptions, args, environment);
    if (rest.length > 0) throw new UsageError(`Unexpected argument ${JSON.stringify(rest[0])}`);
    const endpoints = endpointsOf(config, sources);
    const output = new LogOutput(systemClock);
    startLog({
      clock: systemClock,
      level: config["log-level"],
      format: config["log-format"] === "auto"
        ? Deno.stderr.isTerminal() ? "pretty" : "json"
        : config["log-format"],
      write: output.write,
    });
    let exitCode: number = exitCodes.failed;
    try {
      const world: World = {
        clock: systemClock,
        random: systemRandom,
        log: output,
        tell: (line) => output.write(`${line}\n`),
        tracer: runtimeTracer(),
      };
      let server: RunningServer | undefined = undefined;
      const told = toldToStop({ reload: () => server?.reload() });
      server = await startServer(config, endpoints, world);
      await told;
      await server.stop();
      exitCode = exitCodes.ok;
    } catch (failure) {
      const why = startFailure(failure);
      if (why === undefined) throw failure;
      logFor("server").error("Cannot start", { why });
    } finally {
      stopLog();
      // The program would not end by itself while it waits for one who does not read the log.
      if (!await output.end()) Deno.exit(exitCode);
    }
    return exitCode;
  },
};

/** The page, if there is one that can be read; the server is of use without it. */
function readPage(): PageContents | undefined {
  const log = logFor("server");
  try {
    const page = readPageFiles(pageFolder);
    if (page === undefined) log.warning("There is no page for browsers", { build: buildCommand });
    return page;
  } catch (failure) {
    log.error("The page for browsers can't be read", { why: String(failure) });
    return undefined;
  }
}

/** Why the server could not start, for the operator; `undefined` if it is a fault of ours. */
function startFailure(failure: unknown): string | undefined {
  if (failure instanceof StoreFailure || failure instanceof TlsFilesError) return failure.message;
  if (failure instanceof EndpointError) return listenFailure(failure);
  return undefined;
}
