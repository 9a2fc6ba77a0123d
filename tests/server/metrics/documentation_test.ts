/**
 * What docs/monitoring.md tells of `/metrics` is what there is.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { families } from "../../../server/metrics/families.ts";
import { Measures } from "../../../server/metrics/measures.ts";
import { exposition } from "../../../server/metrics/exposition.ts";
import { readExposition } from "../../support/exposition.ts";

const document = Deno.readTextFileSync(new URL("../../../docs/monitoring.md", import.meta.url));

/** Names with their labels, as `chat_streams kind`. */
function written(): string[] {
  const { text } = exposition(families(new Measures(), {
    version: "1.2.3",
    startedMs: 0,
    uptimeMs: () => 0,
    connections: () => 0,
    usersOnline: () => 0,
    waitingCommands: () => 0,
    isStoreWritable: () => true,
    logLinesDropped: () => 0,
    memory: () => ({ rss: 0, heapUsed: 0, heapTotal: 0 }),
    openFiles: () => 0,
  }));
  return [...readExposition(text)].map(([name, { samples }]) => {
    const labels = new Set(
      [...samples.keys()].flatMap((sample) => [...sample.matchAll(/[{,](\w+)="/g)])
        .map(([, label]) => label).filter((label) => label !== "le"),
    );
    return [name, ...[...labels].toSorted()].join(" ");
  });
}

Deno.test("docs/monitoring.md lists every family with its labels, in the order of the page", () => {
  const rows = [...document.matchAll(/^\| `((?:chat|process)_\w+)` +\| ([^|]*)\|/gm)];
  const listed = rows.map(([, name, labels = ""]) =>
    [name, ...[...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)].join(" ")
  );
  assertEquals(listed, written());
});

Deno.test("docs/monitoring.md names no metric that there is not, in alerts either", () => {
  const known = (written()).map((line) => line.split(" ")[0]);
  const alerts = Deno.readTextFileSync(
    new URL("../../../docs/operating/alerts.yaml", import.meta.url),
  );
  const named = [...(document + alerts).matchAll(/\b(?:chat|process)_[a-z_]+[a-z]\b/g)].map((
    [name],
  ) => name);
  assert(named.length > known.length);
  const unknown = named.filter((name) => !known.includes(name.replace(/_bucket$/, "")));
  assertEquals(unknown, []);
});
