/**
 * Understands a line that was typed: a text, a command with its arguments, or neither.
 *
 * @module
 */
import { parseDuration } from "../../lib/text/durations.ts";

/**
 * What an argument is; each kind comes at most once in a command. Texts, rooms, actions and commands
 * go to the end of the line, all others are one word; a path may be quoted.
 */
export type ArgumentKind =
  | "user"
  | "number"
  | "command"
  | "text"
  | "room"
  | "path"
  | "word"
  | "delay"
  | "life"
  | "span"
  | "action"
  | "time";

export interface Argument {
  /** As the help shows it: `USER`. */
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly optional?: true;
}

/** What the parser needs to know of a command. */
export interface CommandShape {
  /** One word, or two of which the first one is a command of its own. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly takes: readonly Argument[];
}

/** The arguments that were given, by kind. */
export interface GivenArguments {
  readonly user?: string;
  readonly number?: number;
  readonly command?: string;
  readonly text?: string;
  /** Its id or its name. */
  readonly room?: string;
  /** Without its quotes. */
  readonly path?: string;
  readonly word?: string;
  /** In milliseconds. */
  readonly delay?: number;
  /** In milliseconds. */
  readonly life?: number;
  /** In milliseconds. */
  readonly span?: number;
  /** What should be the second word of a name, and is none. */
  readonly action?: string;
  /** As `18:30`, or in ISO 8601. */
  readonly time?: string;
}

/** What a line means. */
export type ParsedLine<Command extends CommandShape> =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly command: Command; readonly given: GivenArguments }
  | { readonly kind: "unknown"; readonly name: string; readonly nearest: string | undefined }
  | { readonly kind: "misused"; readonly command: Command; readonly why: string };

/** What was typed begins as a command, and is none or can't be done as it stands. */
export class Misunderstood extends Error {
  override readonly name = "Misunderstood";
}

/**
 * Reads a line.
 *
 * What begins with one slash is a command, or a mistake; never a text. Two slashes send one. Line
 * ends at the end, as a paste leaves them, are left out.
 */
export function parseLine<Command extends CommandShape>(
  table: readonly Command[],
  typed: string,
): ParsedLine<Command> {
  if (typed.trim() === "") return { kind: "nothing" };
  return readLine(table, typed.replace(/[\r\n]+$/, ""));
}

function readLine<Command extends CommandShape>(
  table: readonly Command[],
  typed: string,
): ParsedLine<Command> {
  if (typed.startsWith("//")) return { kind: "text", text: typed.slice(1) };
  const bare = typed.trim().toLowerCase();
  if (!typed.trimStart().startsWith("/") && bare !== "quit") return { kind: "text", text: typed };
  const { name, command, rest } = takeCommand(table, typed.replace(/^\s*\/?/, ""));
  if (command === undefined) return { kind: "unknown", name, nearest: nearestCommand(table, name) };
  return readArguments(command, rest.trimEnd());
}

/** The command that a line begins with, without its slash, and what stands after its name. */
export function takeCommand<Command extends CommandShape>(
  table: readonly Command[],
  typed: string,
): { readonly name: string; readonly command: Command | undefined; readonly rest: string } {
  const { word: first, after } = takeWord("word", typed);
  const { word: second, after: rest } = takeWord("word", after);
  const both = `${first} ${second}`.toLowerCase();
  const command = findCommand(table, both);
  if (command !== undefined) return { name: both, command, rest };
  const name = first.toLowerCase();
  return { name, command: findCommand(table, name), rest: after };
}

/** The command of a name or alias, without its slash. */
export function findCommand<Command extends CommandShape>(
  table: readonly Command[],
  name: string,
): Command | undefined {
  return table.find((command) => command.name === name || command.aliases.includes(name));
}

/** How a command is used, as `/comment ID TEXT`. */
export function usageOf({ name, takes }: CommandShape): string {
  const words = takes.map((argument) => argument.optional ? `[${argument.name}]` : argument.name);
  return [`/${name}`, ...words].join(" ");
}

function readArguments<Command extends CommandShape>(
  command: Command,
  rest: string,
): ParsedLine<Command> {
  let given: GivenArguments = {};
  let left = rest;
  for (const argument of command.takes) {
    if (left === "") {
      if (argument.optional) break;
      return { kind: "misused", command, why: `${argument.name} is missing` };
    }
    const { word, after } = takeWord(argument.kind, left);
    const read = readArgument(argument, word);
    if (read === "other") continue;
    if (typeof read === "string") return { kind: "misused", command, why: read };
    given = { ...given, ...read };
    left = after;
  }
  if (left !== "") return { kind: "misused", command, why: `there is no place for ${left}` };
  return { kind: "command", command, given };
}

