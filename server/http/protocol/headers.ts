/**
 * The field lines of one message, in order.
 *
 * @module
 */

function lowered(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** The position at `at`; beyond the end 0. */
export function positionAt(offsets: readonly number[], at: number): number {
  return offsets[at] ?? 0;
}

/**
 * Field lines as they were received: order and spelling kept, names compared without regard to case.
 *
 * It holds the text of the head once, and where in it each name and value is. A line costs nothing
 * more until someone asks for it.
 */
export class FieldLines implements Iterable<readonly [name: string, value: string]> {
  readonly #text: string;
  readonly #offsets: readonly number[];

  /** `offsets` are four for each line, into `text`: start and end of the name, then of the value. */
  constructor(text: string, offsets: readonly number[]) {
    this.#text = text;
    this.#offsets = offsets;
  }

  /** The lines of `pairs`, which are taken as they are. */
  static from(pairs: Iterable<readonly [name: string, value: string]>): FieldLines {
    let text = "";
    const offsets: number[] = [];
    for (const [name, value] of pairs) {
      const nameEnd = text.length + name.length;
      offsets.push(text.length, nameEnd, nameEnd, nameEnd + value.length);
      text += name + value;
    }
    return new FieldLines(text, offsets);
  }

  /** How many lines there are. */
  get length(): number {
    return this.#offsets.length / 4;
  }

  /**
   * The value of the field; undefined if absent.
   *
   * Several lines of one name are one value, joined by `", "` (RFC 9110 §5.3), so that a repeated
   * field which must stand alone does not pass for its first line.
   */
  get(name: string): string | undefined {
    let found: string | undefined;
    for (let line = this.#next(0, name); line >= 0; line = this.#next(line + 4, name)) {
      const value = this.#value(line);
      found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }

  /** The values of all lines of that name, in order. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let line = this.#next(0, name); line >= 0; line = this.#next(line + 4, name)) {
      values.push(this.#value(line));
    }
    return values;
  }

  /** Whether there is a line of that name. */
  has(name: string): boolean {
    return this.#next(0, name) >= 0;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (let line = 0; line < this.#offsets.length; line += 4) {
      yield [this.#text.slice(this.#offsets[line], this.#offsets[line + 1]), this.#value(line)];
    }
  }

  #value(line: number): string {
    return this.#text.slice(this.#offsets[line + 2], this.#offsets[line + 3]);
  }

  /** The first line of that name at or after `line`; -1 if there is none. */
  #next(line: number, name: string): number {
    const offsets = this.#offsets;
    for (; line < offsets.length; line += 4) {
      const start = positionAt(offsets, line);
      if (positionAt(offsets, line + 1) - start !== name.length) continue;
      let at = 0;
      while (
        at < name.length &&
        lowered(this.#text.charCodeAt(start + at)) === lowered(name.charCodeAt(at))
      ) at++;
      if (at === name.length) return line;
    }
    return -1;
  }
}

/** No lines at all. */
export const noFieldLines: FieldLines = new FieldLines("", []);
