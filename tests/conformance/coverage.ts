/**
 * Shows that the tests of the I/O-free core reach each of its lines and branches; fails if they do
 * not: `deno task coverage`.
 *
 * @module
 */

const root = new URL("../../", import.meta.url);

/** Where the core is. */
const core = new URL("server/http/protocol/", root);

/** Only tests that do the same in each run: what a property finds by chance is no proof. */
const tests: readonly string[] = [
  "tests/conformance/",
  "tests/server/http/protocol/answer_test.ts",
  "tests/server/http/protocol/connection_test.ts",
  "tests/server/http/protocol/parts_test.ts",
];

/** How much of a file was reached. */
interface Coverage {
  readonly lines: Count;
  readonly branches: Count;
}

interface Count {
  found: number;
  hit: number;
  /** Numbers of the lines where something was not reached. */
  readonly missed: number[];
}

/** Reads a report in the format of lcov: for each file, by path, what was reached. */
export function parseLcov(report: string): Map<string, Coverage> {
  const files = new Map<string, Coverage>();
  let file: Coverage | undefined;
  for (const line of report.split("\n")) {
    const [key, value = ""] = line.split(/:(.*)/s);
    if (key === "SF") {
      file = { lines: newCount(), branches: newCount() };
      files.set(value, file);
    } else if (key === "DA" || key === "BRDA") {
      const parts = value.split(",");
      const count = key === "DA" ? file?.lines : file?.branches;
      if (count !== undefined) add(count, Number(parts[0]), parts.at(-1));
    }
  }
  return files;
}

function newCount(): Count {
  return { found: 0, hit: 0, missed: [] };
}

function add(count: Count, line: number, times: string | undefined): void {
  count.found++;
  // A branch whose condition was never reached has "-".
  if (Number(times) > 0) count.hit++;
  else if (!count.missed.includes(line)) count.missed.push(line);
}

async function deno(...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot run deno ${args[0]}: it failed`);
}

/** Runs the tests; resolves to what they reached of each file of the core, by name. */
async function measure(): Promise<Map<string, Coverage | undefined>> {
  const folder = await Deno.makeTempDir({ prefix: "coverage-" });
  try {
    const profile = `${folder}/profile`;
    const report = `${folder}/lcov`;
    await deno("test", "--quiet", "--no-check", "-A", `--coverage=${profile}`, ...tests);
    await deno("coverage", "--quiet", "--lcov", `--output=${report}`, profile);
    const files = parseLcov(await Deno.readTextFile(report));
    return new Map(
      coreFiles().map((name) => {
        const path = new URL(name, core).pathname;
        return [name, files.get(decodeURIComponent(path))];
      }),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function coreFiles(): string[] {
  return Array.from(Deno.readDirSync(core), ({ name }) => name).toSorted();
}

function shown({ found, hit }: Count): string {
  return `${hit}/${found}`.padStart(9);
}

/** The table of what was reached, and whether that was all. */
function tableOf(files: ReadonlyMap<string, Coverage | undefined>): [table: string, all: boolean] {
  let all = true;
  let table = `${"file".padEnd(20)}${"lines".padStart(9)}${"branches".padStart(10)}\n`;
  for (const [name, coverage] of files) {
    // A file that no test loads is not in the report.
    const { lines, branches } = coverage ?? { lines: newCount(), branches: newCount() };
    const missed = [...new Set([...lines.missed, ...branches.missed])].toSorted((a, b) => a - b);
    if (coverage === undefined || missed.length > 0) all = false;
    const where = coverage === undefined
      ? "  not loaded"
      : missed.length > 0
      ? `  not all of line ${missed.join(", ")}`
      : "";
    table += `${name.padEnd(20)}${shown(lines)} ${shown(branches)}${where}\n`;
  }
  return [table, all];
}

if (import.meta.main) {
  const [table, all] = tableOf(await measure());
  const verdict = all ? "Every line and branch is reached." : "Not every line and branch is.";
  await Deno.stdout.write(new TextEncoder().encode(`${table}${verdict}\n`));
  if (!all) Deno.exit(1);
}
