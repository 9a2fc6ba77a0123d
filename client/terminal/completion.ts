/**
 * What a half-typed line could become.
 *
 * @module
 */
import { foldName } from "../../lib/text/names.ts";
import { type CommandShape, findCommand } from "../conversation/command_parser.ts";

/** Ways to go on: each replaces what stands before the cursor. */
export interface Completion {
  /** What all candidates have in common; the cursor stands at its end. */
  readonly text: string;
  /** The words that fit; one of them is already in `text` if it is the only one. */
  readonly candidates: readonly string[];
}

/**
 * Completes the word before the cursor: a command at the start of a line, a user where one is
 * expected, and in a text a user after `@` or at its start.
 */
export function complete(
  before: string,
  { commands, users }: {
    readonly commands: readonly CommandShape[];
    readonly users: readonly string[];
  },
): Completion {
  const [, head = "", word = ""] = /^([\s\S]*?)(\S*)$/.exec(before) ?? [];
  if (head === "" && /^\/[^/]*$/.test(word)) {
    return finish(head, word, commands.map(({ name }) => `/${name}`), " ");
  }
  const given = /^\/(\S+)\s+([\s\S]*)$/.exec(before);
  const command = given?.[1] === undefined
    ? undefined
    : findCommand(commands, given[1].toLowerCase());
  const onFirst = given?.[2] !== undefined && !/\s/.test(given[2]);
  const first = command?.takes[0]?.kind;
  if (onFirst && first === "user") return finish(head, word, users, " ");
  if (onFirst && first === "command") {
    return finish(head, word, commands.map(({ name }) => name), "");
  }
  if (word.startsWith("@")) return finish(head, word, users.map((user) => `@${user}`), " ");
  if (head === "" && word !== "") return finish(head, word, users, ": ");
  return { text: before, candidates: [] };
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
