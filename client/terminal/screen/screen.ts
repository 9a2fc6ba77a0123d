/**
 * A terminal with a live area at its bottom, above which lines scroll away.
 *
 * @module
 */
import type { Clock, Timer } from "../../../lib/clock.ts";
import { writeIfHeard } from "../../../lib/output.ts";
import { consoleSize } from "../../console_size.ts";
import type { Line } from "../../lines/safe_line.ts";
import { DrawnArea } from "./drawn_area.ts";
import { layOut, type LiveView, type TerminalSize } from "./live_area.ts";

/** Shortest time between two writes: nobody sees more pictures a second, however much comes in. */
export const frameMs = 20;

/** Most lines that wait for the next write; with so many it comes at once. */
export const gatheredLinesMax = 500;

/** What a screen needs of a terminal. */
export interface Terminal {
  write(text: string): void;
  setRaw(options: { readonly raw: boolean }): void;
  columns(): number;
  rows(): number;
}

/** Size that is assumed when the terminal tells none. */
const sizeDefault: TerminalSize = { columns: 80, rows: 24 };

export const systemTerminal: Terminal = {
  write(text) {
    try {
      writeIfHeard(Deno.stdout, text);
    } catch (failure) {
      // A terminal that has just been closed has no reader either.
      if (!(failure instanceof Error && "code" in failure && failure.code === "EIO")) throw failure;
    }
  },
  setRaw({ raw }) {
    Deno.stdin.setRaw(raw);
  },
  columns: () => consoleSize().columns || sizeDefault.columns,
  rows: () => consoleSize().rows || sizeDefault.rows,
};

const pasteOn = "\x1b[?2004h";
const pasteOff = "\x1b[?2004l";
// Between these a terminal that knows them shows nothing half done.
const pictureStart = "\x1b[?2026h";
const pictureEnd = "\x1b[?2026l";

export interface ScreenOptions {
  readonly colour: boolean;
  /** Whether the terminal wraps rows anew when its width changes. */
  readonly reflows: boolean;
  readonly clock: Clock;
}

/**
 * Prints lines into the scrollback, and draws what is live below them.
 *
 * What comes after a quiet time is shown at once; what follows within {@linkcode frameMs} is
 * gathered and shown together, in one write.
 */
export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #options: ScreenOptions;
  readonly #area: DrawnArea;
  #state: "closed" | "open" | "suspended" = "closed";
  #view: (() => LiveView) | undefined;
  #size: TerminalSize | undefined;
  #gathered: Line[] = [];
  /** Whether the next write draws all, whatever seems to be there. */
  #anew = false;
  /** Runs until the next write may come. */
  #pause: Timer | undefined;

  constructor(terminal: Terminal, options: ScreenOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#area = new DrawnArea(options);
  }

  /** As of the last write: it is asked for with each message. */
  get size(): TerminalSize {
    return this.#size ??= { columns: this.#terminal.columns(), rows: this.#terminal.rows() };
  }

  /** Takes the terminal over; {@linkcode TerminalScreen.close} gives it back. */
  open(): void {
    this.#terminal.setRaw({ raw: true });
    this.#state = "open";
    this.#terminal.write(pasteOn);
  }

  /**
   * Gives the terminal back as it was, with the cursor at the start of a fresh row.
   *
   * May be called more than once, and for a terminal that has gone. From then on lines are printed
   * as to any output.
   */
  close(): void {
    this.#giveBack();
    this.#state = "closed";
    this.#view = undefined;
  }

  /** Gives the terminal back for a while, as before the program is stopped. */
  suspend(): void {
    if (this.#state !== "open") return;
    this.#giveBack();
    this.#state = "suspended";
  }

  /**
   * Takes the terminal again when the program goes on after a stop, and shows the view.
   *
   * It may have been stopped from outside, without a {@linkcode TerminalScreen.suspend}: the shell
   * has changed the terminal's modes then, and written below the live area.
   */
  resume(): void {
    if (this.#state === "closed") return;
    if (this.#state === "open") this.#area.forget();
    this.open();
    this.redraw();
  }

  /** Prints lines above the live area. */
  print(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    if (this.#state !== "open") {
      this.#terminal.write(this.#area.leave(lines, this.size));
      return;
    }
    for (const each of lines) this.#gathered.push(each);
    if (this.#gathered.length >= gatheredLinesMax) this.#write();
    else this.#show();
  }

  /**
   * Shows a view in the live area, laid out for the size that the terminal has by then.
   *
   * @param view Makes it, and is called for each write from now on, however seldom they are.
   */
  draw(view: () => LiveView): void {
    this.#view = view;
    this.#show();
  }

  /** Shows now what waits for the next write: who types wants to see it. */
  flush(): void {
    if (this.#state === "open") this.#write();
  }

  /** Draws the live area anew: the size has changed, or something else has written over it. */
  redraw(): void {
    this.#size = undefined;
    this.#anew = true;
    this.#show();
  }

  #show(): void {
    if (this.#state === "open" && this.#pause === undefined) this.#write();
  }

  #write(): void {
    this.#size = undefined;
    const { size } = this;
    const text = this.#area.change({
      lines: this.#gathered,
      frame: this.#view === undefined ? undefined : layOut(this.#view(), size),
      size,
      anew: this.#anew,
    });
    this.#gathered = [];
    this.#anew = false;
    if (text === "") return;
    this.#terminal.write(pictureStart + text + pictureEnd);
    this.#pause?.cancel();
    this.#pause = this.#options.clock.setTimer(frameMs, () => {
      this.#pause = undefined;
      this.#write();
    });
  }

  #giveBack(): void {
    if (this.#state !== "open") return;
    this.#pause?.cancel();
    this.#pause = undefined;
    const text = this.#area.leave(this.#gathered, this.size) + pasteOff;
    this.#gathered = [];
    unlessGone(() => this.#terminal.write(text));
    unlessGone(() => this.#terminal.setRaw({ raw: false }));
  }
}

/** Does what helps a terminal, and is in vain for one that has gone. */
function unlessGone(help: () => void): void {
  try {
    help();
  } catch (failure) {
    // Whatever the system says of it: there is nobody left to be told.
    if (!(failure instanceof Error)) throw failure;
  }
}
