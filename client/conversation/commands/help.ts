/**
 * `/help`: the table of commands in words, and the rules that are in force.
 *
 * @module
 */
import { isCallFailure } from "../../connection/failures.ts";
import { failureWords } from "../../lines/failure_words.ts";
import { Line, line, styled } from "../../lines/safe_line.ts";
import { rulesLines } from "../../lines/status_lines.ts";
import { columnsOf, wrapText } from "../../lines/text_width.ts";
import { findCommand, type GivenArguments, usageOf } from "../command_parser.ts";
import type { Command, CommandScope } from "./command.ts";

/** Fewest columns beside the usages that help is put into; with fewer it goes below them. */
const helpColumnsMin = 24;

/** Tells of one of the commands of a table, or of all and the rules. */
export async function showHelp(
  scope: CommandScope,
  { command: name }: GivenArguments,
  table: readonly Command[],
): Promise<void> {
  const { columns = Infinity } = scope;
  if (name !== undefined) {
    scope.say(commandHelp(name, table, columns));
    return;
  }
  scope.say(tableHelp(table, columns));
  scope.say([line`The rules here:`]);
  scope.say((await rules(scope)).flatMap((rule) => wrapped(rule, columns)));
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
  if (command === undefined) return [line`There is no command /${name}; see /help`];
  const aliases = command.aliases.map((alias) => `/${alias}`).join(", ");
  const also = aliases === "" ? "" : ` (also ${aliases})`;
  const usage = usageOf(command);
  return helpRows(
    { usage, help: command.help + also, indent: "", width: columnsOf(usage) },
    columns,
  );
}

function tableHelp(table: readonly Command[], columns: number): Line[] {
  const width = Math.max(...table.map((command) => columnsOf(usageOf(command))));
  return [
    ...wrapText("What you type is sent to the current chat; //x sends /x", columns).map(Line.of),
    ...table.flatMap((command) =>
      helpRows({ usage: usageOf(command), help: command.help, indent: "  ", width }, columns)
    ),
  ];
}

/** A usage with its help beside it, or below it where the screen is narrow. */
function helpRows(
  { usage, help, indent, width }: {
    readonly usage: string;
    readonly help: string;
    readonly indent: string;
    /** Columns of the longest usage. */
    readonly width: number;
  },
  columns: number,
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
    at === 0 ? line`${indent}${styled("bold", usage.padEnd(width))}  ${row}` : line`${beside}${row}`
  );
}
