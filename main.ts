/**
 * The command line: hands over to the server, the client, or a one-shot command.
 *
 * @module
 */
import { type CommandLine, exitCodes, exitMeanings, type ExitName } from "./lib/command_line.ts";
import { environmentName, optionsHelp, UsageError } from "./lib/options.ts";
import { OutputClosed, OutputFailed, writeAll, writeIfHeard } from "./lib/output.ts";
import { terminalSafe } from "./lib/text/terminal.ts";
import { version } from "./lib/version.ts";
import type { Asking, OperatorTerminal } from "./server/operator/terminal.ts";

/** Each command is loaded when it is called for, so that none waits for the others' code. */
const commands: Readonly<Record<string, () => Promise<CommandLine>>> = {
  serve: async () => (await import("./server/serve.ts")).serveCommand,
  client: async () => (await import("./client/client.ts")).clientCommand,
  send: async () => (await import("./client/plain/send.ts")).sendCommand,
  tail: async () => (await import("./client/plain/tail.ts")).tailCommand,
  history: async () => (await import("./client/plain/history.ts")).historyCommand,
  upload: async () => (await import("./client/plain/upload.ts")).uploadCommand,
  download: async () => (await import("./client/plain/download.ts")).downloadCommand,
  status: async () => (await import("./client/plain/status.ts")).statusCommand,
  backup: async () =>
    (await import("./server/backup/backup.ts")).backupCommand(await operatorTerminal()),
  restore: async () =>
    (await import("./server/backup/restore.ts")).restoreCommand(await operatorTerminal()),
  admin: async () =>
    (await import("./server/admin/admin.ts")).adminCommand(await operatorTerminal()),
  doctor: async () => (await import("./server/doctor/doctor.ts")).doctorCommand,
};

/** What the client knows of terminals, for commands of the server's side. */
async function operatorTerminal(): Promise<OperatorTerminal> {
  const [
    { systemOutput },
    { askOnTerminal, canAsk },
    { askOpenly },
    { Interruption, onEndingSignal },
  ] = await Promise.all([
    import("./client/plain/output.ts"),
    import("./client/secret_question.ts"),
    import("./client/open_question.ts"),
    import("./client/ending.ts"),
  ]);
  const ask = (question: string, { echo = false }: Asking = {}) =>
    (echo ? askOpenly(question) : askOnTerminal(question)).catch((failure) => {
      if (failure instanceof Interruption) return undefined;
      throw failure;
    });
  return {
    ...(canAsk() && { ask }),
    progress: (progress) => systemOutput.progress(progress),
    watched: systemOutput.watched,
    onEndingSignal,
  };
}

/** Help about what needs no code of its own. */
const ownUsage: Readonly<Record<string, string>> = {
  version: `Tell which version this is

Usage: chat version

Examples:
  chat version  # chat ${version}
`,
  help: `Tell about a command, or which there are

Usage: chat help [COMMAND]

Examples:
  chat help         # the commands, and what exit codes mean
  chat help send    # its options, and examples
  chat send --help  # the same
`,
};

async function overview(): Promise<string> {
  let rows = "";
  for (const [name, load] of Object.entries(commands)) {
    rows += `  ${name.padEnd(10)}${(await load()).summary}\n`;
  }
  return `chat ${version}: a self-hosted chat in one executable

Usage: chat COMMAND [OPTIONS]

${rows}  version   Tell which version this is
  help      Tell about a command, with examples: chat help send

Begin:
  chat serve         # in one terminal
  chat client alice  # in another

Exit codes:
${exitCodesHelp()}`;
}

function exitCodesHelp(): string {
  return Object.entries(exitCodes)
    .map(([name, code]) => `  ${String(code).padEnd(5)}${exitMeanings[name as ExitName]}\n`)
    .join("");
}

function commandHelp({ usage, summary, options, examples }: CommandLine): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const [flag = ""] = Object.keys(options);
  const lines = examples.map(([line, does]) => `  ${line.padEnd(width)}  # ${does}\n`).join("");
  return `${summary}

Usage: chat ${usage}

Options, each also as a variable (--${flag} is ${environmentName(flag)}):
${optionsHelp(options)}
Examples:
${lines}`;
}

async function help(topic: string | undefined): Promise<string> {
  if (topic === undefined) return await overview();
  const own = Object.hasOwn(ownUsage, topic) ? ownUsage[topic] : undefined;
  if (own !== undefined) return own;
  const load = find(topic);
  if (load === undefined) throw unknownCommand(topic);
  return commandHelp(await load());
}

function find(name: string): (() => Promise<CommandLine>) | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

function unknownCommand(name: string): UsageError {
  return new UsageError(`Unknown command ${JSON.stringify(name)}; see chat help`);
}

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  switch (name) {
    case undefined:
      print(await overview());
      return exitCodes.usage;
    case "help":
    case "--help":
    case "-h":
      print(await help(rest[0]));
      return exitCodes.ok;
    case "version":
    case "--version":
      print(`chat ${version}\n`);
      return exitCodes.ok;
  }
  const load = find(name);
  if (load === undefined) throw unknownCommand(name);
  const command = await load();
  if (asksForHelp(rest)) {
    print(commandHelp(command));
    return exitCodes.ok;
  }
  return await command.run({ args: rest, environment: Deno.env.toObject() });
}

/** Whether `--help` stands among the options, and not after `--`. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

function print(text: string): void {
  writeAll(Deno.stdout, text);
}

/** The exit code of a command that ended by `failure`. */
function explain(failure: unknown): number {
  // Who reads only the first lines, as `head` does, has got what they wanted.
  if (failure instanceof OutputClosed) return exitCodes.ok;
  if (!(failure instanceof UsageError || failure instanceof OutputFailed)) throw failure;
  writeIfHeard(Deno.stderr, `chat: ${terminalSafe(failure.message)}\n`);
  return failure instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await run(Deno.args);
  } catch (failure) {
    Deno.exitCode = explain(failure);
  }
}
