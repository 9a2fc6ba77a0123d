/**
 * The draft as characters that its typist sees, in two parts that meet at the cursor.
 *
 * @module
 */
import { graphemes } from "../../../lib/text/text_width.ts";

/** The draft, as characters that its typist sees, and where the cursor is among them. */
export interface Draft {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * A text with a cursor. Offsets count UTF-16 units.
 *
 * Both parts are what {@linkcode graphemes} makes of them by themselves. Only what stands beside the
 * cursor is looked at again when it moves or something changes there, so that a key costs the same
 * in a long text as in a short one.
 */
export class DraftBuffer {
  readonly #before: string[] = [];
  /** The first one last, where it is taken off and put on. */
  readonly #after: string[] = [];
  #offset = 0;
  #length = 0;
  #draft: Draft | undefined;

  /** Where the cursor stands. */
  get offset(): number {
    return this.#offset;
  }

  /** How long the text is. */
  get length(): number {
    return this.#length;
  }

  get draft(): Draft {
    return this.#draft ??= { before: this.#before.slice(), after: this.#after.toReversed() };
  }

  get text(): string {
    const { before, after } = this.draft;
    return before.join("") + after.join("");
  }

  /** The character so many places left of the cursor, 0 being the one beside it. */
  left(place: number): string | undefined {
    return this.#before[this.#before.length - 1 - place];
  }

  /** The character so many places right of the cursor, 0 being the one beside it. */
  right(place: number): string | undefined {
    return this.#after[this.#after.length - 1 - place];
  }

  /** Puts the cursor somewhere: at an end, if that is outside. */
  seek(offset: number): void {
    const wanted = Math.min(Math.max(0, offset), this.#length);
    if (wanted === this.#offset) return;
    this.#draft = undefined;
    if (wanted < this.#offset) this.#seekLeft(wanted);
    else this.#seekRight(wanted);
    this.#offset = wanted;
  }

  /**
   * Puts `text` in place of what is there from one offset to another, and the cursor after it; gives
   * what was there.
   */
  replace(from: number, to: number, text: string): string {
    this.seek(from);
    const end = Math.max(this.#offset, Math.min(to, this.#length));
    const removed = this.#takeAfter(end - this.#offset);
    this.#draft = undefined;
    this.#length += text.length - removed.length;
    this.#offset += text.length;
    this.#putBefore(graphemes(text).reverse());
    return removed;
  }

  #takeAfter(units: number): string {
    let taken = "";
    while (taken.length < units) {
      taken += this.#after.pop() ?? "";
    }
    // The end of the last character may be none of it.
    this.#putAfter(graphemes(taken.slice(units)));
    return taken.slice(0, units);
  }

  #seekLeft(wanted: number): void {
    const moved: string[] = [];
    let at = this.#offset;
    while (at > wanted) {
      const character = this.#before.pop() ?? "";
      at -= character.length;
      moved.push(character);
    }
    // Inside a character: its end moves, its beginning stays.
    const parted = at < wanted ? moved.pop() : undefined;
    this.#putAfter(moved.reverse());
    if (parted === undefined) return;
    this.#before.push(...graphemes(parted.slice(0, wanted - at)));
    this.#putAfter(graphemes(parted.slice(wanted - at)));
  }

  #seekRight(wanted: number): void {
    const moved: string[] = [];
    let at = this.#offset;
    while (at < wanted) {
      const character = this.#after.pop() ?? "";
      at += character.length;
      moved.push(character);
    }
    const parted = at > wanted ? moved.pop() : undefined;
    this.#putBefore(moved.reverse());
    if (parted === undefined) return;
    const stays = parted.length - (at - wanted);
    this.#putBefore(graphemes(parted.slice(0, stays)).reverse());
    this.#putAfter(graphemes(parted.slice(stays)));
  }

  /** Puts characters left of the cursor, the first one last. */
  #putBefore(characters: string[]): void {
    weld(this.#before, characters);
    while (characters.length > 0) this.#before.push(characters.pop() ?? "");
  }

  /** Puts characters right of the cursor, in order. */
  #putAfter(characters: string[]): void {
    weld(characters, this.#after);
    while (characters.length > 0) this.#after.push(characters.pop() ?? "");
  }
}

/**
 * Joins what is one character where `left` meets `right`, whose first is last.
 *
 * Where two characters stay apart, all that follow do as well: what parts them is decided by what
 * stands between the start of the one and the first code point of the other.
 */
function weld(left: string[], right: string[]): void {
  for (;;) {
    const last = left.at(-1);
    const next = right.at(-1);
    if (last === undefined || next === undefined) return;
    const joined = graphemes(last + next);
    if (joined[0] === last) return;
    left.pop();
    right.pop();
    left.push(...joined);
  }
}
