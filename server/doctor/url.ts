/**
 * Checks the way in by the public address: does it lead here, through whatever stands in front?
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { dayMs } from "../../lib/domain/bounds.ts";
import { parseJson } from "../../lib/text/json.ts";
import { version } from "../../lib/version.ts";
import {
  type Answer,
  ask,
  dateOf,
  late,
  NoAnswer,
  type Place,
  problemOf,
  type Question,
} from "./ask.ts";
import { lifeLeftLowMs } from "./certificate.ts";
import type { Finding } from "./finding.ts";
import type { Visit } from "./visit.ts";

/** What came of a question. */
export type Outcome = Answer | NoAnswer;

/** What was asked of the public address; all but the first only of one that answers as chat. */
export interface WayIn {
  readonly url: string;
  readonly health: Outcome;
  readonly ready?: Outcome;
  readonly document?: Outcome;
  /** `/events` without a token: whether its path comes through. */
  readonly events?: Outcome;
  /** A write without a token by a page of that address: whether it is taken for one of ours. */
  readonly page?: Outcome;
}

/** Reads the origin of a URL; `undefined` if it is none of HTTP, or more than that. */
export function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  const fits = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.password === "" && url.pathname === "/" && url.search === "" && url.hash === "";
  return fits ? url.origin : undefined;
}

/** Where to ask for what is at an origin, and by which name. */
export function placeAt(origin: string): { readonly place: Place; readonly host: string } {
  const { protocol, hostname, port, host } = new URL(origin);
  const secure = protocol === "https:";
  const usual = secure ? 443 : 80;
  const bare = hostname.replace(/^\[|\]$/g, "");
  return { place: { hostname: bare, port: port === "" ? usual : Number(port), secure }, host };
}

export async function checkUrl(visit: Visit): Promise<readonly Finding[]> {
  const { url, clock, endpoints, config, foreignTimes } = visit;
  if (url === undefined) return [];
  const { place, host } = placeAt(url);
  const put = (question: Question) => outcomeOf(place, withHost(question, host), clock);
  const askedMs = clock.now();
  const health = await put({ target: "/healthz" });
  const theirMs = health instanceof NoAnswer ? undefined : dateOf(health);
  if (theirMs !== undefined) {
    foreignTimes.push({ where: url, theirMs, askedMs, answeredMs: clock.now() });
  }
  const way: WayIn = isHealthy(health)
    ? {
      url,
      health,
      ready: await put({ target: "/readyz" }),
      document: await put({ target: "/openapi.json" }),
      events: await put({ target: "/events" }),
      page: await put({ method: "POST", target: "/disconnect", headers: { origin: url } }),
    }
    : { url, health };
  const isProxied = "port" in place &&
    !endpoints.some((endpoint) => "port" in endpoint && endpoint.port === place.port);
  const isUntrusted = isProxied && config["trusted-proxy"].length === 0;
  const byUnix = endpoints.some((endpoint) => "path" in endpoint);
  const judged = judgeWayIn(way, clock.now());
  if (!isUntrusted || !isHealthy(health)) return judged;
  return [...judged, {
    verdict: "warning",
    looked: url,
    found: "something stands in front, as a proxy, and none is trusted: all who come by it count " +
      "as one, and share what wrong passwords are allowed",
    advice: `--trusted-proxy ${byUnix ? "unix" : "loopback"}, or its address`,
  }];
}

function withHost(question: Question, host: string): Question {
  return { ...question, headers: { ...question.headers, host } };
}

/** Asks; that there is no answer is an outcome as well. */
export async function outcomeOf(place: Place, question: Question, clock: Clock): Promise<Outcome> {
  try {
    return await ask(place, question, clock);
  } catch (failure) {
    if (failure instanceof NoAnswer) return failure;
    throw failure;
  }
}

/** Whether it is the answer of a chat server that lives. */
export function isHealthy(outcome: Outcome): outcome is Answer {
  return !(outcome instanceof NoAnswer) && outcome.status === 200 &&
    outcome.text === '{"status":"ok"}';
}

export function judgeWayIn(way: WayIn, nowMs: number): readonly Finding[] {
  const { url: looked, health } = way;
  if (health instanceof NoAnswer) {
    return [{ looked, verdict: "failed", ...silence(health, looked) }];
  }
  const findings: Finding[] = [...judgeTrust(looked, health, nowMs)];
  const add = (finding: Omit<Finding, "looked"> | undefined) => {
    if (finding !== undefined) findings.push({ looked, ...finding });
  };
  if (!isHealthy(health)) {
    add(strangeAnswer(health, new URL(looked).hostname));
    return findings;
  }
  add(judgeVersion(way.document));
  add(judgeReady(way.ready));
  add(judgeEvents(way.events));
  add(judgePage(way.page));
  return findings;
}

/** What a failure to get any answer means. */
export function silence(
  { code, message }: NoAnswer,
  url: string,
): { readonly found: string; readonly advice: string } {
  const { hostname, protocol } = new URL(url);
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        found: `the name ${hostname} has no address`,
        advice: `getent hosts ${hostname}; add an A or AAAA record where the name is kept`,
      };
    case "ECONNREFUSED":
      return {
        found: "nobody listens there",
        advice: "start what is to stand in front, as by systemctl start nginx, or the server",
      };
    case late:
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return {
        found: `it does not answer (${message})`,
        advice:
          "see whether a firewall lets it through, and whether the name leads to this machine",
      };
  }
  if (code.startsWith("HPE_") || code.includes("SSL")) {
    return {
      found: `what answers does not speak ${protocol.slice(0, -1).toUpperCase()}: ${message}`,
      advice: "see whether the port, and http or https, are the right ones",
    };
  }
  return { found: `it can't be asked: ${message}`, advice: "see the log of what stands in front" };
}

