/**
 * What an action of `chat admin` is: its words, what it takes, and what it does.
 *
 * @module
 */
import {
  banMsMax,
  banMsMin,
  reasonCharactersMax,
  registrationInviteLifeMaxMs,
  registrationInviteLifeMinMs,
  registrationInviteUsesMax,
} from "../../lib/domain/bounds.ts";
import {
  duration,
  onOff,
  type OptionValues,
  reader,
  someText,
  UsageError,
  wholeNumber,
} from "../../lib/options.ts";
import { textFault } from "../../lib/text/bounded_text.ts";
import { databaseFile } from "../operator/database_option.ts";
import type { OperatorTerminal } from "../operator/terminal.ts";
import type { OpenChat } from "./open_chat.ts";

/** All that can be given to any of the actions. */
export const adminOptions = {
  db: databaseFile("Database to look into or change; a server may be using it"),
  json: { parse: onOff(), help: "Print one JSON document, for a script" },
  for: {
    parse: duration({
      minMs: Math.min(banMsMin, registrationInviteLifeMinMs),
      maxMs: Math.max(banMsMax, registrationInviteLifeMaxMs),
    }),
    placeholder: "TIME",
    help: "How long a ban lasts (4h), or an invitation can be used (7d)",
  },
  reason: {
    parse: reader(
      `a text of at most ${reasonCharactersMax} characters`,
      (text) => textFault(text, reasonCharactersMax) === undefined ? text : undefined,
    ),
    placeholder: "TEXT",
    help: "Why, for the log of acts",
  },
  uses: {
    parse: wholeNumber({ min: 1, max: registrationInviteUsesMax }),
    placeholder: "N",
    help: "How many may register by an invitation; otherwise one",
  },
  all: { parse: onOff(), help: "All clients of the user" },
  "password-file": {
    parse: someText("a file"),
    placeholder: "FILE",
    help: "File whose first line is the new password; otherwise one is drawn and printed",
  },
  yes: { parse: onOff(), help: "Do not ask before what cannot be undone" },
} as const;

export type Flag = keyof typeof adminOptions;

/** What every action takes. */
const always: ReadonlySet<Flag> = new Set<Flag>(["db", "json"]);

/** What an action is called with. */
export interface Call {
  readonly chat: OpenChat;
  readonly values: OptionValues<typeof adminOptions>;
  readonly terminal: OperatorTerminal;
}

/** What an action has to say: the same for people and for scripts. */
export interface Told {
  readonly lines: readonly string[];
  readonly json: unknown;
  /** Beside it, for a person alone; not part of what is asked for. */
  readonly hint?: string;
}

/** One thing that an operator can do. */
export interface Action {
  /** What stands after the name, as `USER`; the words that are to be given, in brackets if not. */
  readonly words: string;
  readonly does: string;
  readonly takes?: readonly Flag[];
  run(call: Call, words: readonly string[]): Promise<Told>;
}

/** Refuses options that an action has no use for: who gives them means something by it. */
export function refuseUseless(name: string, { takes = [] }: Action, given: Iterable<Flag>): void {
  for (const flag of given) {
    if (always.has(flag) || takes.includes(flag)) continue;
    throw new UsageError(`Cannot use --${flag} with ${name}`);
  }
}

/** The words that an action needs, no fewer and no more. */
export function requireWords(name: string, { words }: Action, given: readonly string[]): void {
  const all = words.split(" ").filter((word) => word !== "");
  const needed = all.filter((word) => !word.startsWith("["));
  const missing = needed[given.length];
  if (missing !== undefined) {
    throw new UsageError(`${missing} is missing: chat admin ${name} ${words}`);
  }
  const tooMuch = given[all.length];
  if (tooMuch !== undefined) throw new UsageError(`Cannot understand ${JSON.stringify(tooMuch)}`);
}

/**
 * The number that a word stands for.
 *
 * @param what It is the number of, as `a client`.
 * @throws {UsageError} if it is none.
 */
export function numberOf<Id extends number>(what: string, word: string): Id {
  if (/^[1-9]\d{0,14}$/.test(word)) return Number(word) as Id;
  throw new UsageError(`Cannot take ${JSON.stringify(word)} for the number of ${what}`);
}
