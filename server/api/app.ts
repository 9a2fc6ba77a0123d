/**
 * The API as one function from requests to responses: finds the operation, checks who asks and
 * what, hands it over, and turns whatever goes wrong into a problem.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { z } from "zod";
import { decodeForm, fieldFaults } from "../../lib/api/form.ts";
import type { Operation } from "../../lib/api/operations.ts";
import { problem, type ProblemExtras } from "../../lib/api/problems.ts";
import { idempotencyKey, nothing } from "../../lib/api/schemas.ts";
import type { Retry } from "../../lib/domain/receipt.ts";
import { failureFields, type Log, logFor, logRequest } from "../../lib/log.ts";
import { randomText } from "../../lib/random.ts";
import { EngineBusy, EngineStopped } from "../chat/engine.ts";
import {
  BodyTooLarge,
  type Handler,
  ProtocolError,
  type Request,
  type Response,
} from "../http/mod.ts";
import { StoreFailure } from "../store/store.ts";
import type { Answer, Handlers, Services } from "./call.ts";
import { connectHandlers } from "./connect.ts";
import { eventHandlers } from "./events.ts";
import { Busy, Failure, invalid } from "./failure.ts";
import { essence } from "./media_type.ts";
import { messageHandlers } from "./messages.ts";
import { peopleHandlers } from "./people.ts";
import { findRoute, type Route } from "./router.ts";
import type { Session } from "./sessions.ts";
import { statusHandlers } from "./status.ts";

/** Longest body of a JSON operation, in bytes. */
export const requestBodyBytesMax = 65_536;

/** The API, for the HTTP layer to call. */
export interface App {
  readonly handler: Handler;
  /** The answer to what is not HTTP. */
  readonly onProtocolError: (error: ProtocolError, remoteAddress: string) => Response;
  /** From now on everything is refused, because the server is shutting down. */
  close(): void;
}

/** An operation's function, when which one it is no longer matters. */
type AnyHandler = (call: {
  readonly request: Request;
  readonly session: Session | undefined;
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly retry?: Retry;
}) => Answer | Promise<Answer>;

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
    ...peopleHandlers(services),
    ...statusHandlers(services),
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
    const ms = Math.round((services.clock.monotonic() - startedMs) * 1000) / 1000;
    logRequest({ method, route, status: response.status, ms, request: id, user });
    return response;
  }

  // What is at hand is not waited for: most tokens are remembered and most bodies are already there,
  // and each wait would cost a small request a tenth of its time.
  function perform(request: Request, route: Found, trace: Trace): Response | Promise<Response> {
    const session = authenticate(services, request, route.operation);
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
    const bytes = route.operation.method === "GET"
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
    const path = operation.path === nothing ? {} : parsePath(operation, parameters);
    const query = parse(operation.query, decodeForm(operation.query, request.query));
    const body = parse(operation.body, decodeBody(operation, request, bytes));
    const retry = operation.method === "GET" ? undefined : parseRetry(request, bytes);
    const handler = handlers[name] as unknown as AnyHandler;
    const answer = handler({
      request,
      session,
      path,
      query,
      body,
      ...(retry !== undefined && { retry }),
    });
    return answer instanceof Promise ? answer.then(responseOf) : responseOf(answer);
  }

  function handle(request: Request, trace: Trace): Response | Promise<Response> {
    if (closing) throw shuttingDown();
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
      const failed = (failure: unknown) => finish(mark, failureResponse(failure, mark, log));
      try {
        const response = handle(request, mark);
        if (!(response instanceof Promise)) return finish(mark, response);
        return response.then((response) => finish(mark, response), failed);
      } catch (failure) {
        return failed(failure);
      }
    },

    onProtocolError(error) {
      const mark = trace("-");
      return finish(mark, failureResponse(error, mark, log));
    },

    close() {
      closing = true;
    },
  };
}

/** Who asks, if the operation cares. */
function authenticate(
  services: Services,
  request: Request,
  operation: Operation,
): Session | undefined | Promise<Session> {
  if (operation.access === "open") return undefined;
  const header = request.headers.get("authorization");
  if (header === undefined) {
    if (operation.access === "maybe") return undefined;
    throw unauthorized("Send the token as `Authorization: Bearer TOKEN`.");
  }
  const secret = /^Bearer +([\w\-.~+/]{1,256}=*)$/i.exec(header)?.[1];
  if (secret === undefined) throw unauthorized("The Authorization header is not `Bearer TOKEN`.");
  const found = services.sessions.find(secret);
  if (found instanceof Promise) return found.then(required);
  return required(found);
}

