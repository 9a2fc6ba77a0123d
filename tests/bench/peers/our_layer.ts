// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The handler of all peers on our own HTTP layer, without the chat.
 *
 * @module
 */
import { systemClock } from "../../../lib/clock.ts";
import { fixedHeaders, type HeaderList, listen } from "../../../server/http/mod.ts";

const { token = "", sample = {} } = JSON.parse(Deno.args[0] ?? "{}");
const authorization = `Bearer ${token}`;
const json = fixedHeaders([["Content-Type", "application/json"]]);
const eventStream = fixedHeaders([["Content-Type", "text/event-stream"]]);
const greeting = new TextEncoder().encode(": welcome\n\n");

function send(body: string): { status: number; headers: HeaderList; body: string } {
  const { text } = JSON.parse(body);
  return { status: 201, headers: json, body: JSON.stringify({ ...sample, text }) };
}

const { address } = listen({
  endpoints: [{ hostname: "127.0.0.1", port: 0 }],
  // The load is one address with all of its connections.
  networkOf: () => undefined,
  clock: systemClock,
  handler(request) {
    if (request.method === "GET" && request.path === "/healthz") {
      return { status: 200, headers: json, body: '{"status":"ok"}' };
    }
    if (request.method === "POST" && request.path === "/send") {
      if (request.headers.get("authorization") !== authorization) {
        return { status: 401, headers: [] };
      }
      const body = request.body.text(65_536);
      return typeof body === "string" ? send(body) : body.then(send);
    }
    if (request.method === "GET" && request.path === "/events") {
      // Makes the layer look out for a client that leaves.
      request.onGone(() => {});
      return { status: 200, headers: eventStream, stream: (stream) => stream.write(greeting) };
    }
    return { status: 404, headers: [] };
  },
});
console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
