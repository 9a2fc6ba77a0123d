// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures the protocol core alone, without a socket: how fast it reads, and what that leaves behind.
 *
 * @module
 */
import { grouped, markdownTable, median, spread, verdict } from "./figures.ts";
import { undoOnSignal } from "./leftovers.ts";
import type { Allocation, Timing } from "./parser_work.ts";
import { onCore, serverCore } from "./pinning.ts";

const browserMegabytesMin = 300;

/** Room for all that a pass allocates, so that nothing of it is collected before it is counted. */
const youngMegabytes = 256;

/** Prints how fast requests are read, and how much memory each takes. */
export async function benchParser(): Promise<void> {
  console.log("Reading requests, on one core; each in its time and in what it leaves in memory.\n");
  const timings = await work("time", []) as Timing[];
  console.log(markdownTable(
    ["request", "bytes", "read", "MB/s", "CPU ns", "least answer, ns"],
    timings.map((timing) => [
      timing.what,
      grouped(timing.requestBytes),
      timing.reading,
      // The data of a body is handed on without a look at it.
      timing.requestBytes > 10_000 ? "" : spread(megabytes(timing), 0),
      grouped(median(timing.parseNanosEach)),
      grouped(median(timing.answerNanosEach)),
    ]),
  ));
  const flags = `--expose-gc,--min-semi-space-size=${youngMegabytes},` +
    `--max-semi-space-size=${youngMegabytes}`;
  const allocations = await work("fill", [`--v8-flags=${flags}`]) as Allocation[];
  console.log();
  console.log(markdownTable(
    ["request", "bytes", "field lines", "bytes allocated"],
    allocations.map((allocation) => [
      allocation.what,
      grouped(allocation.requestBytes),
      String(allocation.fieldLines),
      grouped(median(allocation.bytesEach)),
    ]),
  ));
  console.log();
  const [browser] = timings;
  if (browser !== undefined) {
    const value = median(megabytes(browser));
    console.log(
      verdict("reading what a browser sends", { value, least: browserMegabytesMin, unit: "MB/s" }),
    );
  }
  const [many, few] = allocations;
  if (many === undefined || few === undefined) return;
  const more = median(many.bytesEach) - median(few.bytesEach);
  const each = more / (many.fieldLines - few.fieldLines);
  console.log(`- for the record: ${each.toFixed(0)} bytes for each field line that is never read`);
}

function megabytes({ requestBytes, parseNanosEach }: Timing): number[] {
  return parseNanosEach.map((nanos) => requestBytes * 1000 / nanos);
}

/** Has it done by a process of its own, for flags and a core of its own. */
async function work(what: string, flags: readonly string[]): Promise<unknown[]> {
  const file = new URL("parser_work.ts", import.meta.url).pathname;
  const deno = [Deno.execPath(), "run", "-A", ...flags, file, what] as const;
  const [program, ...args] = [...onCore(serverCore), ...deno];
  const child = new Deno.Command(program ?? "", { args, stdout: "piped" }).spawn();
  const calledOff = undoOnSignal(() => child.kill("SIGKILL"));
  const { success, stdout } = await child.output();
  calledOff();
  if (!success) throw new Error("Cannot measure the parser: see above");
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return lines.map((line): unknown => JSON.parse(line));
}
