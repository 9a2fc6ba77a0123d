/**
 * Words of commands that an operator is to type.
 *
 * @module
 */

/** A file, or another text, as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
