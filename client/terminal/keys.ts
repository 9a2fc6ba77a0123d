/**
 * Turns the bytes of a terminal into keys.
 *
 * @module
 */

/** What was pressed, or pasted. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  /** Pasted: may hold line breaks, which send nothing. */
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "named"; readonly name: KeyName };

export type KeyName =
  | "enter"
  | "newline"
  | "tab"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "word_left"
  | "word_right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "kill_left"
  | "kill_right"
  | "kill_word"
  | "redraw"
  | "interrupt"
  | "end_of_input";

/** Most characters that one paste holds; what is beyond is dropped. */
export const pasteUnitsMax = 65_536;

const controls: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "newline",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x01": "home",
  "\x02": "left",
  "\x03": "interrupt",
  "\x04": "end_of_input",
  "\x05": "end",
  "\x06": "right",
  "\x0b": "kill_right",
  "\x0c": "redraw",
  "\x0e": "down",
  "\x10": "up",
  "\x15": "kill_left",
  "\x17": "kill_word",
};

const sequences: Readonly<Record<string, KeyName>> = {
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[C": "right",
  "\x1b[D": "left",
  "\x1bOA": "up",
  "\x1bOB": "down",
  "\x1bOC": "right",
  "\x1bOD": "left",
  "\x1b[H": "home",
  "\x1b[F": "end",
  "\x1bOH": "home",
  "\x1bOF": "end",
  "\x1b[1~": "home",
  "\x1b[4~": "end",
  "\x1b[7~": "home",
  "\x1b[8~": "end",
  "\x1b[3~": "delete",
  "\x1b[1;5C": "word_right",
  "\x1b[1;5D": "word_left",
  "\x1b[1;3C": "word_right",
  "\x1b[1;3D": "word_left",
  "\x1bf": "word_right",
  "\x1bb": "word_left",
  "\x1b\x7f": "kill_word",
  "\x1b\r": "newline",
  "\x1b\n": "newline",
};

const pasteStart = "\x1b[200~";
const pasteEnd = "\x1b[201~";

// deno-lint-ignore no-control-regex -- escape sequences begin with a control character.
const sequence = /^\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O[\x40-\x7e]|[^[O\x1b])/u;
// deno-lint-ignore no-control-regex -- a sequence that has only begun.
const begunSequence = /^\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*|O)?$/;
// deno-lint-ignore no-control-regex -- text is what has no control characters.
const plainText = /^[^\x00-\x1f\x7f-\x9f]+/;

/** Takes bytes as the terminal sends them and gives the keys that they complete. */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #pasted: string | undefined;

  read(bytes: Uint8Array): Key[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const keys: Key[] = [];
    while (this.#rest !== "") {
      const key = this.#pasted === undefined ? this.#key() : this.#paste(this.#pasted);
      if (key === "more") break;
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  /** One key off the rest: `undefined` for one that means nothing, `more` if it is not whole. */
  #key(): Key | undefined | "more" {
    const text = plainText.exec(this.#rest)?.[0];
    if (text !== undefined) {
      this.#take(text);
      return { kind: "text", text };
    }
    if (this.#rest.startsWith("\x1b")) return this.#escape();
    const [control = ""] = this.#rest;
    this.#take(control);
    const name = controls[control];
    return name === undefined ? undefined : { kind: "named", name };
  }

  #escape(): Key | undefined | "more" {
    if (begunSequence.test(this.#rest)) {
      // A lone Escape waits here for what comes next, and then means nothing.
      return "more";
    }
    const whole = sequence.exec(this.#rest)?.[0];
    if (whole === undefined) {
      this.#take("\x1b");
      return undefined;
    }
    this.#take(whole);
    if (whole === pasteStart) {
      this.#pasted = "";
      return undefined;
    }
    const name = sequences[whole];
    return name === undefined ? undefined : { kind: "named", name };
  }

  #paste(before: string): Key | undefined | "more" {
    const end = this.#rest.indexOf(pasteEnd);
    // The end may be cut: what could be its beginning stays.
    const upTo = end !== -1 ? end : Math.max(0, this.#rest.length - pasteEnd.length + 1);
    const pasted = (before + this.#rest.slice(0, upTo)).slice(0, pasteUnitsMax);
    this.#take(this.#rest.slice(0, upTo));
    if (end === -1) {
      this.#pasted = pasted;
      return "more";
    }
    this.#take(pasteEnd);
    this.#pasted = undefined;
    return { kind: "paste", text: pasted.replace(/\r\n?/g, "\n") };
  }

  #take(text: string): void {
    this.#rest = this.#rest.slice(text.length);
  }
}
