/**
 * `chat send`: sends one message and ends.
 *
 * @module
 */
import { type CommandLine, exitCodes, type Invocation } from "../../lib/command_line.ts";
import { textCharactersMax } from "../../lib/domain/bounds.ts";
import { UsageError } from "../../lib/options.ts";
import {
  openAccount,
  signedIn,
  type Surroundings,
  systemSurroundings,
} from "../account/account.ts";
import { sendOptions } from "../account/config.ts";
import type { ApiClient } from "../connection/api_client.ts";
import { Backoff, Pause } from "../connection/backoff.ts";
import { ApiProblem, failureReason, isCallFailure, isPassing } from "../connection/failures.ts";
import { newSending, sendDraft } from "../connection/outbox.ts";
import { line } from "../lines/safe_line.ts";
import { explained, type Output, systemOutput } from "./output.ts";

/** How often a message is tried before it is given up. */
export const sendAttemptsMax = 4;

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
  usage: "send [--to USER] [TEXT | -]",
  summary: "Send one message",
  options: sendOptions,
  examples: [
    ["chat send hello everyone", "to the common chat"],
    ["chat send --to bob psst", "privately"],
    ["uptime | chat send -", "what a command prints"],
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
    const text = await findText(rest, input);
    const draft = { text, ...(values.to !== undefined && { to: values.to }) };
    const sending = newSending(draft, surroundings.random);
    const message = await persist(
      surroundings,
      output,
      () => signedIn(account, (api: ApiClient) => sendDraft(api, sending)),
    );
    if (values.json) output.json(message);
    return exitCodes.ok;
  });
}

/** Tries until it is answered, {@linkcode sendAttemptsMax} times; the key makes it one message. */
async function persist<Answer>(
  { clock, random }: Surroundings,
  output: Output,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  const backoff = new Backoff(random);
  for (let tried = 1;; tried++) {
    try {
      return await attempt();
    } catch (failure) {
      if (tried >= sendAttemptsMax || !isCallFailure(failure) || !isPassing(failure)) throw failure;
      const askedMs = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
      const waitMs = backoff.next(askedMs);
      output.talk(
        line`chat: ${failureReason(failure)}; trying again in ${Math.round(waitMs / 1000)} s`,
      );
      await new Pause(clock).wait(waitMs);
    }
  }
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
