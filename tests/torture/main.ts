// deno-lint-ignore-file no-console -- a tool talks to whoever runs it.
/**
 * Tortures real servers for a while: `deno task torture --seconds 60 --seed 7`.
 *
 * `--clients N` says how many talk; `--canary NAME` breaks a copy of the server first, which must be
 * noticed. Ends with 1 if a promise was broken.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { canaries, withCanary } from "./canaries.ts";
import { torture } from "./torture.ts";

const options = parseArgs(Deno.args, { string: ["seconds", "seed", "clients", "canary"] });
const [freshSeed = 0] = crypto.getRandomValues(new Uint32Array(1));
const seed = number("seed", { max: 2 ** 32 - 1 }) ?? freshSeed;
const seconds = number("seconds", { max: 1e6 }) ?? 60;
const clients = number("clients", { max: 500 }) ?? 24;
const canaryName = options.canary === undefined ? undefined : String(options.canary);
if (canaryName !== undefined && canaries[canaryName] === undefined) {
  console.error(`There is no canary of that name, but:\n${Object.keys(canaries).join("\n")}`);
  Deno.exit(2);
}

function number(name: string, { max }: { readonly max: number }): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (!/^[0-9]{1,10}$/.test(String(value)) || Number(value) > max) {
    console.error(`--${name} is a whole number up to ${max}`);
    Deno.exit(2);
  }
  return Number(value);
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}
console.log(`seed ${seed}`);
const tree = canaryName === undefined ? undefined : await withCanary(canaryName);
const report = await torture({
  seed,
  seconds,
  clients,
  signal: stop.signal,
  // Who looks for a canary looks soon.
  stormMs: canaryName === undefined ? 10_000 : 5000,
  note: (line) => console.log(line),
});
const { network, story } = report;
console.log(
  `${report.seconds.toFixed(1)} s, ${clients} clients, ${report.storms} storms; ` +
    `${report.kills} kills; of ${network.connections} connections ${network.cuts} cut, ` +
    `${network.halfCloses} half-closed, ${network.split} split into bytes; ` +
    `${network.delays} delays`,
);
for (const episode of report.episodes) console.log(episode);
console.log(
  `${report.acknowledged} messages acknowledged, ${report.givenUp} given up; ` +
    `${report.events} events, streams resumed ${report.resumptions} times`,
);
if (stop.signal.aborted) {
  console.log("verdict: none, for it was stopped");
} else if (story === undefined) {
  console.log("verdict: every promise was kept");
} else {
  console.error(`\n${story}\n`);
  console.log("verdict: A PROMISE WAS BROKEN");
}
const again = canaryName === undefined ? "" : ` --canary "${canaryName}"`;
console.log(
  `choose the same again: deno task torture --seconds ${seconds} --seed ${seed} ` +
    `--clients ${clients}${again}`,
);
// The listeners of signals would keep it here.
await tree?.[Symbol.asyncDispose]();
Deno.exit(story === undefined ? 0 : 1);
