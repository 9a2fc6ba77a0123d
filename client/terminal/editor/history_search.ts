/**
 * The search in the history, as Ctrl-R begins it.
 *
 * @module
 */
import { graphemes } from "../../../lib/text/text_width.ts";
import type { InputHistory } from "./input_history.ts";

/** Most UTF-16 units that are searched for; what is typed beyond is dropped. */
export const queryUnitsMax = 256;

/** A place in the history, and an offset in the text there. */
export interface HistorySpot {
  readonly place: number;
  /** In UTF-16 units. */
  readonly offset: number;
}

/** What is searched for, to be shown beside what was found. */
export interface SearchState {
  readonly query: string;
  /** Nothing more was found: what is shown is what was there before. */
  readonly failed: boolean;
}

export type SearchDirection = "older" | "newer";

/** A search, from its first key to its last. */
export class HistorySearch {
  readonly #history: InputHistory;
  /** Where it began, and where giving it up leads back to. */
  readonly origin: HistorySpot;
  #query = "";
  #failed = false;
  #spot: HistorySpot;
  #direction: SearchDirection = "older";

  constructor(history: InputHistory, origin: HistorySpot) {
    this.#history = history;
    this.origin = origin;
    this.#spot = origin;
  }

  get state(): SearchState {
    return { query: this.#query, failed: this.#failed };
  }

  /** What is found; where the search began, as long as nothing is. */
  get spot(): HistorySpot {
    return this.#spot;
  }

  /** Searches for what holds this as well; the first line of it. */
  extend(text: string): void {
    const [line = ""] = text.split("\n");
    // One by one, so that as much as can be is found, however the keys came.
    for (const character of line) {
      if (this.#query.length + character.length > queryUnitsMax) return;
      this.#query += character;
      this.#find(this.#spot.place);
    }
  }

  /** Takes back the last character that is searched for, and begins from where it began. */
  shorten(): void {
    this.#query = graphemes(this.#query).slice(0, -1).join("");
    this.#spot = this.origin;
    this.#direction = "older";
    this.#find(this.origin.place);
  }

  /** Goes on to the next line that fits and says something else. */
  again(direction: SearchDirection): void {
    this.#direction = direction;
    const { place } = this.#spot;
    this.#find(place + this.#step, this.#history.textAt(place));
  }

  get #step(): number {
    return this.#direction === "older" ? -1 : 1;
  }

  #find(from: number, but?: string): void {
    this.#failed = false;
    if (this.#query === "") return;
    // Without regard to case, unless capitals are searched for.
    const flags = this.#query === this.#query.toLowerCase() ? "iu" : "u";
    const pattern = new RegExp(this.#query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), flags);
    // The line that is being typed stands after the history and is no part of it.
    const last = this.#history.length - 1;
    const first = this.#direction === "older" ? Math.min(from, last) : from;
    for (let place = first; place >= 0 && place <= last; place += this.#step) {
      const text = this.#history.textAt(place);
      if (text === but) continue;
      const offset = text.search(pattern);
      if (offset === -1) continue;
      this.#spot = { place, offset };
      return;
    }
    this.#failed = true;
  }
}
