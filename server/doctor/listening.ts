/**
 * Checks each place where the server is to listen: is it free, or who has it?
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import { type Endpoint, EndpointError, endpointText } from "../http/mod.ts";
import { isLocal, listenFailure } from "../listening.ts";
import { shellWord } from "../operator/shell_word.ts";
import {
  type Answer,
  answerMs,
  ask,
  dateOf,
  late,
  NoAnswer,
  type Place,
  problemOf,
} from "./ask.ts";
import { type Finding, roughTime } from "./finding.ts";
import type { Holder } from "./holder.ts";
import type { Visit } from "./visit.ts";

/** What our server tells of itself to whoever asks it on its own machine. */
export interface ServerFacts {
  /** Absent if it does not tell. */
  readonly version?: string;
  readonly uptimeMs?: number;
  readonly connections?: number;
  readonly isWritable?: boolean;
  readonly linesDropped?: number;
  /** Why it is not ready, in its own words; absent: it is. */
  readonly unready?: string;
  /** SHA-256 of the certificate it shows. */
  readonly fingerprint?: string;
}

/** Who has a place. */
export type Occupant =
  | { readonly kind: "nobody" }
  /** Nobody, and what the system says to who wants it. */
  | { readonly kind: "closed"; readonly failure: EndpointError }
  /** A Unix socket that a server has left behind when it was killed. */
  | { readonly kind: "left" }
  | { readonly kind: "stranger"; readonly what: string }
  /** Someone who takes connections, and says nothing. */
  | { readonly kind: "silent" }
  | { readonly kind: "chat"; readonly server: ServerFacts };

/** What a place is judged by beside its occupant. */
export interface Surroundings {
  readonly db: string;
  readonly holder: Holder;
  readonly connectionsMax: number;
  readonly isSecure: boolean;
  readonly hasProxies: boolean;
  /** SHA-256 of the certificate in the files; absent: there are none that can be read. */
  readonly fingerprint?: string;
}

/** With so much of what is permitted in use, the next ones are soon refused. */
export const connectionsHighShare = 0.9;

/** Ports below this one are for those who are permitted. */
const unprivilegedFrom = 1024;

export async function checkListening(visit: Visit): Promise<readonly Finding[]> {
  const { config, endpoints, tlsFiles, holder } = visit;
  const fingerprint = fingerprintIn(tlsFiles?.cert);
  const surroundings: Surroundings = {
    db: config.db,
    holder,
    connectionsMax: config["max-connections"],
    isSecure: tlsFiles !== undefined,
    hasProxies: config["trusted-proxy"].length > 0,
    ...(fingerprint !== undefined && { fingerprint }),
  };
  const findings: Finding[] = [];
  for (const endpoint of endpoints) {
    const occupant = await occupantOf(endpoint, visit);
    findings.push(...judgeEndpoint(endpoint, occupant, surroundings));
  }
  return findings;
}

/** What is wrong with the file is told where certificates are checked. */
function fingerprintIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return new X509Certificate(Deno.readTextFileSync(file)).fingerprint256;
  } catch (failure) {
    if (failure instanceof Error) return undefined;
    throw failure;
  }
}

/** Where a program of this machine reaches what listens at `endpoint`. */
export function placeOf(endpoint: Endpoint, secure: boolean): Place {
  if ("path" in endpoint) return endpoint;
  const { hostname, port } = endpoint;
  const own = { "0.0.0.0": "127.0.0.1", "::": "::1" }[hostname];
  return { hostname: own ?? hostname, port, secure };
}

async function occupantOf(endpoint: Endpoint, visit: Visit): Promise<Occupant> {
  if ("path" in endpoint) {
    const found = await socketAt(endpoint.path);
    if (found !== undefined) return found;
  } else {
    if (endpoint.port === 0) return { kind: "nobody" };
    try {
      Deno.listen(endpoint).close();
      return { kind: "nobody" };
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      if (!(cause instanceof Deno.errors.AddrInUse)) {
        return { kind: "closed", failure: new EndpointError(endpoint, cause) };
      }
    }
  }
  return await introduced(placeOf(endpoint, visit.tlsFiles !== undefined), visit);
}

