/**
 * The line that is being typed: how each key changes it.
 *
 * @module
 */
import type { Draft, DraftBuffer } from "./draft_buffer.ts";
import * as motions from "./draft_motions.ts";
import { EditableDraft, type Fit, type Replacement } from "./editable_draft.ts";
import { HistorySearch, type HistorySpot, type SearchState } from "./history_search.ts";
import { InputHistory } from "./input_history.ts";
import type { Key, KeyName } from "../keyboard/keys.ts";
import { KillRing } from "./kill_ring.ts";
import { swapCharacters, swapWords } from "./transpositions.ts";

export type { Draft } from "./draft_buffer.ts";
export type { SearchState } from "./history_search.ts";

/** What a key asks of the one who owns the line. */
export type EditorRequest =
  | { readonly kind: "submit"; readonly text: string }
  /** Tab, or Shift-Tab for the one before. */
  | { readonly kind: "complete"; readonly step: "next" | "previous" }
  /** Escape or Ctrl-G: what the line could become is of no interest. */
  | { readonly kind: "dismiss" }
  | { readonly kind: "redraw" }
  | { readonly kind: "suspend" }
  /** Something was dropped, for the draft holds `draftCharactersMax`. */
  | { readonly kind: "full" }
  /** Ctrl-C on an empty line, or Ctrl-D. */
  | { readonly kind: "leave" };

/** What a key did, as far as it matters to the next one. */
type Deed = "kill" | "yank" | "vertical" | "other";

/**
 * Edits a draft of any number of lines and remembers those that were entered.
 *
 * A backslash at the very end asks for another line, as in a shell; two of them are sent as one.
 */
export class LineEditor {
  #draft = new EditableDraft();
  readonly #history = new InputHistory();
  readonly #kills = new KillRing();
  /** Which line of the history is shown; its length: the one being typed. */
  #place = 0;
  #search: HistorySearch | undefined;
  #lastQuery = "";
  #deed: Deed = "other";
  /** The column that the cursor keeps to, on its way through lines. */
  #column = 0;
  /** Where what was yanked begins, which Alt-Y changes. */
  #yankedAt = 0;

  get draft(): Draft {
    return this.#buffer.draft;
  }

  get text(): string {
    return this.#buffer.text;
  }

  get isEmpty(): boolean {
    return this.#buffer.length === 0;
  }

  /** The search in the history, if there is one; the draft is then what it has found. */
  get search(): SearchState | undefined {
    return this.#search?.state;
  }

  /**
   * Puts a text in place of the draft, the cursor between its two parts; can be undone.
   *
   * One that is too long changes nothing.
   */
  replace(before: string, after: string): EditorRequest | undefined {
    return requestOf(this.#draft.set(withoutReturns(before), withoutReturns(after)));
  }

  /** Takes a key; says what it asks for, if it is more than editing. */
  press(key: Key): EditorRequest | undefined {
    const last = this.#deed;
    this.#deed = "other";
    if (this.#search !== undefined && this.#goesToSearch(this.#search, key)) return undefined;
    if (key.kind === "text") return requestOf(this.#draft.type(key.text));
    if (key.kind === "paste") return requestOf(this.#draft.put(withoutReturns(key.text)));
    return this.#command(key.name, last);
  }

  get #buffer(): DraftBuffer {
    return this.#draft.buffer;
  }

  #command(name: KeyName, last: Deed): EditorRequest | undefined {
    const buffer = this.#buffer;
    switch (name) {
      case "enter":
        return this.#enter();
      case "newline":
        return requestOf(this.#draft.put("\n"));
      case "tab":
        return { kind: "complete", step: "next" };
      case "backtab":
        return { kind: "complete", step: "previous" };
      case "escape":
      case "abort":
        return { kind: "dismiss" };
      case "redraw":
      case "suspend":
        return { kind: name };
      case "interrupt":
        if (buffer.length === 0) return { kind: "leave" };
        this.#clear();
        return undefined;
      case "end_of_input":
        if (buffer.length === 0) return { kind: "leave" };
        this.#remove(motions.characterRight(buffer));
        return undefined;
      case "up":
      case "down":
        this.#moveLine(name, last);
        return undefined;
      case "history_previous":
        this.#recall(this.#place - 1);
        return undefined;
      case "history_next":
        this.#recall(this.#place + 1);
        return undefined;
      case "search":
      case "search_forward":
        this.#search = new HistorySearch(this.#history, this.#spot());
        return undefined;
      case "yank":
        return this.#yank(buffer.offset);
      case "yank_pop":
        if (last !== "yank") return undefined;
        this.#kills.turn();
        return this.#yank(this.#yankedAt);
      case "undo":
        this.#draft.undo();
        return undefined;
      default:
        this.#edit(name, last);
        return undefined;
    }
  }

  #edit(name: KeyName, last: Deed): void {
    const buffer = this.#buffer;
    switch (name) {
      case "left":
        return buffer.seek(motions.characterLeft(buffer));
      case "right":
        return buffer.seek(motions.characterRight(buffer));
      case "home":
        return buffer.seek(motions.lineStart(buffer));
      case "end":
        return buffer.seek(motions.lineEnd(buffer));
      case "draft_start":
        return buffer.seek(0);
      case "draft_end":
        return buffer.seek(buffer.length);
      case "word_left":
        return buffer.seek(motions.wordLeft(buffer));
      case "word_right":
        return buffer.seek(motions.wordRight(buffer));
      case "backspace":
        this.#remove(motions.characterLeft(buffer));
        return;
      case "delete":
        this.#remove(motions.characterRight(buffer));
        return;
      case "kill_left":
        // At an edge of a line, the break goes, so that killing on and on leaves nothing.
        return this.#kill(orElse(motions.lineStart, motions.characterLeft)(buffer), last);
      case "kill_right":
        return this.#kill(orElse(motions.lineEnd, motions.characterRight)(buffer), last);
      case "kill_word":
        return this.#kill(motions.spaceLeft(buffer), last);
      case "kill_word_left":
        return this.#kill(motions.wordLeft(buffer), last);
      case "kill_word_right":
        return this.#kill(motions.wordRight(buffer), last);
      case "transpose":
        return this.#change(swapCharacters(buffer));
      case "transpose_words":
        return this.#change(swapWords(buffer));
    }
  }

  #change(replacement: Replacement | undefined): void {
    if (replacement !== undefined) this.#draft.change(replacement);
  }

  /** Removes what lies between the cursor and `to`; gives it. */
  #remove(to: number): string {
    const { offset } = this.#buffer;
    return this.#draft.change({ from: Math.min(offset, to), to: Math.max(offset, to), text: "" });
  }

