/**
 * The same bytes to our server, to nginx and to node:http: docs/http.md lists each difference, and no
 * other. What is refused with which status is not compared between servers.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Case } from "./cases.ts";
import {
  type Difference,
  isSameSeries,
  lenientHeading,
  readDocumented,
} from "./difference_table.ts";
import { hostileCases } from "./hostile_cases.ts";
import { kindOf, observe, told } from "./observation.ts";
import { oddCases } from "./odd_cases.ts";
import { nginxKind, nodeKind, type OriginKind, ourKind } from "./origins.ts";
import { validCases } from "./valid_cases.ts";

const cases: readonly Case[] = [...validCases, ...oddCases, ...hostileCases];
const { differences, versions } = readDocumented();
const rows: ReadonlyMap<string, Difference> = new Map(differences.map((row) => [row.name, row]));

/** What a server makes of each case, by name. */
async function observeAll(kind: OriginKind): Promise<Map<string, string>> {
  const origin = await kind.start();
  try {
    const all = new Map<string, string>();
    for (const { name, text } of cases) all.set(name, told(await observe(origin, text)));
    return all;
  } finally {
    await origin.stop();
  }
}

Deno.test("each case has a name of its own, and each row of docs/http.md a case", () => {
  assertEquals(new Set(cases.map(({ name }) => name)).size, cases.length);
  assertEquals(rows.size, differences.length);
  const names = new Set(cases.map(({ name }) => name));
  assertEquals(differences.filter(({ name }) => !names.has(name)), []);
  assert(cases.length > 200 && differences.length > 50);
});

Deno.test("docs/http.md tells of ours what it does, to the status", async () => {
  const ours = await observeAll(ourKind);
  assertEquals(
    differences.map(({ name, here }) => `${name}: ${here}`),
    differences.map(({ name }) => `${name}: ${ours.get(name)}`),
  );
});

Deno.test("a row says of one server at least something else than of ours", () => {
  const same = differences.filter(({ here, nginx, node }) =>
    kindOf(here) === kindOf(nginx) && kindOf(here) === kindOf(node)
  );
  assertEquals(same.map(({ name }) => name), []);
});

Deno.test("what we take and another refuses stands where that is said, and nothing else does", () => {
  const isRefused = (told: string) => /^(refused|closed)/.test(kindOf(told));
  for (const { name, here, nginx, node, heading } of differences) {
    const isLenient = !isRefused(here) && [nginx, node].some(isRefused);
    assertEquals(heading === lenientHeading, isLenient, name);
  }
});

for (const [kind, column] of [[nginxKind, "nginx"], [nodeKind, "node"]] as const) {
  const wanted = kind.name === "nginx" ? versions.nginx : versions["Node.js"];
  const version = await kind.version();
  const why = version === undefined
    ? ` (skipped: no ${kind.name} here)`
    : isSameSeries(version, wanted)
    ? ""
    : ` (skipped: the page is about ${wanted}, and here is ${version})`;
  Deno.test({
    name: `docs/http.md lists each case that ${kind.name} takes in another way${why}`,
    ignore: why !== "",
    async fn() {
      const ours = await observeAll(ourKind);
      const theirs = await observeAll(kind);
      const missing: string[] = [];
      const wrong: string[] = [];
      for (const { name } of cases) {
        const [here = "", there = ""] = [ours.get(name), theirs.get(name)];
        const row = rows.get(name);
        if (row === undefined) {
          if (kindOf(here) !== kindOf(there)) missing.push(`| ${name} | ${here} | … ${there} |`);
        } else if (kindOf(row[column]) !== kindOf(there)) {
          wrong.push(`${name}: it is ${there}, and the page says ${row[column]}`);
        }
      }
      assertEquals({ missing, wrong }, { missing: [], wrong: [] });
    },
  });
}

Deno.test("a table of differences is read line by line, under its heading", () => {
  const text = [
    "of nginx 1.2.3 and Node.js 4.5.6.",
    "| other | table | of | four |",
    "| ----- | ----- | -- | ---- |",
    "| a     | b     | c  | d    |",
    "### Heading",
    "| what is sent | here | nginx | Node.js |",
    "| ------------ | ---- | ----- | ------- |",
    "| a b          | 400  | GET 5 | closed  |",
    "",
    "| c | d | e | f |",
  ].join("\n");
  assertEquals(readDocumented(text), {
    differences: [{ name: "a b", here: "400", nginx: "GET 5", node: "closed", heading: "Heading" }],
    versions: { nginx: "1.2.3", "Node.js": "4.5.6" },
  });
  assert(isSameSeries("1.2.3", "1.2.4") && !isSameSeries("1.2.3", "1.3.3"));
  assertEquals(kindOf("POST 5, 431"), "POST 5, refused");
  assertEquals(kindOf("POST 400"), "POST refused");
});
