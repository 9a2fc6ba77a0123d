/**
 * `chat download`: saves a file, or prints it.
 *
 * @module
 */
import { type CommandLine, exitCodes, type Invocation } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import { openAccount, signedIn, type Surroundings } from "../account/account.ts";
import { downloadOptions } from "../account/config.ts";
import type { ApiClient, DownloadRequest } from "../connection/api_client.ts";
import { downloadTo } from "../conversation/transfers.ts";
import { interruptible } from "../ending.ts";
import { line } from "../lines/safe_line.ts";
import { systemSurroundings } from "../surroundings.ts";
import { explained, type Output, systemOutput } from "./output.ts";

export const downloadCommand: CommandLine = {
  usage: "download [--json] ID [PATH | -]",
  summary: "Save a file; one that is there already stays as it is",
  options: downloadOptions,
  examples: [
    ["chat download 12", "here, under its own name, and print the path"],
    ["chat download 12 /tmp/notes.txt", "as this file"],
    ["chat download 12 - | wc -c", "to standard output"],
  ],
  run: (invocation) =>
    interruptible((interruption) =>
      runDownload(invocation, systemOutput, systemSurroundings, {
        toTerminal: Deno.stdout.isTerminal(),
        interruption,
      })
    ),
};

/** Runs it; resolves to the exit code. */
export function runDownload(
  { args, environment }: Invocation,
  output: Output,
  surroundings: Surroundings,
  { toTerminal, interruption }: {
    /** Whether standard output is a terminal, which obeys what some bytes say. */
    readonly toTerminal: boolean;
    /** Ends it, with nothing left of a file that is not whole. */
    readonly interruption: AbortSignal;
  },
): Promise<number> {
  return explained(output, "download", async () => {
    const { account, values, rest } = await openAccount({
      table: downloadOptions,
      args,
      environment,
      surroundings,
    });
    const [typed, path, third] = rest;
    const id = /^#?(\d{1,15})$/.exec(typed ?? "")?.[1];
    if (id === undefined) throw new UsageError("Cannot download: give the number of a file");
    if (third !== undefined) throw new UsageError(`Cannot understand ${JSON.stringify(third)}`);
    if (path === "-" && values.json) {
      throw new UsageError("Cannot use --json together with -: both need standard output");
    }
    if (path === "-" && toTerminal) {
      throw new UsageError("Cannot print a file on a terminal, which might obey it; give a path");
    }
    const wanted = { id: Number(id), signal: interruption };
    await signedIn(
      account,
      (api) => path === "-" ? print(api, wanted, output) : save(api, wanted),
    );
    return exitCodes.ok;

    async function save(api: ApiClient, { id, signal }: Required<DownloadRequest>): Promise<void> {
      const saved = await downloadTo({
        download: (request) => api.download({ ...request, signal }),
        progress: (transfer) => output.progress(transfer),
        random: surroundings.random,
      }, { id, path });
      if (values.json) output.json({ id, ...saved });
      else output.data(line`${saved.path}`);
    }
  });
}

async function print(api: ApiClient, wanted: DownloadRequest, output: Output): Promise<void> {
  const { bytes } = await api.download(wanted);
  for await (const piece of bytes) output.bytes(piece);
}
