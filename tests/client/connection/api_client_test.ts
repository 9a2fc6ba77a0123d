import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiClient,
  callTimeoutMs,
  streamSilenceMaxMs,
  type TellingTransport,
  type Transport,
} from "../../../client/connection/api_client.ts";
import { ApiProblem, BadAnswer, Unreachable } from "../../../client/connection/failures.ts";
import { dispositionName } from "../../../client/connection/file_transfer.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, json, messageOf, refusal, settle, StubServer } from "../stub_server.ts";

const origin = "http://chat.test";

function clientOf(transport: Transport, clock = new VirtualClock()): ApiClient {
  return new ApiClient({
    forms: checkedForms,
    readFault,
    origin,
    token: "secret",
    transport,
    clock,
  });
}

Deno.test("call() sends the operation's method, path, query, body, token and key", async () => {
  const server = new StubServer();
  const api = clientOf(server.transport);
  server.on("POST /send", () => json(messageOf(1), 201));
  server.on("GET /messages", () => json({ items: [], has_more: false }));
  server.on("DELETE /tokens/7", () => new Response(null, { status: 204 }));
  assertEquals((await api.call("send", { body: { text: "hi" }, idempotencyKey: "k1" })).id, 1);
  await api.call("listMessages", { query: { to: "a&b", limit: 5 } });
  assertEquals(await api.call("revokeToken", { path: { id: 7 } }), undefined);
  const [send, list, revoke] = server.requests;
  assertEquals(send?.body, { text: "hi" });
  assertEquals(send?.headers.get("authorization"), "Bearer secret");
  assertEquals(send?.headers.get("idempotency-key"), "k1");
  assertEquals(list?.url, `${origin}/messages?to=a%26b&limit=5`);
  assertEquals(revoke?.headers.get("content-type"), null);
});

Deno.test("call() throws the problem that the server tells, with when to come back", async () => {
  const server = new StubServer();
  server.on("GET /status", () =>
    refusal("busy", "Too much to do.", {
      headers: { "retry-after": "3" },
      extras: { errors: [{ field: "text", message: "is missing" }] },
    }));
  const problem = await assertRejects(() => clientOf(server.transport).call("status"), ApiProblem);
  assertEquals([problem.status, problem.code, problem.retryAfterMs], [503, "busy", 3000]);
  assertEquals(problem.errors, [{ field: "text", message: "is missing" }]);
});

Deno.test("call() throws Unreachable when nothing listens, or a gateway answers", async () => {
  const server = new StubServer();
  const api = clientOf(server.transport);
  server.on("GET /status", () => new Response("<html>", { status: 502 }));
  await assertRejects(() => api.call("status"), Unreachable, "a gateway answered 502");
  server.down = true;
  await assertRejects(() => api.call("status"), Unreachable, "nothing listens there");
});

Deno.test("call() throws BadAnswer for what is not of this API", async () => {
  const answers = [
    new Response("<html>"),
    json({ items: "none" }),
    new Response("no", { status: 404 }),
    new Response(null, { status: 302, headers: { location: "http://evil.test/" } }),
  ];
  for (const answer of answers) {
    const api = clientOf(() => Promise.resolve(answer));
    await assertRejects(() => api.call("listMessages"), BadAnswer);
  }
});

Deno.test("call() does not follow a redirect with its token", async () => {
  let redirect: string | undefined;
  const api = clientOf((_, init) => {
    redirect = init.redirect;
    return Promise.resolve(json({ status: "ok" }));
  });
  await api.call("health");
  assertEquals(redirect, "manual");
});

