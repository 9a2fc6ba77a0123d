/**
 * Node as a client: its `fetch`, and `node:http` with an agent that keeps connections.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { testWith, toolOutput } from "../../support/tools.ts";
import { Wiretap } from "../../support/wiretap.ts";

/** How often the script asks: `/connect`, 5 and 20 messages, the stream, 3 files, `/docs`. */
const requests = 31;

const scripts = new URL("scripts/", import.meta.url).pathname;

testWith(["node"], "Node's fetch talks, listens, uploads by parts and leaves", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  await using tap = new Wiretap(url);
  const seen = JSON.parse(await toolOutput("node", [`${scripts}fetch.mjs`, tap.url, "20"]));
  const { sent, heard, ...others } = seen;
  assertEquals(others, {
    connected: 201,
    oneByOne: Array(5).fill(201),
    atOnce: Array(20).fill(201),
    ending: "AbortError",
    upload: [201, 1_048_576],
    over: ["too_large", "too_large"],
    head: [200, true, ""],
  });
  assertEquals(new Set(sent).size, 20);
  assertEquals(heard, sent);
  // 20 at once beside the stream need as many connections; what comes before and after does not.
  assert(tap.overheard.length < requests, `${tap.overheard.length} connections`);
});

testWith(["node"], "node:http keeps one connection over whatever is asked", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  await using tap = new Wiretap(url);
  const seen = JSON.parse(await toolOutput("node", [`${scripts}agent.mjs`, tap.url]));
  assertEquals(seen, {
    steps: [
      [200, true, false],
      [201, true, false],
      [201, true, false],
      [200, true, false],
      [404, true, false],
      [201, true, true],
      [200, true, false],
      [422, true, false],
      [200, true, false],
    ],
    texts: ["in parts", "with a trailer"],
    head: "",
    streamed: 200,
    after: [200, false],
  });
  assertEquals(tap.overheard.length, 2);
  const bob = await Guest.arrive(url, "bob");
  const { items } = await bob.ask("GET /users");
  assertEquals(items.map(({ name }: { name: string }) => name), ["agent", "bob"]);
});
