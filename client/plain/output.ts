/**
 * Standard output and error of the commands that need no terminal: data on one, talk on the other.
 *
 * @module
 */
import {
  ApiProblem,
  exitCodeOf,
  failureReason,
  isCallFailure,
  NameTaken,
  Unreachable,
} from "../failures.ts";
import { type Line, line } from "../lines/safe_line.ts";
import { TokenFileFault } from "../token_file.ts";

/** Where a command's words go. */
export interface Output {
  /** What was asked for. */
  data(text: Line): void;
  /** What was asked for, as JSON, which escapes all that could command a terminal. */
  json(value: unknown): void;
  /** What is said about it. */
  talk(text: Line): void;
}

/** The reader of our output has gone, as `head` does; there is nobody left to tell. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** The process's own. */
export const systemOutput: Output = {
  data: (text) => writeAll(Deno.stdout, `${text.plain}\n`),
  json: (value) => writeAll(Deno.stdout, `${terminalJson(value)}\n`),
  talk: (text) => writeAll(Deno.stderr, `${text.plain}\n`),
};

/** JSON with what a terminal could obey as escapes, which mean the same to every reader of JSON. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function writeAll(out: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(out.writeSync(bytes));
  } catch (failure) {
    if (failure instanceof Deno.errors.BrokenPipe) throw new OutputClosed();
    throw failure;
  }
}

/** Says why a command did not succeed; gives its exit code. Unexpected failures are thrown on. */
export function tellFailure(output: Output, verb: string, failure: unknown): number {
  if (failure instanceof OutputClosed) return 0;
  if (failure instanceof ApiProblem) {
    output.talk(line`chat: Cannot ${verb}: ${failureReason(failure)}`);
  } else if (
    isCallFailure(failure) || failure instanceof NameTaken || failure instanceof TokenFileFault
  ) {
    // These are whole sentences already.
    const remedy = failure instanceof Unreachable ? failure.remedy : undefined;
    const hint = remedy === undefined ? line`` : line`; start a server with: ${remedy}`;
    output.talk(line`chat: ${failure.message}${hint}`);
  } else {
    throw failure;
  }
  return exitCodeOf(failure);
}
