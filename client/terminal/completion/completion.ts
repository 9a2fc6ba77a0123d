/**
 * What a half-typed line could become.
 *
 * @module
 */
import { foldName } from "../../../lib/text/names.ts";
import type { CommandShape } from "../../conversation/command_parser.ts";
import { argumentAt } from "./command_argument.ts";

/** Most messages that are offered; older ones are out of sight. */
export const messagesOfferedMax = 5;

/** A message that a command could be about. */
export interface MessageChoice {
  readonly id: number;
  readonly author: string;
  readonly text: string;
  /** Written by the user, who may delete it. */
  readonly mine: boolean;
}

/** A command, and what it does in a few words. */
export interface CommandChoice extends CommandShape {
  readonly help: string;
}

/** What there is to choose from. */
export interface Choices {
  readonly commands: readonly CommandChoice[];
  readonly users: readonly string[];
  readonly rooms: readonly string[];
  /** Those lately seen in the current chat, the newest last. */
  readonly messages?: readonly MessageChoice[];
  /** The paths that a path could become. */
  readonly paths: (typed: string) => readonly string[];
}

/** A way to go on. */
export interface Candidate {
  /** As it is told to the user. */
  readonly shown: string;
  /** What stands before the cursor if it is chosen. */
  readonly text: string;
}

/** All ways to go on. */
export interface Candidates {
  readonly kind: "command" | "argument" | "mention" | "opening";
  /** What all have in common, which replaces what stands before the cursor. */
  readonly common: string;
  readonly all: readonly Candidate[];
}

/** Ways to go on: each replaces what stands before the cursor. */
export interface Completion {
  /** What all candidates have in common; the cursor stands at its end. */
  readonly text: string;
  /** The words that fit; one of them is already in `text` if it is the only one. */
  readonly candidates: readonly string[];
}

/** Completes the word before the cursor, as far as {@linkcode candidatesOf} agree. */
export function complete(before: string, choices: Choices): Completion {
  const found = candidatesOf(before, choices);
  if (found === undefined) return { text: before, candidates: [] };
  return { text: found.common, candidates: found.all.map(({ shown }) => shown) };
}

/**
 * What the word before the cursor could become: a command at the start of a draft, what an argument
 * of it expects, and in a text a user after `@` or at its start. `undefined`: it is none of these.
 */
export function candidatesOf(before: string, choices: Choices): Candidates | undefined {
  const { users } = choices;
  const word = lastWord(before);
  const head = before.slice(0, before.length - word.length);
  const opens = head.trim() === "";
  if (opens && /^\/[^/]*$/.test(word)) {
    return { kind: "command", ...fitting(head, word, commandWords(word, choices), " ") };
  }
  const argument = argumentCandidates(before, choices);
  if (argument !== undefined) return { kind: "argument", ...argument };
  if (word.startsWith("@")) {
    return { kind: "mention", ...fitting(head, word, sorted(users, "@"), " ") };
  }
  if (head === "" && word !== "") {
    return { kind: "opening", ...fitting(head, word, sorted(users), ": ") };
  }
  return undefined;
}

/** What stands at the end of a text, back to a space; a pattern would look for it from each start. */
function lastWord(text: string): string {
  let start = text.length;
  while (start > 0 && /\S/.test(text.charAt(start - 1))) start--;
  return text.slice(start);
}

/**
 * The commands by the name that begins as typed, with its slash; by an alias, if no name does.
 *
 * All of them stand in the order of their table, the most used first; some, by name.
 */
export function commandsLike(
  typed: string,
  commands: readonly CommandChoice[],
): readonly CommandChoice[] {
  const start = typed.slice(1).toLowerCase();
  if (start === "") return commands;
  const named = commands.filter(({ name }) => name.startsWith(start));
  const found = named.length > 0 ? named : commands.flatMap((command) => {
    const alias = command.aliases.find((each) => each.startsWith(start));
    return alias === undefined ? [] : [{ ...command, name: alias }];
  });
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

function commandWords(typed: string, { commands }: Choices): string[] {
  return commandsLike(typed, commands).map(({ name }) => `/${name}`);
}

type Fitting = Omit<Candidates, "kind">;

/** Completes the argument that is being typed; `undefined` if it is none that can be. */
function argumentCandidates(before: string, choices: Choices): Fitting | undefined {
  const found = argumentAt(before, choices.commands);
  const argument = found?.argument;
  if (found === undefined || argument === undefined) return undefined;
  const { word, typed } = found;
  const head = before.slice(0, before.length - typed.length);
  const { commands, users, rooms, paths } = choices;
  switch (argument.kind) {
    case "user":
      return fitting(head, word, sorted(users, word.startsWith("@") ? "@" : ""), " ");
    case "command": {
      const names = commands.map(({ name }) => name);
      return fitting(head, word, sorted(names, word.startsWith("/") ? "/" : ""), "");
    }
    case "room":
      return fitting(head, word, sorted(rooms), "");
    case "path":
      return fittingPaths(head, typed, word, paths(word));
    case "number":
      // Only messages can be told by their number at a glance.
      if (argument.name !== "ID") return undefined;
      return fittingMessages(head, typed, messagesFor(found.command, choices));
    default:
      return undefined;
  }
}

/** What a command can be about: what is deleted is one's own. */
function messagesFor({ name }: CommandShape, { messages = [] }: Choices): MessageChoice[] {
  return messages.filter(({ mine }) => mine || name !== "delete");
}

/** The latest messages whose number begins as typed, the newest first. */
function fittingMessages(
  head: string,
  typed: string,
  messages: readonly MessageChoice[],
): Fitting | undefined {
  const digits = typed.replace(/^#/, "");
  const found = messages.filter(({ id }) => String(id).startsWith(digits)).reverse();
  const all = found.slice(0, messagesOfferedMax).map(({ id, author, text }) => ({
    shown: `#${id} ${author}: ${text}`,
    text: `${head}${id} `,
  }));
  const [only, other] = all;
  if (only === undefined) return undefined;
  // What numbers have in common says nothing, so that Tab chooses the newest at once.
  return { common: other === undefined && digits !== "" ? only.text : head + typed, all };
}

/** A path goes on from a directory, and is quoted by backslashes. */
function fittingPaths(
  head: string,
  typed: string,
  word: string,
  paths: readonly string[],
): Fitting {
  const all = paths.map((path) => ({
    shown: path,
    text: head + quoted(path) + (path.endsWith("/") ? "" : " "),
  }));
  const [only, other] = all;
  if (only === undefined) return { common: head + typed, all };
  if (other === undefined) return { common: only.text, all };
  const common = commonStart(paths);
  return { common: head + (common.length > word.length ? quoted(common) : typed), all };
}

function quoted(path: string): string {
  return path.replace(/[\s"'\\]/g, "\\$&");
}

/** Words in the order in which they are offered, with a sign before each. */
function sorted(words: readonly string[], sign = ""): string[] {
  return words.map((word) => sign + word).sort();
}

function fitting(head: string, word: string, words: readonly string[], ending: string): Fitting {
  const folded = foldName(word);
  const found = words.filter((candidate) => foldName(candidate).startsWith(folded));
  const all = found.map((candidate) => ({ shown: candidate, text: head + candidate + ending }));
  const [only, other] = all;
  if (only === undefined) return { common: head + word, all };
  if (other === undefined) return { common: only.text, all };
  const common = commonStart(found);
  return { common: head + (common.length > word.length ? common : word), all };
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
