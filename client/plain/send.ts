/**
 * `chat send`: sends one message and ends.
 *
 * @module
 */
import { type CommandLine, exitCodes, type Invocation } from "../../lib/command_line.ts";
import { textCharactersMax } from "../../lib/domain/bounds.ts";
import { UsageError } from "../../lib/options.ts";
import { openAccount, type Surroundings } from "../account/account.ts";
import { sendOptions } from "../account/config.ts";
import { newKey } from "../connection/persistence.ts";
import { uploadStream } from "../connection/stream_upload.ts";
import { readMoment } from "../conversation/moments.ts";
import { uploadPath } from "../conversation/transfers.ts";
import { systemSurroundings } from "../surroundings.ts";
import { checkDestination, findDestination } from "./destination.ts";
import { explained, type Output, systemOutput } from "./output.ts";
import { steadfastly } from "./steadfast.ts";

/** Where a text may come from if it is not among the arguments. */
export interface TextSource {
  readonly isTerminal: () => boolean;
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

const standardInput: TextSource = {
  isTerminal: () => Deno.stdin.isTerminal(),
  chunks: () => Deno.stdin.readable,
};

export const sendCommand: CommandLine = {
  usage: "send [--to USER | --room ROOM] [--in DURATION | --at TIME] [--file PATH] [TEXT | -]",
  summary: "Send one message, now or later",
  options: sendOptions,
  examples: [
    ["chat send hello everyone", "to the common chat"],
    ["chat send --to bob psst", "privately"],
    ["uptime | chat send -", "what a command prints"],
    ["chat send --room garden --in 10m tea is ready", "to a room, in ten minutes"],
    ["chat send --file notes.txt as promised", "with a file"],
  ],
  run: (invocation) => runSend(invocation, systemOutput, standardInput, systemSurroundings),
};

/** Runs it; resolves to the exit code. */
export function runSend(
  { args, environment }: Invocation,
  output: Output,
  input: TextSource,
  surroundings: Surroundings,
): Promise<number> {
  return explained(output, "send", async () => {
    const { account, values, rest } = await openAccount({
      table: sendOptions,
      args,
      environment,
      surroundings,
    });
    checkDestination(values);
    const { at, in: inMs, file: path } = values;
    if (at !== undefined && inMs !== undefined) {
      throw new UsageError("Cannot use --in together with --at: give one or the other");
    }
    const atMs = at === undefined ? undefined : readMoment(at, surroundings.clock.now());
    // A file needs no text beside it, and is no reason to read one.
    const text = path !== undefined && rest.length === 0 ? undefined : await findText(rest, input);
    const setup = { account, output, surroundings };
    const [fileKey, key] = [newKey(surroundings.random), newKey(surroundings.random)];
    const place = await steadfastly(setup, (api) => findDestination(values, api));
    const file = path === undefined ? undefined : await steadfastly(setup, (api) =>
      uploadPath({
        call: (name, ...rest) => api.call(name, ...rest),
        upload: (upload) => uploadStream(api, { ...upload, idempotencyKey: fileKey }),
        progress: (transfer) => output.progress(transfer),
      }, path));
    const body = {
      ...(text !== undefined && { text }),
      ...place,
      ...(file !== undefined && { files: [file.id] }),
      ...(atMs !== undefined && { at: new Date(atMs).toISOString() }),
      ...(inMs !== undefined && { in: inMs / 1000 }),
    };
    const sent = await steadfastly(
      setup,
      (api) => api.call("send", { body, idempotencyKey: key }),
    );
    if (values.json) output.json(sent);
    return exitCodes.ok;
  });
}

async function findText(words: readonly string[], input: TextSource): Promise<string> {
  const fromInput = words.length === 0 || (words.length === 1 && words[0] === "-");
  if (!fromInput) return words.join(" ");
  if (words.length === 0 && input.isTerminal()) {
    throw new UsageError("Cannot send nothing: give a text, or - to read it from standard input");
  }
  const text = (await readText(input)).replace(/\r?\n$/, "");
  if (text.trim() === "") throw new UsageError("Cannot send nothing: standard input is empty");
  return text;
}

async function readText(input: TextSource): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of input.chunks()) {
    text += decoder.decode(chunk, { stream: true });
    // No need to read on what can't be sent: a character takes one or two units.
    if (text.length > 2 * textCharactersMax + 2) {
      throw new UsageError(`Cannot send: the text has more than ${textCharactersMax} characters`);
    }
  }
  return text + decoder.decode();
}
