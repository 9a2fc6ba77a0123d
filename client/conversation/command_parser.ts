/**
 * Understands a line that was typed: a text, a command with its arguments, or neither.
 *
 * @module
 */

/** What an argument is; each kind comes at most once in a command. */
export type ArgumentKind = "user" | "number" | "command" | "text";

export interface Argument {
  /** As the help shows it: `USER`. */
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly optional?: true;
}

/** What the parser needs to know of a command. */
export interface CommandShape {
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
}

/** What a line means. */
export type ParsedLine<Command extends CommandShape> =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly command: Command; readonly given: GivenArguments }
  | { readonly kind: "unknown"; readonly name: string; readonly nearest: string | undefined }
  | { readonly kind: "misused"; readonly command: Command; readonly why: string };

/** A line was typed that begins as a command and is none. */
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
  const [, word = "", rest = ""] = /^\s*\/?(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  const name = word.toLowerCase();
  const command = findCommand(table, name);
  if (command === undefined) return { kind: "unknown", name, nearest: nearestCommand(table, name) };
  return readArguments(command, rest.trimEnd());
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
  const given: { -readonly [Key in keyof GivenArguments]: GivenArguments[Key] } = {};
  let left = rest;
  for (const { name, kind, optional } of command.takes) {
    if (left === "") {
      if (optional) break;
      return { kind: "misused", command, why: `${name} is missing` };
    }
    if (kind === "text") {
      given.text = left;
      left = "";
      continue;
    }
    const [, word = "", after = ""] = /^(\S+)\s*([\s\S]*)$/.exec(left) ?? [];
    left = after;
    if (kind === "number") {
      const digits = word.replace(/^#/, "");
      if (!/^\d{1,15}$/.test(digits) || Number(digits) === 0) {
        return { kind: "misused", command, why: `${name} must be a number, not ${word}` };
      }
      given.number = Number(digits);
    } else if (kind === "user") {
      given.user = word.replace(/^@/, "");
    } else {
      given.command = word.replace(/^\//, "").toLowerCase();
    }
  }
  if (left !== "") return { kind: "misused", command, why: `there is no place for ${left}` };
  return { kind: "command", command, given };
}

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
      const distance = starts ? 0.5 : editDistance(longest, candidate);
      // Two mistakes in three letters are another word.
      if (distance < bestDistance && distance < candidate.length * 0.6) {
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
