/**
 * The lines that were entered, and what has become of those that were gone back to.
 *
 * @module
 */
import type { EditableDraft } from "./editable_draft.ts";

/** Most lines that the history keeps. */
export const historyLinesMax = 500;

/** Most UTF-16 units that its lines hold together; the last one stays, however long. */
export const historyUnitsMax = 262_144;

/**
 * Keeps the lines that were entered, the oldest first, and one place after them for the line that is
 * being typed.
 *
 * What is changed in an old line lies beside it until the next line is entered, so that the history
 * itself stays as it was.
 */
export class InputHistory {
  readonly #lines: string[] = [];
  readonly #left = new Map<number, EditableDraft>();
  #units = 0;

  /** How many lines there are; the place of the line that is being typed. */
  get length(): number {
    return this.#lines.length;
  }

  /** Keeps a line that was entered, unless it says nothing or the same as the last one. */
  enter(text: string): void {
    this.forgetDrafts();
    if (text.trim() === "" || text === this.#lines.at(-1)) return;
    this.#lines.push(text);
    this.#units += text.length;
    while (
      this.#lines.length > historyLinesMax ||
      (this.#units > historyUnitsMax && this.#lines.length > 1)
    ) {
      this.#units -= this.#lines.shift()?.length ?? 0;
    }
  }

  /** Makes every line what it was when it was entered. */
  forgetDrafts(): void {
    this.#left.clear();
  }

  /** Keeps a draft that is left, unless it is the line as it was entered. */
  leave(place: number, draft: EditableDraft): void {
    if (draft.buffer.text === this.#lines[place]) this.#left.delete(place);
    else this.#left.set(place, draft);
  }

  /** The draft that was left there, if it is not the line as it was entered. */
  leftAt(place: number): EditableDraft | undefined {
    return this.#left.get(place);
  }

  /** What stands at a place. */
  textAt(place: number): string {
    return this.#left.get(place)?.buffer.text ?? this.#lines[place] ?? "";
  }
}
