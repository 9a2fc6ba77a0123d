/**
 * Keeps what was drawn of each part of a long list, so that what is as it was is not drawn anew.
 *
 * @module
 */

/** Draws a part, unless what it is drawn from is the very same as the last time. */
export type Keep<Drawn> = (key: number, from: readonly unknown[], draw: () => Drawn) => Drawn;

interface Part<Drawn> {
  readonly from: readonly unknown[];
  readonly drawn: Drawn;
}

/** Preact passes over what is the very same element. */
export class KeptParts<Drawn> {
  #parts: ReadonlyMap<number, Part<Drawn>> = new Map();

  /** Begins to draw all anew; of parts that are not drawn until the next time, nothing is kept. */
  next(): Keep<Drawn> {
    const before = this.#parts;
    const now = new Map<number, Part<Drawn>>();
    this.#parts = now;
    return (key, from, draw) => {
      const last = before.get(key);
      const isSame = last !== undefined && last.from.every((each, at) => Object.is(each, from[at]));
      const part = isSame ? last : { from, drawn: draw() };
      now.set(key, part);
      return part.drawn;
    };
  }
}
