/**
 * Which argument of a command is being typed.
 *
 * @module
 */
import {
  type Argument,
  type CommandShape,
  findCommand,
  takeWord,
} from "../../conversation/command_parser.ts";

/** A command whose name is whole, and where in it the cursor stands. */
export interface ArgumentPlace<Command extends CommandShape> {
  /** Under the name that was typed, which may be an alias. */
  readonly command: Command;
  readonly typedName: string;
  /** What stands before the cursor belongs to it; `undefined`: there is no place for it. */
  readonly argument: Argument | undefined;
  /** The argument as far as it is typed, and what that means without its quotes. */
  readonly typed: string;
  readonly word: string;
}

/** Reads what stands before the cursor; `undefined` if it is no command with a space after it. */
export function argumentAt<Command extends CommandShape>(
  before: string,
  commands: readonly Command[],
): ArgumentPlace<Command> | undefined {
  const [start, name = "", rest = ""] = /^\s*\/(\S+)\s+([\s\S]*)$/.exec(before) ?? [];
  if (start === undefined) return undefined;
  const typedName = name.toLowerCase();
  const command = findCommand(commands, typedName);
  if (command === undefined) return undefined;
  let left = rest;
  for (const argument of command.takes) {
    const { word, after, ended } = takeWord(argument.kind, left);
    // A bare number is no length of time, but one for the next argument.
    if (argument.kind === "life" && /^\d+$/.test(word)) continue;
    if (!ended) return { command, typedName, argument, typed: left, word };
    left = after;
  }
  return { command, typedName, argument: undefined, typed: left, word: left };
}
