/**
 * A load by wrk, the HTTP benchmarking tool.
 *
 * @module
 */
import type { LoadResult } from "./load.ts";
import type { ServerProcess } from "./server_process.ts";

/** A load that goes on for a time. */
export interface WrkOptions {
  /** What is sent, one after another and counted round, by whichever connection has its answers. */
  readonly sendings: readonly Uint8Array[];
  readonly connections: number;
  readonly seconds: number;
  /** Where its script is put. */
  readonly folder: string;
  /** What goes before the command, such as `taskset`. */
  readonly prefix: readonly string[];
}

/** @throws {Error} if an answer was none, or not of a status that says that all is well. */
export async function loadByWrk(server: ServerProcess, options: WrkOptions): Promise<LoadResult> {
  const { sendings, connections, seconds, folder, prefix } = options;
  const script = `${folder}/wrk.lua`;
  await Deno.writeTextFile(script, scriptOf(sendings));
  const url = `http://${server.hostname}:${server.port}/`;
  const flags = ["--threads", "1", "--connections", String(connections)];
  // A busy machine is no error: that a server does not answer shows in the number of requests.
  flags.push("--duration", `${seconds}s`, "--timeout", "30s", "--script", script, url);
  const [program = "", ...args] = [...prefix, "wrk", ...flags];
  const { stdout } = await new Deno.Command(program, { args }).output();
  const report = new TextDecoder().decode(stdout);
  const fault = /^.*(Socket errors|Non-2xx).*$/m.exec(report)?.[0].trim();
  if (fault !== undefined) throw new Error(`Cannot measure ${server.name}: wrk says "${fault}"`);
  const [, requests, unit] = /(\d+) requests in ([\d.]+m?s)/.exec(report) ?? [];
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
  if (unit === undefined || !(perSecond > 0)) {
    throw new Error(`Cannot measure ${server.name}: wrk says "${report.trim()}"`);
  }
  return { requests: Number(requests), seconds: Number(requests) / perSecond };
}

/** A string of JSON, being ASCII, is one of Lua too. */
function scriptOf(sendings: readonly Uint8Array[]): string {
  const texts = sendings.map((bytes) => JSON.stringify(new TextDecoder().decode(bytes)));
  return `local all = {${texts.join(",\n")}}
local at = 0
request = function()
  at = at % #all + 1
  return all[at]
end
`;
}