/** Whether what a browser demands of a certificate is given. */
function judgeTrust(looked: string, answer: Answer, nowMs: number): readonly Finding[] {
  const { certificate, distrust } = answer;
  if (distrust !== undefined) {
    return [{
      looked,
      verdict: "failed",
      found: `its certificate is not trusted on this machine: ${distrust}`,
      advice:
        "have one issued that browsers know, for this name, and with the whole chain; one of " +
        "your own is trusted where DENO_CERT names it",
    }];
  }
  if (certificate === undefined || certificate.endsMs - nowMs >= lifeLeftLowMs) return [];
  const days = Math.floor((certificate.endsMs - nowMs) / dayMs);
  return [{
    looked,
    verdict: "warning",
    found: `the certificate it shows ends in ${days} days`,
    advice: "renew it, and have what stands in front read it anew: systemctl reload nginx",
  }];
}

/** What an answer means that is not that of a server at work. */
function strangeAnswer(
  answer: Answer,
  hostname: string,
): Omit<Finding, "looked"> {
  const { status, headers } = answer;
  const problem = problemOf(answer);
  const verdict = "failed";
  if (problem?.code === "misdirected") {
    return {
      verdict,
      found: `the server is asked for another host than it answers for: ${problem.detail}`,
      advice: `chat serve --allowed-host ${hostname}, beside its other options; or have the ` +
        "proxy pass on the host: proxy_set_header Host $host;",
    };
  }
  if (problem?.code === "malformed") {
    return {
      verdict,
      found: `the server can't follow what the proxy says: ${problem.detail}`,
      advice: 'proxy_set_header Forwarded ""; proxy_set_header X-Forwarded-Host "";',
    };
  }
  if (problem !== undefined) {
    return {
      verdict,
      found: `the server answers ${status}: ${problem.detail}`,
      advice: "see the server's log",
    };
  }
  if ([502, 503, 504].includes(status)) {
    return {
      verdict,
      found: `what stands in front answers ${status}: it does not reach the server behind it`,
      advice: "compare proxy_pass with --listen or --port; of a Unix socket, see whether the " +
        "proxy's user is in the group of its file",
    };
  }
  const location = headers["location"];
  if (status >= 300 && status < 400 && location !== undefined) {
    return {
      verdict,
      found: `it leads elsewhere: ${location}`,
      advice: "chat doctor with --url of where it leads",
    };
  }
  return {
    verdict,
    found: `what answers there (${status}) is no chat server`,
    advice: "see which server the name leads to, and that all paths are passed on: location /",
  };
}

function judgeVersion(outcome: Outcome | undefined): Omit<Finding, "looked"> | undefined {
  const document = outcome === undefined || outcome instanceof NoAnswer
    ? undefined
    : parseJson(outcome.text) as { readonly info?: { readonly version?: unknown } } | undefined;
  const theirs = document?.info?.version;
  if (typeof theirs !== "string") {
    const found = "a chat server answers there, but /openapi.json does not come through";
    return { verdict: "warning", found, advice: "pass on all paths: location /" };
  }
  if (theirs === version) return { verdict: "ok", found: `chat ${theirs} answers there` };
  return {
    verdict: "warning",
    found: `chat ${theirs} answers there, and this is ${version}`,
    advice: "restart the server, if it was updated and still runs as what it was before",
  };
}

function judgeReady(outcome: Outcome | undefined): Omit<Finding, "looked"> | undefined {
  if (outcome === undefined) return undefined;
  if (outcome instanceof NoAnswer) {
    return {
      verdict: "failed",
      found: `/readyz: ${outcome.message}`,
      advice: "see the server's log",
    };
  }
  if (outcome.status === 200) return undefined;
  const why = problemOf(outcome)?.detail ?? `it answers ${outcome.status}`;
  const advice = "see what is said of the disk and the database, and in its log";
  return { verdict: "failed", found: `it is not ready: ${why}`, advice };
}

function judgeEvents(outcome: Outcome | undefined): Omit<Finding, "looked"> | undefined {
  if (outcome === undefined) return undefined;
  if (!(outcome instanceof NoAnswer) && problemOf(outcome)?.code === "unauthorized") {
    return { verdict: "ok", found: "/events comes through, and asks for a token" };
  }
  const what = outcome instanceof NoAnswer ? outcome.message : `${outcome.status}`;
  return {
    verdict: "failed",
    found: `/events does not come through as it is: ${what}`,
    advice: "the proxy must pass on all paths, and answers of 401 as they are: location /",
  };
}

function judgePage(outcome: Outcome | undefined): Omit<Finding, "looked"> | undefined {
  if (outcome === undefined) return undefined;
  if (!(outcome instanceof NoAnswer)) {
    const code = problemOf(outcome)?.code;
    if (code === "unauthorized") return undefined;
    if (code === "forbidden") {
      return {
        verdict: "warning",
        found: "its own page is taken for one of another site by older browsers and without TLS: " +
          "the server is not told the host that was asked for",
        advice: "proxy_set_header Host $host; with a port of its own: $http_host",
      };
    }
  }
  const what = outcome instanceof NoAnswer ? outcome.message : `${outcome.status}`;
  return {
    verdict: "failed",
    found: `what is written does not come through: ${what}`,
    advice: "the proxy must pass on every method and all paths",
  };
}
