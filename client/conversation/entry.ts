/**
 * Does what was typed: sends a text, runs a command, or tells why neither can be done.
 *
 * @module
 */
import { type Line, line } from "../lines/safe_line.ts";
import { Misunderstood, parseLine } from "./command_parser.ts";
import { commands } from "./commands.ts";
import type { CommandScope } from "./commands/command.ts";
import { commandExcuse, isComplaint, misuse } from "./excuses.ts";
import { destinationOf } from "./places.ts";
import type { Complaint } from "./screen.ts";

/** What went wrong, and how it is told. */
export interface Trouble {
  readonly about: Complaint;
  readonly words: Line;
}

/** Does a line; gives what was wrong with it. A defect is thrown. */
export async function enterLine(scope: CommandScope, typed: string): Promise<Trouble | undefined> {
  const parsed = parseLine(commands, typed);
  switch (parsed.kind) {
    case "nothing":
      return undefined;
    case "text":
      scope.send({ text: parsed.text, ...destinationOf(scope.place) });
      return undefined;
    case "unknown": {
      const { name, nearest } = parsed;
      const words = nearest === undefined
        ? line`There is no command /${name} (not sent); /help shows all, and //${name} sends it`
        : line`There is no command /${name}; did you mean /${nearest}? (not sent)`;
      return { about: new Misunderstood(), words };
    }
    case "misused":
      return { about: new Misunderstood(), words: misuse(parsed.command, parsed.why) };
    case "command":
      try {
        await parsed.command.run(scope, parsed.given);
        return undefined;
      } catch (failure) {
        if (!isComplaint(failure)) throw failure;
        return { about: failure, words: commandExcuse(parsed.command, failure, scope) };
      }
  }
}
