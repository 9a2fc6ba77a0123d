/**
 * The part of the terminal that changes: what is typed, what it could become, and how things stand.
 *
 * @module
 */
import type { Line } from "../lines/safe_line.ts";
import type { Draft } from "./line_editor.ts";

/** All that the live area tells. */
export interface LiveView {
  /** Before the first row of the input, as `common> `. */
  readonly prompt: Line;
  readonly draft: Draft;
  /** What the draft could become, or how its command is used; at most a few rows. */
  readonly suggestions: readonly Line[];
  /** How far a file has come. */
  readonly progress: Line | undefined;
  /** How things stand, the most important first: what does not fit is left out from the end. */
  readonly status: readonly Line[];
}

/** How large a terminal is. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Rows to be drawn, none wider than the terminal, and where among them the cursor stands. */
export interface Frame {
  readonly rows: readonly Line[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
}
