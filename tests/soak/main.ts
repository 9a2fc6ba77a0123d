// deno-lint-ignore-file no-console -- a tool talks to whoever runs it.
/**
 * Soaks a server in a steady load: `deno task soak --seconds 3600 --streams 2000 --rate 40`.
 *
 * `--every N` says how many seconds are between two samples. Ends with 1 if memory grows, if
 * descriptors are left open, or if anything was refused. Linux only.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { grouped, markdownTable } from "../bench/figures.ts";
import { endOnSignals } from "../bench/leftovers.ts";
import { type Flatness, judgedMsMin } from "./flatness.ts";
import type { Sample } from "./samples.ts";
import {
  filesLeftMax,
  heapPerHourMax,
  isWell,
  residentPerHourMax,
  soak,
  type SoakReport,
} from "./soak.ts";

/** Rows of the table; of more samples, some are left out. */
const rowsMax = 21;

const mib = 1024 * 1024;

const options = parseArgs(Deno.args, { string: ["seconds", "streams", "rate", "every"] });
const seconds = number("seconds", { otherwise: 3600, max: 1e6 });
const streams = number("streams", { otherwise: 2000, max: 9000 });
const rate = number("rate", { otherwise: 40, max: 10_000 });
const sampleEverySeconds = number("every", { otherwise: 10, max: 3600 });

function number(
  name: string,
  { otherwise, max }: { readonly otherwise: number; readonly max: number },
): number {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (!/^[1-9][0-9]{0,9}$/.test(String(value)) || Number(value) > max) {
    console.error(`--${name} is a whole number from 1 to ${max}`);
    Deno.exit(2);
  }
  return Number(value);
}

/** Deno raises the soft limit to the hard one itself. */
function checkDescriptors(): void {
  const limits = Deno.readTextFileSync("/proc/self/limits");
  const most = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  if (most >= streams + 500) return;
  console.error(
    `Cannot hold ${streams} streams: only ${most} files may be open. Raise it with ` +
      `\`ulimit -Hn ${streams + 500}\`, or hold fewer by --streams.`,
  );
  Deno.exit(2);
}

const head = ["minute", "RSS MiB", "heap MiB", "files", "streams", "db KiB", "WAL KiB", "lag ms"];

function rowOf(sample: Sample): string[] {
  return [
    (sample.atMs / 60_000).toFixed(1),
    (sample.resident / mib).toFixed(1),
    (sample.heapUsed / mib).toFixed(1),
    String(sample.openFiles),
    String(sample.streams),
    grouped(sample.database / 1024),
    grouped(sample.wal / 1024),
    sample.lagMs.toFixed(2),
  ];
}

/** The first, the last, and some between. */
function thinned(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= rowsMax) return samples;
  return Array.from(
    { length: rowsMax },
    (_, at) => samples[Math.round(at * (samples.length - 1) / (rowsMax - 1))],
  ).filter((sample) => sample !== undefined);
}

function growthLine(what: string, flatness: Flatness, most: number): string {
  const bound = `at most ${(most / mib).toFixed(0)} MiB an hour`;
  if (flatness.kind === "unknown") {
    return `- ${what}: not judged, for it takes ${judgedMsMin / 60_000} minutes (${bound})`;
  }
  const growth = (flatness.perHour / mib).toFixed(2);
  return `- ${what}: ${flatness.kind}, ${growth} MiB an hour (${bound})`;
}

function print(report: SoakReport): void {
  const { samples, filesBefore, filesAfter, heap, resident, crowds, coreShare } = report;
  const last = samples.at(-1);
  const failures = last?.failures ?? 0;
  console.log(`\n${markdownTable(head, thinned(samples).map(rowOf))}\n`);
  console.log(
    `${grouped(last?.requests ?? 0)} requests and ${grouped(last?.delivered ?? 0)} events told, ` +
      `with ${(100 * coreShare).toFixed(1)} % of a core; ${failures} of them answered by 5xx`,
  );
  for (const { actions, faults, faultsCount, endedStreams } of crowds) {
    const done = Object.entries(actions).map(([name, count]) => `${name} ${count}`);
    console.log(`a crowd: ${done.join(", ")}; ${endedStreams} streams lost, ${faultsCount} faults`);
    for (const fault of faults) console.log(`  ${fault}`);
  }
  console.log(growthLine("heap", heap, heapPerHourMax));
  console.log(growthLine("resident memory", resident, residentPerHourMax));
  console.log(
    `- files: ${filesBefore} before, ${filesAfter} after (at most ${filesLeftMax} more)`,
  );
}

checkDescriptors();
endOnSignals();
try {
  console.log(`${streams} streams, ${rate} actions a second, for ${seconds} s`);
  const report = await soak({
    seconds,
    streams,
    rate,
    sampleEverySeconds,
    note: (sample) =>
      console.log(rowOf(sample).map((cell, at) => `${head[at]} ${cell}`).join(", ")),
  });
  print(report);
  console.log(`verdict: ${isWell(report) ? "well" : "NOT WELL"}`);
  Deno.exit(isWell(report) ? 0 : 1);
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  Deno.exit(1);
}
