/**
 * The code of a link into a room, as someone has passed it on.
 *
 * @module
 */

/** The code in a whole link, or one by itself; `undefined` if it is neither. */
export function codeIn(text: string): string | undefined {
  const [, code = text] = /#(.*)$/.exec(text) ?? [];
  return /^[^\s/]+$/.test(code) ? code : undefined;
}
