/**
 * What the span of a request tells.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { beginRequest, endRequest } from "../../../server/tracing/request_spans.ts";
import { SpanRecorder } from "../../support/span_recorder.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

function asked({ traceparent, secure = false }: {
  readonly traceparent?: string;
  readonly secure?: boolean;
} = {}) {
  const headers = { get: (name: string) => name === "traceparent" ? traceparent : undefined };
  return { headers, peer: { secure } };
}

Deno.test("a request is told by its scheme and its id", () => {
  const tracer = new SpanRecorder();
  beginRequest(tracer, asked({ secure: true }), { id: "a-1" });
  assertEquals(tracer.spans.map(({ start }) => start), [{
    kind: "server",
    parent: undefined,
    attributes: { "url.scheme": "https", "chat.request_id": "a-1" },
  }]);
});

Deno.test("a request goes on with the trace that its caller keeps, and with no other", () => {
  const tracer = new SpanRecorder();
  const traceparent = `00-${traceId}-${spanId}`;
  beginRequest(tracer, asked({ traceparent: `${traceparent}-01` }), { id: "a-1" });
  beginRequest(tracer, asked({ traceparent: `${traceparent}-03` }), { id: "a-2" });
  assertEquals(tracer.spans.map(({ start }) => start.parent), [
    { traceId, spanId, traceFlags: 1 },
    { traceId, spanId, traceFlags: 3 },
  ]);
  for (const flags of ["00", "02"]) {
    const kept = beginRequest(tracer, asked({ traceparent: `${traceparent}-${flags}` }), {
      id: "",
    });
    assertEquals(kept, undefined);
  }
  assertEquals(tracer.spans.length, 2);
});

Deno.test("a request ends with its answer, and with an error only from 500 on", () => {
  const tracer = new SpanRecorder();
  const outcomes = [
    { method: "GET", route: "/users", status: 200 },
    { method: "GET", status: 404, code: "not_found" },
    { method: "POST", route: "/send", status: 499 },
    { method: "POST", route: "/send", status: 500 },
    { status: 501, code: "not_implemented" },
    { method: "POST", route: "/send", status: 503, code: "busy" },
  ];
  for (const outcome of outcomes) endRequest(tracer.start("HTTP"), outcome);
  assertEquals(tracer.spans.map(({ ends: [end] }) => [end?.name, end?.error]), [
    ["GET /users", undefined],
    ["GET", undefined],
    ["POST /send", undefined],
    ["POST /send", "500"],
    ["HTTP", "not_implemented"],
    ["POST /send", "busy"],
  ]);
  assertEquals(tracer.spans.map(({ ends: [end] }) => Object.values(end?.attributes ?? {})), [
    ["GET", 200n, "/users"],
    ["GET", 404n, "not_found"],
    ["POST", 499n, "/send"],
    ["POST", 500n, "/send"],
    ["_OTHER", 501n, "not_implemented"],
    ["POST", 503n, "/send", "busy"],
  ]);
});