Deno.test("call() gives up when no answer comes in time, before or within the body", async () => {
  const hangs: Transport[] = [
    (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    () => Promise.resolve(new Response(new ReadableStream())),
  ];
  for (const transport of hangs) {
    const clock = new VirtualClock();
    const failure = assertRejects(
      () => clientOf(transport, clock).call("health"),
      Unreachable,
      "it did not answer in time",
    );
    await settle();
    clock.advance(callTimeoutMs);
    await failure;
    assertEquals(clock.waiting, 0);
  }
});

Deno.test("events() opens after the cursor and gives items until the stream ends", async () => {
  const server = new StubServer();
  const clock = new VirtualClock();
  const items = Array.fromAsync(
    clientOf(server.transport, clock).events({
      after: "k-1",
      signal: new AbortController().signal,
    }),
  );
  const stream = await server.stream();
  stream.event("k-2", { type: "message", ...messageOf(2) });
  stream.event("k-3", { type: "message.pinned" });
  stream.end();
  assertEquals((await items).map(({ kind }) => kind), ["event", "unknown"]);
  assertEquals(stream.request.query.get("after"), "k-1");
  assertEquals(stream.request.headers.get("accept"), "text/event-stream");
  assertEquals(clock.waiting, 0);
});

Deno.test("events() takes a stream for dead when it is silent too long, and not before", async () => {
  const server = new StubServer();
  const clock = new VirtualClock();
  const reading = assertRejects(
    () =>
      Array.fromAsync(
        clientOf(server.transport, clock).events({
          after: "k-1",
          signal: new AbortController().signal,
        }),
      ),
    Unreachable,
    "it fell silent",
  );
  const stream = await server.stream();
  await settle();
  for (let beat = 0; beat < 3; beat++) {
    clock.advance(streamSilenceMaxMs - 1);
    stream.write("id: k-2\n\n");
    await settle();
  }
  assert(!stream.cancelled);
  clock.advance(streamSilenceMaxMs);
  await reading;
  assert(stream.cancelled);
});

Deno.test("events() takes a stream for dead that opens and never says anything", async () => {
  const server = new StubServer();
  const clock = new VirtualClock();
  const reading = assertRejects(
    () =>
      Array.fromAsync(
        clientOf(server.transport, clock).events({
          after: "k-1",
          signal: new AbortController().signal,
        }),
      ),
    Unreachable,
    "it fell silent",
  );
  await server.stream();
  await settle();
  clock.advance(streamSilenceMaxMs);
  await reading;
});

Deno.test("events() gives up when the stream does not open in time", async () => {
  const clock = new VirtualClock();
  const api = clientOf(
    (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    clock,
  );
  const opening = assertRejects(
    () => Array.fromAsync(api.events({ after: "k-1", signal: new AbortController().signal })),
    Unreachable,
    "it did not answer in time",
  );
  await settle();
  clock.advance(callTimeoutMs);
  await opening;
});

Deno.test("events() refuses what is no event stream", async () => {
  const api = clientOf(() => Promise.resolve(json(arrivalOf())));
  await assertRejects(
    () => Array.fromAsync(api.events({ after: "k-1", signal: new AbortController().signal })),
    BadAnswer,
  );
});

const stored = { id: 4, name: "a b.txt", type: "text/plain", size: 6, sha256: "00" };

Deno.test("upload() hands a file over as a whole, and lives as long as it moves", async () => {
  const clock = new VirtualClock();
  const progress: number[] = [];
  const blob = new Blob(["abcdef"]);
  const file = await clientOf(() => Promise.reject(new Error("by another way")), clock).upload({
    name: "a b.txt",
    type: "text/plain",
    body: blob,
    idempotencyKey: "k1",
    progress: (sentBytes) => progress.push(sentBytes),
    send: (url, { method, headers, body }, sent) => {
      assertEquals([method, url], ["POST", `${origin}/files?name=a+b.txt`]);
      assertEquals(Object.fromEntries(new Headers(headers)), {
        accept: "application/json",
        authorization: "Bearer secret",
        "content-type": "text/plain",
        "idempotency-key": "k1",
      });
      assertEquals(body, blob);
      for (const sentBytes of [3, 6]) {
        clock.advance(streamSilenceMaxMs - 1);
        sent(sentBytes);
      }
      return Promise.resolve(json(stored, 201));
    },
  });
  assertEquals(file, stored);
  assertEquals(progress, [3, 6]);
  assertEquals(clock.waiting, 0);
});

Deno.test("upload() gives up when nothing moves, and throws what the server tells", async () => {
  const clock = new VirtualClock();
  const upload = (send: TellingTransport) =>
    clientOf(() => Promise.reject(new Error("by another way")), clock)
      .upload({ name: "a", type: "text/plain", body: new Blob(["abc"]), send });
  const hanging = assertRejects(
    () =>
      upload((_, { signal }) =>
        new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")))
        )
      ),
    Unreachable,
    "it fell silent",
  );
  clock.advance(streamSilenceMaxMs);
  await hanging;
  const problem = await assertRejects(
    () => upload(() => Promise.resolve(refusal("too_large", "Too large."))),
    ApiProblem,
  );
  assertEquals(problem.code, "too_large");
  assertEquals(clock.waiting, 0);
});

Deno.test("download() gives the name, the size and the bytes", async () => {
  const server = new StubServer();
  server.on("GET /files/4", () =>
    new Response("abcdef", {
      headers: {
        "content-length": "6",
        "content-disposition": `attachment; filename="_.txt"; filename*=UTF-8''%D0%9E.txt`,
      },
    }));
  const clock = new VirtualClock();
  const { disposition, size, bytes } = await clientOf(server.transport, clock).download({ id: 4 });
  assertEquals([dispositionName(disposition), size], ["О.txt", 6]);
  const pieces = await Array.fromAsync(bytes);
  assertEquals(pieces.map((piece) => new TextDecoder().decode(piece)).join(""), "abcdef");
  assertEquals(clock.waiting, 0);
});

Deno.test("download() throws when the bytes break off, or nothing comes for too long", async () => {
  const server = new StubServer();
  const clock = new VirtualClock();
  server.on("GET /files/4", () => new Response("abc", { headers: { "content-length": "6" } }));
  const short = await clientOf(server.transport, clock).download({ id: 4 });
  await assertRejects(() => Array.fromAsync(short.bytes), Unreachable, "the file broke off");
  server.on("GET /files/4", () => new Response(new ReadableStream()));
  const silent = await clientOf(server.transport, clock).download({ id: 4 });
  const reading = assertRejects(
    () => Array.fromAsync(silent.bytes),
    Unreachable,
    "it fell silent",
  );
  await settle();
  clock.advance(streamSilenceMaxMs);
  await reading;
});

for (const taken of [0, 1]) {
  Deno.test(`download() that is left after ${taken} pieces lets go of the rest`, async () => {
    const server = new StubServer();
    const clock = new VirtualClock();
    let cancelled = false;
    server.on("GET /files/4", () => {
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(10)),
        cancel: () => void (cancelled = true),
      });
      return new Response(body);
    });
    const { bytes } = await clientOf(server.transport, clock).download({ id: 4 });
    for (let piece = 0; piece < taken; piece++) await bytes.next();
    await bytes.return();
    assertEquals([cancelled, clock.waiting], [true, 0]);
  });
}

Deno.test("call() asks for nothing whose name would lead to another operation", async () => {
  const server = new StubServer();
  for (const user of [".", "..", ""]) {
    await assertRejects(
      () => clientOf(server.transport).call("removeMember", { path: { room: "12", user } }),
      ApiProblem,
      "nothing of this name",
    );
  }
  assertEquals(server.requests, []);
});

Deno.test("Unreachable tells whether the request may have arrived", async () => {
  const arrivals: readonly (readonly [what: string, arrived: string])[] = [
    ["tcp connect error: Connection refused (os error 111)", "never"],
    ["failed to lookup address information", "never"],
    ["invalid peer certificate", "never"],
    ["connection reset", "perhaps"],
    ["operation timed out", "perhaps"],
  ];
  for (const [what, arrived] of arrivals) {
    const api = clientOf(() => Promise.reject(new TypeError(what)));
    const failure = await assertRejects(() => api.call("status"), Unreachable);
    assertEquals([what, failure.arrived], [what, arrived]);
  }
});
