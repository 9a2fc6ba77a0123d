/**
 * The files for Prometheus in docs/operating, as Prometheus and a real server see them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { samplesOf } from "../../support/exposition.ts";
import { testWith } from "../../support/tools.ts";
import { recipe, textOf } from "./handbook.ts";
import { Machine } from "./machine.ts";

testWith(
  ["promtool", "curl"],
  "Prometheus takes the files where docs/monitoring.md puts them, and what is measured",
  async () => {
    await using machine = await Machine.installed();
    await machine.start();
    const [measure = "", install = ""] = recipe("monitoring.md", "Metrics", 2);
    await Deno.writeTextFile(machine.path("run/metrics"), (await machine.type(measure)).out);
    const inCheckout = install.replaceAll(" docs/", " /opt/chat/docs/");
    assert((await machine.type(inCheckout)).out.includes("SUCCESS: 1 rule files found"));
    await machine.type("promtool check rules --lint-fatal /etc/prometheus/alerts.yaml");
    await machine.type("promtool check metrics < /run/metrics");
  },
);

testWith(["curl"], "every alert is about something that the service measures", async () => {
  await using machine = await Machine.installed();
  // By chat.sh, which is not permitted everything.
  await machine.start();
  const samples = [...samplesOf(await (await fetch(`${machine.url}/metrics`)).text()).keys()];
  const rules = textOf("operating/alerts.yaml");
  const named = [...rules.matchAll(/\b((?:chat|process)_\w+)(\{[^}]*\})?/g)];
  assert(named.length >= 10);
  for (const [, name = ""] of named) {
    assert(samples.some((sample) => sample.replace(/\{.*/, "") === name), name);
  }
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const listed = [...textOf("monitoring.md").matchAll(/`(Chat\w+)`/g)].map(([, name]) => name);
  assertEquals(listed.toSorted(), alerts.toSorted());
});
