// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The handler of all peers on `Deno.serve`; it also streams to all who listen, but keeps nothing.
 *
 * @module
 */
const { token = "", sample = {} } = JSON.parse(Deno.args[0] ?? "{}");
const authorization = `Bearer ${token}`;
const json = { headers: { "content-type": "application/json" } };
const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
const encoder = new TextEncoder();
const greeting = encoder.encode(": welcome\n\n");
let waiting: string[] = [];

/** One write per stream for all that came in a turn of the event loop, as our hub does. */
function publish(data: string): void {
  if (waiting.length === 0) {
    setImmediate(() => {
      const payload = encoder.encode(waiting.join(""));
      waiting = [];
      for (const stream of streams) stream.enqueue(payload);
    });
  }
  waiting.push(data);
}

function follow(): Response {
  let own: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller;
      streams.add(own);
      own.enqueue(greeting);
    },
    cancel() {
      streams.delete(own);
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` })),
}, async (request) => {
  const { pathname } = new URL(request.url);
  if (request.method === "GET" && pathname === "/healthz") {
    return new Response('{"status":"ok"}', json);
  }
  if (request.method === "POST" && pathname === "/send") {
    if (request.headers.get("authorization") !== authorization) {
      return new Response(null, { status: 401 });
    }
    const { text } = await request.json();
    const answer = JSON.stringify({ ...sample, text });
    if (streams.size > 0) publish(`id: k3f9-4187\nevent: message\ndata: ${answer}\n\n`);
    return new Response(answer, { status: 201, ...json });
  }
  if (request.method === "GET" && pathname === "/events") return follow();
  return new Response(null, { status: 404 });
});
