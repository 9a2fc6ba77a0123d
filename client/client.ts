/**
 * `chat client`: talks, on a terminal or through a pipe.
 *
 * @module
 */
import type { CommandLine, Invocation } from "../lib/command_line.ts";
import { UsageError } from "../lib/options.ts";
import { openAccount, systemSurroundings } from "./account/account.ts";
import { clientOptions } from "./account/config.ts";
import { explained, systemOutput } from "./plain/output.ts";

export const clientCommand: CommandLine = {
  usage: "client [--plain] [USER]",
  summary: "Talk: see what is said, and say something",
  options: clientOptions,
  examples: [
    ["chat client alice", "as alice, on this machine's server"],
    ["chat client -u alice -s https://chat.example.org", "on another server"],
    ["echo hello | chat client alice", "lines in, lines out"],
  ],
  run: (invocation) => explained(systemOutput, "sign in", () => runClient(invocation)),
};

async function runClient({ args, environment }: Invocation): Promise<number> {
  const surroundings = systemSurroundings;
  const { account, values, rest } = await openAccount({
    table: clientOptions,
    args,
    environment,
    positionalUser: true,
    surroundings,
  });
  if (rest.length > 0) throw new UsageError(`Cannot understand ${JSON.stringify(rest[0])}`);
  const onTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  if (onTerminal && !values.plain) {
    const { runInteractive } = await import("./terminal/interactive.ts");
    return await runInteractive({ account, color: values.color, environment, surroundings });
  }
  const { runPipe, systemPipe } = await import("./plain/pipe.ts");
  return await runPipe(account, systemPipe, surroundings);
}