/** Who has the socket at `path`; `undefined`: someone who answers. */
async function socketAt(path: string): Promise<Occupant | undefined> {
  try {
    const { isSocket } = await Deno.lstat(path);
    if (!isSocket) return { kind: "stranger", what: "a file that is no socket" };
    const conn = await Deno.connect({ transport: "unix", path });
    conn.close();
    return undefined;
  } catch (cause) {
    if (cause instanceof Deno.errors.ConnectionRefused) return { kind: "left" };
    if (!(cause instanceof Deno.errors.NotFound)) {
      return { kind: "closed", failure: new EndpointError({ path }, cause) };
    }
  }
  const [folder] = /^.*\//.exec(path) ?? ["."];
  try {
    await Deno.stat(folder);
    return { kind: "nobody" };
  } catch (cause) {
    return { kind: "closed", failure: new EndpointError({ path }, cause) };
  }
}

/** By this name our server always answers, wherever it listens. */
const ownHost = { host: "localhost" };

/** What is at `place` tells of itself. */
async function introduced(place: Place, { clock, foreignTimes }: Visit): Promise<Occupant> {
  try {
    const askedMs = clock.now();
    const health = await ask(place, { target: "/readyz", headers: ownHost }, clock);
    const ready = problemOf(health);
    const theirMs = dateOf(health);
    if (theirMs !== undefined) {
      foreignTimes.push({ where: "the server", theirMs, askedMs, answeredMs: clock.now() });
    }
    const isReady = health.status === 200 && health.text === '{"status":"ready"}';
    if (!isReady && ready === undefined) return { kind: "stranger", what: wordsFor(health) };
    if (ready?.code === "malformed") return { kind: "stranger", what: ready.detail };
    return {
      kind: "chat",
      server: {
        ...await countsOf(place, clock),
        ...(ready !== undefined && { unready: ready.detail }),
        ...(health.certificate !== undefined && { fingerprint: health.certificate.fingerprint }),
      },
    };
  } catch (failure) {
    if (!(failure instanceof NoAnswer)) throw failure;
    if (failure.code === late) return { kind: "silent" };
    return { kind: "stranger", what: `something that does not answer as chat: ${failure.message}` };
  }
}

function wordsFor({ status, headers }: Answer): string {
  const server = headers["server"];
  return `another HTTP server${
    server === undefined ? "" : ` (${server})`
  }, which answers ${status}`;
}

/** What it has counted since it was started. */
async function countsOf(place: Place, clock: Clock): Promise<ServerFacts> {
  const { status, text } = await ask(place, { target: "/metrics", headers: ownHost }, clock);
  return status === 200 ? readCounts(text) : {};
}

/** Reads what is of use here of a page of metrics. */
export function readCounts(text: string): ServerFacts {
  const [, version] = /^chat_build_info\{version="([^"]{1,64})"\} 1$/m.exec(text) ?? [];
  const number = (name: string) => {
    const [, value] = new RegExp(`^${name} ([\\d.e+]+)$`, "m").exec(text) ?? [];
    return value === undefined ? undefined : Number(value);
  };
  const uptimeS = number("chat_uptime_seconds");
  const connections = number("chat_connections");
  const writable = number("chat_store_writable");
  const linesDropped = number("chat_log_lines_dropped_total");
  return {
    ...(version !== undefined && { version }),
    ...(uptimeS !== undefined && { uptimeMs: uptimeS * 1000 }),
    ...(connections !== undefined && { connections }),
    ...(writable !== undefined && { isWritable: writable === 1 }),
    ...(linesDropped !== undefined && { linesDropped }),
  };
}

export function judgeEndpoint(
  endpoint: Endpoint,
  occupant: Occupant,
  surroundings: Surroundings,
): readonly Finding[] {
  const looked = endpointText(endpoint);
  const place = judgeOccupant(endpoint, occupant, surroundings);
  if (isLocal(endpoint) || surroundings.isSecure || surroundings.hasProxies) return place;
  return [...place, {
    verdict: "warning",
    looked,
    found: "others on the network can read what goes by: it is not encrypted",
    advice: "--tls-cert and --tls-key, or a proxy that speaks TLS, with --trusted-proxy",
  }];
}

function judgeOccupant(
  endpoint: Endpoint,
  occupant: Occupant,
  surroundings: Surroundings,
): readonly Finding[] {
  const looked = endpointText(endpoint);
  const { holder, db } = surroundings;
  switch (occupant.kind) {
    case "nobody": {
      if (holder.kind !== "server") return [{ verdict: "ok", looked, found: "it is free" }];
      return [{
        verdict: "warning",
        looked,
        found: `nobody listens here, but a server uses ${db}: it listens elsewhere, or hangs`,
        advice: "give doctor the options that the server was started with",
      }];
    }
    case "left":
      return [{
        verdict: "ok",
        looked,
        found: "a socket that a killed server has left; chat serve takes its place",
      }];
    case "closed":
      return [{
        verdict: "failed",
        looked,
        found: `it can't be listened on${reasonIn(occupant.failure)}`,
        advice: adviceFor(endpoint, occupant.failure),
      }];
    case "silent":
      return [judgeSilence(endpoint, surroundings)];
    case "stranger":
      return [judgeStranger(endpoint, occupant.what)];
    case "chat":
      return judgeServer(looked, occupant.server, surroundings);
  }
}

