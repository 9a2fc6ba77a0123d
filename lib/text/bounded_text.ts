/**
 * What a text must be to be said.
 *
 * @module
 */

/** Nothing but white space and characters that are drawn as nothing. */
const nothingToSee = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/**
 * What is wrong with a text, as `must not be empty`; `undefined` if nothing is.
 *
 * @param charactersMax In Unicode characters, which JavaScript's own length does not count.
 */
export function textFault(text: string, charactersMax: number): string | undefined {
  if (!text.isWellFormed() || text.includes("\0")) return "must be well-formed Unicode text";
  if (nothingToSee.test(text)) return "must not be empty";
  const isLong = text.length > charactersMax && [...text].length > charactersMax;
  return isLong ? `must have at most ${charactersMax} characters` : undefined;
}
