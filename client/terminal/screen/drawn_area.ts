/**
 * What of the live area stands on the terminal, and the bytes that change it.
 *
 * @module
 */
import type { CursorReport } from "../keyboard/key_sequences.ts";
import { Line } from "../../lines/safe_line.ts";
import { cursorRequest } from "./cursor_question.ts";
import type { Frame, TerminalSize } from "./live_area.ts";
import { cutOff, rowsAboveCursor, rowsOf, withCursorAt } from "./reflow.ts";

// Not from the first column: what is cleared from the top left corner, tmux takes for all of the
// screen, and keeps a copy in the scrollback.
const clearBelow = "\x1b[K\x1b[C\x1b[J\r";
/** From the start of the row: behind a row that fills it, this would take its last character. */
const clearRow = "\x1b[K";
// A row that is wider than we think must not push those below it down.
const wrapOff = "\x1b[?7l";
const wrapOn = "\x1b[?7h";
// From the last column, so that the answer tells the width as well: the terminal may have another
// one by now than it has told.
const widthRequest = `\r\x1b[9999C${cursorRequest}\r`;
const toBottom = "\x1b[9999B";

const empty = Line.of("");

/** Nothing to be seen. */
const blank: Frame = { rows: [], cursorRow: 0, beforeCursor: empty };

/** The cursor before the first character of the first row. */
const top = { cursorRow: 0, beforeCursor: empty };

export interface AreaOptions {
  readonly colour: boolean;
  /** Whether the terminal wraps rows anew when its width changes. */
  readonly reflows: boolean;
}

/** How often a width that has just changed is asked for again before it is relied on. */
export const unsteadyMax = 20;

/** How many of the rows printed last are remembered, for a cursor that has gone up too far. */
export const rememberedRowsMax = 100;

/** What is wanted of the terminal. */
export interface Change {
  /** Lines that scroll away above the area. */
  readonly lines: readonly Line[];
  /** `undefined`: there is no area yet. */
  readonly frame: Frame | undefined;
  readonly size: TerminalSize;
  /** Draws all of it, whatever seems to be there. */
  readonly anew: boolean;
  /**
   * Whether the terminal tells where its cursor is: the bytes ask for it, and the answer is given
   * to {@linkcode DrawnArea.drawn} before the next change.
   */
  readonly asks: boolean;
  /** Whether someone waits for what they have typed, and not for an answer before it. */
  readonly isTyped: boolean;
}

/** What a width that comes with the answer is held against. */
interface Move {
  /** What stood there before. */
  readonly from: Frame;
  /** How many rows up it went; negative: down. */
  readonly up: number;
}

/**
 * Knows the rows that it has drawn and how far above the cursor they begin.
 *
 * The area never shrinks by itself, or the input would jump with each suggestion that goes: rows
 * that it needs no more stand empty above it and are given to the lines that are printed next.
 *
 * A terminal wraps the rows anew some time before it tells of its new width, so that nobody knows
 * by the size alone how many rows there are by now. But it keeps the cursor with its character.
 * One that can be asked is therefore climbed: the cursor is put to where the area begins, going
 * by the width that comes with each answer. There it stays whatever becomes of the width, and what
 * is written from there on covers nothing but the area.
 */
export class DrawnArea {
  readonly #options: AreaOptions;
  /** What stands there, and where in it the cursor is. */
  #frame = blank;
  #size: TerminalSize = { columns: 0, rows: 0 };
  /** What the terminal has been asked about. */
  #move: Move = { from: blank, up: 0 };
  /** The width by which the next step goes; the first goes by one row for each that was drawn. */
  #columns = Infinity;
  /** The rows that were printed last, those next to the area at the end. */
  #printedRows: readonly Line[] = [];
  /** These, with the cursor in them if it has gone up too far. */
  #overshoot: Frame | undefined;
  #isLost = false;
  /** The width of the last answer, and how often in this climb it was another one. */
  #reportedColumns = 0;
  #unsteady = 0;
  #isUnsteady = false;
  /** The width at which part of the area before is still there above it, if that is so. */
  #tornColumns: number | undefined;

  constructor(options: AreaOptions) {
    this.#options = options;
  }

  /** Whether part of the area before is still there above it: it is to be drawn again at once. */
  get isTorn(): boolean {
    return this.#tornColumns !== undefined;
  }

  /** Whether the width is changing just now: the next step of a climb had better wait a little. */
  get isUnsteady(): boolean {
    return this.#isUnsteady;
  }

