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
import { exitCodeOf, Interruption } from "../ending.ts";
import { countText } from "../lines/quantities.ts";
import { askSecretly, canAsk } from "../secret_question.ts";
import { line } from "../lines/safe_line.ts";
import { readLines } from "./line_reader.ts";
import type { Output } from "./output.ts";

/** How long the last messages are tried after the end of input before they are given up. */
export const lastWordsMaxMs = 60_000;

/** Where lines come from and go to. */
export interface Pipe {
  readonly output: Output;
  /** Standard input. */
  readonly chunks: () => ReadableStream<Uint8Array>;
  /** Whether someone types, who can be asked, and wants to know how to begin. */
  readonly attended: boolean;
}

/** The process's own, but for where its words go. */
export function systemPipe(output: Output): Pipe {
  return { output, chunks: () => Deno.stdin.readable, attended: canAsk() };
}

/**
 * Talks until the input ends and all is answered, or it is interrupted; resolves to the exit code.
 *
 * @throws as {@linkcode signIn}; {@linkcode UsageError} for a line that is too long.
 */
export async function runPipe(
  account: Account,
  { output, chunks, attended }: Pipe,
  { clock, random }: Surroundings,
  { interruption }: { readonly interruption: AbortSignal },
): Promise<number> {
  const interrupted = new Promise<void>((resolve) =>
    interruption.addEventListener("abort", () => resolve(), { once: true })
  );
  let conversation: Conversation | undefined;
  let input: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const { api, answer } = await signIn(account);
    const reader = chunks().getReader();
    input = reader;
    const read = async () => (await reader.read()).value;
    const screen = pipeScreen(output, {
      ...(attended && { askSecret: (question) => answerOrNone(askSecretly(question, read)) }),
    });
    if (attended) {
      output.talk(line`You are ${answer.user}. /help shows the commands, /exit leaves.`);
    }
    conversation = new Conversation({
      api,
      answer,
      clock,
      random,
      screen,
      renamed: (names) => account.tokens.rename(api.origin, names),
    });
    conversation.start();
    await Promise.race([enterAll(conversation, reader), conversation.ended(), interrupted]);
    await Promise.race([settle(conversation, clock), interrupted]);
    const left = await conversation.close();
    const failure = interruption.aborted ? interruption.reason : conversation.failure;
    if (left.length > 0) {
      const why = interruption.aborted ? "interrupted" : "the server did not come back";
      output.talk(line`chat: ${countText(left.length, "message")} not sent: ${why}`);
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
function pipeScreen(output: Output, asking: Pick<Screen, "askSecret">): Screen {
  return {
    print: (lines) => lines.forEach((each) => output.data(each)),
    talk: (lines) => lines.forEach((each) => output.talk(each)),
    refresh() {},
    layout: {},
    interactive: false,
    ...asking,
  };
}

/** The answer to a question; none if the one who was asked rather left it. */
async function answerOrNone(answer: Promise<string>): Promise<string | undefined> {
  try {
    return await answer;
  } catch (failure) {
    if (failure instanceof Interruption) return undefined;
    throw failure;
  }
}
