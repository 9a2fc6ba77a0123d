/**
 * What every command of the program is: its words, its options, and what it does.
 *
 * @module
 */
import type { OptionTable } from "./options.ts";

/** How a command ends; scripts rely on these. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notAuthenticated: 3,
  notFound: 4,
  forbidden: 5,
  limited: 6,
  unreachable: 10,
  badAnswer: 11,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof exitCodes;

/** What each exit code means. */
export const exitMeanings: Readonly<Record<ExitName, string>> = {
  ok: "done",
  failed: "something else failed",
  usage: "the command line or a value in it is not valid",
  notAuthenticated:
    "not signed in: the name is someone else's, the password is wrong, or it takes an invitation",
  notFound: "there is no such user, room, message or file",
  forbidden: "not allowed, or banned from sending",
  limited: "a limit is used up",
  unreachable: "the server can't be reached",
  badAnswer: "what answered is no chat server",
  interrupted: "interrupted, as by Ctrl-C",
};

/** What a command is started with. */
export interface Invocation {
  /** The arguments after the command's name. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One command, as `chat send`. */
export interface CommandLine {
  /** What follows `chat`, as `send [--to USER] [TEXT | -]`. */
  readonly usage: string;
  /** One sentence that tells what it does. */
  readonly summary: string;
  readonly options: OptionTable;
  /** Command lines that work as they stand, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /**
   * Does it; resolves to the exit code.
   *
   * @throws {UsageError} if the arguments can't be understood.
   */
  run(invocation: Invocation): Promise<number>;
}
