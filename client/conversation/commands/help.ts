/**
 * `/help`: the table of commands in words, and the rules that are in force.
 *
 * @module
 */
import { isCallFailure } from "../../connection/failures.ts";
import { failureWords } from "../../lines/failure_words.ts";
import { Line, line, styled } from "../../lines/safe_line.ts";
import { rulesLines } from "../../lines/status_lines.ts";
import { columnsOf, wrapText } from "../../../lib/text/text_width.ts";
import { findCommand, type GivenArguments, usageOf } from "../command_parser.ts";
import type { CommandGroup } from "../commands.ts";
import { moderates } from "../model.ts";
import type { Command, CommandScope } from "./command.ts";

/** Fewest columns beside the usages that help is put into; with fewer it goes below them. */
const helpColumnsMin = 24;

/** What is most needed, which stands at the end, where it is seen. */
const essentials = "What you type is sent to the current chat; //x sends /x. " +
  "/help COMMAND tells more of a command";
const essentialKey = "; Tab completes";

/** What keys do, for the one who sits before them. */
const keys: readonly Row[] = [
  ["Tab", "complete a command, user, room or path, or the number of a message or file"],
  ["Alt-Enter", "a new line; so does a \\ at the end of a line"],
  ["Up, Down", "what you typed before; Ctrl-R looks for it"],
  ["Ctrl-A, Ctrl-E", "to the start or the end of the line"],
  ["Ctrl-U, -K, -W", "cut what is before or after the cursor, or a word; Ctrl-Y puts it back"],
  ["Ctrl-C", "clear what you typed; leave where nothing is"],
  ["Ctrl-D", "leave where nothing is typed"],
];

/** What stands around messages. */
const marks: readonly Row[] = [
  ["#4187", "the number of a message, for /comment and /delete"],
  [">>", "a private message"],
  ["!", "it calls you by name, as @you"],
  ["[garden]", "it was said in another chat than the current one"],
  ["↳ 4187", "a comment on #4187"],
  ["… ✓ ✗", "yours waits to be sent, has arrived, was refused"],
];

/** What is explained, and how. */
type Row = readonly [usage: string, help: string];

/** Tells of one of the commands, or of all and the rules. */
export async function showHelp(
  scope: CommandScope,
  { command: name }: GivenArguments,
  groups: readonly CommandGroup[],
): Promise<void> {
  const { columns = Infinity } = scope;
  const table = groups.flatMap(({ commands }) => commands);
  if (name !== undefined) {
    scope.say(commandHelp(name, table, columns));
    return;
  }
  const isTold = (command: Command) => !command.forModerators || moderates(scope.model);
  const usages = table.filter(isTold).map(usageOf);
  const width = Math.max(...usages.map(columnsOf));
  for (const { title, commands } of groups) {
    const rows = commands.filter(isTold).map((command): Row => [usageOf(command), command.help]);
    if (rows.length > 0) scope.say([line`${title}:`, ...tableHelp(rows, columns, width)]);
  }
  if (scope.interactive) scope.say([line`Keys:`, ...tableHelp(keys, columns)]);
  scope.say([line`Marks:`, ...tableHelp(marks, columns)]);
  scope.say([line`The rules here:`]);
  scope.say((await rules(scope)).flatMap((rule) => wrapped(rule, columns)));
  const ending = scope.interactive ? essentials + essentialKey : essentials;
  scope.say(wrapText(ending, columns).map((row) => styled("bold", row)));
}

async function rules(scope: CommandScope): Promise<Line[]> {
  try {
    return rulesLines(await scope.call("status"));
  } catch (failure) {
    // The commands are known all the same.
    if (!isCallFailure(failure)) throw failure;
    return [line`  not known now: ${failureWords(failure, scope)}`];
  }
}

function wrapped(rule: Line, columns: number): Line[] {
  const indent = "  ";
  return wrapText(rule.plain.trim(), columns - indent.length).map((row) => line`${indent}${row}`);
}

function commandHelp(name: string, table: readonly Command[], columns: number): Line[] {
  const command = findCommand(table, name);
  const parts = table.filter((each) => each.name.startsWith(`${name} `));
  if (parts.length > 0) {
    return tableHelp(parts.map((each): Row => [usageOf(each), each.help]), columns);
  }
  if (command === undefined) return [line`There is no command /${name}; /help shows all`];
  const aliases = command.aliases.map((alias) => `/${alias}`).join(", ");
  const also = aliases === "" ? "" : ` (also ${aliases})`;
  const usage = usageOf(command);
  const { help, example } = command;
  return [
    ...helpRows([usage, help + also], { indent: "", width: columnsOf(usage), columns }),
    ...(example === undefined ? [] : wrapText(`As in: ${example}`, columns).map(Line.of)),
  ];
}

function tableHelp(
  rows: readonly Row[],
  columns: number,
  width = Math.max(...rows.map(([usage]) => columnsOf(usage))),
): Line[] {
  return rows.flatMap((row) => helpRows(row, { indent: "  ", width, columns }));
}

/** A usage with its help beside it, or below it where the screen is narrow. */
function helpRows(
  [usage, help]: Row,
  { indent, width, columns }: {
    readonly indent: string;
    /** Columns of the longest usage. */
    readonly width: number;
    /** Columns of the screen. */
    readonly columns: number;
  },
): Line[] {
  const beside = `${indent}${" ".repeat(width)}  `;
  if (columns - beside.length < helpColumnsMin) {
    const below = `${indent}    `;
    return [
      ...wrapText(usage, columns - below.length)
        .map((row, at) => line`${at === 0 ? indent : below}${styled("bold", row)}`),
      ...wrapText(help, columns - below.length).map((row) => line`${below}${row}`),
    ];
  }
  return wrapText(help, columns - beside.length).map((row, at) =>
    at === 0
      ? line`${indent}${styled("bold", usage + " ".repeat(width - columnsOf(usage)))}  ${row}`
      : line`${beside}${row}`
  );
}