function judgeStranger(endpoint: Endpoint, what: string): Finding {
  return {
    verdict: "failed",
    looked: endpointText(endpoint),
    found: `it is taken by ${what}`,
    advice: "path" in endpoint
      ? `ls -l ${shellWord(endpoint.path)}, or choose another with --listen`
      : `ss -ltnp 'sport = :${endpoint.port}' tells which; or choose another port`,
  };
}

/** What takes connections and says nothing is most likely the server, if there is one. */
function judgeSilence(endpoint: Endpoint, { holder, db }: Surroundings): Finding {
  const within = `within ${answerMs / 1000} s`;
  if (holder.kind !== "server") {
    return judgeStranger(endpoint, `something that does not answer ${within}`);
  }
  const { process = "PID" } = holder;
  return {
    verdict: "failed",
    looked: endpointText(endpoint),
    found: `the server that uses ${db} has not answered ${within}: it hangs, or its disk does`,
    advice: `kill -CONT ${process} if it was stopped; see its log, and dmesg for the disk; then ` +
      `kill -KILL ${process} and start it anew: what was acknowledged stays`,
  };
}

/** Why it can't, without where, which is told before it. */
function reasonIn(failure: EndpointError): string {
  return listenFailure(failure).slice(failure.message.length);
}

function adviceFor(endpoint: Endpoint, { cause }: EndpointError): string {
  if ("path" in endpoint) return "name another folder with --listen, or make this one";
  const { PermissionDenied, AddrNotAvailable } = Deno.errors;
  if (cause instanceof PermissionDenied && endpoint.port < unprivilegedFrom) {
    return "a port from 1024 on; or AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit; " +
      'or as root: setcap cap_net_bind_service=+ep "$(command -v chat)"';
  }
  if (cause instanceof AddrNotAvailable) return "ip address tells which ones there are";
  return "choose another with --host or --listen";
}

function judgeServer(
  looked: string,
  server: ServerFacts,
  { db, holder, connectionsMax, fingerprint }: Surroundings,
): readonly Finding[] {
  const { version, uptimeMs, connections, unready, isWritable, linesDropped = 0 } = server;
  const findings: Finding[] = [];
  const add = (finding: Omit<Finding, "looked">) => findings.push({ looked, ...finding });
  const words = [
    `a chat server${version === undefined ? "" : ` ${version}`} answers`,
    ...(uptimeMs === undefined ? [] : [`up for ${roughTime(uptimeMs)}`]),
    ...(connections === undefined ? [] : [`${connections} of ${connectionsMax} connections`]),
  ].join(", ");
  if (holder.kind === "nobody") {
    add({
      verdict: "failed",
      found: `${words}, but not with ${db}, which nobody uses`,
      advice: "stop that server, or choose another port; or name its database with --db",
    });
    return findings;
  }
  add({ verdict: "ok", found: words });
  if (isWritable === false) {
    add({
      verdict: "failed",
      found: "the server can't save any more",
      advice: "see what is said of the disk and the database; it goes on by itself when it can",
    });
  } else if (unready !== undefined) {
    add({
      verdict: "failed",
      found: `it is not ready: ${unready}`,
      advice: "see the server's log",
    });
  }
  if (connections !== undefined && connections >= connectionsMax * connectionsHighShare) {
    add({
      verdict: "warning",
      found: `${connections} of ${connectionsMax} connections are in use, and more are refused`,
      advice: "raise --max-connections, and ulimit -n with it",
    });
  }
  if (linesDropped > 0) {
    add({
      verdict: "warning",
      found: `${linesDropped} lines of its log could not be written`,
      advice: "see whether what reads its standard error still does",
    });
  }
  const shown = server.fingerprint;
  if (shown !== undefined && fingerprint !== undefined && shown !== fingerprint) {
    const process = holder.kind === "server" ? holder.process : undefined;
    add({
      verdict: "warning",
      found: "it shows another certificate than the one in --tls-cert, which it has not read anew",
      advice: `kill -HUP ${process ?? "PID"}`,
    });
  }
  return findings;
}
