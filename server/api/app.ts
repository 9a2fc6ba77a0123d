/**
 * The API as one function from requests to responses: finds the operation, checks who asks and
 * what, hands it over, and turns whatever goes wrong into a problem.
 *
 * @module
 */
import type { Operation } from "../../lib/api/operations.ts";
import type { ProblemCode } from "../../lib/api/problems.ts";
import { logFor, logRequest } from "../../lib/log.ts";
import { randomText } from "../../lib/random.ts";
import {
  fixedHeaders,
  type Handler,
  type HeaderList,
  type Peer,
  type ProtocolError,
  type Request,
  type Response,
} from "../http/mod.ts";
import type { RequestMeasures } from "../metrics/measures.ts";
import { beginRequest, endRequest, keptTraceOf } from "../tracing/request_spans.ts";
import type { Span } from "../tracing/tracer.ts";
import { authenticate } from "./authentication.ts";
import type { Answer, Handlers, Services } from "./call.ts";
import { isUnmet, preconditionFailed } from "./conditions.ts";
import { connectHandlers } from "./connect.ts";
import { docsHandlers } from "./docs.ts";
import { eventHandlers } from "./events.ts";
import { fileHandlers } from "./files.ts";
import type { Caller } from "./front/proxies.ts";
import { inviteHandlers } from "./invites.ts";
import { messageHandlers } from "./messages.ts";
import { moderationHandlers } from "./moderation.ts";
import { pageHandlers } from "./page.ts";
import { peopleHandlers } from "./people.ts";
import { explain, problemResponse, shuttingDown } from "./problem_response.ts";
import { type Reading, readRequest, requireReadable } from "./request_reader.ts";
import { roomDoorHandlers } from "./room_doors.ts";
import { roleHandlers } from "./roles.ts";
import { roomHandlers } from "./rooms.ts";
import { findRoute, type Route } from "./router.ts";
import { scheduledHandlers } from "./scheduled.ts";
import type { Session } from "./sessions.ts";
import { statusHandlers } from "./status.ts";
import { answerUnmatched, knownMethods } from "./unmatched.ts";

/** Longest body of a JSON operation, in bytes. */
export const requestBodyBytesMax = 65_536;

/** What the log tells as the route of what no operation is for, … */
const noRoute = "-";

/** … and as the method of what has none, or one that nobody knows: it may be anything, a token too. */
const noMethod = "-";

/** The API, for the HTTP layer to call. */
export interface App {
  readonly handler: Handler;
  /** The answer to what is not HTTP. */
  readonly onProtocolError: (error: ProtocolError, peer: Peer) => Response;
  /** From now on everything is refused, because the server is shutting down. */
  close(): void;
}

/** An operation's function, when which one it is no longer matters. */
type AnyHandler = (
  call: Reading & {
    readonly request: Request;
    readonly caller: Caller;
    readonly session: Session | undefined;
  },
) => Answer | Promise<Answer>;

type Found = Extract<Route, { kind: "operation" }>;

/** A request and whom it comes from. */
interface Asked {
  readonly request: Request;
  readonly caller: Caller;
}

/** What the line in the log says of a request, collected on the way. */
interface Trace {
  readonly id: string;
  readonly startedMs: number;
  readonly method: string;
  route: string;
  user: number | undefined;
  /** The client's, as soon as it is known. */
  address: string;
  /** Of the operation, as soon as it is known. */
  measures: RequestMeasures;
  /** If someone collects traces. */
  span: Span | undefined;
}

