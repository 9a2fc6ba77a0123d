/**
 * What was not sent when the client ends, so that no text is lost without a word.
 *
 * @module
 */
import { countText } from "../../lib/text/counts.ts";
import type { Sending } from "../connection/outbox.ts";
import { draftText } from "./draft_text.ts";
import { type Line, line } from "./safe_line.ts";

/**
 * How many were not sent, and each of them; nothing if none are left.
 *
 * @param fate What becomes of them, or why they were not sent.
 */
export function leftLines(
  left: readonly Sending[],
  fate: { readonly kept: true } | { readonly kept: false; readonly why: string },
): Line[] {
  if (left.length === 0) return [];
  const what = line`${countText(left.length, "message")} not sent`;
  return [
    fate.kept
      ? line`${what}; the next start of the client sends them:`
      : line`${what}: ${fate.why}`,
    ...left.map(({ draft }) => line`  … ${draftText(draft)}`),
  ];
}
