// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The peer on `node:http`: answers the same JSON, but keeps nothing.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import process from "node:process";

const answer = process.argv[2] ?? "{}";

function send(response, status, body) {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": length });
  response.end(body);
}

const server = createServer((request, response) => {
  if (request.method !== "POST") {
    send(response, 200, '{"status":"ok"}');
    return;
  }
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part) => body += part);
  request.on("end", () => {
    JSON.parse(body);
    send(response, 201, answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
});