export function createApp(services: Services): App {
  const log = logFor("http");
  const { front, measures, tracer } = services;
  const handlers: Handlers = {
    ...connectHandlers(services),
    ...messageHandlers(services),
    ...eventHandlers(services),
    ...scheduledHandlers(services),
    ...fileHandlers(services),
    ...roomHandlers(services),
    ...roomDoorHandlers(services),
    ...peopleHandlers(services),
    ...moderationHandlers(services),
    ...roleHandlers(services),
    ...inviteHandlers(services),
    ...statusHandlers(services),
    ...docsHandlers(services),
    ...pageHandlers(services),
  };
  const requestIdPrefix = randomText(services.random, 4);
  let requests = 0;
  let closing = false;

  function trace(method: string, peer: Peer): Trace {
    requests += 1;
    return {
      id: `${requestIdPrefix}-${requests}`,
      startedMs: services.clock.monotonic(),
      method: knownMethods.includes(method) ? method : noMethod,
      route: noRoute,
      user: undefined,
      address: peer.address,
      measures: measures.otherRequests,
      span: undefined,
    };
  }

  function finish(trace: Trace, response: Response): Response {
    const { method, route, id, user, startedMs } = trace;
    const { status } = response;
    const ms = msSince(startedMs);
    trace.measures.note(status, ms);
    const trace_id = endSpan(trace, status);
    logRequest({ method, route, status, ms, request: id, user, trace_id });
    return response;
  }

  /** What failed is logged with who it was, so that an operator can see who is guessing. */
  function fail(trace: Trace, failure: unknown): Response {
    const { method, route, id, user, startedMs, address } = trace;
    const explained = explain(failure, id, log);
    const response = problemResponse(explained);
    const { status } = response;
    const { code } = explained;
    const ms = msSince(startedMs);
    trace.measures.note(status, ms);
    measures.refusals[code] += 1;
    const trace_id = endSpan(trace, status, code);
    logRequest({ method, route, status, ms, request: id, user, code, address, trace_id });
    return response;
  }

  /** Ends the span, if there is one; gives the id of its trace, if that is kept. */
  function endSpan(
    { span, method, route }: Trace,
    status: number,
    code?: ProblemCode,
  ): string | undefined {
    if (span === undefined) return undefined;
    endRequest(span, {
      ...method !== noMethod && { method },
      ...route !== noRoute && { route },
      status,
      ...code && { code },
    });
    return keptTraceOf(span);
  }

  function msSince(startedMs: number): number {
    return Math.round((services.clock.monotonic() - startedMs) * 1000) / 1000;
  }

  // What is at hand is not waited for: most tokens are remembered and most bodies are already there,
  // and each wait would cost a small request a tenth of its time.
  function perform(asked: Asked, route: Found, trace: Trace): Response | Promise<Response> {
    const session = authenticate(services.sessions, asked.request, route.operation.access);
    return session instanceof Promise
      ? session.then((session) => readBody(asked, route, trace, session))
      : readBody(asked, route, trace, session);
  }

  function readBody(
    asked: Asked,
    route: Found,
    trace: Trace,
    session: Session | undefined,
  ): Response | Promise<Response> {
    trace.user = session?.user;
    const body = textOf(asked.request, route.operation);
    return typeof body === "string"
      ? call(asked, route, session, body)
      : body.then((body) => call(asked, route, session, body));
  }

  function call(
    { request, caller }: Asked,
    { name, operation, parameters }: Found,
    session: Session | undefined,
    body: string,
  ): Response | Promise<Response> {
    const handler = handlers[name] as unknown as AnyHandler;
    const reading = readRequest(operation, parameters, request, body);
    // What has an entity tag knows it, and looks at the conditions by itself.
    const unmet = !operation.statuses.includes(304) && isUnmet(request);
    // Once it is written it cannot be taken back.
    if (unmet && operation.method !== "GET") throw preconditionFailed();
    const answer = handler({ request, caller, session, ...reading });
    if (unmet) return refuseAnswer(answer);
    return answer instanceof Promise ? answer.then(responseOf) : responseOf(answer);
  }

  function handle(request: Request, trace: Trace): Response | Promise<Response> {
    const caller = front.callerOf(request);
    trace.address = caller.address;
    front.admit(request, caller);
    if (closing) throw shuttingDown();
    const { method, path } = request;
    const route = findRoute(method, path);
    if (route.kind !== "operation") return answerUnmatched(method, path, route);
    trace.route = route.operation.route;
    trace.measures = measures.requests[route.name];
    return perform({ request, caller }, route, trace);
  }

  return {
    handler(request) {
      const mark = trace(request.method, request.peer);
      mark.span = tracer && beginRequest(tracer, request, mark);
      try {
        const response = tracer && mark.span
          ? tracer.within(mark.span.context, () => handle(request, mark))
          : handle(request, mark);
        if (!(response instanceof Promise)) return front.share(request, finish(mark, response));
        return response.then(
          (response) => front.share(request, finish(mark, response)),
          (failure) => front.share(request, fail(mark, failure)),
        );
      } catch (failure) {
        return front.share(request, fail(mark, failure));
      }
    },

    onProtocolError(error, peer) {
      return fail(trace(noMethod, peer), error);
    },

    close() {
      closing = true;
    },
  };
}

/** The body, as far as it is read before the operation is at work. */
function textOf(
  { headers, body }: Request,
  { method, takes }: Operation,
): string | Promise<string> {
  if (method === "GET") return "";
  requireReadable(headers, body, takes);
  return takes === "bytes" ? "" : body.text(requestBodyBytesMax);
}

/** A condition is looked at only if all would be well without it (RFC 9110 §13.2.1). */
async function refuseAnswer(answer: Answer | Promise<Answer>): Promise<never> {
  await answer;
  throw preconditionFailed();
}

function responseOf({ status, headers = noHeaders, json, content, stream }: Answer): Response {
  if (stream !== undefined) return { status, headers, stream };
  if (json !== undefined) {
    const all = headers.length === 0 ? jsonHeaders : [...jsonHeaders, ...headers];
    return { status, headers: all, body: JSON.stringify(json) };
  }
  if (content !== undefined) {
    return { status, headers: [["Content-Type", content.type], ...headers], body: content.bytes };
  }
  return { status, headers };
}

// What the API answers is for the one who asked, at that moment.
const noStore = ["Cache-Control", "no-store"] as const;
const noHeaders: HeaderList = fixedHeaders([]);
const jsonHeaders: HeaderList = fixedHeaders([["Content-Type", "application/json"], noStore]);
