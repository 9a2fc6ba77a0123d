/**
 * A terminal with a live area at its bottom, above which lines scroll away.
 *
 * @module
 */
import type { Clock, Timer } from "../../../lib/clock.ts";
import { writeIfHeard } from "../../../lib/output.ts";
import { consoleSize } from "../../console_size.ts";
import type { Line } from "../../lines/safe_line.ts";
import type { CursorReport } from "../keyboard/key_sequences.ts";
import { CursorQuestion, cursorRequest } from "./cursor_question.ts";
import { type Change, DrawnArea } from "./drawn_area.ts";
import { layOut, type LiveView, type TerminalSize } from "./live_area.ts";

/** Shortest time between two writes: nobody sees more pictures a second, however much comes in. */
export const frameMs = 20;

/** Most lines that wait for the next write; with so many it comes at once. */
export const gatheredLinesMax = 500;

/** Most lines that wait for the terminal to tell where its cursor is; with so many none does. */
export const askedLinesMax = 10_000;

/** How long to wait for a width that is changing: who moves an edge does not stop between. */
export const calmMs = 50;

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
  readonly #question: CursorQuestion;
  /** Whether the answer is about a step to the top of the area, not about what was drawn. */
  #isClimbing = false;
  /** Runs until the next step may come. */
  #calm: Timer | undefined;
  /** Whether what someone has typed waits to be shown. */
  #isUrgent = false;

  constructor(terminal: Terminal, options: ScreenOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#area = new DrawnArea(options);
    this.#question = new CursorQuestion(options.clock, () => this.#goOn(undefined));
  }

  /** As of the last write: it is asked for with each message. */
  get size(): TerminalSize {
    return this.#size ??= { columns: this.#terminal.columns(), rows: this.#terminal.rows() };
  }

  /** Takes the terminal over; {@linkcode TerminalScreen.close} gives it back. */
  open(): void {
    this.#terminal.setRaw({ raw: true });
    this.#state = "open";
    this.#terminal.write(pasteOn + (this.#options.reflows ? cursorRequest : ""));
    if (this.#options.reflows) this.#question.ask();
  }

  /** Takes in what the terminal reports where its cursor is. */
  hear(report: CursorReport): void {
    const isAwaited = this.#question.hear();
    if (isAwaited && this.#state === "open") this.#goOn(report);
  }

  /** Resolves when the terminal owes no report: whoever has it next would take it for keys. */
  async settled(): Promise<void> {
    await this.#question.settled();
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
    this.#stopAsking();
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
    if (this.#isWaiting && this.#gathered.length >= askedLinesMax) this.#giveUp();
    else if (this.#gathered.length >= gatheredLinesMax) this.#write();
    else this.#show();
  }

  /**
   * Shows a view in the live area, laid out for the size that the terminal has by then.
   *
   * @param view Makes it, and is called for each write from now on, however seldom they are.
   * @param options `isTyped`: who has typed wants to see it now, with all that waits.
   */
  draw(view: () => LiveView, { isTyped = false }: { readonly isTyped?: boolean } = {}): void {
    this.#view = view;
    if (!isTyped) return this.#show();
    if (this.#state !== "open") return;
    this.#isUrgent = true;
    this.#write();
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

  /** Whether nothing may be written until it is known where the cursor is. */
  get #isWaiting(): boolean {
    return this.#question.isOpen || this.#calm !== undefined;
  }

  #write(): void {
    if (this.#isWaiting) return;
    this.#size = undefined;
    const { size } = this;
    const asks = this.#options.reflows && !this.#question.isMute;
    const change: Change = {
      lines: this.#gathered,
      frame: this.#view === undefined ? undefined : layOut(this.#view(), size),
      size,
      anew: this.#anew,
      asks,
      isTyped: this.#isUrgent,
    };
    this.#isClimbing = asks && this.#area.mustClimb(change);
    if (this.#isClimbing) {
      // The picture is ended by what is drawn from the top on.
      this.#terminal.write(pictureStart + this.#area.climb());
      this.#question.ask();
      return;
    }
    const text = this.#area.change(change);
    this.#gathered = [];
    this.#anew = false;
    this.#isUrgent = false;
    if (text === "") return;
    this.#terminal.write(pictureStart + text + pictureEnd);
    if (asks) this.#question.ask();
    this.#pause?.cancel();
    this.#pause = this.#options.clock.setTimer(frameMs, () => {
      this.#pause = undefined;
      this.#write();
    });
  }

  /** Goes on with what has waited for a report; `undefined`: it has not come. */
  #goOn(report: CursorReport | undefined): void {
    if (this.#isClimbing) this.#area.climbed(report);
    else if (report !== undefined) this.#area.drawn(report);
    if (this.#isClimbing && this.#area.isUnsteady) this.#waitForCalm();
    else if (this.#isClimbing || this.#isUrgent || this.#area.isTorn) this.#write();
    else this.#show();
  }

  #waitForCalm(): void {
    this.#terminal.write(pictureEnd);
    this.#calm = this.#options.clock.setTimer(calmMs, () => {
      this.#calm = undefined;
      this.#write();
    });
  }

  /** Goes by what was drawn, as with a terminal that gives no answers. */
  #giveUp(): void {
    this.#stopAsking();
    this.#write();
  }

  #giveBack(): void {
    if (this.#state !== "open") return;
    this.#pause?.cancel();
    this.#pause = undefined;
    const wasClimbing = this.#stopAsking();
    const text = this.#area.leave(this.#gathered, this.size) + (wasClimbing ? pictureEnd : "") +
      pasteOff;
    this.#gathered = [];
    unlessGone(() => this.#terminal.write(text));
    unlessGone(() => this.#terminal.setRaw({ raw: false }));
  }

  /** Waits for no report any more; says whether the cursor was on its way to the top. */
  #stopAsking(): boolean {
    const wasClimbing = this.#isClimbing;
    if (wasClimbing && this.#question.isOpen) this.#area.climbed(undefined);
    this.#calm?.cancel();
    this.#calm = undefined;
    this.#isClimbing = false;
    this.#isUrgent = false;
    this.#question.forget();
    return wasClimbing;
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
