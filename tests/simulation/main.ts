// deno-lint-ignore-file no-console -- a tool talks to whoever runs it.
/**
 * Simulates one seed after the other, and says how fast: `deno task simulate --seeds 50 --seed 1`.
 *
 * `--actions N` says how many actions the plan of each has. Ends with 1 at the first fault.
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "@std/cli";
import { Fault } from "./fault.ts";
import { simulate } from "./simulation.ts";

const options = parseArgs(Deno.args, { string: ["seeds", "seed", "actions"] });
const [freshSeed = 0] = crypto.getRandomValues(new Uint32Array(1));
const firstSeed = number("seed", { otherwise: freshSeed });
const seeds = number("seeds", { otherwise: 20 });
const actions = number("actions", { otherwise: 500 });

function number(name: string, { otherwise }: { readonly otherwise: number }): number {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (!/^[0-9]{1,10}$/.test(String(value))) {
    console.error(`--${name} is a whole number`);
    Deno.exit(2);
  }
  return Number(value);
}

console.log(`seeds ${firstSeed} to ${firstSeed + seeds - 1}, ${actions} actions each`);
const [startMs, startCpuMs] = [performance.now(), cpuMs()];
let steps = 0;
try {
  for (let at = 0; at < seeds; at++) {
    steps += (await simulate({ seed: firstSeed + at, steps: actions })).steps;
  }
} catch (fault) {
  if (!(fault instanceof Fault)) throw fault;
  console.error(fault.message);
  Deno.exit(1);
}
const seconds = (performance.now() - startMs) / 1000;
const cpuSeconds = (cpuMs() - startCpuMs) / 1000;
console.log(
  `${steps} steps in ${seconds.toFixed(1)} s, ${(steps / seconds).toFixed(0)} a second; ` +
    `${(steps / cpuSeconds).toFixed(0)} for each second of the processor`,
);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
