/**
 * Standard output and error of the client's commands: data on one, talk on the other.
 *
 * @module
 */
import { systemClock } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import { type ByteOutput, OutputClosed, writeAll, writeIfHeard } from "../../lib/output.ts";
import { TokenFileFault } from "../account/token_file.ts";
import { ApiProblem, isCallFailure, NameTaken, Unreachable } from "../connection/failures.ts";
import { Misunderstood } from "../conversation/command_parser.ts";
import { LocalFileFault } from "../conversation/local_files.ts";
import { exitCodeOf, remedyFor } from "../ending.ts";
import { failureWords } from "../lines/failure_words.ts";
import { progressBar, type Transfer } from "../lines/progress_bar.ts";
import type { Reading } from "../lines/quantities.ts";
import { type Line, line } from "../lines/safe_line.ts";

/** Where a command's words go. */
export interface Output {
  /** What was asked for. @throws {OutputClosed} if nobody reads it any more. */
  data(text: Line): void;
  /** The same as JSON, which escapes all that could command a terminal. */
  json(value: unknown): void;
  /** What is said about it. */
  talk(text: Line): void;
  /** Bytes that were asked for. @throws {OutputClosed} if nobody reads them any more. */
  bytes(piece: Uint8Array): void;
  /** Shows how far a file has come, where someone watches; `undefined`: it has come to its end. */
  progress(transfer: Transfer | undefined): void;
}

/** The process's own. */
export const systemOutput: Output = {
  data: (text) => writeAll(Deno.stdout, `${text.plain}\n`),
  json: (value) => writeAll(Deno.stdout, `${terminalJson(value)}\n`),
  talk: (text) => writeIfHeard(Deno.stderr, `${text.plain}\n`),
  bytes: (piece) => writeBytes(Deno.stdout, piece),
  progress(transfer) {
    if (!Deno.stderr.isTerminal()) return;
    const bar = transfer === undefined ? "" : progressBar(transfer).plain;
    writeIfHeard(Deno.stderr, `\r\x1b[2K${bar}`);
  },
};

function writeBytes(output: ByteOutput, bytes: Uint8Array): void {
  let left = bytes;
  try {
    while (left.length > 0) left = left.subarray(output.writeSync(left));
  } catch (failure) {
    if (failure instanceof Deno.errors.BrokenPipe) throw new OutputClosed();
    throw failure;
  }
}

/** JSON with what a terminal could obey as escapes, which mean the same to every reader of JSON. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Does the work of a command; a failure that is to be expected becomes one line of talk and an exit
 * code, whatever the command. Others are thrown on.
 *
 * @param verb What could not be done, as `send`.
 */
export async function explained(
  output: Output,
  verb: string,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof OutputClosed) return exitCodes.ok;
    output.talk(line`chat: ${explanation(verb, failure)}`);
    return exitCodeOf(failure);
  }
}

/** Beside failures of calls. */
const expected = [NameTaken, TokenFileFault, UsageError, LocalFileFault, Misunderstood];

function now(): Reading {
  return { nowMs: systemClock.now() };
}

function explanation(verb: string, failure: unknown): string {
  if (failure instanceof Misunderstood) return `Cannot ${verb}: ${failure.message}`;
  if (failure instanceof ApiProblem) return `Cannot ${verb}: ${failureWords(failure, now())}`;
  if (failure instanceof Unreachable) {
    const remedy = remedyFor(failure);
    const hint = remedy === undefined ? "" : `; start a server with: ${remedy}`;
    return failure.message + hint;
  }
  const isExpected = isCallFailure(failure) ||
    expected.some((known) => failure instanceof known);
  // A defect keeps its stack.
  if (!isExpected || !(failure instanceof Error)) throw failure;
  return failure.message;
}
