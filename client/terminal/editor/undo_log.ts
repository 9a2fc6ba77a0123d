/**
 * What was changed in a draft, so that it can be taken back.
 *
 * @module
 */

/** Most changes that are kept. */
export const undoStepsMax = 1000;

/** Most UTF-16 units that the kept changes hold together; the last one stays, however long. */
export const undoUnitsMax = 262_144;

/** A change of a text; offsets count UTF-16 units. */
export interface Edit {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
  /** Where the cursor was before. */
  readonly cursor: number;
  /** Typed key by key: it is one change with what was typed right before, up to a new word. */
  readonly typed: boolean;
}

/** Keeps the changes of one draft. */
export class UndoLog {
  readonly #edits: Edit[] = [];
  #units = 0;

  /** Keeps a change. */
  add(edit: Edit): void {
    const last = this.#edits.at(-1);
    if (last !== undefined && goesOn(last, edit)) {
      this.take();
      this.#keep({ ...last, inserted: last.inserted + edit.inserted });
    } else {
      this.#keep(edit);
    }
  }

  /** Takes the last change out, to be undone. */
  take(): Edit | undefined {
    const edit = this.#edits.pop();
    if (edit !== undefined) this.#units -= unitsOf(edit);
    return edit;
  }

  #keep(edit: Edit): void {
    this.#edits.push(edit);
    this.#units += unitsOf(edit);
    while (
      this.#edits.length > undoStepsMax || (this.#units > undoUnitsMax && this.#edits.length > 1)
    ) {
      const oldest = this.#edits.shift();
      if (oldest !== undefined) this.#units -= unitsOf(oldest);
    }
  }
}

function goesOn(last: Edit, edit: Edit): boolean {
  if (!last.typed || !edit.typed || last.at + last.inserted.length !== edit.at) return false;
  return !isSpace(last.inserted.at(-1)) || isSpace(edit.inserted.at(0));
}

function isSpace(unit: string | undefined): boolean {
  return unit !== undefined && /\s/.test(unit);
}

function unitsOf({ removed, inserted }: Edit): number {
  return removed.length + inserted.length;
}
