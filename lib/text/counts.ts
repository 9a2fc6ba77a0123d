/**
 * Counts in words.
 *
 * @module
 */

/** As `1 message`, `2 messages`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
