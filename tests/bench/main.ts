// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Runs the benchmark that is named: `deno task bench http`.
 *
 * Linux only: CPU time and memory of the servers are read from `/proc`.
 *
 * @module
 */
import { benchChat } from "./chat.ts";
import { benchHttp } from "./http.ts";
import { benchIdle } from "./idle.ts";
import { endOnSignals } from "./leftovers.ts";
import { benchPage } from "./page.ts";
import { benchParser } from "./parser.ts";
import { benchTerminal } from "./terminal.ts";
import { benchWhole } from "./whole/whole.ts";

interface Benchmark {
  readonly help: string;
  /** Whether it takes arguments of its own; the others take none. */
  readonly takesOptions?: true;
  run(args: readonly string[]): Promise<void>;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  chat: { help: "Sending and fan-out of the whole program", run: benchChat },
  http: { help: "Requests a second of the HTTP layer beside others", run: benchHttp },
  parser: { help: "Megabytes a second of the protocol core alone", run: benchParser },
  idle: { help: "Memory of idle streams and connections", run: benchIdle },
  page: { help: "What one waits for in a browser", run: benchPage },
  terminal: { help: "What one waits for in the terminal client", run: benchTerminal },
  whole: {
    help: "The whole way beside nchan, ngIRCd, Redis and NATS; --quick for a look",
    takesOptions: true,
    run: benchWhole,
  },
};

const [name = "", ...rest] = Deno.args;
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark === undefined || (rest.length > 0 && !benchmark.takesOptions)) {
  console.log("Usage: deno task bench NAME\n");
  for (const [word, { help }] of Object.entries(benchmarks)) {
    console.log(`  ${word.padEnd(8)} ${help}`);
  }
  Deno.exit(name === "" ? 0 : 2);
}
endOnSignals();
try {
  await benchmark.run(rest);
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  Deno.exit(1);
}
Deno.exit(0);
