// deno-lint-ignore-file no-console -- a tool talks to whoever runs it.
/**
 * Fuzzes the HTTP layer for a while: `deno task fuzz --seconds 60 --seed 7`.
 *
 * `--cases N` runs so many cases instead, which is the same again for the same seed; `--canary NAME`
 * puts a known fault into the server first. Ends with 1 if something was found.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { canaries } from "./canaries.ts";
import { findingText } from "./finding.ts";
import { fuzz, type FuzzReport } from "./fuzzer.ts";
import { neverSaid, refusalTexts, unknownTo } from "./refusals.ts";

/** How much more memory may be in use at the end than after the first cases. */
const growthBytesMax = 300 * 1024 ** 2;
/** After so many cases the program is warm. */
const warmCases = 2000;
/** So many cases come across every refusal. */
const thoroughCases = 20_000;

const options = parseArgs(Deno.args, { string: ["seconds", "seed", "cases", "canary"] });
const [freshSeed = 0] = crypto.getRandomValues(new Uint32Array(1));
const seed = number("seed") ?? freshSeed;
const casesMax = number("cases");
const seconds = number("seconds") ?? (casesMax === undefined ? 60 : Infinity);
const canary = options.canary === undefined ? undefined : canaries[String(options.canary)];
if (options.canary !== undefined && canary === undefined) {
  console.error(`There is no canary of that name, but:\n${Object.keys(canaries).join("\n")}`);
  Deno.exit(2);
}

function number(name: string): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(String(value))) {
    console.error(`--${name} is a whole number`);
    Deno.exit(2);
  }
  return Number(value);
}

const startMs = performance.now();
let warmBytes = Infinity;
console.log(`seed ${seed}`);
const report = await fuzz({
  seed,
  sockets: true,
  ...canary && { canary },
  goesOn(cases) {
    if (cases === warmCases) warmBytes = Deno.memoryUsage().rss;
    return cases < (casesMax ?? Infinity) && performance.now() - startMs < seconds * 1000;
  },
});
const faults = [...told(report)];
for (const fault of faults) console.error(`\n${fault}`);
Deno.exit(faults.length > 0 ? 1 : 0);

/** Prints what was done; gives what is wrong. */
function* told({ cases, dialogues, connections, shapes, messages, finding }: FuzzReport) {
  const elapsed = (performance.now() - startMs) / 1000;
  const growth = Deno.memoryUsage().rss - warmBytes;
  const texts = refusalTexts();
  const never = neverSaid(texts, messages.keys());
  const rare = [...shapes.values()].filter((count) => count === 1).length;
  console.log(
    `${cases} cases in ${elapsed.toFixed(1)} s, ${Math.round(cases / elapsed)} a second; ` +
      `${dialogues} of them as dialogues, ${connections} over sockets`,
  );
  console.log(`${shapes.size} kinds of outcomes, ${rare} of them seen once`);
  console.log(`${texts.length - never.length} of ${texts.length} refusals reached`);
  for (const text of never) console.log(`never reached: ${text}`);
  if (Number.isFinite(growth)) {
    console.log(`memory grew by ${(growth / 1024 ** 2).toFixed(0)} MiB since case ${warmCases}`);
  }
  if (finding !== undefined) {
    const sabotage = canary === undefined ? "" : ` --canary "${options.canary}"`;
    const again = `deno task fuzz --seed ${seed} --cases ${cases}${sabotage}`;
    yield `${findingText(finding)}\nsee it again: ${again}`;
    return;
  }
  for (const message of unknownTo(texts, messages.keys())) yield `unknown refusal: ${message}`;
  if (cases >= thoroughCases && never.length > 0) yield "Some refusals were never reached";
  if (growth > growthBytesMax) yield `Memory grew by ${growth} bytes`;
}
