/**
 * Which argument of a command is being typed.
 *
 * @module
 */
import {
  type Argument,
  type CommandShape,
  takeCommand,
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

/** The command of a line; a name of two words is whole only when something stands behind it. */
function commandIn<Command extends CommandShape>(line: string, commands: readonly Command[]) {
  const taken = takeCommand(commands, line);
  if (taken.rest !== "" || /\s$/.test(line)) return taken;
  return takeCommand(commands.filter(({ name }) => !name.includes(" ")), line);
}

/** Reads what stands before the cursor; `undefined` if it is no command with a space after it. */
export function argumentAt<Command extends CommandShape>(
  before: string,
  commands: readonly Command[],
): ArgumentPlace<Command> | undefined {
  const [, line] = /^\s*\/(\S+\s+[\s\S]*)$/.exec(before) ?? [];
  if (line === undefined) return undefined;
  const { name: typedName, command, rest } = commandIn(line, commands);
  if (command === undefined) return undefined;
  let left = rest;
  for (const argument of command.takes) {
    const { word, after, ended } = takeWord(argument.kind, left);
    // A bare number is no length of time, but one for the next argument.
    if (argument.kind === "life" && /^\d+$/.test(word)) continue;
    // Nor is a word that begins with no number.
    if (argument.kind === "span" && /^\D/.test(word)) continue;
    if (!ended) return { command, typedName, argument, typed: left, word };
    left = after;
  }
  return { command, typedName, argument: undefined, typed: left, word: left };
}
