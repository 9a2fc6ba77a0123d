/**
 * What the real program tells those who watch over it: `/readyz` and `/metrics`.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { curl, curlJson } from "../../support/curl.ts";
import { samplesOf } from "../../support/exposition.ts";
import { Guest } from "../../support/guest.ts";
import { Nginx } from "../../support/nginx.ts";
import { SmallDisk } from "../../support/small_disk.ts";
import { pollUntil, testWith } from "../../support/tools.ts";

/** One number of `/metrics`. */
async function measured(url: string, name: string): Promise<number> {
  return samplesOf(await curl(`${url}/metrics`)).get(name) ?? NaN;
}

/** What `/readyz` says. */
async function readiness(url: string): Promise<unknown> {
  const { code, status } = await curlJson(`${url}/readyz`);
  return code ?? status;
}

testWith(["curl"], "curl reads how the server is, and what it has done", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  assertEquals(await curlJson(`${url}/readyz`), { status: "ready" });
  const alice = await Guest.arrive(url, "marked-alice");
  await alice.say("marked-text");
  await using _stream = await alice.listen();
  const text = await curl(`${url}/metrics`);
  const samples = samplesOf(text);
  assert(!text.includes("marked"));
  assert(!text.includes(alice.token));
  assertEquals(
    samples.get('chat_http_requests_total{method="POST",route="/send",status="2xx"}'),
    1,
  );
  assertEquals(samples.get('chat_streams{kind="ndjson"}'), 1);
  for (
    const name of [
      "chat_uptime_seconds",
      "chat_connections",
      "process_resident_memory_bytes",
      "chat_heap_used_bytes",
      "chat_commit_duration_seconds_sum",
      ...Deno.build.os === "linux" ? ["process_open_fds"] : [],
    ]
  ) assert((samples.get(name) ?? 0) > 0, name);
  await pollUntil(
    async () => await measured(url, "chat_event_loop_lag_seconds_count") > 0,
    "a look at the event loop",
  );
});

testWith(["curl"], "told to stop, the server is first of all not ready any more", async () => {
  await using workspace = new Workspace();
  const { process, url } = await workspace.serve({ args: ["--stop-delay", "5s"] });
  assertEquals(await readiness(url), "ready");
  process.signal("SIGTERM");
  await process.err.find(/chat is stopping/);
  // Each of these is a connection of its own: the server still takes them.
  assertEquals(await readiness(url), "shutting_down");
  assertEquals(await curlJson(`${url}/healthz`), { status: "ok" });
  assertEquals((await process.ended).code, 0);
});

testWith(["curl"], "without --stop-delay the server stops at once", async () => {
  await using workspace = new Workspace();
  const { process } = await workspace.serve();
  const { code } = await process.kill("SIGTERM");
  assertEquals(code, 0);
});

testWith(
  ["nginx", "curl"],
  "nginx closes /metrics to others as docs/monitoring.md says",
  async () => {
    const document = new URL("../../../docs/monitoring.md", import.meta.url);
    const [, server = ""] = /```nginx\n([^`]+)```/.exec(await Deno.readTextFile(document)) ?? [];
    assert(server.includes("location"));
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url } = await workspace.serve();
    await using proxy = await Nginx.start({ folder, upstream: new URL(url).host, server });
    const status = (at: string) => curl("-o", "/dev/null", "-w", "%{http_code}", at);
    assertEquals(await status(`${proxy.url}/metrics`), "403");
    assertEquals(await status(`${proxy.url}/readyz`), "200");
    assertEquals(await status(`${url}/metrics`), "200");
  },
);

const noDisk = SmallDisk.lacking;

Deno.test({
  name: "a full disk takes the server out of service until there is room again" +
    (noDisk === undefined ? "" : ` (skipped: ${noDisk})`),
  ignore: noDisk !== undefined,
  async fn() {
    await using workspace = new Workspace();
    using disk = new SmallDisk(workspace.path("disk"));
    const { process, url } = await workspace.serve({
      args: ["--limit", "0", "--db", `${disk.folder}/chat.db`],
    });
    const alice = await Guest.arrive(url, "alice");
    await alice.say("there is room");
    // Too little for a message, but enough for the first pages of one.
    disk.fill({ leavingBytes: 3 * 4096 });
    await pollUntil(async () => {
      const told = await alice.try("POST /send", { fields: { text: "x".repeat(4000) } });
      if (told.status !== 201) assertEquals([told.status, told.json.code], [503, "busy"]);
      return told.status === 503;
    }, "a refusal");
    assertEquals(await readiness(url), "busy");
    assertEquals(await curlJson(`${url}/healthz`), { status: "ok" });
    assertEquals(await measured(url, "chat_store_writable"), 0);
    assert(await measured(url, "chat_commit_failures_total") >= 1);
    assert(await measured(url, 'chat_refusals_total{code="busy"}') >= 1);
    // What was written is there to be read.
    assertEquals((await alice.texts()).at(0), "there is room");

    disk.empty();
    await pollUntil(async () => await readiness(url) === "ready", "readiness");
    await alice.say("there is room again");
    await pollUntil(
      async () => await measured(url, "chat_store_writable") === 1,
      "a store that takes something",
    );
    await process.kill("SIGTERM");
  },
});
