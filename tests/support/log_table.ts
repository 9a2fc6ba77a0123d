/**
 * What docs/monitoring.md says that the log may tell, and whether a line keeps to it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";

/** A message that the program logs. */
export interface LogMessage {
  readonly level: string;
  readonly part: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** What an operator is to do. */
  readonly advice: string;
}

const document = Deno.readTextFileSync(new URL("../../docs/monitoring.md", import.meta.url));
const [, section = ""] = /\n## The log\n([\s\S]*?)\n## /.exec(document) ?? [];

/** The cells of the section's tables, by the first word of their heads. */
function rows(width: number): string[][] {
  return section.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter((cells) => cells.length === width);
}

/** What stands in backquotes. */
function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}

/** Every message, as the document lists them. */
export const logMessages: readonly LogMessage[] = rows(5).map(
  ([level = "", part = "", message = "", fields = "", advice = ""]) => ({
    level: quoted(level)[0] ?? "",
    part: quoted(part)[0] ?? "",
    message: quoted(message)[0] ?? "",
    fields: quoted(fields),
    advice,
  }),
);

/** What type the values of each field are of. */
export const logFieldTypes: ReadonlyMap<string, string> = new Map(
  rows(3).map(([name = "", type = ""]) => [quoted(name)[0] ?? "", type]),
);

/** Checks that a line of JSON is one of those that the document lists, and gives it. */
export function checkLogLine(line: string): Readonly<Record<string, unknown>> {
  const { time, level, part, message, ...fields } = JSON.parse(line);
  assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, line);
  const row = logMessages.find((row) => row.message === message && row.part === part);
  assert(row !== undefined, `no such message: ${line}`);
  assertEquals(level, row.level, line);
  for (const [name, value] of Object.entries(fields)) {
    assert(row.fields.includes(name), `${name} is no field of it: ${line}`);
    assertEquals(typeof value, logFieldTypes.get(name), `${name}: ${line}`);
  }
  return { time, level, part, message, ...fields };
}
