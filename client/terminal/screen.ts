/**
 * A terminal with a row for input at its bottom, above which lines scroll away.
 *
 * @module
 */
import { writeIfHeard } from "../../lib/output.ts";
import type { Line } from "../lines/safe_line.ts";
import type { PromptRow } from "./prompt_row.ts";

/** What a screen needs of a terminal. */
export interface Terminal {
  write(text: string): void;
  setRaw(options: { readonly raw: boolean }): void;
  columns(): number;
}

/** Width that is assumed when the terminal tells none. */
const columnsDefault = 80;

export const systemTerminal: Terminal = {
  write: (text) => writeIfHeard(Deno.stdout, text),
  setRaw({ raw }) {
    Deno.stdin.setRaw(raw);
  },
  columns() {
    try {
      return Deno.consoleSize().columns || columnsDefault;
    } catch (failure) {
      // A terminal that has just been closed has no size.
      if (failure instanceof Error) return columnsDefault;
      throw failure;
    }
  },
};

const pasteOn = "\x1b[?2004h";
const pasteOff = "\x1b[?2004l";
const clearRow = "\r\x1b[2K";
const clearBelow = "\r\x1b[J";

export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #colour: boolean;
  #open = false;
  #drawn: PromptRow | undefined;

  constructor(terminal: Terminal, { colour }: { readonly colour: boolean }) {
    this.#terminal = terminal;
    this.#colour = colour;
  }

  get columns(): number {
    return this.#terminal.columns();
  }

  /** Takes the terminal over; {@linkcode TerminalScreen.close} gives it back. */
  open(): void {
    this.#terminal.setRaw({ raw: true });
    this.#open = true;
    this.#terminal.write(pasteOn);
  }

  /** Gives the terminal back as it was; may be called more than once. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#terminal.write(clearBelow + pasteOff);
    this.#terminal.setRaw({ raw: false });
  }

  /** Prints lines above the input row. */
  print(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    const text = lines.map((each) => `${each.text({ colour: this.#colour })}\r\n`).join("");
    const row = this.#open && this.#drawn !== undefined ? this.#rowText(this.#drawn) : "";
    this.#terminal.write((this.#open ? clearBelow : "") + text + row);
  }

  /** Draws the input row. */
  draw(row: PromptRow): void {
    if (!this.#open) return;
    this.#drawn = row;
    this.#terminal.write(clearRow + this.#rowText(row));
  }

  #rowText({ row, cursorColumn }: PromptRow): string {
    const back = cursorColumn === 0 ? "\r" : `\r\x1b[${cursorColumn}C`;
    return row.text({ colour: this.#colour }) + back;
  }
}
