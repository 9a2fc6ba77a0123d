/**
 * Why a call failed, in the words of the one who made it.
 *
 * @module
 */
import { ApiProblem, type CallFailure, failureReason } from "../connection/failures.ts";
import type { RefusalCode } from "../../lib/domain/refusal.ts";
import { momentText, type Reading } from "./quantities.ts";

/** Most characters of what a server says, in UTF-16 units: it may say anything at any length. */
export const serverWordsMax = 500;

/** Why it failed, to stand after a colon; holds text from elsewhere. */
export function failureWords(failure: CallFailure, reading: Reading): string {
  if (!(failure instanceof ApiProblem)) return bounded(failureReason(failure));
  const { code, resetsAt, bannedUntil, retryAfterMs } = failure;
  if (code === "rate_limited" && resetsAt !== undefined) {
    return `the limit is used up; it begins anew at ${momentText(resetsAt, reading)}`;
  }
  if (code === "banned" && bannedUntil !== undefined) {
    return `you are banned from sending until ${momentText(bannedUntil, reading)}`;
  }
  if (code === "too_many_attempts" && retryAfterMs !== undefined) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    return `${bounded(failureReason(failure))}; try again in ${seconds} s`;
  }
  return bounded(failureReason(failure));
}

/** What keeps a message from being sent. */
const hindrances = new Map<string, string>(
  [
    ["banned", "you are banned from sending"],
    ["forbidden", "you may not send there"],
    ["not_found", "what it goes to is not there any more"],
    ["rate_limited", "the limit is used up"],
  ] satisfies [RefusalCode, string][],
);

/** Why a message was not sent, by the code of the refusal; any other code stays as it is. */
export function codeWords(code: string): string {
  return hindrances.get(code) ?? bounded(code);
}

/** The beginning of what a server says, if it is too long. */
export function bounded(words: string): string {
  if (words.length <= serverWordsMax) return words;
  // Half of a character would be shown as such.
  return `${words.slice(0, serverWordsMax).replace(/[\ud800-\udbff]$/, "")}…`;
}
