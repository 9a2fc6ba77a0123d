/**
 * Checks the stream of events with a token: does it come at once, and of which database?
 *
 * @module
 */
import { endpointText } from "../http/mod.ts";
import { shellWord } from "../operator/shell_word.ts";
import { type Answer, answerMs, late, NoAnswer, type Place, problemOf } from "./ask.ts";
import { type Finding, roughTime } from "./finding.ts";
import { placeOf } from "./listening.ts";
import { isHealthy, type Outcome, outcomeOf, placeAt } from "./url.ts";
import type { Visit } from "./visit.ts";

/** What the server tells first on each stream. */
const firstEvent = "event: caught_up\n";

/** What came of asking for a stream. */
export interface StreamFacts {
  readonly looked: string;
  readonly outcome: Outcome;
  /** Of the log of the database that was looked into, if it could be. */
  readonly epoch: string | undefined;
}

export async function checkStream(visit: Visit): Promise<readonly Finding[]> {
  const { token, url, endpoints, tlsFiles } = visit;
  const looked = url ?? (endpoints[0] === undefined ? "" : endpointText(endpoints[0]));
  if (token === undefined) {
    if (url === undefined) return [];
    const found = "whether the stream comes at once was not looked at: that takes a token";
    return [{ verdict: "ok", looked, found, advice: "--token-file FILE, of any user" }];
  }
  if (url !== undefined) {
    const { place, host } = placeAt(url);
    return await follow(visit, { looked, place, host, isPublic: true });
  }
  const [endpoint] = endpoints;
  if (endpoint === undefined || "port" in endpoint && endpoint.port === 0) return [];
  const place = placeOf(endpoint, tlsFiles !== undefined);
  return await follow(visit, { looked, place, host: "localhost", isPublic: false });
}

async function follow(
  { token = "", epoch, clock }: Visit,
  { looked, place, host, isPublic }: {
    readonly looked: string;
    readonly place: Place;
    readonly host: string;
    readonly isPublic: boolean;
  },
): Promise<readonly Finding[]> {
  // That nobody answers, or someone else, has been told before; who can't be trusted gets no token.
  const health = await outcomeOf(place, { target: "/healthz", headers: { host } }, clock);
  if (!isHealthy(health) || isPublic && health.distrust !== undefined) return [];
  const question = {
    target: "/events",
    headers: { host, accept: "text/event-stream", authorization: `Bearer ${token}` },
    until: firstEvent,
  };
  return [judgeStream({ looked, outcome: await outcomeOf(place, question, clock), epoch })];
}

export function judgeStream(facts: StreamFacts): Finding {
  const { looked, outcome } = facts;
  if (outcome instanceof NoAnswer) {
    if (outcome.code === late) return heldBack(looked, "nothing of the stream");
    const found = `there is no stream: ${outcome.message}`;
    return { verdict: "failed", looked, found, advice: "see the log of what stands in front" };
  }
  const problem = problemOf(outcome);
  if (problem?.code === "unauthorized") {
    return {
      verdict: "warning",
      looked,
      found: `the server does not know the token: ${problem.detail}`,
      advice: "curl -sf -H 'Accept: text/plain' -d user=doctor " +
        `${shellWord(`${looked}/connect`)} > doctor.token`,
    };
  }
  if (outcome.status !== 200) {
    const what = problem?.detail ?? "not of the server";
    const found = `there is no stream, but an answer of ${outcome.status}: ${what}`;
    return { verdict: "failed", looked, found, advice: "the proxy must pass on all paths" };
  }
  if (!outcome.isWhole) {
    return outcome.tookMs >= answerMs ? heldBack(looked, "the head of the stream, but no event") : {
      verdict: "failed",
      looked,
      found: "the stream is cut off at once",
      advice: "see the server's log",
    };
  }
  return judgeOrigin(facts, outcome);
}

function heldBack(looked: string, what: string): Finding {
  return {
    verdict: "failed",
    looked,
    found: `${what} has come within ${answerMs / 1000} s, and it should at once: what stands in ` +
      "front holds it back",
    advice: "proxy_buffering off; proxy_cache off; gzip off; and no proxy_ignore_headers",
  };
}

/** Whether the stream is that of the database that was looked into. */
function judgeOrigin({ looked, epoch }: StreamFacts, { text, tookMs }: Answer): Finding {
  const [, theirs] = /^id: ([a-z0-9]+)-\d+$/m.exec(text) ?? [];
  if (epoch !== undefined && theirs !== undefined && theirs !== epoch) {
    return {
      verdict: "failed",
      looked,
      found: "the server there has another database than the one that was looked at",
      advice: "name its database with --db, or see where the address leads",
    };
  }
  const same = epoch === undefined || theirs === undefined ? "" : ", and is of this database";
  const found = `the stream comes at once: its first event after ${roughTime(tookMs)}${same}`;
  return { verdict: "ok", looked, found };
}
