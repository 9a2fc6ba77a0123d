/**
 * The client without a terminal: lines in, lines out.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { type Account, type SignedIn, signIn, type Surroundings } from "../account/account.ts";
import { openShelf, waitingWords } from "../account/shelf.ts";
import { Pause } from "../connection/backoff.ts";
import { Unreachable } from "../connection/failures.ts";
import type { ConnectionState } from "../connection/session.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { Screen } from "../conversation/screen.ts";
import { exitCodeOf, Interruption } from "../ending.ts";
import { leftLines } from "../lines/left_lines.ts";
import { askSecretly, canAsk } from "../secret_question.ts";
import { line } from "../lines/safe_line.ts";
import { readLines } from "./line_reader.ts";
import type { Output } from "./output.ts";

/** How long the last messages are tried after the end of input before they are given up. */
export const lastWordsMaxMs = 60_000;

/** The same where they are kept for the next run: whoever has left wants their shell back. */
export const keptWordsMaxMs = 3000;

/** Where lines come from and go to. */
export interface Pipe {
  readonly output: Output;
  /** Standard input. */
  readonly chunks: () => ReadableStream<Uint8Array>;
  /**
   * Whether someone types, who can be asked, and wants to know how to begin.
   *
   * What they write outlives the program. What a script writes does not: its next run writes it
   * again, and would send it twice.
   */
  readonly attended: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The process's own, but for where its words go. */
export function systemPipe(output: Output, environment: Pipe["environment"]): Pipe {
  return { output, chunks: () => Deno.stdin.readable, attended: canAsk(), environment };
}

/**
 * Talks until the input ends and all is answered, or it is interrupted; resolves to the exit code.
 *
 * @throws as {@linkcode signIn}; {@linkcode UsageError} for a line that is too long.
 */
export async function runPipe(
  account: Account,
  pipe: Pipe,
  { clock, random }: Surroundings,
  { interruption }: { readonly interruption: AbortSignal },
): Promise<number> {
  const interrupted = new Promise<void>((resolve) =>
    interruption.addEventListener("abort", () => resolve(), { once: true })
  );
  let conversation: Conversation | undefined;
  let input: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const { output, chunks, attended, environment } = pipe;
  try {
    const { api, answer } = await signInAt(pipe, account);
    using shelf = attended
      ? await openShelf({
        environment,
        origin: api.origin,
        user: answer.user,
        formerly: account.user,
        clock,
        random,
      })
      : undefined;
    const reader = chunks().getReader();
    input = reader;
    const read = async () => (await reader.read()).value;
    const screen = pipeScreen(output, {
      ...(attended && { askSecret: (question) => answerOrNone(askSecretly(question, read)) }),
    });
    if (attended) {
      output.talk(line`You are ${answer.user}. /help shows the commands, /exit leaves.`);
    }
    for (const warning of shelf?.warnings ?? []) output.talk(line`chat: ${warning}`);
    conversation = new Conversation({
      api,
      answer,
      clock,
      random,
      screen,
      ...(shelf !== undefined && { shelf }),
      async renamed(names) {
        await account.tokens.rename(api.origin, names);
        await shelf?.rename(names.now);
      },
    });
    conversation.start();
    await Promise.race([enterAll(conversation, reader), conversation.ended(), interrupted]);
    const isKept = shelf?.lasting === true;
    const patienceMs = isKept ? keptWordsMaxMs : lastWordsMaxMs;
    await Promise.race([settle(conversation, clock, patienceMs), interrupted]);
    const left = await conversation.close();
    const failure = interruption.aborted ? interruption.reason : conversation.failure;
    const why = interruption.aborted ? "interrupted" : reason(conversation.connection);
    const fate = isKept ? { kept: true } as const : { kept: false, why } as const;
    leftLines(left, fate).forEach((each, at) => output.talk(at === 0 ? line`chat: ${each}` : each));
    if (failure !== undefined) return exitCodeOf(failure);
    return left.length === 0 ? exitCodes.ok : exitCodes.unreachable;
  } finally {
    await conversation?.close();
    // Who left, or whose token was revoked, still has an open input.
    await input?.cancel();
  }
}

/** Signs in; whoever can't for the moment hears of what waits for them. */
async function signInAt(
  { output, attended, environment }: Pipe,
  account: Account,
): Promise<SignedIn> {
  try {
    return await signIn(account);
  } catch (failure) {
    const owner = { environment, origin: account.api.origin, user: account.user };
    const waiting = attended && failure instanceof Unreachable
      ? await waitingWords(owner)
      : undefined;
    if (waiting !== undefined) output.talk(line`chat: ${waiting}`);
    throw failure;
  }
}

/** Why messages are left by a client that nobody has interrupted. */
function reason(state: ConnectionState): string {
  return state.kind === "stopped" && state.failure !== undefined
    ? "this client is signed out"
    : "the server did not come back";
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

/** Waits until all is answered, `mostMs` at most. */
async function settle(conversation: Conversation, clock: Clock, mostMs: number): Promise<void> {
  const patience = new Pause(clock);
  await Promise.race([conversation.settled(), patience.wait(mostMs)]);
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
