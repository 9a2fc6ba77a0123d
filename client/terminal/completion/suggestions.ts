/**
 * What is told above the input: the commands that fit, how a command is used, what could be chosen.
 *
 * @module
 */
import { nearestCommand, usageOf } from "../../conversation/command_parser.ts";
import { Line, line, styled } from "../../lines/safe_line.ts";
import { columnsAtMost } from "../../../lib/text/text_width.ts";
import { argumentAt, type ArgumentPlace } from "./command_argument.ts";
import {
  type Candidates,
  candidatesOf,
  type Choices,
  type CommandChoice,
  commandsLike,
} from "./completion.ts";
import type { CycleState } from "./completion_cycle.ts";

/** Most commands that are shown at once. */
export const commandsShownMax = 6;

/** Most columns that usages take beside what commands do; a longer one moves its help away. */
const usageColumnsMax = 28;

/** Before what is set off, which colours alone must not do; a space stands before the others. */
const mark = "›";

/** How suggestions are shown. */
export interface SuggestionView {
  readonly columns: number;
  /** Where Tab has come in the candidates, if it has. */
  readonly cycle?: CycleState | undefined;
}

/**
 * Rows of at most `columns` columns for what stands before the cursor; none for an ordinary text.
 *
 * May read a directory, so that it is to be called when the draft has changed, not whenever the
 * screen is drawn.
 */
export function suggest(before: string, choices: Choices, view: SuggestionView): Line[] {
  return rowsFor(before, choices, view).map((row) => row.cut(view.columns));
}

function rowsFor(before: string, choices: Choices, { columns, cycle }: SuggestionView): Line[] {
  if (cycle !== undefined) return cycleRows(cycle, before, choices, columns);
  const [typed] = /^\s*(\/[^/\s]*)$/.exec(before)?.slice(1) ?? [];
  if (typed !== undefined) return commandRows(typed, choices.commands, columns);
  const place = argumentAt(before, choices.commands);
  const usage = place === undefined ? unknownRows(before, choices) : usageRows(place, columns);
  const candidates = candidatesOf(before, choices);
  // A first word like a name is mostly none: only Tab asks whose it could be.
  if (candidates === undefined || candidates.kind === "opening") return usage;
  return [...usage, ...candidateRows(candidates, undefined, columns)];
}

function cycleRows(
  { candidates, chosen }: CycleState,
  before: string,
  { commands }: Choices,
  columns: number,
): Line[] {
  if (candidates.kind === "command") {
    const all = candidates.all.flatMap(({ shown }) => commandsLike(shown, commands).slice(0, 1));
    return commandTable(all, chosen, columns);
  }
  // Not what is chosen, after which the next argument would begin.
  const typed = chosen === undefined ? before : candidates.common;
  const place = argumentAt(typed, commands);
  return [
    ...(place === undefined ? [] : usageRows(place, columns)),
    ...candidateRows(candidates, chosen, columns),
  ];
}

function commandRows(typed: string, commands: readonly CommandChoice[], columns: number): Line[] {
  const found = commandsLike(typed, commands);
  if (found.length === 0) return unknownRows(typed, { commands });
  return commandTable(found, undefined, columns);
}

/** A row for each command, around the chosen one if there are too many. */
function commandTable(
  commands: readonly CommandChoice[],
  chosen: number | undefined,
  columns: number,
): Line[] {
  const { from, to } = windowAround(chosen ?? 0, commands.length);
  const shown = commands.slice(from, to);
  const width = Math.min(
    usageColumnsMax,
    Math.max(...shown.map((command) => columnsAtMost(usageOf(command)))),
    // Help that is cut to a few letters is none.
    Math.floor(columns / 2),
  );
  const rows = shown.map((command, at) => {
    const isChosen = from + at === chosen;
    const usage = usageOf(command);
    const padding = " ".repeat(Math.max(0, width - columnsAtMost(usage)));
    const name = isChosen ? styled("bold", `${mark}${usage}`) : line` ${usage}`;
    return line`${name}${padding}  ${styled("dim", command.help)}`;
  });
  const more = commands.length - shown.length;
  return more === 0 ? rows : [...rows, styled("dim", ` … and ${more} more; /help shows all`)];
}

function windowAround(
  chosen: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const latest = Math.max(0, count - commandsShownMax);
  const from = Math.min(latest, Math.max(0, chosen - commandsShownMax + 1));
  return { from, to: from + commandsShownMax };
}

/** How a command is used, the argument at the cursor set off, and what it does. */
function usageRows(
  { command, typedName, argument }: ArgumentPlace<CommandChoice>,
  columns: number,
): Line[] {
  const words = command.takes.map((each) => {
    const word = each.optional ? `[${each.name}]` : each.name;
    return each === argument ? styled("bold", ` ${mark}${word}`) : line` ${word}`;
  });
  const usage = line` /${typedName}${Line.join(words)}`;
  const help = styled("dim", `  ${command.help}`);
  const whole = Line.join([usage, help]);
  return columnsAtMost(whole.plain) <= columns ? [whole] : [usage, help];
}

/** That there is no such command, and which one may be meant. */
function unknownRows(before: string, { commands }: Pick<Choices, "commands">): Line[] {
  const [, name] = /^\s*\/([^/\s]+)(?:\s|$)/.exec(before) ?? [];
  if (name === undefined) return [];
  const nearest = nearestCommand(commands, name.toLowerCase());
  const hint = nearest === undefined ? "/help shows all" : `perhaps /${nearest}`;
  return [line` /${name} is no command; ${hint}`];
}

/** Candidates side by side; messages, which are long, one below the other. */
function candidateRows(
  { all }: Candidates,
  chosen: number | undefined,
  columns: number,
): Line[] {
  const shown = all.map(({ shown }, at) =>
    at === chosen ? styled("bold", `${mark}${shown}`) : line` ${shown}`
  );
  // Numbers say nothing without what they stand for.
  if (all.some(({ shown }) => shown.startsWith("#"))) return shown;
  const row = candidateRow(shown, chosen ?? 0, columns);
  return row === undefined ? [] : [row];
}

/** As many candidates as fit, the chosen one among them, and how many there are beside. */
function candidateRow(
  candidates: readonly Line[],
  chosen: number,
  columns: number,
): Line | undefined {
  const widths = candidates.map(({ plain }) => columnsAtMost(plain) + 1);
  // Begins so far to the right that the chosen one is seen.
  for (let from = 0; from < candidates.length; from++) {
    const count = countThatFits(widths, from, columns);
    if (from + count <= chosen && from < chosen) continue;
    // One that does not fit is cut rather than left out.
    const shown = candidates.slice(from, from + Math.max(1, count));
    const text = Line.join(shown.map((each, at) => at === 0 ? each : line` ${each}`));
    return line`${text}${styled("dim", moreText(candidates.length - shown.length))}`;
  }
  return undefined;
}

/** How many from one on fit side by side, with what is said of the others. */
function countThatFits(widths: readonly number[], from: number, columns: number): number {
  let fits = 0;
  let used = 0;
  for (let to = from; to < widths.length && used <= columns; to++) {
    used += widths[to] ?? 0;
    const count = to + 1 - from;
    // No space stands before the first.
    if (used - 1 + moreText(widths.length - count).length <= columns) fits = count;
  }
  return fits;
}

function moreText(hidden: number): string {
  return hidden === 0 ? "" : ` … and ${hidden} more`;
}
