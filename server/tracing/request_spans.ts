/**
 * The span of a request, in the words that OpenTelemetry has for HTTP.
 *
 * Of what the client has sent it tells the method and what operation it is for: never the path, the
 * query, a field or who it was.
 *
 * @module
 */
import { isSampled, parseTraceparent } from "./trace_context.ts";
import type { Span, Tracer } from "./tracer.ts";

/** What the span must know of a request. */
interface Asked {
  readonly headers: { get(name: string): string | undefined };
  readonly peer: { readonly secure: boolean };
}

/** What became of a request. */
export interface RequestOutcome {
  /** If it is a known one. */
  readonly method?: string;
  /** The template, if there is an operation for it. */
  readonly route?: string;
  readonly status: number;
  /** Of a problem. */
  readonly code?: string;
}

/**
 * Begins the span of a request, in the trace that its caller names.
 *
 * `undefined` if the caller does not keep that trace: what is told of a part of it would be of no
 * use to anybody.
 *
 * @param logged.id By which the log knows the request.
 */
export function beginRequest(
  tracer: Tracer,
  { headers, peer }: Asked,
  logged: { readonly id: string },
): Span | undefined {
  const parent = parseTraceparent(headers.get("traceparent"));
  if (parent !== undefined && !isSampled(parent)) return undefined;
  return tracer.start("HTTP", {
    kind: "server",
    parent,
    attributes: {
      "url.scheme": peer.secure ? "https" : "http",
      "chat.request_id": logged.id,
    },
  });
}

/** Ends the span of a request with its answer. That something was refused is no error of the server's. */
export function endRequest(span: Span, { method, route, status, code }: RequestOutcome): void {
  span.end({
    name: [method ?? "HTTP", ...route === undefined ? [] : [route]].join(" "),
    attributes: {
      "http.request.method": method ?? "_OTHER",
      "http.response.status_code": BigInt(status),
      ...route !== undefined && { "http.route": route },
      ...code !== undefined && { "chat.problem": code },
    },
    ...status >= 500 && { error: code ?? String(status) },
  });
}

/** The id of the trace that a span is a part of; `undefined` if nothing of it is kept. */
export function keptTraceOf({ context }: Span): string | undefined {
  return isSampled(context) ? context.traceId : undefined;
}
