/**
 * Why a call failed, in the words of the one who made it.
 *
 * @module
 */
import { ApiProblem, type CallFailure, failureReason } from "../connection/failures.ts";
import { problemKinds } from "../../lib/api/problems.ts";
import { momentText, type Reading } from "./quantities.ts";

/** Why it failed, to stand after a colon; holds text from elsewhere. */
export function failureWords(failure: CallFailure, reading: Reading): string {
  if (!(failure instanceof ApiProblem)) return failureReason(failure);
  const { code, resetsAt, bannedUntil, retryAfterMs } = failure;
  if (code === "rate_limited" && resetsAt !== undefined) {
    return `the limit is used up; it begins anew at ${momentText(resetsAt, reading)}`;
  }
  if (code === "banned" && bannedUntil !== undefined) {
    return `you are banned from sending until ${momentText(bannedUntil, reading)}`;
  }
  if (code === "too_many_attempts" && retryAfterMs !== undefined) {
    return `${failureReason(failure)}; try again in ${Math.ceil(retryAfterMs / 1000)} s`;
  }
  return failureReason(failure);
}

/** What the code of a problem says; one that this version does not know stays as it is. */
export function codeWords(code: string): string {
  const titles: Readonly<Record<string, { readonly title: string }>> = problemKinds;
  const title = Object.hasOwn(titles, code) ? titles[code]?.title : undefined;
  return title === undefined ? code : title.replace(/^./, (first) => first.toLowerCase());
}
