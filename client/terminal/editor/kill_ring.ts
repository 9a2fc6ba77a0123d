/**
 * What was killed lately, to be put in elsewhere.
 *
 * @module
 */

/** Most texts that are kept. */
export const killedTextsMax = 32;

/** Keeps what was killed; Ctrl-Y puts the last one in, Alt-Y then the one before. */
export class KillRing {
  readonly #texts: string[] = [];
  #turned = 0;

  /** Keeps a text; the next one to be put in. */
  add(text: string): void {
    this.#texts.push(text);
    if (this.#texts.length > killedTextsMax) this.#texts.shift();
    this.#turned = 0;
  }

  /** Joins a text to the last one, which was killed right before: at its start or its end. */
  join(text: string, side: "start" | "end"): void {
    const last = this.#texts.pop() ?? "";
    this.add(side === "start" ? text + last : last + text);
  }

  /** The text to put in. */
  get top(): string | undefined {
    return this.#texts.at(-1 - this.#turned);
  }

  /** Goes on to the text before; from the oldest to the last one. */
  turn(): void {
    this.#turned = (this.#turned + 1) % Math.max(1, this.#texts.length);
  }
}