/** A word as far as it can be read, and what stands after it. */
interface TakenWord {
  readonly word: string;
  /** Without the spaces between. */
  readonly after: string;
  /** Whether something shows that it has ended, if only a space. */
  readonly ended: boolean;
}

const toTheEnd: readonly ArgumentKind[] = ["text", "room", "action", "command"];

/** Takes the argument of a kind from the start of `text`. */
export function takeWord(kind: ArgumentKind, text: string): TakenWord {
  if (toTheEnd.includes(kind)) {
    return { word: text, after: "", ended: false };
  }
  const [, word = "", space = "", after = ""] =
    (kind === "path" ? pathWord : plainWord).exec(text) ?? [];
  return { word: kind === "path" ? unquoted(word) : word, after, ended: space !== "" };
}

const plainWord = /^(\S*)(\s*)([\s\S]*)$/;
// As a shell has it: in quotes, or with a backslash before a space; but a backslash before anything
// else is one, for there are systems whose paths have them.
const pathWord =
  /^((?:"(?:\\["\\]|[^"])*(?:"|$)|'[^']*(?:'|$)|\\[\s"'\\]|[^\s"'])*)(\s*)([\s\S]*)$/;

function unquoted(word: string): string {
  return word.replace(
    /"((?:\\["\\]|[^"])*)(?:"|$)|'([^']*)(?:'|$)|\\([\s"'\\])/g,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\(["\\])/g, "$1") ?? single ?? escaped ?? "",
  );
}

/** A word as an argument; why it is none; or that it is for the next one. */
function readArgument({ name, kind }: Argument, word: string): GivenArguments | string | "other" {
  switch (kind) {
    case "text":
      return { text: word };
    case "action":
      return { action: word };
    case "room":
      return { room: word.trim() };
    case "path":
      return { path: word };
    case "word":
      return { word };
    case "user":
      return { user: word.replace(/^@/, "") };
    case "command":
      return { command: word.replace(/^\//, "").toLowerCase().replaceAll(/\s+/g, " ") };
    case "number": {
      const digits = word.replace(/^#/, "");
      return /^\d{1,15}$/.test(digits) && Number(digits) > 0
        ? { number: Number(digits) }
        : `${name} must be a number, not ${word}`;
    }
    case "delay": {
      // A bare number is one of minutes.
      const delay = parseDuration(/^\d+$/.test(word) ? `${word}m` : word);
      return delay === undefined
        ? `${name} must be minutes, or a duration like 90s or 2h, not ${word}`
        : { delay };
    }
    case "life": {
      if (/^\d+$/.test(word)) return "other";
      const life = parseDuration(word);
      return life === undefined
        ? `${name} must be a duration like 30m, 2h or 7d, not ${word}`
        : { life };
    }
    case "span": {
      // Of what no number begins, it is none.
      if (!/^\d/.test(word)) return "other";
      const span = /^\d+$/.test(word) ? undefined : parseDuration(word);
      return span === undefined
        ? `${name} must be a duration like 30m, 2h or 7d, not ${word}`
        : { span };
    }
    case "time":
      return timeOfDay.test(word) || isoTime.test(word)
        ? { time: word }
        : `${name} must be a time like 18:30 or 2026-11-20T18:30, not ${word}`;
  }
}

/** As `18:30`: its hours and minutes. */
export const timeOfDay = /^([01]?\d|2[0-3]):([0-5]\d)$/;
/** A day and a time in ISO 8601. */
export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?$/i;

/** The name most like `name`, if one is like it at all. */
export function nearestCommand(
  table: readonly CommandShape[],
  name: string,
): string | undefined {
  const longest = name.slice(0, 32);
  let best: string | undefined;
  let bestDistance = 3;
  for (const command of table) {
    for (const candidate of [command.name, ...command.aliases]) {
      const starts = longest.length >= 2 && candidate.startsWith(longest);
      const mistakes = starts ? 0.5 : editDistance(longest, candidate);
      // Of two that are as near, the one of the same length: letters are changed rather than lost.
      const distance = mistakes + (candidate.length === longest.length ? 0 : 0.1);
      // Two mistakes in three letters are another word.
      if (distance < bestDistance && mistakes < candidate.length * 0.6) {
        best = candidate;
        bestDistance = distance;
      }
    }
  }
  return best;
}

/** How many letters must be put in, taken out, changed, or swapped with the next. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
