/**
 * The client without a terminal: lines in, lines out.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { type Account, signIn, type Surroundings } from "../account/account.ts";
import { Pause } from "../connection/backoff.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { Screen } from "../conversation/screen.ts";
import { exitCodeOf } from "../ending.ts";
import { line } from "../lines/safe_line.ts";
import { readLines } from "./line_reader.ts";
import { type Output, systemOutput } from "./output.ts";

/** How long the last messages are tried after the end of input before they are given up. */
export const lastWordsMaxMs = 60_000;

/** Where lines come from and go to. */
export interface Pipe {
  readonly output: Output;
  /** Standard input. */
  readonly chunks: () => ReadableStream<Uint8Array>;
}

/** The process's own. */
export const systemPipe: Pipe = { output: systemOutput, chunks: () => Deno.stdin.readable };

/**
 * Talks until the input ends and all is answered; resolves to the exit code.
 *
 * @throws as {@linkcode signIn}; {@linkcode UsageError} for a line that is too long.
 */
export async function runPipe(
  account: Account,
  { output, chunks }: Pipe,
  { clock, random }: Surroundings,
): Promise<number> {
  let conversation: Conversation | undefined;
  let input: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const { api, answer } = await signIn(account);
    const screen = pipeScreen(output);
    conversation = new Conversation({
      api,
      answer,
      clock,
      random,
      screen,
      renamed: (names) => account.tokens.rename(api.origin, names),
    });
    conversation.start();
    input = chunks().getReader();
    await Promise.race([enterAll(conversation, input), conversation.ended()]);
    await settle(conversation, clock);
    const left = await conversation.close();
    const { failure } = conversation;
    if (left.length > 0) {
      output.talk(line`chat: ${left.length} not sent: the server did not come back`);
      if (failure === undefined) return exitCodes.unreachable;
    }
    return failure === undefined ? exitCodes.ok : exitCodeOf(failure);
  } finally {
    await conversation?.close();
    // Who left, or whose token was revoked, still has an open input.
    await input?.cancel();
  }
}

async function enterAll(
  conversation: Conversation,
  input: ReadableStreamDefaultReader<Uint8Array>,
): Promise<void> {
  for await (const typed of readLines(chunksOf(input))) {
    await conversation.space();
    if (conversation.over) return;
    await conversation.enter(typed);
  }
}

async function* chunksOf(
  input: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const { done, value } = await input.read();
    if (done) return;
    yield value;
  }
}

/** Waits until all is answered, {@linkcode lastWordsMaxMs} at most. */
async function settle(conversation: Conversation, clock: Clock): Promise<void> {
  const patience = new Pause(clock);
  await Promise.race([conversation.settled(), patience.wait(lastWordsMaxMs)]);
  patience.end();
}

/** Shows the chat on one output and the rest on the other. */
function pipeScreen(output: Output): Screen {
  return {
    print: (lines) => lines.forEach((each) => output.data(each)),
    talk: (lines) => lines.forEach((each) => output.talk(each)),
    refresh() {},
    layout: {},
    interactive: false,
  };
}
