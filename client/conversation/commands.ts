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
import { moderatingCommands } from "./commands/moderating.ts";
import { peopleCommands } from "./commands/people.ts";
import { roomCommands } from "./commands/rooms.ts";
import { talkCommands } from "./commands/talk.ts";

/** Commands that are about the same. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const otherCommands: readonly Command[] = [
  {
    name: "help",
    aliases: ["rules"],
    takes: [{ name: "COMMAND", kind: "command", optional: true }],
    help: "Show all commands and the rules, or one command",
    example: "/help comment",
    run: (scope, given) => showHelp(scope, given, commandGroups),
  },
  {
    name: "exit",
    aliases: ["quit"],
    atOnce: true,
    takes: [],
    help: "Leave",
    run: (scope) => scope.leave(),
  },
];

/** In the order in which they are told. */
const commandGroups: readonly CommandGroup[] = [
  { title: "Talk", commands: talkCommands },
  { title: "Later", commands: laterCommands },
  { title: "Files", commands: fileCommands },
  { title: "People", commands: peopleCommands },
  { title: "Rooms", commands: roomCommands },
  { title: "Devices", commands: deviceCommands },
  { title: "Moderate", commands: moderatingCommands },
  { title: "The rest", commands: otherCommands },
];

export const commands: readonly Command[] = commandGroups.flatMap(({ commands }) => commands);