function required(session: Session | undefined): Session {
  if (session === undefined) throw unauthorized("This token is not valid, or was revoked.");
  return session;
}

function unauthorized(detail: string): Failure {
  return new Failure("unauthorized", detail, { headers: [["WWW-Authenticate", "Bearer"]] });
}

function shuttingDown(): Failure {
  return new Failure("shutting_down", "The server is shutting down.", {
    headers: [["Retry-After", "2"]],
  });
}

/** The answer to a method that no operation of this path has. */
function otherMethod(method: string, allowed: readonly string[]): Response {
  const allow = ["Allow", allowed.join(", ")] as const;
  if (method === "OPTIONS") return { status: 204, headers: [allow] };
  throw new Failure("method_not_allowed", `${allowed.join(", ")} can be used here.`, {
    headers: [allow],
  });
}

function parse(schema: z.ZodObject, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(fieldFaults(result.error));
}

function parsePath(operation: Operation, parameters: Readonly<Record<string, string>>): unknown {
  const form = new URLSearchParams(parameters).toString();
  const result = operation.path.safeParse(decodeForm(operation.path, form));
  if (result.success) return result.data;
  // What can't be an id names nothing.
  throw new Failure("not_found", "There is nothing at this path.");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeBody(operation: Operation, request: Request, bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  if (request.headers.has("content-encoding")) {
    throw new Failure("unsupported_media_type", "A body can't have a Content-Encoding here.");
  }
  const type = essence(request.headers.get("content-type") ?? "");
  switch (type) {
    case "application/json":
      return decodeJson(decodeText(bytes));
    case "application/x-www-form-urlencoded":
      return decodeForm(operation.body, decodeText(bytes));
    default:
      throw new Failure(
        "unsupported_media_type",
        "A body is application/json or application/x-www-form-urlencoded.",
        { headers: [["Accept", "application/json, application/x-www-form-urlencoded"]] },
      );
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Failure("malformed", "The body is not UTF-8.");
  }
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("malformed", "The body is not JSON.");
  }
}

function parseRetry(request: Request, body: Uint8Array): Retry | undefined {
  const given = request.headers.get("idempotency-key");
  if (given === undefined) return undefined;
  const key = idempotencyKey.safeParse(given);
  if (!key.success) {
    throw invalid([{
      field: "Idempotency-Key",
      message: key.error.issues[0]?.message ?? "is not valid",
    }]);
  }
  const fingerprint = createHash("sha256")
    .update(`${request.method} ${request.path}\n`)
    .update(body)
    .digest("base64url");
  return { key: key.data, fingerprint };
}

function responseOf({ status, headers = [], json, text, stream }: Answer): Response {
  if (stream !== undefined) return { status, headers, stream };
  if (json !== undefined) {
    return { status, headers: [...jsonHeaders, ...headers], body: JSON.stringify(json) };
  }
  if (text !== undefined) return { status, headers: [...textHeaders, ...headers], body: text };
  return { status, headers };
}

// What the API answers is for the one who asked, at that moment.
const noStore = ["Cache-Control", "no-store"] as const;
const jsonHeaders = [["Content-Type", "application/json"], noStore] as const;
const textHeaders = [["Content-Type", "text/plain; charset=utf-8"], noStore] as const;

/** The problem that a failure is, for the one who asked; what it doesn't tell goes to the log. */
function failureResponse(failure: unknown, trace: Trace, log: Log): Response {
  const known = expected(failure);
  if (known === undefined) {
    log.error("A request failed", { request: trace.id, ...failureFields(failure) });
    return problemResponse(new Failure("internal", "Something went wrong on the server."), {
      request_id: trace.id,
    });
  }
  return problemResponse(known, known.extras);
}

function expected(failure: unknown): Failure | undefined {
  if (failure instanceof Failure) return failure;
  if (failure instanceof BodyTooLarge) {
    return new Failure("too_large", `The body may have at most ${failure.limitBytes} bytes.`, {
      extras: { limit: failure.limitBytes },
    });
  }
  if (failure instanceof ProtocolError) return new Failure(failure.code, `${failure.message}.`);
  if (failure instanceof EngineBusy) return new Busy("Too many requests are waiting.");
  if (failure instanceof EngineStopped) return shuttingDown();
  if (failure instanceof StoreFailure) {
    return new Busy(
      "The store cannot be used right now. Try again, with the same Idempotency-Key.",
    );
  }
  return undefined;
}

function problemResponse({ code, message, headers }: Failure, extras: ProblemExtras): Response {
  const body = problem(code, message, extras);
  return {
    status: body.status,
    headers: [["Content-Type", "application/problem+json"], noStore, ...headers],
    body: JSON.stringify(body),
  };
}
