/**
 * Names of users: what may be one, and when two are the same.
 *
 * @module
 */
import { combiningMarksMax } from "./terminal.ts";

declare const folded: unique symbol;
/** A name in the form in which names are compared. */
export type FoldedName = string & { readonly [folded]: true };

/** Longest name, in Unicode characters. */
export const nameCharactersMax = 32;

// A name starts with a letter, a digit or a picture, so that it can't pass for a command, an
// option or a mark; later characters may also be marks and the punctuation of everyday names.
const nameStart = /^[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const nameCharacters =
  /^(?:[\p{L}\p{M}\p{N}_.\-'’]|[\p{Extended_Pictographic}\p{Regional_Indicator}]\p{Emoji_Modifier}?\ufe0f?(?:\u200d(?=\p{Extended_Pictographic}))?)+$/u;
// What is drawn as nothing, so that two names would look the same; but for what makes an emoji.
const invisible =
  /(?![\u200d\ufe0f])\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic}\p{Emoji_Modifier}?)\ufe0f(?!\u20e3)/u;
const emojiGlue = /[\u200d\ufe0f]/g;

/** Why `text` can't be a name, or `undefined` when it can. */
export function nameFault(text: string): string | undefined {
  const name = text.normalize("NFC");
  const length = Array.from(name).length;
  if (length === 0) return "must not be empty";
  if (length > nameCharactersMax) return `must have at most ${nameCharactersMax} characters`;
  if (/\s/u.test(name)) return "must not contain spaces";
  if (!nameStart.test(name)) return "must start with a letter, a digit or an emoji";
  if (!nameCharacters.test(name) || invisible.test(name)) {
    return "may contain only letters, digits, emoji and _ . - '";
  }
  // Marks that take a column of their own are letters to those who use them.
  if (new RegExp(`[\\p{Mn}\\p{Me}]{${combiningMarksMax + 1}}`, "u").test(name)) {
    return `must not stack more than ${combiningMarksMax} marks on a letter`;
  }
  return undefined;
}

/** The form in which a name is kept and shown (Unicode NFC). */
export function canonicalName(text: string): string {
  return text.normalize("NFC");
}

/**
 * The form in which names are compared: `Alice`, `ALICE` and `ａｌｉｃｅ` are one, and so are `straße`
 * and `STRASSE`, and an emoji with and without its invisible parts.
 */
export function foldName(text: string): FoldedName {
  const seen = text.normalize("NFKC").replaceAll(emojiGlue, "");
  // Lower case alone would part `ΟΔΟΣ` (its last letter becomes ς) from `οδοσ`; and the one capital
  // that has no upper case of more letters, ẞ, must be lowered before it is raised.
  return seen.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC") as FoldedName;
}
