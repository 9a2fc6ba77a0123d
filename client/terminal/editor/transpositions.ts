/**
 * What Ctrl-T and Alt-T swap.
 *
 * @module
 */
import type { DraftBuffer } from "./draft_buffer.ts";
import { lineEnd, wordLeft, wordRight } from "./draft_motions.ts";
import type { Replacement } from "./editable_draft.ts";

/** Swaps the characters beside the cursor; at the end of a line, the two before it. */
export function swapCharacters(buffer: DraftBuffer): Replacement | undefined {
  const { offset } = buffer;
  const atEnd = offset === lineEnd(buffer);
  const first = buffer.left(atEnd ? 1 : 0);
  const second = atEnd ? buffer.left(0) : buffer.right(0);
  if (first === undefined || second === undefined || first === "\n" || second === "\n") {
    return undefined;
  }
  const to = atEnd ? offset : offset + second.length;
  return { from: to - second.length - first.length, to, text: second + first };
}

/** Swaps the word at the cursor, or the one after it, with the word before. */
export function swapWords(buffer: DraftBuffer): Replacement | undefined {
  const { offset, text } = buffer;
  const go = (motion: (buffer: DraftBuffer) => number) => {
    buffer.seek(motion(buffer));
    return buffer.offset;
  };
  go(wordRight);
  const secondStart = go(wordLeft);
  const secondEnd = go(wordRight);
  buffer.seek(secondStart);
  const firstStart = go(wordLeft);
  const firstEnd = go(wordRight);
  buffer.seek(offset);
  if (firstStart === firstEnd || firstEnd > secondStart) return undefined;
  const between = text.slice(firstEnd, secondStart);
  const swapped = text.slice(secondStart, secondEnd) + between + text.slice(firstStart, firstEnd);
  return { from: firstStart, to: secondEnd, text: swapped };
}
