/**
 * A terminal for tests: takes what is written and tells what a person would see.
 *
 * Only the sequences that our own client writes are known; any other one is an error, so that
 * nothing reaches a terminal that no test has looked at.
 *
 * @module
 */
import { columnsAtMost, columnsOf, graphemes } from "../../lib/text/text_width.ts";
import type { CursorReport } from "../../client/terminal/keyboard/key_sequences.ts";
import type { Terminal } from "../../client/terminal/screen/screen.ts";

export interface VirtualTerminalOptions {
  readonly columns: number;
  readonly rows: number;
  /** Wraps anew what it shows when its width changes, as tmux does; otherwise cuts, as xterm. */
  readonly reflows?: boolean;
  /** Draws what belongs together as one; otherwise a family is four people. */
  readonly joins?: boolean;
}

interface Row {
  /** What stands in each column; empty where the character before is wide. */
  cells: string[];
  /** Whether the next row goes on with the same line. */
  wrapped: boolean;
}

/** Modes that are switched on and off, by their number. */
const modes = { wrap: 7, paste: 2004, picture: 2026 } as const;

// deno-lint-ignore no-control-regex -- this is what a terminal looks for.
const tokens = /\x1b\[([?]?)([\d;]*)([A-Za-z])|[\x00-\x1f\x7f-\x9f]|[^\x00-\x1f\x7f-\x9f]+/g;

export class VirtualTerminal implements Terminal {
  /** How often something was written. */
  writes = 0;
  raw = false;
  /** All that was written. */
  written = "";
  /** What it has been asked for and nobody has taken yet. */
  readonly reports: CursorReport[] = [];
  readonly #options: VirtualTerminalOptions;
  #columns: number;
  #screenRows: number;
  /** The size that the program is told when it asks the system. */
  #told: { readonly columns: number; readonly rows: number };
  /** The scrollback and the screen, which is the last of them. */
  #rows: Row[];
  /** Where the cursor is; the row counts from the first of the scrollback. */
  #row = 0;
  #column = 0;
  /** The last column has been filled, and the next character goes to the next row. */
  #full = false;
  readonly #on = new Set<number>([modes.wrap]);

  constructor(options: VirtualTerminalOptions) {
    this.#options = options;
    this.#columns = options.columns;
    this.#screenRows = options.rows;
    this.#told = options;
    this.#rows = Array.from({ length: options.rows }, emptyRow);
  }

  columns(): number {
    return this.#told.columns;
  }

  rows(): number {
    return this.#told.rows;
  }

  setRaw({ raw }: { readonly raw: boolean }): void {
    this.raw = raw;
  }

  write(text: string): void {
    this.writes += 1;
    this.written += text;
    for (const [token, privateMark, numbers = "", final] of text.matchAll(tokens)) {
      if (final !== undefined) this.#sequence(`${privateMark}${final}`, numbers, token);
      else if (token === "\r") this.#move(this.#row, 0);
      else if (token === "\n") this.#newline();
      else if (/[\x20-\x7e]/.test(token) || token > "\x9f") this.#text(token);
      else throw unknown(token);
    }
  }

  /** Changes the size, as its user does. */
  resize(columns: number, rows: number): void {
    this.change(columns, rows);
    this.tell({ columns, rows });
  }

  /** Lets the program know of a size, which need not be the present one any more. */
  tell(size: { readonly columns: number; readonly rows: number }): void {
    this.#told = size;
  }

  /** Changes what is seen, and does not tell yet. */
  change(columns: number, rows: number): void {
    this.#full = false;
    const cursorOnScreen = this.#row - this.#top;
    if (rows < this.#screenRows) {
      const below = this.#screenRows - 1 - cursorOnScreen;
      this.#rows.splice(this.#rows.length - Math.min(below, this.#screenRows - rows));
      this.#rowAt(this.#rows.length - 1).wrapped = false;
    }
    this.#screenRows = rows;
    while (this.#rows.length < rows) this.#rows.push(emptyRow());
    if (columns === this.#columns) return;
    this.#columns = columns;
    if (this.#options.reflows ?? true) this.#reflow();
    else this.#cut();
  }

  /** Rows that are seen, without the blanks at their ends. */
  screen(): string[] {
    return this.#rows.slice(this.#top).map(textOf);
  }

  /** Lines from the first on, each whole that was wrapped, without the blank rows at the end. */
  lines(): string[] {
    const lines: string[] = [];
    let text = "";
    for (const row of this.#rows) {
      text += row.wrapped ? row.cells.join("") : textOf(row);
      if (row.wrapped) continue;
      lines.push(text);
      text = "";
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** Where the cursor is on the screen, from the top left, beginning with 0. */
  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row - this.#top, column: this.#column };
  }

  /** What stands before the cursor in its row. */
  beforeCursor(): string {
    return this.#rowAt(this.#row).cells.slice(0, this.#column).join("");
  }

  /** Whether pasted text comes in brackets. */
  get bracketsPaste(): boolean {
    return this.#on.has(modes.paste);
  }

  /** Whether it shows what it has and wraps what is too wide, as when it was found. */
  get isPlain(): boolean {
    return this.#on.has(modes.wrap) && !this.#on.has(modes.picture);
  }

  get #top(): number {
    return this.#rows.length - this.#screenRows;
  }

  #rowAt(at: number): Row {
    const row = this.#rows[at];
    if (row === undefined) throw new Error(`There is no row ${at}`);
    return row;
  }

  #sequence(kind: string, numbers: string, token: string): void {
    switch (kind) {
      case "m":
        return;
      case "A":
        return this.#move(Math.max(this.#top, this.#row - Number(numbers)), this.#column);
      case "B":
        return this.#move(
          Math.min(this.#rows.length - 1, this.#row + Number(numbers)),
          this.#column,
        );
      case "n":
        if (numbers !== "6") throw unknown(token);
        this.reports.push({ row: this.cursor.row + 1, column: this.#column + 1 });
        return;
      case "K":
        return this.#clearRight();
      case "C":
        return this.#move(
          this.#row,
          Math.min(this.#columns - 1, this.#column + Number(numbers || 1)),
        );
      case "J":
        if (this.#row === this.#top && this.#column === 0) this.#keepScreen();
        for (const below of this.#rows.slice(this.#row + 1)) Object.assign(below, emptyRow());
        return this.#clearRight();
      case "?h":
      case "?l": {
        const mode = Number(numbers);
        if (!Object.values<number>(modes).includes(mode)) throw unknown(token);
        if (kind === "?h") this.#on.add(mode);
        else this.#on.delete(mode);
        return;
      }
      default:
        throw unknown(token);
    }
  }

  #clearRight(): void {
    const row = this.#rowAt(this.#row);
    row.cells.length = Math.min(row.cells.length, this.#column);
    row.wrapped = false;
  }

  /** Copies the screen into the scrollback, as tmux does before all of it is cleared. */
  #keepScreen(): void {
    const used = this.#rows.slice(this.#top).findLastIndex((row) => textOf(row) !== "") + 1;
    const kept = this.#rows.slice(this.#top, this.#top + used).map(({ cells, wrapped }) => ({
      cells: [...cells],
      wrapped,
    }));
    this.#rows.splice(this.#top, 0, ...kept);
    this.#row += used;
  }

  #move(row: number, column: number): void {
    this.#row = row;
    this.#column = column;
    this.#full = false;
  }

  #newline(): void {
    this.#move(this.#row + 1, this.#column);
    if (this.#row === this.#rows.length) this.#rows.push(emptyRow());
  }

  #text(text: string): void {
    const joins = this.#options.joins ?? true;
    for (const character of joins ? graphemes(text) : Array.from(text)) {
      this.#put(character, joins ? columnsOf(character) : columnsAtMost(character));
    }
  }

  #put(character: string, width: number): void {
    if (width === 0) {
      const { cells } = this.#rowAt(this.#row);
      const at = this.#full ? this.#column : this.#column - 1;
      // Behind a wide character, which stands in the column before.
      const base = cells[at] === "" ? at - 1 : at;
      if (base >= 0) cells[base] = (cells[base] ?? " ") + character;
      return;
    }
    if (width > this.#columns) return this.#put("?", 1);
    if (this.#full || this.#column + width > this.#columns) {
      if (this.#on.has(modes.wrap)) {
        this.#rowAt(this.#row).wrapped = true;
        this.#newline();
        this.#column = 0;
      } else {
        this.#column = this.#columns - width;
      }
      this.#full = false;
    }
    const { cells } = this.#rowAt(this.#row);
    while (cells.length < this.#column) cells.push(" ");
    // What is written over one half of a wide character takes the other half away as well.
    if (cells[this.#column] === "" && this.#column > 0) cells[this.#column - 1] = " ";
    if (cells[this.#column + width] === "") cells[this.#column + width] = " ";
    cells.splice(this.#column, width, character, ...Array<string>(width - 1).fill(""));
    this.#column += width;
    if (this.#column < this.#columns) return;
    this.#column = this.#columns - 1;
    this.#full = true;
  }

  /** Wraps all lines anew; the cursor stays with its character, or at the end of its line. */
  #reflow(): void {
    const rows: Row[] = [];
    let line: string[] = [];
    let cursorAt: number | "end" | undefined;
    let cursor = { row: 0, column: 0 };
    for (const [at, { cells, wrapped }] of this.#rows.entries()) {
      if (at === this.#row) {
        cursorAt = this.#column < cells.length ? line.length + this.#column : "end";
      }
      line.push(...cells);
      if (wrapped) continue;
      const first = rows.length;
      rows.push(...this.#wrap(line));
      if (cursorAt !== undefined) cursor = placeOf(rows, first, cursorAt);
      line = [];
      cursorAt = undefined;
    }
    while (rows.length < this.#screenRows) rows.push(emptyRow());
    this.#rows = rows;
    this.#move(Math.max(cursor.row, this.#top), Math.min(cursor.column, this.#columns - 1));
  }

  #wrap(line: readonly string[]): Row[] {
    let row = emptyRow();
    const rows = [row];
    for (let at = 0; at < line.length; at++) {
      const width = line[at + 1] === "" ? 2 : 1;
      if (row.cells.length + width > this.#columns) {
        row.wrapped = true;
        row = emptyRow();
        rows.push(row);
      }
      row.cells.push(...line.slice(at, at + width));
      at += width - 1;
    }
    return rows;
  }

  #cut(): void {
    for (const row of this.#rows) row.cells.length = Math.min(row.cells.length, this.#columns);
    this.#column = Math.min(this.#column, this.#columns - 1);
  }
}

/** Where what was in column `at` of a line is, now that its rows begin with `first`. */
function placeOf(
  rows: readonly Row[],
  first: number,
  at: number | "end",
): { readonly row: number; readonly column: number } {
  const last = { row: rows.length - 1, column: rows.at(-1)?.cells.length ?? 0 };
  if (at === "end") return last;
  let column = at;
  for (let row = first; row < rows.length; row++) {
    const { length } = rows[row]?.cells ?? [];
    if (column < length) return { row, column };
    column -= length;
  }
  return last;
}

function emptyRow(): Row {
  return { cells: [], wrapped: false };
}

function textOf({ cells }: Row): string {
  return cells.join("").trimEnd();
}

function unknown(token: string): Error {
  return new Error(`A terminal was sent ${JSON.stringify(token)}, which no test knows`);
}
