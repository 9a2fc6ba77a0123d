/**
 * Makes a case that shows a fault as short as it gets, by leaving parts of its text out.
 *
 * @module
 */

/** What can be made shorter: a text, and what else belongs to it. */
export interface Shortenable {
  readonly text: string;
}

/** The same case without the characters from `from` up to, but not including, `to`. */
export type Without<Case> = (subject: Case, from: number, to: number) => Case;

/**
 * The shortest case found for which `fails` is still true, as it is for `subject`; `attemptsMax`
 * bounds how often it is asked.
 *
 * What is left out gets smaller, from halves to single characters, until nothing can be left out.
 */
export async function minimised<Case extends Shortenable>(
  subject: Case,
  without: Without<Case>,
  fails: (subject: Case) => boolean | Promise<boolean>,
  attemptsMax = 5000,
): Promise<Case> {
  let attemptsLeft = attemptsMax;
  let size = Math.ceil(subject.text.length / 2);
  while (size >= 1) {
    let isShorter = false;
    for (let at = 0; at < subject.text.length;) {
      if (attemptsLeft-- <= 0) return subject;
      const shorter = without(subject, at, Math.min(at + size, subject.text.length));
      if (shorter.text !== "" && await fails(shorter)) {
        subject = shorter;
        isShorter = true;
      } else {
        at += size;
      }
    }
    // What was needed before may be of no use now.
    if (isShorter && size === 1) continue;
    size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return subject;
}

/** Where `place` is when the characters from `from` to `to` are gone. */
export function movedPlace(place: number, from: number, to: number): number {
  return place <= from ? place : Math.max(from, place - (to - from));
}
