/**
 * What a half-typed line could become.
 *
 * @module
 */
import { foldName } from "../../lib/text/names.ts";
import { type CommandShape, findCommand, takeWord } from "../conversation/command_parser.ts";

/** Ways to go on: each replaces what stands before the cursor. */
export interface Completion {
  /** What all candidates have in common; the cursor stands at its end. */
  readonly text: string;
  /** The words that fit; one of them is already in `text` if it is the only one. */
  readonly candidates: readonly string[];
}

/** What there is to choose from. */
export interface Choices {
  readonly commands: readonly CommandShape[];
  readonly users: readonly string[];
  readonly rooms: readonly string[];
  /** The paths that a path could become. */
  readonly paths: (typed: string) => readonly string[];
}

/**
 * Completes the word before the cursor: a command at the start of a line, what an argument of it
 * expects, and in a text a user after `@` or at its start.
 */
export function complete(before: string, choices: Choices): Completion {
  const { commands, users } = choices;
  const [, head = "", word = ""] = /^([\s\S]*?)(\S*)$/.exec(before) ?? [];
  if (head === "" && /^\/[^/]*$/.test(word)) {
    return finish(head, word, commands.map(({ name }) => `/${name}`), " ");
  }
  const [start, name = "", rest = ""] = /^\/(\S+)\s+([\s\S]*)$/.exec(before) ?? [];
  const command = start === undefined ? undefined : findCommand(commands, name.toLowerCase());
  if (command !== undefined) {
    const argument = completeArgument(command, before, rest, choices);
    if (argument !== undefined) return argument;
  }
  if (word.startsWith("@")) return finish(head, word, users.map((user) => `@${user}`), " ");
  if (head === "" && word !== "") return finish(head, word, users, ": ");
  return { text: before, candidates: [] };
}

/** Completes the argument that is being typed; `undefined` if it is none that can be. */
function completeArgument(
  { takes }: CommandShape,
  before: string,
  rest: string,
  { commands, users, rooms, paths }: Choices,
): Completion | undefined {
  let left = rest;
  for (const { kind } of takes) {
    const { word, after, ended } = takeWord(kind, left);
    if (ended) {
      left = after;
      continue;
    }
    const head = before.slice(0, before.length - left.length);
    switch (kind) {
      case "user":
        return finish(
          head,
          word,
          word.startsWith("@") ? users.map((user) => `@${user}`) : users,
          " ",
        );
      case "command":
        return finish(head, word, commands.map(({ name }) => name), "");
      case "room":
        return finish(head, word, rooms, "");
      case "path":
        return completePath(head, left, word, paths(word));
      default:
        return undefined;
    }
  }
  return undefined;
}

/** A path goes on from a directory, and is quoted by backslashes. */
function completePath(
  head: string,
  typed: string,
  word: string,
  paths: readonly string[],
): Completion {
  const [only, other] = paths;
  if (only === undefined) return { text: head + typed, candidates: [] };
  const common = commonStart(paths);
  const longer = other === undefined || common.length > word.length;
  const ending = other === undefined && !only.endsWith("/") ? " " : "";
  return {
    text: longer ? head + quoted(common) + ending : head + typed,
    candidates: paths,
  };
}

function quoted(path: string): string {
  return path.replace(/[\s"'\\]/g, "\\$&");
}

function finish(
  head: string,
  word: string,
  words: readonly string[],
  ending: string,
): Completion {
  const folded = foldName(word);
  const candidates = words.filter((candidate) => foldName(candidate).startsWith(folded)).sort();
  const [first, second] = candidates;
  if (first === undefined) return { text: head + word, candidates };
  if (second === undefined) return { text: head + first + ending, candidates };
  const common = commonStart(candidates);
  return { text: head + (common.length > word.length ? common : word), candidates };
}

function commonStart(words: readonly string[]): string {
  const [first = "", ...others] = words;
  const characters = Array.from(first);
  let length = characters.length;
  for (const other of others) {
    const others = Array.from(other);
    let same = 0;
    while (same < length && characters[same] === others[same]) same++;
    length = same;
  }
  return characters.slice(0, length).join("");
}
