/**
 * What a message says, taken apart: plain text, links, and the words that call its reader.
 *
 * @module
 */
import { mentions } from "../../../conversation/model.ts";
import type { Message } from "../../../../lib/api/schemas.ts";
import { foldName } from "../../../../lib/text/names.ts";

export interface TextPart {
  /** A link is an address of `http` or `https`, and is shown as it is. */
  readonly kind: "text" | "link" | "mention";
  readonly text: string;
}

/** Longest address that becomes a link, in UTF-16 units. */
export const linkUnitsMax = 2000;

/** Most links of one message; what follows is text. */
export const messageLinksMax = 100;

/** Longest word after an `@` that is compared with a name, in UTF-16 units. */
export const mentionUnitsMax = 160;

// No address holds what is drawn as nothing or turns the direction of writing: it would look like
// another one.
const address = /\bhttps?:\/\/(?:(?![\p{Default_Ignorable_Code_Point}\p{Cc}])[^\s<>"])+/giu;
/** What ends a sentence rather than an address. */
const sentenceEnd = ".,;:!?'’”»*_~]}";
const calling = /(?<![\p{L}\p{N}_])[@\ufe6b\uff20][^\s@\ufe6b\uff20]+/gu;

/** The parts of what `message` says to `user`, in order; joined they are its text. */
export function textParts(message: Message, user: string): TextPart[] {
  const { text } = message;
  const called = mentions(user, message);
  const parts: TextPart[] = [];
  const addText = (plain: string) => {
    if (called) parts.push(...mentionParts(plain, user));
    else if (plain !== "") parts.push({ kind: "text", text: plain });
  };
  let end = 0;
  let links = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const link = withoutSentenceEnd(found);
    if (link.length > linkUnitsMax || !URL.canParse(link)) continue;
    if (++links > messageLinksMax) break;
    addText(text.slice(end, index));
    parts.push({ kind: "link", text: link });
    end = index + link.length;
  }
  addText(text.slice(end));
  return parts;
}

function withoutSentenceEnd(found: string): string {
  // `(see https://example.org/)` ends before the bracket, `…/Deno_(animal)` behind it.
  let tooMany = found.split(")").length - found.split("(").length;
  let end = found.length;
  for (; end > 0; end--) {
    const last = found.charAt(end - 1);
    if (last === ")" && tooMany > 0) tooMany--;
    else if (!sentenceEnd.includes(last)) break;
  }
  return found.slice(0, end);
}

function mentionParts(plain: string, user: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: word, index } of plain.matchAll(calling)) {
    const units = callingUnits(word, user);
    if (units === 0) continue;
    if (index > end) parts.push({ kind: "text", text: plain.slice(end, index) });
    end = index + units;
    parts.push({ kind: "mention", text: plain.slice(index, end) });
  }
  if (end < plain.length) parts.push({ kind: "text", text: plain.slice(end) });
  return parts;
}

/** How much of a word from its `@` on is the user's name, in UTF-16 units; 0 if it is another. */
function callingUnits(word: string, user: string): number {
  const wanted = foldName(user);
  let called = 0;
  for (let units = 2; units <= Math.min(word.length, mentionUnitsMax); units++) {
    const name = foldName(word.slice(1, units));
    if (name.length > wanted.length) break;
    if (name === wanted && !/^[\p{L}\p{M}\p{N}_]/u.test(word.slice(units))) called = units;
  }
  return called;
}
