/**
 * The line that is being typed: how each key changes it.
 *
 * @module
 */
import { graphemes } from "../lines/text_width.ts";
import type { Key, KeyName } from "./keys.ts";

/** Most lines that the history keeps. */
export const historyLinesMax = 500;

/** The line, as characters that its typist sees, and where the cursor is among them. */
export interface Draft {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const empty: Draft = { before: [], after: [] };

/** What a key asks of the one who owns the line. */
export type EditorRequest =
  | { readonly kind: "submit"; readonly text: string }
  | { readonly kind: "complete" }
  | { readonly kind: "redraw" }
  /** Ctrl-C on an empty line, or Ctrl-D. */
  | { readonly kind: "leave" };

/** Edits one line at a time and remembers those before. */
export class LineEditor {
  #draft: Draft = empty;
  readonly #history: string[] = [];
  /** Which line of the history is shown; its length: the one being typed. */
  #at = 0;
  #typed: Draft = empty;

  get draft(): Draft {
    return this.#draft;
  }

  get text(): string {
    return textOf(this.#draft);
  }

  /** Puts a text in place of the line, the cursor between its two parts. */
  replace(before: string, after: string): void {
    this.#draft = { before: graphemes(before), after: graphemes(after) };
  }

  /** Takes a key; says what it asks for, if it is more than editing. */
  press(key: Key): EditorRequest | undefined {
    if (key.kind !== "named") {
      this.#insert(key.text);
      return undefined;
    }
    return this.#command(key.name);
  }

  #command(name: KeyName): EditorRequest | undefined {
    switch (name) {
      case "enter":
        return this.#enter();
      case "tab":
        return { kind: "complete" };
      case "redraw":
        return { kind: "redraw" };
      case "interrupt":
        if (this.text === "") return { kind: "leave" };
        this.#reset();
        return undefined;
      case "end_of_input":
        if (this.text === "") return { kind: "leave" };
        this.#edit("delete");
        return undefined;
      case "up":
        this.#recall(this.#at - 1);
        return undefined;
      case "down":
        this.#recall(this.#at + 1);
        return undefined;
      case "newline":
        this.#insert("\n");
        return undefined;
      default:
        this.#edit(name);
        return undefined;
    }
  }

  #enter(): EditorRequest | undefined {
    const { before, after } = this.#draft;
    if (after.length === 0 && before.at(-1) === "\\") {
      // A backslash at the end asks for another line, as in a shell.
      this.#draft = { before: [...before.slice(0, -1), "\n"], after };
      return undefined;
    }
    const text = this.text;
    if (text.trim() !== "" && text !== this.#history.at(-1)) {
      this.#history.push(text);
      if (this.#history.length > historyLinesMax) this.#history.shift();
    }
    this.#reset();
    return { kind: "submit", text };
  }

  #reset(): void {
    this.#draft = this.#typed = empty;
    this.#at = this.#history.length;
  }

  #insert(text: string): void {
    const { before, after } = this.#draft;
    // What is typed may join the character before it, as an accent does.
    this.#draft = { before: graphemes(before.join("") + text), after };
  }

  #recall(at: number): void {
    if (at < 0 || at > this.#history.length) return;
    if (this.#at === this.#history.length) this.#typed = this.#draft;
    this.#at = at;
    const line = this.#history[at];
    if (line === undefined) this.#draft = this.#typed;
    else this.replace(line, "");
  }

  #edit(name: KeyName): void {
    const { before, after } = this.#draft;
    const whole = [...before, ...after];
    const cursor = before.length;
    switch (name) {
      case "left":
        return this.#split(whole, cursor - 1);
      case "right":
        return this.#split(whole, cursor + 1);
      case "home":
        return this.#split(whole, 0);
      case "end":
        return this.#split(whole, whole.length);
      case "word_left":
        return this.#split(whole, wordStart(before));
      case "word_right":
        return this.#split(whole, cursor + wordEnd(after));
      case "backspace":
        this.#draft = { before: before.slice(0, -1), after };
        return;
      case "delete":
        this.#draft = { before, after: after.slice(1) };
        return;
      case "kill_left":
        this.#draft = { before: [], after };
        return;
      case "kill_right":
        this.#draft = { before, after: [] };
        return;
      case "kill_word":
        this.#draft = { before: before.slice(0, wordStart(before)), after };
    }
  }

  #split(whole: readonly string[], at: number): void {
    const cursor = Math.min(Math.max(0, at), whole.length);
    this.#draft = { before: whole.slice(0, cursor), after: whole.slice(cursor) };
  }
}

function textOf({ before, after }: Draft): string {
  return before.join("") + after.join("");
}

function wordStart(before: readonly string[]): number {
  let at = before.length;
  while (at > 0 && before[at - 1]?.trim() === "") at--;
  while (at > 0 && before[at - 1]?.trim() !== "") at--;
  return at;
}

function wordEnd(after: readonly string[]): number {
  let at = 0;
  while (at < after.length && after[at]?.trim() === "") at++;
  while (at < after.length && after[at]?.trim() !== "") at++;
  return at;
}
