/**
 * The traces of a real server, as whoever collects them gets them.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Workspace } from "../support/chat_process.ts";
import { type CollectedSpan, Collector } from "../support/collector.ts";
import { Guest } from "../support/guest.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerId = "b7ad6b7169203331";

/** Has `work` done with a server that sends its traces away; gives them, and the server's log. */
async function traced(
  work: (url: string, workspace: Workspace) => Promise<void>,
  environment: Record<string, string> = { OTEL_DENO: "true" },
) {
  await using collector = new Collector();
  await using workspace = new Workspace();
  const { process, url } = await workspace.serve({
    environment: { ...collector.environment, ...environment },
  });
  await work(url, workspace);
  // What has not been sent before is sent when it ends.
  assertEquals((await process.kill("SIGTERM")).code, 0);
  const { spans, received } = collector;
  return { spans, received, log: process.err.text };
}

/** The one span of that name in a trace. */
function only(spans: readonly CollectedSpan[], name: string, trace = traceId): CollectedSpan {
  const found = spans.filter((span) => span.name === name && span.traceId === trace);
  const [span] = found;
  assert(span !== undefined && found.length === 1, `${found.length} of ${name}`);
  return span;
}

Deno.test("a trace goes from the caller's span through request, command and batch", async () => {
  const { spans, log } = await traced(async (url) => {
    const alice = await Guest.arrive(url, "alice");
    const headers = { traceparent: `00-${traceId}-${callerId}-01` };
    const fields = { text: "hello" };
    assertEquals((await alice.try("POST /send", { fields, headers })).status, 201);
  });
  const request = only(spans, "POST /send");
  const command = only(spans, "engine.command");
  const batch = only(spans, "engine.batch");
  const commit = only(spans, "commit");
  const publish = only(spans, "publish");
  const tree = [request, command, batch, commit, publish];
  assertEquals(tree.map(({ parentSpanId }) => parentSpanId), [
    callerId,
    request.spanId,
    command.spanId,
    batch.spanId,
    batch.spanId,
  ]);
  assertEquals(tree.map(({ kind }) => kind), [2, 1, 1, 1, 1]);
  assertEquals(spans.filter((span) => span.traceId === traceId).length, tree.length);
  const { "chat.request_id": id, ...told } = request.attributes;
  assertEquals(told, {
    "http.request.method": "POST",
    "http.route": "/send",
    "http.response.status_code": "201",
    "url.scheme": "http",
  });
  assertEquals(command.attributes, { "chat.command": "send" });
  assertEquals(batch.attributes, { "chat.batch.commands": "1", "chat.batch.events": "1" });
  assertEquals(publish.attributes, { "chat.batch.events": "1" });
  assertEquals(tree.map(({ status }) => status.code), [0, 0, 0, 0, 0]);
  // Each lies within the one that it is a part of.
  const nanos = (span: CollectedSpan) =>
    [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)] as const;
  for (const [part, whole] of [[commit, batch], [publish, batch], [command, request]] as const) {
    const [[start, end], [wholeStart, wholeEnd]] = [nanos(part), nanos(whole)];
    assert(wholeStart <= start && start <= end && end <= wholeEnd, part.name);
  }
  assert(nanos(commit)[1] <= nanos(publish)[0]);

  // The log leads to the trace, and the trace to the log.
  const line = log.split("\n").find((line) => line.includes('"route":"/send"')) ?? "";
  const { trace_id, request: request_id } = JSON.parse(line);
  assertEquals([trace_id, request_id], [traceId, id]);
});

Deno.test("a trace begins here where the caller names none, or one that can't be", async () => {
  const { spans } = await traced(async (url) => {
    const alice = await Guest.arrive(url, "alice");
    await alice.ask("GET /status");
    const bad = [`00-${"0".repeat(32)}-${callerId}-01`, "x".repeat(8000)];
    for (const traceparent of bad) await alice.try("GET /users", { headers: { traceparent } });
  });
  const requests = spans.filter(({ kind }) => kind === 2);
  assertEquals(
    requests.map(({ name }) => name).toSorted(),
    ["GET /status", "GET /users", "GET /users", "POST /connect"],
  );
  assertEquals(requests.filter(({ parentSpanId }) => parentSpanId !== ""), []);
  assertEquals(new Set(requests.map(({ traceId }) => traceId)).size, 4);
});

Deno.test("nothing is told of a trace that the caller does not keep", async () => {
  const { spans } = await traced(async (url) => {
    const alice = await Guest.arrive(url, "alice");
    const headers = { traceparent: `00-${traceId}-${callerId}-00` };
    await alice.try("POST /send", { fields: { text: "hello" }, headers });
  });
  assertEquals(spans.filter((span) => span.traceId === traceId), []);
  assertEquals(spans.filter(({ kind }) => kind === 2).map(({ name }) => name), ["POST /connect"]);
});

Deno.test("the log names no trace that is not kept", async () => {
  const { spans, log } = await traced(async (url) => {
    await (await Guest.arrive(url, "alice")).say("hello");
  }, { OTEL_DENO: "true", OTEL_TRACES_SAMPLER: "always_off" });
  assertEquals(spans, []);
  assertMatch(log, /"route":"\/send"/);
  assert(!log.includes("trace_id"), log);
});

Deno.test("a refusal is told by its code, and is an error only if it is the server's", async () => {
  const { spans } = await traced(async (url, workspace) => {
    const alice = await Guest.arrive(url, "alice");
    await alice.refused("not_found", "GET /messages/999999");
    await alice.try("GET /nowhere/at-all");
    await alice.try("BREW /send");
    // From here on nothing can be saved.
    const other = new DatabaseSync(workspace.path("chat.db"));
    other.exec("drop table messages");
    other.close();
    await alice.try("POST /send", { fields: { text: "hello" } });
  });
  const requests = spans.filter(({ kind }) => kind === 2);
  const told = requests.map(({ name, status, attributes }) => ({
    name,
    failed: status.code === 2,
    method: attributes["http.request.method"],
    code: attributes["chat.problem"],
    type: attributes["error.type"],
  }));
  assertEquals(told.slice(1), [
    {
      name: "GET /messages/{id}",
      failed: false,
      method: "GET",
      code: "not_found",
      type: undefined,
    },
    { name: "GET", failed: false, method: "GET", code: "not_found", type: undefined },
    {
      name: "HTTP",
      failed: true,
      method: "_OTHER",
      code: "not_implemented",
      type: "not_implemented",
    },
    { name: "POST /send", failed: true, method: "POST", code: "busy", type: "busy" },
  ]);
  const failed = spans.filter(({ kind, status }) => kind === 1 && status.code === 2);
  assertEquals(failed.map(({ name }) => name).toSorted(), [
    "commit",
    "engine.batch",
    "engine.command",
  ]);
  for (const { attributes } of failed) assertMatch(String(attributes["error.type"]), /^\w+$/);
});

for (
  const environment of [{}, { OTEL_DENO: "false" }, {
    OTEL_DENO: "true",
    OTEL_SDK_DISABLED: "true",
  }]
) {
  const set = Object.entries(environment).map((pair) => pair.join("=")).join(" ");
  Deno.test(`nothing is sent away with ${set === "" ? "OTEL_DENO unset" : set}`, async () => {
    const { received, log } = await traced(async (url) => {
      const alice = await Guest.arrive(url, "alice");
      const headers = { traceparent: `00-${traceId}-${callerId}-01` };
      await alice.try("POST /send", { fields: { text: "hello" }, headers });
    }, environment);
    assertEquals(received, []);
    assert(!log.includes("trace_id"));
  });
}
