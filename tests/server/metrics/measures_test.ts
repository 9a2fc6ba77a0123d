/**
 * What is counted in place, and how it is written down.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { families } from "../../../server/metrics/families.ts";
import { Distribution, Measures, RequestMeasures } from "../../../server/metrics/measures.ts";
import { Metrics, metricsKeptMs } from "../../../server/metrics/metrics.ts";
import { exposition } from "../../../server/metrics/exposition.ts";
import { readExposition, samplesOf } from "../../support/exposition.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

const sights = {
  version: '1.2.3"\n\\',
  startedMs: 1000,
  uptimeMs: () => 1500,
  connections: () => 5,
  usersOnline: () => 6,
  waitingCommands: () => 7,
  isStoreWritable: () => false,
  logLinesDropped: () => 8,
  memory: () => ({ rss: 3, heapUsed: 1, heapTotal: 2 }),
  openFiles: () => undefined,
};

Deno.test("Distribution counts what is at a bound below it, and what is over the last apart", () => {
  const distribution = new Distribution([1, 10]);
  for (const value of [0, 1, 1.001, 10, 10.001, 1e9]) distribution.observe(value);
  assertEquals([...distribution.counts], [2, 2, 2]);
  assertEquals(distribution.sum, 0 + 1 + 1.001 + 10 + 10.001 + 1e9);
});

Deno.test("RequestMeasures counts by the class of the status", () => {
  const requests = new RequestMeasures();
  for (const status of [200, 299, 304, 404, 500, 503, 503]) requests.note(status, 2);
  assertEquals([...requests.answered], [2, 1, 1, 3]);
  assertEquals(requests.seconds.sum.toFixed(6), "0.014000");
});

Deno.test("every family is written down by the rules of Prometheus", () => {
  const measures = new Measures();
  measures.commitSeconds.observe(0.3);
  measures.commitSeconds.observe(99);
  const { type, text } = exposition(families(measures, sights));
  assertEquals(type, "text/plain; version=0.0.4; charset=utf-8");
  const read = readExposition(text);
  for (const [name, { help, samples }] of read) {
    assertMatch(name, /^(chat|process)_[a-z_]+$/);
    assertMatch(help, /^[A-Z0-9].*\.$/);
    assert(samples.size > 0 || name === "process_open_fds", name);
  }
  const samples = samplesOf(text);
  assertEquals(samples.get('chat_commit_duration_seconds_bucket{le="0.25"}'), 0);
  assertEquals(samples.get('chat_commit_duration_seconds_bucket{le="0.5"}'), 1);
  assertEquals(samples.get('chat_commit_duration_seconds_bucket{le="+Inf"}'), 2);
  assertEquals(samples.get("chat_commits_total"), 2);
  assertEquals(samples.get('chat_build_info{version="1.2.3\\"\\n\\\\"}'), 1);
  const looked = ["chat_uptime_seconds", "process_start_time_seconds", "chat_connections"];
  assertEquals(looked.map((name) => samples.get(name)), [1.5, 1, 5]);
  const more = ["chat_users_online", "chat_queued_commands", "chat_store_writable"];
  assertEquals(more.map((name) => samples.get(name)), [6, 7, 0]);
  assertEquals(samples.get("chat_log_lines_dropped_total"), 8);
});

Deno.test("the page is of one size, whatever has happened", () => {
  const [idle, busy] = [new Measures(), new Measures()];
  for (const requests of Object.values(busy.requests)) requests.note(500, 1e6);
  const lines = [idle, busy].map((measures) =>
    exposition(families(measures, sights)).text.split("\n").length
  );
  assertEquals(lines[0], lines[1]);
});

Deno.test("Metrics writes anew only when what it wrote has had its time", () => {
  const clock = new VirtualClock();
  let looks = 0;
  const metrics = new Metrics(
    new Measures(),
    { ...sights, connections: () => ++looks },
    clock,
  );
  const pages = [metrics.page(), metrics.page()];
  assertEquals(looks, 1);
  assertEquals(pages[0], pages[1]);
  clock.advance(metricsKeptMs - 1);
  metrics.page();
  assertEquals(looks, 1);
  clock.advance(1);
  metrics.page();
  assertEquals(looks, 2);
});