  /** Whether {@linkcode DrawnArea.climb} must come before a change. */
  mustClimb(change: Change): boolean {
    if (this.#overshoot !== undefined) return true;
    const { cursorRow, beforeCursor } = this.#frame;
    if (cursorRow === 0 && beforeCursor.plain === "") return false;
    return this.#isWhole(change) ||
      !change.isTyped && !sameFrame(this.#next(change), this.#frame);
  }

  /**
   * Bytes that bring the cursor nearer to the top and ask where it is; the answer is given to
   * {@linkcode DrawnArea.climbed} before anything else is written.
   */
  climb(): string {
    const up = this.#rowsBelowTop(this.#columns);
    this.#move = { from: this.#frame, up };
    return `\r${upwards(up)}${widthRequest}`;
  }

  /** Takes in where a step has brought the cursor; `undefined`: the terminal does not tell. */
  climbed(report: CursorReport | undefined): void {
    this.#isUnsteady = false;
    if (report === undefined) return this.#isAtTop();
    const { row, column: columns } = report;
    const isNews = columns !== this.#reportedColumns;
    this.#reportedColumns = columns;
    const left = this.#rowsBelowTop(columns) - this.#move.up;
    const isKnown = this.#tornColumns === undefined || this.#tornColumns === columns;
    if (!isKnown) this.#isLost = true;
    else if (left < 0) return this.#overshootBy(-left, report);
    // Above the first row of the screen nothing can be reached.
    if (this.#isLost || left === 0 || row === 1) return this.#isAtTop();
    this.#overshoot = undefined;
    this.#frame = withCursorAt(this.#frame, left, columns);
    // A step that counts on a width goes too far if that grows before; one by a row for each that
    // was drawn never does, but it ends in the first of them.
    const isUnsteady = isNews && this.#unsteady++ < unsteadyMax;
    this.#isUnsteady = isUnsteady && this.#frame.cursorRow === 0;
    this.#columns = isUnsteady ? Infinity : columns;
  }

  /** Bytes that print the lines and make the area show the frame; none if it is so already. */
  change(change: Change): string {
    const { size, asks } = change;
    const lines = rowsIn(change.lines, size);
    const next = this.#next(change);
    const whole = this.#isWhole(change);
    if (!whole && sameFrame(next, this.#frame)) return "";
    // Without asking, one row for each that was drawn is never too many.
    const up = asks ? this.#frame.cursorRow : this.#rowsToTop(size);
    this.#move = { from: this.#frame, up };
    const head = this.#start(up) + (whole ? clearBelow + this.#printed(lines) : "");
    const rows = this.#rows(next, whole ? blank : this.#frame, { asks });
    this.#frame = next;
    this.#printedRows = [...this.#printedRows, ...lines].slice(-rememberedRowsMax);
    this.#size = size;
    this.#columns = Infinity;
    this.#unsteady = 0;
    this.#tornColumns = undefined;
    return head + rows;
  }

  /** Takes in how wide the terminal was when the last change came to it. */
  drawn({ column: columns }: CursorReport): void {
    const { from, up } = this.#move;
    this.#reportedColumns = columns;
    const left = rowsAboveCursor(from, columns) - up;
    this.#frame = cutOff(this.#frame, columns);
    if (left <= 0) return;
    this.#frame = heightened(this.#frame, this.#frame.rows.length + left);
    this.#tornColumns = this.#columns = columns;
  }

  /** Bytes that take the area away and print the lines; the cursor is in a fresh row then. */
  leave(lines: readonly Line[], size: TerminalSize): string {
    const away = this.#frame === blank ? "" : this.#start(this.#rowsToTop(size)) + clearBelow;
    const text = away + this.#printed(rowsIn(lines, size));
    this.forget();
    return text;
  }

  /** Takes nothing for drawn, as someone else has had the terminal; the cursor is where it is. */
  forget(): void {
    this.#frame = blank;
    this.#printedRows = [];
    this.#overshoot = undefined;
    this.#isLost = false;
    this.#tornColumns = undefined;
    this.#isUnsteady = false;
    this.#columns = Infinity;
  }

  /** The frame that is to be drawn, as high as it must be. */
  #next(change: Change): Frame {
    const { frame, size } = change;
    if (frame === undefined) return blank;
    if (this.#isResized(change) || this.isTorn) return frame;
    const taken = rowsIn(change.lines, size)
      .reduce((sum, { plain }) => sum + rowsOf(plain, size.columns), 0);
    return heightened(frame, this.#frame.rows.length - taken);
  }

  #isResized({ size: { columns, rows } }: Change): boolean {
    return columns !== this.#size.columns || rows !== this.#size.rows;
  }

  /** Whether it is all drawn, and not only what differs. */
  #isWhole(change: Change): boolean {
    return change.anew || change.lines.length > 0 || this.isTorn || this.#isResized(change);
  }

  /** How many rows the cursor is below the top; negative: above. */
  #rowsBelowTop(columns: number): number {
    const overshoot = this.#overshoot;
    if (overshoot === undefined) return rowsAboveCursor(this.#frame, columns);
    return rowsAboveCursor(overshoot, columns) - heightOf(overshoot, columns);
  }

  /** Notes that the cursor has come to be so many rows above the top. */
  #overshootBy(rows: number, { row, column: columns }: CursorReport): void {
    const printed = { ...blank, rows: this.#printedRows };
    const at = heightOf(printed, columns) - rows;
    // At the first row of the screen it may have been stopped, and nobody knows where.
    if (at < 0 || row === 1) {
      this.#isLost = true;
      return this.#isAtTop();
    }
    this.#overshoot = withCursorAt(printed, at, columns);
    this.#columns = columns;
  }

  #isAtTop(): void {
    this.#overshoot = undefined;
    this.#frame = this.#isLost ? blank : { ...this.#frame, ...top };
    if (this.#isLost) this.#printedRows = [];
  }

  #rowsToTop({ columns }: TerminalSize): number {
    return this.#options.reflows ? rowsAboveCursor(this.#frame, columns) : this.#frame.cursorRow;
  }

  /**
   * Goes up so many rows, or to the end of the screen if nobody knows how many it would be: a copy
   * of the area that stays is better than a message that goes.
   */
  #start(up: number): string {
    const isLost = this.#isLost;
    this.#isLost = false;
    // If part of the area has been pushed out at the top of the screen, this stops there.
    return isLost ? `${toBottom}\r\n` : `\r${upwards(up)}`;
  }

  #printed(lines: readonly Line[]): string {
    return lines.map((each) => `${each.text(this.#options)}\r\n`).join("");
  }

  /** Draws from the top on what is different, then puts the cursor where it belongs. */
  #rows(
    { rows, cursorRow, beforeCursor }: Frame,
    there: Frame,
    { asks }: { readonly asks: boolean },
  ): string {
    const request = asks ? widthRequest : "";
    if (rows.length === 0) return request;
    const drawn = rows.map((row, at) => {
      const isThere = there.rows[at]?.coloured === row.coloured;
      return isThere ? "" : clearRow + row.text(this.#options);
    });
    // The terminal itself finds the column of the cursor: whatever it takes for the width of a
    // character, the cursor stands behind the last one that was written.
    const cursor = `${upwards(rows.length - 1 - cursorRow)}\r${request}`;
    return wrapOff + drawn.join("\r\n") + cursor + beforeCursor.text(this.#options) + wrapOn;
  }
}

/** Broken here: where a terminal breaks them, what others have sent could pass for a new line. */
function rowsIn(lines: readonly Line[], { columns }: TerminalSize): Line[] {
  return lines.flatMap((each) => each.wrapped(columns));
}

function heightOf({ rows }: Frame, columns: number): number {
  return rows.reduce((sum, { plain }) => sum + rowsOf(plain, columns), 0);
}

/** Goes up so many rows; down, if it is negative. */
function upwards(rows: number): string {
  if (rows === 0) return "";
  return rows > 0 ? `\x1b[${rows}A` : `\x1b[${-rows}B`;
}

/** The frame with empty rows above it, if it is not as high as it must be. */
function heightened({ rows, cursorRow, beforeCursor }: Frame, heightMin: number): Frame {
  const missing = Math.max(0, heightMin - rows.length);
  return {
    rows: [...Array<Line>(missing).fill(empty), ...rows],
    cursorRow: cursorRow + missing,
    beforeCursor,
  };
}

function sameFrame(one: Frame, other: Frame): boolean {
  return one.rows.length === other.rows.length &&
    one.cursorRow === other.cursorRow &&
    one.beforeCursor.coloured === other.beforeCursor.coloured &&
    one.rows.every(({ coloured }, at) => coloured === other.rows[at]?.coloured);
}