  #enter(): EditorRequest | undefined {
    const text = this.text;
    const [backslashes = ""] = /\\*$/.exec(text) ?? [];
    if (backslashes.length % 2 === 1) {
      this.#draft.change({ from: text.length - 1, to: text.length, text: "\n" });
      return undefined;
    }
    this.#history.enter(text);
    this.#place = this.#history.length;
    this.#draft = new EditableDraft();
    return { kind: "submit", text: text.slice(0, text.length - backslashes.length / 2) };
  }

  /** Empties the line; what was there can be brought back, but no other draft. */
  #clear(): void {
    this.#history.forgetDrafts();
    this.#place = this.#history.length;
    this.#draft.change({ from: 0, to: this.#buffer.length, text: "" });
  }

  /** Removes what lies between the cursor and `to`, and keeps it to be yanked. */
  #kill(to: number, last: Deed): void {
    const side = to < this.#buffer.offset ? "start" : "end";
    const text = this.#remove(to);
    if (text === "") return;
    if (last === "kill") this.#kills.join(text, side);
    else this.#kills.add(text);
    this.#deed = "kill";
  }

  /** Puts what was killed in place of what lies before the cursor from `from` on. */
  #yank(from: number): EditorRequest | undefined {
    const text = this.#kills.top;
    if (text === undefined) return undefined;
    this.#yankedAt = from;
    this.#deed = "yank";
    return requestOf(this.#draft.put(text, from));
  }

  /** To the next line of the draft, and at its edge to the next line of the history. */
  #moveLine(name: "up" | "down", last: Deed): void {
    const buffer = this.#buffer;
    if (last !== "vertical") this.#column = motions.columnOf(buffer);
    const move = name === "up" ? motions.lineAbove : motions.lineBelow;
    const offset = move(buffer, this.#column);
    if (offset === undefined) {
      this.#recall(this.#place + (name === "up" ? -1 : 1));
      return;
    }
    buffer.seek(offset);
    this.#deed = "vertical";
  }

  #spot(): HistorySpot {
    return { place: this.#place, offset: this.#buffer.offset };
  }

  #recall(place: number): void {
    if (place >= 0 && place <= this.#history.length) this.#show(place);
  }

  /** Shows a line of the history, the cursor where it was left or at its end. */
  #show(place: number): void {
    if (place === this.#place) return;
    this.#history.leave(this.#place, this.#draft);
    this.#place = place;
    this.#draft = this.#history.leftAt(place) ?? new EditableDraft(this.#history.textAt(place));
  }

  #goTo({ place, offset }: HistorySpot): void {
    this.#show(place);
    this.#buffer.seek(offset);
  }

  /** Whether a key is for the search; another one ends it, and does what it does. */
  #goesToSearch(search: HistorySearch, key: Key): boolean {
    if (key.kind !== "named") {
      search.extend(key.text);
      this.#goTo(search.spot);
      return true;
    }
    switch (key.name) {
      case "backspace":
        search.shorten();
        break;
      case "search":
      case "search_forward":
        if (search.state.query === "") search.extend(this.#lastQuery);
        else search.again(key.name === "search" ? "older" : "newer");
        break;
      case "abort":
      case "interrupt":
        this.#goTo(search.origin);
        this.#endSearch(search);
        return true;
      case "redraw":
      case "suspend":
        return false;
      default:
        this.#endSearch(search);
        return key.name === "escape";
    }
    this.#goTo(search.spot);
    return true;
  }

  #endSearch(search: HistorySearch): void {
    const { query } = search.state;
    if (query !== "") this.#lastQuery = query;
    this.#search = undefined;
  }
}

type Motion = (buffer: DraftBuffer) => number;

/** The second motion where the first one leads nowhere. */
function orElse(first: Motion, second: Motion): Motion {
  return (buffer) => {
    const offset = first(buffer);
    return offset === buffer.offset ? second(buffer) : offset;
  };
}

/** Line breaks of any system as the draft has them. */
function withoutReturns(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function requestOf(fit: Fit): EditorRequest | undefined {
  return fit === "cut" ? { kind: "full" } : undefined;
}
