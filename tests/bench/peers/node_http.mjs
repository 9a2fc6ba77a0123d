// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The handler of all peers on `node:http`; it keeps nothing.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import process from "node:process";

const { token = "", sample = {} } = JSON.parse(process.argv[2] ?? "{}");
const authorization = `Bearer ${token}`;

function send(response, status, body) {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": length });
  response.end(body);
}

const server = createServer((request, response) => {
  const [path] = request.url.split("?", 1);
  if (request.method === "GET" && path === "/healthz") {
    send(response, 200, '{"status":"ok"}');
  } else if (request.method === "POST" && path === "/send") {
    if (request.headers.authorization !== authorization) {
      response.writeHead(401).end();
      return;
    }
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part) => body += part);
    request.on("end", () => {
      const { text } = JSON.parse(body);
      send(response, 201, JSON.stringify({ ...sample, text }));
    });
  } else {
    response.writeHead(404).end();
  }
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
});
