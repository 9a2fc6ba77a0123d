/**
 * Standard output and error of the client's commands: data on one, talk on the other.
 *
 * @module
 */
import { systemClock } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import {
  OutputClosed,
  OutputFailed,
  writeAll,
  writeBytes,
  writeIfHeard,
} from "../../lib/output.ts";
import { terminalJson } from "../../lib/text/json.ts";
import { TokenFileFault } from "../account/token_file.ts";
import { consoleSize } from "../console_size.ts";
import { isDumb } from "../dumb_terminal.ts";
import {
  ApiProblem,
  BadAnswer,
  InviteNeeded,
  NameTaken,
  Unreachable,
} from "../connection/failures.ts";
import { Misunderstood } from "../conversation/command_parser.ts";
import { LocalFileFault } from "../conversation/local_files.ts";
import { exitCodeOf, Interruption, Missing, remedyFor } from "../ending.ts";
import { failureWords } from "../lines/failure_words.ts";
import { progressBar, type Transfer } from "../lines/progress_bar.ts";
import type { Reading } from "../lines/quantities.ts";
import { type Line, line, showsColour } from "../lines/safe_line.ts";

/** By what an output tells whether it shows colours. */
export type ColourWish = Omit<Parameters<typeof showsColour>[0], "isTerminal">;

/** Where a command's words go. */
export interface Output {
  /**
   * What was asked for.
   *
   * @throws {OutputClosed} if nobody reads it any more.
   * @throws {OutputFailed} if the system refuses it.
   */
  readonly data: (text: Line) => void;
  /** The same as JSON, which escapes all that could command a terminal. */
  json(value: unknown): void;
  /** What is said about it. */
  talk(text: Line): void;
  /** Bytes that were asked for. @throws as {@linkcode Output.data}. */
  bytes(piece: Uint8Array): void;
  /** Shows how far a file has come, where someone watches; `undefined`: it has come to its end. */
  progress(transfer: Transfer | undefined): void;
  /** Whether someone may well read at once what is said. */
  readonly watched: boolean;
  /** The same, with data in colours if its user wants them and it can show them. */
  coloured(by: ColourWish): Output;
}

/** The process's own. */
export const systemOutput: Output = outputIn({ colour: false });

function outputIn({ colour }: { readonly colour: boolean }): Output {
  return {
    data: (text) => writeAll(Deno.stdout, rowsOf(text, { colour })),
    json: (value) => writeAll(Deno.stdout, `${terminalJson(value)}\n`),
    // A sentence of ours, and a command in it is to be copied whole.
    talk: (text) => writeIfHeard(Deno.stderr, `${text.plain}\n`),
    bytes: (piece) => writeBytes(Deno.stdout, piece),
    progress(transfer) {
      if (!Deno.stderr.isTerminal() || isDumb(Deno.env.get("TERM"))) return;
      const bar = transfer === undefined
        ? ""
        : progressBar(transfer).cut((consoleSize().columns || 80) - 1).plain;
      writeIfHeard(Deno.stderr, `\r\x1b[2K${bar}`);
    },
    get watched() {
      return Deno.stderr.isTerminal();
    },
    coloured: (by) =>
      outputIn({ colour: showsColour({ ...by, isTerminal: Deno.stdout.isTerminal() }) }),
  };
}

/** A line as rows: where a terminal breaks it, what others have sent could pass for a new line. */
function rowsOf(text: Line, { colour }: { readonly colour: boolean }): string {
  const columns = Deno.stdout.isTerminal() ? consoleSize().columns || undefined : undefined;
  return text.wrapped(columns).map((row) => `${row.text({ colour })}\n`).join("");
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
    // Who interrupts knows why.
    if (failure instanceof Interruption) return failure.exitCode;
    output.talk(line`chat: ${explanation(verb, failure)}`);
    return exitCodeOf(failure);
  }
}

/** What tells for itself what is wrong. */
const speaking = [
  NameTaken,
  InviteNeeded,
  TokenFileFault,
  UsageError,
  LocalFileFault,
  OutputFailed,
];

function now(): Reading {
  return { nowMs: systemClock.now() };
}

function explanation(verb: string, failure: unknown): string {
  if (failure instanceof Misunderstood || failure instanceof Missing) {
    return `Cannot ${verb}: ${failure.message}`;
  }
  if (failure instanceof ApiProblem) return `Cannot ${verb}: ${failureWords(failure, now())}`;
  if (failure instanceof Unreachable || failure instanceof BadAnswer) {
    return `${failure.message}; ${remedyFor(failure)}`;
  }
  // A defect keeps its stack.
  if (!(failure instanceof Error) || !speaking.some((known) => failure instanceof known)) {
    throw failure;
  }
  return failure.message;
}
