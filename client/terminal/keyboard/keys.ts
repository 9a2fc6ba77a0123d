/**
 * Turns the bytes of a terminal into keys.
 *
 * @module
 */
import { controlKeys, type Key } from "./key_names.ts";
import {
  beginsSequence,
  type CursorReport,
  cursorReportOf,
  keyOf,
  sequenceLength,
} from "./key_sequences.ts";
import { brokenByte, Utf8Reader } from "./utf8_reader.ts";

export type { Key, KeyName } from "./key_names.ts";

/** Most UTF-16 units that one paste holds; what is beyond is dropped. */
export const pasteUnitsMax = 65_536;

/** Most UTF-16 units that are kept of a sequence; a longer one is no key, and is swallowed. */
export const sequenceUnitsMax = 256;

/**
 * How long to wait for what follows an Escape before {@linkcode KeyReader.flush}, in milliseconds.
 *
 * A terminal sends a sequence at once, so that the wait need only bridge what a network tears apart;
 * nobody types an Escape and another key as fast.
 */
export const escapePatienceMs = 100;

/** What begins a paste, and what then ends it: never the other form, which could be pasted. */
const pastes: Readonly<Record<string, string>> = {
  "\x1b[200~": "\x1b[201~",
  "\x1b\x1b[200~": "\x1b[201~",
  "\x9b200~": "\x9b201~",
};

// deno-lint-ignore no-control-regex -- text is what has no control characters.
const plainText = /^[^\x00-\x1f\x7f-\x9f\ufffd]+/;
// deno-lint-ignore no-control-regex -- what may stay of a paste are line breaks and tabs.
const unpastable = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
// deno-lint-ignore no-control-regex -- as far as one key with Alt can have brought it.
const begunByOneKey = /^\x1b{1,2}[[\]OPX^_]?$/;

/** A paste whose end has not come. */
interface OpenPaste {
  readonly end: string;
  readonly parts: string[];
  units: number;
}

/** Takes bytes as the terminal sends them and gives the keys that they complete. */
export class KeyReader {
  readonly #hear: (report: CursorReport) => void;
  readonly #characters = new Utf8Reader();
  /** What is not a whole key yet. */
  #rest = "";
  #paste: OpenPaste | undefined;
  /** Whether the sequence that has begun was waited for once already. */
  #late = false;

  /** @param hear Takes what the terminal reports between the keys. */
  constructor(hear: (report: CursorReport) => void = () => {}) {
    this.#hear = hear;
  }

  /** Whether there is something of which the rest may come, or may not. */
  get waiting(): boolean {
    return this.#rest !== "" || this.#paste !== undefined;
  }

  read(bytes: Uint8Array): Key[] {
    this.#rest += this.#characters.read(bytes);
    const keys: Key[] = [];
    while (this.#rest !== "") {
      const key = this.#paste === undefined ? this.#key() : this.#pasted(this.#paste);
      if (key === "more") break;
      this.#late = false;
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  /**
   * Gives up what does not come.
   *
   * To be called when {@linkcode KeyReader.waiting} and no byte has come for
   * {@linkcode escapePatienceMs}: only then can a lone Escape be told from the start of a sequence,
   * and what is typed after it is text again. A sequence of which more has come than one key can
   * have brought is given a second chance, for its rest would be text as well.
   */
  flush(): Key[] {
    if (this.#paste !== undefined) return this.#flushPaste(this.#paste);
    const rest = this.#rest;
    if (rest === "") return [];
    if (!begunByOneKey.test(rest) && !this.#late) {
      this.#late = true;
      return [];
    }
    this.#rest = "";
    this.#late = false;
    // deno-lint-ignore no-control-regex -- Escape is a control character.
    return /^\x1b+$/.test(rest) ? [{ kind: "named", name: "escape" }] : [];
  }

  /** One key off the rest: `undefined` for one that means nothing, `more` if it is not whole. */
  #key(): Key | undefined | "more" {
    const text = plainText.exec(this.#rest)?.[0];
    if (text !== undefined) {
      this.#take(text.length);
      return { kind: "text", text };
    }
    if (beginsSequence(this.#rest)) return this.#sequence();
    const [control = brokenByte] = this.#rest;
    this.#take(control.length);
    const name = controlKeys[control];
    return name === undefined ? undefined : { kind: "named", name };
  }

  #sequence(): Key | undefined | "more" {
    const length = sequenceLength(this.#rest);
    if (length === undefined) {
      // What ends a string may be cut, so that its Escape stays.
      const end = this.#rest.endsWith("\x1b") ? "\x1b" : "";
      if (this.#rest.length > sequenceUnitsMax) {
        this.#rest = this.#rest.slice(0, sequenceUnitsMax) + end;
      }
      return "more";
    }
    const sequence = this.#rest.slice(0, length);
    this.#take(length);
    const end = pastes[sequence];
    if (end !== undefined) {
      this.#paste = { end, parts: [], units: 0 };
      return undefined;
    }
    const report = cursorReportOf(sequence);
    if (report !== undefined) this.#hear(report);
    return length > sequenceUnitsMax ? undefined : keyOf(sequence);
  }

  #pasted(paste: OpenPaste): Key | "more" {
    const end = this.#rest.indexOf(paste.end);
    // The end may be cut: what could be its beginning stays.
    const upTo = end !== -1 ? end : Math.max(0, this.#rest.length - paste.end.length + 1);
    const part = this.#rest.slice(0, Math.min(upTo, pasteUnitsMax - paste.units));
    this.#take(upTo);
    if (part !== "") paste.parts.push(part);
    paste.units += part.length;
    if (end === -1) return "more";
    this.#take(paste.end.length);
    return this.#closePaste(paste);
  }

  /**
   * A paste that is never ended would lock its typist out: a Ctrl-C that nothing follows ends it.
   */
  #flushPaste(paste: OpenPaste): Key[] {
    if (!this.#rest.endsWith("\x03")) return [];
    paste.parts.push(this.#rest.slice(0, pasteUnitsMax - paste.units));
    this.#rest = "";
    return [this.#closePaste(paste)];
  }

  #closePaste({ parts }: OpenPaste): Key {
    this.#paste = undefined;
    const text = parts.join("").replace(/\r\n?/g, "\n").replace(unpastable, "");
    // The bound may have parted a character.
    return { kind: "paste", text: text.replace(/[\ud800-\udbff]$/, "") };
  }

  #take(units: number): void {
    this.#rest = this.#rest.slice(units);
  }
}
