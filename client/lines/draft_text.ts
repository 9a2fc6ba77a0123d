/**
 * What a message that is not sent yet says, in one text.
 *
 * @module
 */
import type { Draft } from "../connection/outbox.ts";

/** Its text, and how many files come with it. */
export function draftText({ text, files = [] }: Draft): string {
  const attached = files.map((id) => `[file ${id}]`);
  return [...(text === undefined ? [] : [text]), ...attached].join(" ");
}
