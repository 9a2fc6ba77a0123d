/**
 * What of the live area stands on the terminal, and the bytes that change it.
 *
 * @module
 */
import { Line } from "../../lines/safe_line.ts";
import type { Frame, TerminalSize } from "./live_area.ts";
import { rowsAboveCursor, rowsOf } from "./reflow.ts";

// Not from the first column: what is cleared from the top left corner, tmux takes for all of the
// screen, and keeps a copy in the scrollback.
const clearBelow = "\x1b[K\x1b[C\x1b[J\r";
/** From the start of the row: behind a row that fills it, this would take its last character. */
const clearRow = "\x1b[K";
// A row that is wider than we think must not push those below it down.
const wrapOff = "\x1b[?7l";
const wrapOn = "\x1b[?7h";

const empty = Line.of("");

/** Nothing to be seen. */
const blank: Frame = { rows: [], cursorRow: 0, beforeCursor: empty };

export interface AreaOptions {
  readonly colour: boolean;
  /** Whether the terminal wraps rows anew when its width changes. */
  readonly reflows: boolean;
}

/** What is wanted of the terminal. */
export interface Change {
  /** Lines that scroll away above the area. */
  readonly lines: readonly Line[];
  /** `undefined`: there is no area yet. */
  readonly frame: Frame | undefined;
  readonly size: TerminalSize;
  /** Draws all of it, whatever seems to be there. */
  readonly anew: boolean;
}

/**
 * Knows the rows that it has drawn and how far above the cursor they begin.
 *
 * The area never shrinks by itself, or the input would jump with each suggestion that goes: rows
 * that it needs no more stand empty above it and are given to the lines that are printed next.
 */
export class DrawnArea {
  readonly #options: AreaOptions;
  #frame = blank;
  #size: TerminalSize = { columns: 0, rows: 0 };

  constructor(options: AreaOptions) {
    this.#options = options;
  }

  /** Bytes that print the lines and make the area show the frame; none if it is so already. */
  change({ lines: told, frame, size, anew }: Change): string {
    const lines = rowsIn(told, size);
    const resized = size.columns !== this.#size.columns || size.rows !== this.#size.rows;
    const taken = lines.reduce((sum, { plain }) => sum + rowsOf(plain, size.columns), 0);
    const heightMin = resized ? 0 : this.#frame.rows.length - taken;
    const next = frame === undefined ? blank : heightened(frame, heightMin);
    const whole = anew || resized || lines.length > 0;
    if (!whole && sameFrame(next, this.#frame)) return "";
    const head = this.#toTop(size) + (whole ? clearBelow + this.#printed(lines) : "");
    const rows = this.#rows(next, whole ? blank : this.#frame);
    this.#frame = next;
    this.#size = size;
    return head + rows;
  }

  /** Bytes that take the area away and print the lines; the cursor is in a fresh row then. */
  leave(lines: readonly Line[], size: TerminalSize): string {
    const away = this.#frame === blank ? "" : this.#toTop(size) + clearBelow;
    const text = away + this.#printed(rowsIn(lines, size));
    this.#frame = blank;
    return text;
  }

  /** Takes nothing for drawn, as someone else has had the terminal; the cursor is where it is. */
  forget(): void {
    this.#frame = blank;
  }

  #toTop({ columns }: TerminalSize): string {
    const up = this.#options.reflows
      ? rowsAboveCursor(this.#frame, columns)
      : this.#frame.cursorRow;
    // If part of the area has been pushed out at the top of the screen, this stops there.
    return `\r${upwards(up)}`;
  }

  #printed(lines: readonly Line[]): string {
    return lines.map((each) => `${each.text(this.#options)}\r\n`).join("");
  }

  /** Draws from the top on what is different, then puts the cursor where it belongs. */
  #rows({ rows, cursorRow, beforeCursor }: Frame, there: Frame): string {
    if (rows.length === 0) return "";
    const drawn = rows.map((row, at) => {
      const isThere = there.rows[at]?.coloured === row.coloured;
      return isThere ? "" : clearRow + row.text(this.#options);
    });
    // The terminal itself finds the column of the cursor: whatever it takes for the width of a
    // character, the cursor stands behind the last one that was written.
    const cursor = `${upwards(rows.length - 1 - cursorRow)}\r${beforeCursor.text(this.#options)}`;
    return wrapOff + drawn.join("\r\n") + cursor + wrapOn;
  }
}

/** Broken here: where a terminal breaks them, what others have sent could pass for a new line. */
function rowsIn(lines: readonly Line[], { columns }: TerminalSize): Line[] {
  return lines.flatMap((each) => each.wrapped(columns));
}

function upwards(rows: number): string {
  return rows === 0 ? "" : `\x1b[${rows}A`;
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
