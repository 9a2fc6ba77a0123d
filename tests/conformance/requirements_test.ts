/**
 * The tables of README.md say where each requirement is tested, and what they name exists.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { parseDocument } from "./case_document.ts";

const folder = new URL("./", import.meta.url);
const root = new URL("../../", folder);

interface Row {
  readonly cells: readonly string[];
  /** Where it is tested, or why it is not. */
  readonly where: string;
}

const rows: readonly Row[] = Deno.readTextFileSync(new URL("README.md", folder))
  .split(/^## /m).filter((part) => part.startsWith("What is asked"))
  .flatMap((part) => part.split("\n"))
  .filter((line) => line.startsWith("| ") && !/^\| (section|bound|-+) /.test(line))
  .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
  .map((cells) => ({ cells, where: cells.at(-1) ?? "" }));

function titlesOf(document: string): string[] {
  return parseDocument(Deno.readTextFileSync(new URL(document, folder))).map(({ title }) => title);
}

Deno.test("every requirement names a case, a test or a reason", () => {
  assert(rows.length > 80, `${rows.length} rows`);
  const open = rows.filter(({ where }) => !/`[^`]+\.(md|ts)`|^— \w/.test(where));
  assertEquals(open, []);
});

Deno.test("every case that a requirement names exists", () => {
  const named = rows.flatMap(({ where }) => [...where.matchAll(/`([a-z_]+\.md)` "([^"]+)"/g)]);
  assert(named.length > 80, `${named.length} cases`);
  const unknown = named.filter(([, document = "", title = ""]) =>
    !titlesOf(document).includes(title)
  );
  assertEquals(unknown.map(([text]) => text), []);
});

Deno.test("every other file that a requirement names exists", () => {
  const files = rows.flatMap(({ where }) => [...where.matchAll(/`(tests\/[^`]+)`/g)])
    .map(([, file = ""]) => file);
  assert(files.length > 0);
  for (const file of new Set(files)) assert(Deno.statSync(new URL(file, root)).isFile, file);
});
