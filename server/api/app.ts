/**
 * The API as one function from requests to responses: finds the operation, checks who asks and
 * what, hands it over, and turns whatever goes wrong into a problem.
 *
 * @module
 */
import { logFor, logRequest } from "../../lib/log.ts";
import { randomText } from "../../lib/random.ts";
import type { Handler, HeaderList, Peer, ProtocolError, Request, Response } from "../http/mod.ts";
import { authenticate } from "./authentication.ts";
import type { Answer, Handlers, Services } from "./call.ts";
import { connectHandlers } from "./connect.ts";
import { docsHandlers } from "./docs.ts";
import { eventHandlers } from "./events.ts";
import { Failure } from "./failure.ts";
import { fileHandlers } from "./files.ts";
import { messageHandlers } from "./messages.ts";
import { peopleHandlers } from "./people.ts";
import { explain, problemResponse, shuttingDown } from "./problem_response.ts";
import { type Reading, readRequest } from "./request_reader.ts";
import { roomDoorHandlers } from "./room_doors.ts";
import { roomHandlers } from "./rooms.ts";
import { findRoute, type Route } from "./router.ts";
import { scheduledHandlers } from "./scheduled.ts";
import type { Session } from "./sessions.ts";
import { statusHandlers } from "./status.ts";

/** Longest body of a JSON operation, in bytes. */
export const requestBodyBytesMax = 65_536;

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
    readonly session: Session | undefined;
  },
) => Answer | Promise<Answer>;

/** What may be asked of the server as a whole, by `OPTIONS *` (RFC 9110 §9.3.7). */
const allMethods = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";

type Found = Extract<Route, { kind: "operation" }>;

const noBytes = new Uint8Array();

/** What the line in the log says of a request, collected on the way. */
interface Trace {
  readonly id: string;
  readonly startedMs: number;
  readonly method: string;
  route: string;
  user: number | undefined;
}

export function createApp(services: Services): App {
  const log = logFor("http");
  const handlers: Handlers = {
    ...connectHandlers(services),
    ...messageHandlers(services),
    ...eventHandlers(services),
    ...scheduledHandlers(services),
    ...fileHandlers(services),
    ...roomHandlers(services),
    ...roomDoorHandlers(services),
    ...peopleHandlers(services),
    ...statusHandlers(services),
    ...docsHandlers(services),
  };
  const requestIdPrefix = randomText(services.random, 4);
  let requests = 0;
  let closing = false;

  function trace(method: string): Trace {
    requests += 1;
    return {
      id: `${requestIdPrefix}-${requests}`,
      startedMs: services.clock.monotonic(),
      method,
      route: "-",
      user: undefined,
    };
  }

  function finish({ method, route, id, user, startedMs }: Trace, response: Response): Response {
    logRequest({
      method,
      route,
      status: response.status,
      ms: msSince(startedMs),
      request: id,
      user,
    });
    return response;
  }

  /** What failed is logged with who it was, so that an operator can see who is guessing. */
  function fail(trace: Trace, failure: unknown, address: string): Response {
    const { method, route, id, user, startedMs } = trace;
    const explained = explain(failure, id, log);
    const response = problemResponse(explained);
    const { status } = response;
    const { code } = explained;
    const ms = msSince(startedMs);
    logRequest({ method, route, status, ms, request: id, user, code, address });
    return response;
  }

  function msSince(startedMs: number): number {
    return Math.round((services.clock.monotonic() - startedMs) * 1000) / 1000;
  }

  // What is at hand is not waited for: most tokens are remembered and most bodies are already there,
  // and each wait would cost a small request a tenth of its time.
  function perform(request: Request, route: Found, trace: Trace): Response | Promise<Response> {
    const session = authenticate(services.sessions, request, route.operation.access);
    return session instanceof Promise
      ? session.then((session) => readBody(request, route, trace, session))
      : readBody(request, route, trace, session);
  }

  function readBody(
    request: Request,
    route: Found,
    trace: Trace,
    session: Session | undefined,
  ): Response | Promise<Response> {
    trace.user = session?.user;
    const { method, takes } = route.operation;
    const bytes = method === "GET" || takes === "bytes"
      ? noBytes
      : request.body.bytes(requestBodyBytesMax);
    return bytes instanceof Promise
      ? bytes.then((bytes) => call(request, route, session, bytes))
      : call(request, route, session, bytes);
  }

  function call(
    request: Request,
    { name, operation, parameters }: Found,
    session: Session | undefined,
    bytes: Uint8Array,
  ): Response | Promise<Response> {
    const handler = handlers[name] as unknown as AnyHandler;
    const reading = readRequest(operation, parameters, request, bytes);
    const answer = handler({ request, session, ...reading });
    return answer instanceof Promise ? answer.then(responseOf) : responseOf(answer);
  }

  function handle(request: Request, trace: Trace): Response | Promise<Response> {
    if (closing) throw shuttingDown();
    if (request.path === "*") return { status: 204, headers: [["Allow", allMethods]] };
    const route = findRoute(request.method, request.path);
    if (route.kind === "not_found") {
      throw new Failure("not_found", "There is nothing at this path.");
    }
    if (route.kind === "method_not_allowed") return otherMethod(request.method, route.allowed);
    trace.route = route.operation.route;
    return perform(request, route, trace);
  }

  return {
    handler(request) {
      const mark = trace(request.method);
      try {
        const response = handle(request, mark);
        if (!(response instanceof Promise)) return finish(mark, response);
        return response.then(
          (response) => finish(mark, response),
          (failure) => fail(mark, failure, request.peer.address),
        );
      } catch (failure) {
        return fail(mark, failure, request.peer.address);
      }
    },

    onProtocolError(error, peer) {
      return fail(trace("-"), error, peer.address);
    },

    close() {
      closing = true;
    },
  };
}

/** The answer to a method that no operation of this path has. */
function otherMethod(method: string, allowed: readonly string[]): Response {
  const allow = ["Allow", allowed.join(", ")] as const;
  if (method === "OPTIONS") return { status: 204, headers: [allow] };
  throw new Failure("method_not_allowed", `${allowed.join(", ")} can be used here.`, {
    headers: [allow],
  });
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
const noHeaders: HeaderList = [];
const jsonHeaders = [["Content-Type", "application/json"], noStore] as const;
