/**
 * `chat client`: talks, on a terminal or through a pipe.
 *
 * @module
 */
import type { CommandLine, Invocation } from "../lib/command_line.ts";
import { UsageError } from "../lib/options.ts";
import { openAccount } from "./account/account.ts";
import { clientOptions } from "./account/config.ts";
import { isDumb } from "./dumb_terminal.ts";
import { interruptible } from "./ending.ts";
import { explained, systemOutput } from "./plain/output.ts";
import { systemSurroundings } from "./surroundings.ts";

export const clientCommand: CommandLine = {
  usage: "client [--plain] [USER]",
  summary: "Talk: see what is said, and say something",
  options: clientOptions,
  examples: [
    ["chat client alice", "as alice, on this machine's server"],
    ["chat client -u alice -s https://chat.example.org", "on another server"],
    ["echo hello | chat client alice", "lines in, lines out"],
    ["chat client --plain alice", "nothing is drawn: for a screen reader"],
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
  const { color } = values;
  // A terminal that moves no cursor has no place for a live area.
  const canDraw = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() &&
    !isDumb(environment["TERM"]);
  if (canDraw && !values.plain) {
    const { runInteractive } = await import("./terminal/interactive.ts");
    return await runInteractive({ account, color, environment, surroundings });
  }
  const { runPipe, systemPipe } = await import("./plain/pipe.ts");
  // What is plain has colours only for one who asks for both.
  const wish = values.plain && color === "auto" ? "never" : color;
  const output = systemOutput.coloured({ wish, environment });
  return await interruptible((interruption) =>
    runPipe(account, systemPipe(output, environment), surroundings, { interruption })
  );
}
