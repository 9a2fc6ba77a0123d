/**
 * Requests by `node:http` over one connection that an agent keeps: prints what was seen, as JSON.
 *
 * @module
 */
import http from "node:http";
import process from "node:process";

const [, , url = ""] = process.argv;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Asks and reads all of the answer; `parts` are written one by one. */
function ask(method, path, { headers = {}, parts = [], trailers } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers, agent });
    let continued = false;
    const writeAll = () => {
      for (const part of parts) request.write(part);
      if (trailers !== undefined) request.addTrailers(trailers);
      request.end();
    };
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => text += part);
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          reused: request.reusedSocket,
          continued,
          text,
        }));
    });
    if (headers.expect === undefined) return writeAll();
    request.flushHeaders();
    request.on("continue", () => {
      continued = true;
      writeAll();
    });
  });
}

/** Opens a stream and leaves it as soon as it has begun. */
function leaveStream(headers) {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/events`, { headers, agent }, (response) => {
      response.once("data", () => {
        response.on("error", () => {});
        request.destroy();
        resolve(response.statusCode);
      });
    });
    request.on("error", reject);
  });
}

const connected = await ask("POST", "/connect", {
  headers: { accept: "text/plain", "content-type": "application/x-www-form-urlencoded" },
  parts: ["user=agent"],
});
const headers = { authorization: `Bearer ${connected.text.trim()}` };
const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
const steps = [
  await ask("GET", "/healthz"),
  await ask("POST", "/send", { headers: form, parts: ["text=", "in+", "parts"] }),
  await ask("POST", "/send", {
    headers: { ...form, "transfer-encoding": "chunked", trailer: "X-Checksum" },
    parts: ["text=with+a+trailer"],
    trailers: { "X-Checksum": "none", Authorization: "Bearer nobody" },
  }),
  await ask("HEAD", "/docs"),
  await ask("GET", "/nowhere"),
  await ask("POST", "/files?name=a", {
    headers: { ...headers, "content-length": 3, expect: "100-continue" },
    parts: ["abc"],
  }),
  await ask("GET", "/messages", { headers }),
  await ask("POST", "/disconnect?x=1", { headers, parts: ["x".repeat(1000)] }),
  await ask("GET", "/healthz"),
];
const streamed = await leaveStream(headers);
const after = await ask("GET", "/healthz");
agent.destroy();

process.stdout.write(JSON.stringify({
  steps: steps.map(({ status, reused, continued }) => [status, reused, continued]),
  texts: JSON.parse(steps[6].text).items.map(({ text }) => text),
  head: steps[3].text,
  streamed,
  after: [after.status, after.reused],
}));
