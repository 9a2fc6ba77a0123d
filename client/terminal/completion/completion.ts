/**
 * What a half-typed line could become.
 *
 * @module
 */
import { foldName } from "../../../lib/text/names.ts";
import type { CommandShape } from "../../conversation/command_parser.ts";
import type { PathsFound } from "../../conversation/local_files.ts";
import { argumentAt } from "./command_argument.ts";

/** Most messages that are offered; older ones are out of sight. */
export const messagesOfferedMax = 5;

/** A message that a command could be about. */
export interface MessageChoice {
  readonly id: number;
  readonly author: string;
  readonly text: string;
  /** Written by the user, so that they may delete it. */
  readonly mine: boolean;
}

/** A file that could be saved. */
export interface FileChoice {
  readonly id: number;
  readonly name: string;
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
  /** Those who ask to be let into a room. */
  readonly askers?: readonly string[];
  /** Rooms that the user is invited into, as a command takes them. */
  readonly invitations?: readonly string[];
  /** Those lately seen in the current chat, the newest last. */
  readonly messages?: readonly MessageChoice[];
  /** Whether the user may delete what others have written. */
  readonly moderates?: boolean;
  /** Those that the messages hold, the newest last. */
  readonly files?: readonly FileChoice[];
  /** The paths that a path could become. */
  readonly paths: (typed: string) => PathsFound;
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
  const all = firstWords(commands);
  if (start === "") return all;
  const named = all.filter(({ name }) => name.startsWith(start));
  const found = named.length > 0 ? named : all.flatMap((command) => {
    const alias = command.aliases.find((each) => each.startsWith(start));
    return alias === undefined ? [] : [{ ...command, name: alias }];
  });
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Those whose name is one word. */
function firstWords(commands: readonly CommandChoice[]): readonly CommandChoice[] {
  return commands.filter(({ name }) => !name.includes(" "));
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
  const { commands, rooms, invitations = [], paths } = choices;
  const { name } = found.command;
  switch (argument.kind) {
    case "user":
      return fitting(head, word, usersFor(found.command, word, choices), " ");
    case "command": {
      const known = word.includes(" ") ? commands : firstWords(commands);
      const names = known.map(({ name }) => name);
      return fitting(head, word, sorted(names, word.startsWith("/") ? "/" : ""), "");
    }
    case "room":
      return fitting(
        head,
        word,
        sorted(answersInvitation.includes(name) ? invitations : rooms),
        "",
      );
    case "action": {
      const start = `${name} `;
      const actions = commands.filter((each) => each.name.startsWith(start));
      return fitting(head, word, sorted(actions.map((each) => each.name.slice(start.length))), " ");
    }
    case "path":
      return fittingPaths(head, typed, word, paths(word));
    case "number":
      // Of other numbers nobody knows what they stand for.
      if (argument.name === "ID") return fittingNumbers(head, typed, messagesFor(name, choices));
      if (argument.name === "FILE") return fittingNumbers(head, typed, filesFor(choices));
      return undefined;
    default:
      return undefined;
  }
}

/** Commands about rooms that one is not in yet, and about people who are not in one's own. */
const answersInvitation: readonly string[] = ["accept", "decline"];
const answersAsker: readonly string[] = ["approve", "deny"];

/** The users whom a command may mean; those who wait for it come first. */
function usersFor(
  { name }: CommandShape,
  word: string,
  { users, askers = [] }: Choices,
): readonly string[] {
  const sign = word.startsWith("@") ? "@" : "";
  if (!answersAsker.includes(name)) return sorted(users, sign);
  const others = users.filter((user) => !askers.includes(user));
  return [...sorted(askers, sign), ...sorted(others, sign)];
}

/** What has a number, and how it is told. */
interface Numbered {
  readonly id: number;
  readonly shown: string;
}

/** The messages that a command can be about: what is deleted is one's own, but by moderators. */
function messagesFor(command: string, { messages = [], moderates = false }: Choices): Numbered[] {
  return messages.filter(({ mine }) => mine || moderates || command !== "delete")
    .map(({ id, author, text }) => ({ id, shown: `#${id} ${author}: ${text}` }));
}

function filesFor({ files = [] }: Choices): Numbered[] {
  return files.map(({ id, name }) => ({ id, shown: `${id}: ${name}` }));
}

/** The latest whose number begins as typed, the newest first. */
function fittingNumbers(
  head: string,
  typed: string,
  numbered: readonly Numbered[],
): Fitting | undefined {
  const digits = typed.replace(/^#/, "");
  const found = numbered.filter(({ id }) => String(id).startsWith(digits)).reverse();
  const all = found.slice(0, messagesOfferedMax)
    .map(({ id, shown }) => ({ shown, text: `${head}${id} ` }));
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
  { paths, complete }: PathsFound,
): Fitting {
  const all = paths.map((path) => ({
    shown: path,
    text: head + quoted(path) + (path.endsWith("/") ? "" : " "),
  }));
  const [only, other] = all;
  if (only === undefined || !complete) return { common: head + typed, all };
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
