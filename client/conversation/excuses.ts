/**
 * Why something was not done, and what to do about it, in the words of the one who asked for it.
 *
 * @module
 */
import { textCharactersMax } from "../../lib/domain/bounds.ts";
import {
  type CallFailure,
  ChangeUnsure,
  isCallFailure,
  isMissing,
  isPassing,
  isUnauthorized,
  Unreachable,
} from "../connection/failures.ts";
import { type Draft, OutboxFull, type Outcome, ShelfFault } from "../connection/outbox.ts";
import { draftText } from "../lines/draft_text.ts";
import { failureWords } from "../lines/failure_words.ts";
import type { Reading } from "../lines/quantities.ts";
import { type Line, line } from "../lines/safe_line.ts";
import { type CommandShape, Misunderstood, usageOf } from "./command_parser.ts";
import type { Command } from "./commands/command.ts";
import { LocalFileFault } from "./local_files.ts";
import type { Complaint } from "./screen.ts";

/** What becomes of messages while the server is away. */
const keptWords = "Messages that you write now are kept, and sent when it is back";

/** So much is shown of a text that is too long to be sent. */
const textStartCharactersMax = 60;

type FailedDraft = Extract<Outcome, { type: "failed" }>;

/** Whether it is one of the failures that a user is told of; anything else is a defect. */
export function isComplaint(failure: unknown): failure is Complaint {
  return isCallFailure(failure) || failure instanceof Misunderstood ||
    failure instanceof LocalFileFault || failure instanceof OutboxFull ||
    failure instanceof ShelfFault;
}

/** Why a command was not done. */
export function commandExcuse(command: Command, failure: Complaint, reading: Reading): Line {
  if (failure instanceof Misunderstood) return line`Cannot do /${command.name}: ${failure.message}`;
  if (!isCallFailure(failure)) return line`${failure.message}`;
  const why = callExcuse(failure, reading);
  if (failure instanceof Unreachable && failure.arrived === "never") {
    const reason = line`the server cannot be reached (${why})`;
    return line`Cannot do /${command.name} now: ${reason}. ${keptWords}`;
  }
  const see = command.see === undefined ? "" : `; see /${command.see}`;
  if (failure instanceof ChangeUnsure) {
    return line`/${command.name} may have been done (${why}); look before you do it again${see}`;
  }
  if (isPassing(failure)) return line`Cannot do /${command.name} now: ${why}; try again soon`;
  if (!isMissing(failure)) return line`Cannot do /${command.name}: ${why}`;
  return line`Cannot do /${command.name}: ${command.missing ?? why}${see}`;
}

/** Why a draft was not sent, and the draft, so that its text is not lost. */
export function draftExcuse(
  { sending: { draft }, failure, arrived }: Omit<FailedDraft, "type">,
  reading: Reading,
): Line {
  if (arrived === "perhaps") {
    const why = callExcuse(failure, reading);
    const advice = "look, and send it again if it was not";
    return line`✗ it may have been sent already (${why}); ${advice}: ${draftText(draft)}`;
  }
  const see = draft.commentOn !== undefined ? "history" : draft.to !== undefined ? "who" : "rooms";
  const hint = isMissing(failure) ? `; see /${see}` : "";
  return line`✗ not sent: ${callExcuse(failure, reading)}${hint}: ${draftText(draft)}`;
}

/** That a draft was not sent, why, and its text, or the start of a long one. */
export function unsent(why: string, draft: Draft): Line {
  const text = draftText(draft);
  const start = [...text.slice(0, 2 * textStartCharactersMax)].slice(0, textStartCharactersMax);
  const isLong = excessOf(draft) !== undefined;
  return line`✗ not sent: ${why}: ${isLong ? `${start.join("")}…` : text}`;
}

/** How far a text is beyond what the server takes; `undefined`: it is not. */
export function excessOf({ text = "" }: Draft): string | undefined {
  if (text.length <= textCharactersMax) return undefined;
  const characters = [...text].length;
  if (characters <= textCharactersMax) return undefined;
  const [has, may] = [characters, textCharactersMax].map((count) => count.toLocaleString("en-GB"));
  return `it has ${has} characters, ${may} may be sent`;
}

/** Why a call failed. */
export function callExcuse(failure: CallFailure, reading: Reading): string {
  return isUnauthorized(failure)
    ? "this client is signed out; start it anew to sign in"
    : failureWords(failure, reading);
}

/** What is wrong with how a command is used, and how it is used well. */
export function misuse(command: CommandShape & { readonly example?: string }, why: string): Line {
  const example = command.example === undefined ? "" : `, as ${command.example}`;
  return line`${why}; use ${usageOf(command)}${example}`;
}
