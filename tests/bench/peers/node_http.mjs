// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The peer on `node:http`: answers the same JSON, but keeps nothing.
 *
 * @module
 */
import { createServer } from "node:http";
import process from "node:process";

const answer = process.argv[2] ?? "{}";

const server = createServer((request, response) => {
  if (request.method !== "POST") {
    response.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok"}');
    return;
  }
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part) => body += part);
  request.on("end", () => {
    JSON.parse(body);
    response.writeHead(201, { "content-type": "application/json" }).end(answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
});
