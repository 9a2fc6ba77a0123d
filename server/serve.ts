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
import { version } from "../lib/version.ts";
import { createApp } from "./api/app.ts";
import { Attempts } from "./api/attempts.ts";
import { registrationPolicy } from "./api/connect.ts";
import { streamFaces } from "./api/event_formats.ts";
import { LoginGuard } from "./api/login_guard.ts";
import { Passwords } from "./api/passwords.ts";
import { Sessions } from "./api/sessions.ts";
import { Clockwork } from "./chat/clockwork.ts";
import { Engine } from "./chat/engine.ts";
import { Hub } from "./chat/hub.ts";
import { policyOf, type ServeConfig, serveOptions } from "./config.ts";
import { defaultHttpLimits, listen } from "./http/mod.ts";
import { LogOutput } from "./log_output.ts";
import { openSqliteStore } from "./store/sqlite/store.ts";
import { StoreFailure } from "./store/store.ts";

/** How long what runs may still take when the server is told to stop. */
const stopGraceMs = 3000;

/** Signals that come within this time of the first are taken for the same press of Ctrl-C. */
const onePressMs = 1000;

/** The outside world of a server. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
}

/** A server at work. */
export interface RunningServer {
  /** Where it answers, as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no more, says goodbye to the streams, finishes what runs, and closes. */
  stop(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @throws {UsageError} if the options contradict each other.
 * @throws {StoreFailure} if the database can't be opened.
 * @throws {Deno.errors.AddrInUse} and its like if the address can't be listened on.
 */
export async function startServer(config: ServeConfig, world: World): Promise<RunningServer> {
  const { clock, random } = world;
  const policy = policyOf(config);
  const store = openSqliteStore({ path: config.db, durability: config.durability, random });
  const hub = new Hub({ store, clock, policy, head: await store.head() });
  const engine = new Engine({
    store,
    clock,
    policy,
    publish(committed) {
      sessions.follow(committed.events);
      clockwork.follow(committed.events);
      hub.publish(committed);
    },
  });
  const sessions = new Sessions({ store, engine, clock });
  const clockwork = new Clockwork({ store, engine, hub, clock, policy });
  const app = createApp({
    store,
    engine,
    hub,
    sessions,
    passwords: new Passwords(random),
    loginGuard: new LoginGuard(clock),
    registrations: new Attempts(clock, registrationPolicy),
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
  });
  const log = logFor("server");
  // What fell due while nobody was there to send it goes before anything that is said now.
  await clockwork.start();
  let listener;
  try {
    listener = listen({
      hostname: config.host,
      port: config.port,
      limits: {
        ...defaultHttpLimits,
        headerTimeoutMs: config["header-timeout"],
        bodyTimeoutMs: config["body-timeout"],
        idleTimeoutMs: config["idle-timeout"],
        connectionsMax: config["max-connections"],
      },
      clock,
      handler: app.handler,
      onProtocolError: app.onProtocolError,
      onFault: (what, cause) =>
        log.warning("A fault of the network", { what, cause: String(cause) }),
    });
  } catch (failure) {
    await clockwork.stop();
    await engine.stop();
    await store.close();
    throw failure;
  }
  const { hostname, port } = listener.address;
  const url = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  log.info("chat is listening", { url, db: config.db, version });

  return {
    url,
    async stop() {
      log.info("chat is stopping");
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
    ["CHAT_PORT=9000 chat serve", "each option is also a variable"],
  ],

  async run({ args, environment }) {
    const { values: config, rest } = readOptions(serveOptions, args, environment);
    if (rest.length > 0) throw new UsageError(`Unexpected argument ${JSON.stringify(rest[0])}`);
    const output = new LogOutput(systemClock);
    startLog({
      clock: systemClock,
      level: config["log-level"],
      format: config["log-format"] === "auto"
        ? Deno.stderr.isTerminal() ? "pretty" : "json"
        : config["log-format"],
      write: output.write,
    });
    try {
      const told = toldToStop();
      const server = await startServer(config, { clock: systemClock, random: systemRandom });
      await told;
      await server.stop();
      return exitCodes.ok;
    } catch (failure) {
      const why = startFailure(config, failure);
      if (why === undefined) throw failure;
      logFor("server").error(why);
      return exitCodes.failed;
    } finally {
      stopLog();
      output.flush();
    }
  },
};

/**
 * Resolves when the system asks the program to end; when it is asked again later, it ends at once.
 *
 * A `deno task` or `npx` in between passes on the Ctrl-C that the terminal has sent to all of them,
 * so one press may come several times.
 */
function toldToStop(): Promise<void> {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    let toldMs = Infinity;
    for (const signal of signals) {
      Deno.addSignalListener(signal, () => {
        const nowMs = systemClock.monotonic();
        if (nowMs - toldMs > onePressMs) Deno.exit(exitCodes.interrupted);
        toldMs = Math.min(toldMs, nowMs);
        resolve();
      });
    }
  });
}

/** Why the server could not start, for the operator; `undefined` if it is a fault of ours. */
function startFailure({ host, port }: ServeConfig, failure: unknown): string | undefined {
  if (failure instanceof StoreFailure) return failure.message;
  const place = `Cannot listen on ${host}:${port}`;
  if (failure instanceof Deno.errors.AddrInUse) {
    return `${place}: something else listens there; choose another with --port`;
  }
  if (failure instanceof Deno.errors.PermissionDenied) return `${place}: it is not permitted`;
  if (failure instanceof Deno.errors.AddrNotAvailable) {
    return `${place}: this machine has no such address`;
  }
  return undefined;
}
