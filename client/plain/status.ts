/**
 * `chat status`: who I am, my rooms, and how the server is doing.
 *
 * @module
 */
import type { CommandLine, Invocation } from "../../lib/command_line.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import { openAccount, signedIn, type Surroundings } from "../account/account.ts";
import { statusOptions } from "../account/config.ts";
import { statusLines } from "../lines/status_lines.ts";
import { systemSurroundings } from "../surroundings.ts";
import { explained, type Output, systemOutput } from "./output.ts";

export const statusCommand: CommandLine = {
  usage: "status [--json]",
  summary: "Show who you are, your rooms, and how the server is doing",
  options: statusOptions,
  examples: [
    ["chat status", "as the only one who has signed in from here"],
    ["chat status --user alice --json", "for a script"],
  ],
  run: (invocation) => runStatus(invocation, systemOutput, systemSurroundings),
};

/** Runs it; resolves to the exit code. */
export function runStatus(
  { args, environment }: Invocation,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  return explained(output, "show the status", async () => {
    const { account, values, rest } = await openAccount({
      table: statusOptions,
      args,
      environment,
      surroundings,
    });
    if (rest.length > 0) throw new UsageError(`Cannot understand ${JSON.stringify(rest[0])}`);
    const status = await signedIn(account, (api) => api.call("status"));
    if (values.json) {
      output.json(status);
      return exitCodes.ok;
    }
    const { data } = output.coloured({ wish: values.color, environment });
    for (const each of statusLines(status, { nowMs: surroundings.clock.now() })) data(each);
    return exitCodes.ok;
  });
}
