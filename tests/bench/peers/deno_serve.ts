// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The peer on `Deno.serve`: answers the same JSON and streams to all who listen, but keeps nothing.
 *
 * @module
 */
const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
const encoder = new TextEncoder();
const answer = Deno.args[0] ?? "{}";
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

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` })),
}, async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/events") {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller;
        streams.add(own);
      },
      cancel() {
        streams.delete(own);
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
  if (request.method === "POST") {
    await request.json();
    if (streams.size > 0) publish(`id: k3f9-4187\nevent: message\ndata: ${answer}\n\n`);
    return new Response(answer, { status: 201, headers: { "content-type": "application/json" } });
  }
  return new Response('{"status":"ok"}', { headers: { "content-type": "application/json" } });
});
