/**
 * Does what was typed: sends a text, runs a command, or tells why neither can be done.
 *
 * @module
 */
import { type Line, line } from "../lines/safe_line.ts";
import { Misunderstood, parseLine } from "./command_parser.ts";
import { commands } from "./commands.ts";
import type { CommandScope } from "./commands/command.ts";
import { commandExcuse, isComplaint, misuse, unsent } from "./excuses.ts";
import { destinationOf } from "./model/place.ts";
import { placeTitle } from "./places.ts";
import type { Complaint } from "./screen.ts";

/** What went wrong, and how it is told. */
export interface Trouble {
  readonly about: Complaint;
  readonly words: Line;
  /** Told in their place where the line is given back; absent: it is not to be. */
  readonly back?: Line;
}

/**
 * Does a line; gives what was wrong with it. A defect is thrown.
 *
 * @param lost What the room was called that it was typed for and that is not there any more.
 */
export async function enterLine(
  scope: CommandScope,
  typed: string,
  lost?: string,
): Promise<Trouble | undefined> {
  const parsed = parseLine(commands, typed);
  switch (parsed.kind) {
    case "nothing":
      return undefined;
    case "text":
      return lost === undefined ? enterText(scope, parsed.text) : strayed(scope, typed, lost);
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
      if (lost !== undefined && parsed.command.sendsHere) return strayed(scope, typed, lost);
      try {
        await parsed.command.run(scope, parsed.given);
        return undefined;
      } catch (failure) {
        if (!isComplaint(failure)) throw failure;
        return { about: failure, words: commandExcuse(parsed.command, failure, scope) };
      }
  }
}

/** What was typed for a room that was lost is not for those who are in another place. */
function strayed(scope: CommandScope, typed: string, lost: string): Trouble {
  const here = placeTitle(scope.place, scope.model);
  return {
    about: new Misunderstood(),
    words: unsent(`you are not in ${lost} any more`, { text: typed }),
    back: line`You are not in ${lost} any more: Enter sends this to ${here}`,
  };
}

function enterText(scope: CommandScope, text: string): Trouble | undefined {
  const draft = { text, ...destinationOf(scope.place) };
  try {
    scope.send(draft);
    return undefined;
  } catch (failure) {
    if (!isComplaint(failure)) throw failure;
    const back = line`✗ not sent: ${failure.message}`;
    return { about: failure, words: unsent(failure.message, draft), back };
  }
}
