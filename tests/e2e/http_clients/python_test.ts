/**
 * Python as a client: `urllib`, and `http.client` on one connection.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { testWith, toolOutput } from "../../support/tools.ts";
import { Wiretap } from "../../support/wiretap.ts";

const script = new URL("scripts/http_client.py", import.meta.url).pathname;

testWith(["python3"], "Python's standard library talks, uploads by parts and listens", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  await using tap = new Wiretap(url);
  const seen = JSON.parse(await toolOutput("python3", [script, tap.url]));
  assertEquals(seen, {
    connected: [201, "close"],
    refused: [401, "unauthorized"],
    steps: [
      [200, true],
      [201, true],
      [200, true],
      [404, true],
      [201, true],
      [201, true],
      [400, true],
      [200, true],
      [404, true],
    ],
    head: 0,
    size: 300_000,
    texts: ["привет 🐍", "in parts"],
    over: [[413, "too_large"], [413, "too_large"]],
    stream: [200, "text/event-stream", true],
    live: "live",
    old: [200, '{"status":"ok"}', true],
    kept: [200, '{"status":"ok"}', false],
  });
  // urllib twice, the kept connection, two refused files, the stream, and HTTP/1.0 twice.
  assertEquals(tap.overheard.length, 8);
});
