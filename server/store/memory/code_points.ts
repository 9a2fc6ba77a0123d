/**
 * The order of texts that databases have.
 *
 * @module
 */

/** The order that SQLite's BINARY collation and PostgreSQL's "C" have, which `<` has not. */
export function compareCodePoints(one: string, other: string): number {
  const a = [...one];
  const b = [...other];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
