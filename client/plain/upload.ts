/**
 * `chat upload`: uploads a file, to be named in a message within the hour.
 *
 * @module
 */
import { type CommandLine, exitCodes, type Invocation } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import { openAccount, type Surroundings } from "../account/account.ts";
import { uploadOptions } from "../account/config.ts";
import { newKey } from "../connection/persistence.ts";
import { uploadStream } from "../connection/stream_upload.ts";
import { uploadPath } from "../conversation/transfers.ts";
import { interruptible } from "../ending.ts";
import { line } from "../lines/safe_line.ts";
import { systemSurroundings } from "../surroundings.ts";
import { explained, type Output, systemOutput } from "./output.ts";
import { steadfastly } from "./steadfast.ts";

export const uploadCommand: CommandLine = {
  usage: "upload [--json] PATH",
  summary: "Upload a file and print its number",
  options: uploadOptions,
  examples: [
    ["chat upload notes.txt", "its number, for files of POST /send within the hour"],
    ["chat upload --json notes.txt", "its size and SHA-256 too"],
  ],
  run: (invocation) =>
    interruptible((interruption) =>
      runUpload(invocation, systemOutput, systemSurroundings, { interruption })
    ),
};

/** Runs it; resolves to the exit code. */
export function runUpload(
  { args, environment }: Invocation,
  output: Output,
  surroundings: Surroundings,
  { interruption }: { readonly interruption: AbortSignal },
): Promise<number> {
  return explained(output, "upload", async () => {
    const { account, values, rest } = await openAccount({
      table: uploadOptions,
      args,
      environment,
      surroundings,
    });
    const [path, second] = rest;
    if (path === undefined) throw new UsageError("Cannot upload nothing: give a path");
    if (second !== undefined) throw new UsageError(`Cannot understand ${JSON.stringify(second)}`);
    const idempotencyKey = newKey(surroundings.random);
    const file = await steadfastly({ account, output, surroundings }, (api) =>
      uploadPath({
        call: (name, ...rest) => api.call(name, ...rest),
        upload: (upload) => uploadStream(api, { ...upload, idempotencyKey, signal: interruption }),
        progress: (transfer) => output.progress(transfer),
      }, path));
    if (values.json) output.json(file);
    else output.data(line`${file.id}`);
    return exitCodes.ok;
  });
}
