/**
 * The one table of slash-commands: their names, arguments, help, and what they do.
 *
 * @module
 */
import type { Command } from "./commands/command.ts";
import { deviceCommands } from "./commands/devices.ts";
import { fileCommands } from "./commands/files.ts";
import { showHelp } from "./commands/help.ts";
import { laterCommands } from "./commands/later.ts";
import { peopleCommands } from "./commands/people.ts";
import { roomCommands } from "./commands/rooms.ts";
import { talkCommands } from "./commands/talk.ts";

export const commands: readonly Command[] = [
  ...talkCommands,
  ...laterCommands,
  ...fileCommands,
  ...peopleCommands,
  ...roomCommands,
  ...deviceCommands,
  {
    name: "help",
    aliases: ["rules"],
    takes: [{ name: "COMMAND", kind: "command", optional: true }],
    help: "Show all commands and the rules, or one command",
    example: "/help comment",
    run: (scope, given) => showHelp(scope, given, commands),
  },
  {
    name: "exit",
    aliases: ["quit"],
    takes: [],
    help: "Leave",
    run: (scope) => scope.leave(),
  },
];
