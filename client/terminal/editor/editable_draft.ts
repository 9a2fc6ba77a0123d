/**
 * A draft that can be changed within its bound, and whose changes can be taken back.
 *
 * @module
 */
import { graphemes } from "../../../lib/text/text_width.ts";
import { DraftBuffer } from "./draft_buffer.ts";
import { UndoLog } from "./undo_log.ts";

/** Most UTF-16 units that a draft holds; what is beyond is dropped. */
export const draftCharactersMax = 65_536;

/** Whether a text went in whole, or only as much of it as there was room for. */
export type Fit = "whole" | "cut";

/** A text to stand in place of another; offsets count UTF-16 units. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A draft with its cursor and its changes. */
export class EditableDraft {
  readonly buffer = new DraftBuffer();
  readonly #undo = new UndoLog();

  /** @param text What it begins with, the cursor at its end. */
  constructor(text = "") {
    this.buffer.replace(0, 0, text);
  }

  /** Changes the text; gives what is not there any more. */
  change({ from, to, text }: Replacement): string {
    const cursor = this.buffer.offset;
    const removed = this.buffer.replace(from, to, text);
    if (removed !== text) {
      this.#undo.add({ at: from, removed, inserted: text, cursor, typed: false });
    }
    return removed;
  }

  /** Puts in a text, or as much of it as there is room for, in place of what lies from `from` on. */
  put(text: string, from: number = this.buffer.offset): Fit {
    const to = this.buffer.offset;
    const fitting = this.#fitting(text, to - from);
    this.change({ from, to, text: fitting });
    return fitting === text ? "whole" : "cut";
  }

  /** Puts in what is typed; undone word by word, the same for a burst of keys as for single ones. */
  type(text: string): Fit {
    for (const word of text.match(/^\s+|\S+\s*/gu) ?? []) {
      const cursor = this.buffer.offset;
      const fitting = this.#fitting(word);
      this.buffer.replace(cursor, cursor, fitting);
      if (fitting !== "") {
        this.#undo.add({ at: cursor, removed: "", inserted: fitting, cursor, typed: true });
      }
      if (fitting !== word) return "cut";
    }
    return "whole";
  }

  /** Puts a text in place of the whole, the cursor between its two parts; nothing, if too long. */
  set(before: string, after: string): Fit {
    const wanted = before + after;
    if (wanted.length > draftCharactersMax) return "cut";
    const { text } = this.buffer;
    // Only what differs is changed, or each completion would keep the whole text to be undone.
    const start = commonStart(text, wanted);
    const end = commonEnd(text, wanted, Math.min(text.length, wanted.length) - start);
    this.change({
      from: start,
      to: text.length - end,
      text: wanted.slice(start, wanted.length - end),
    });
    this.buffer.seek(before.length);
    return "whole";
  }

  /** Takes the last change back. */
  undo(): void {
    const edit = this.#undo.take();
    if (edit === undefined) return;
    this.buffer.replace(edit.at, edit.at + edit.inserted.length, edit.removed);
    this.buffer.seek(edit.cursor);
  }

  /** As many characters of a text, as its reader sees them, as there is room for. */
  #fitting(text: string, freed = 0): string {
    const room = draftCharactersMax - this.buffer.length + freed;
    if (text.length <= room) return text;
    let end = 0;
    for (const character of graphemes(text)) {
      if (end + character.length > room) break;
      end += character.length;
    }
    return text.slice(0, end);
  }
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length++;
  return length;
}

function commonEnd(a: string, b: string, lengthMax: number): number {
  let length = 0;
  while (length < lengthMax && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
