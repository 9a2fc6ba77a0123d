/**
 * Writes log lines to standard error, all of one turn of the event loop at once, and waits for nobody.
 *
 * @module
 */
import type { Clock } from "../lib/clock.ts";

/** Takes some of the bytes and says how many, as soon as it can; rejects if it can't. */
export interface LogFile {
  write(bytes: Uint8Array): Promise<number>;
}

/** UTF-16 units of lines that wait while the one who reads the log does not; beyond it they are dropped. */
export const logWaitingLengthMax = 1024 * 1024;

/** How long the end waits for the one who reads the log to take the last lines. */
export const logEndMs = 1000;

const encoder = new TextEncoder();

/**
 * Gathers lines, so that a busy server does not make a system call for each.
 *
 * A pipe that nobody reads takes a while to take anything, or for ever; so lines are written one
 * batch after another in the background, and the chat goes on.
 */
export class LogOutput {
  readonly #clock: Clock;
  readonly #out: LogFile;
  #lines = "";
  /** Lines that could not be written before those that wait, … */
  #lost = 0;
  /** … and lines after them for which there was no room. */
  #dropped = 0;
  /** All that have not been written so far. */
  #droppedInAll = 0;
  #hasTurn = false;
  #writing: Promise<void> | undefined;

  constructor(clock: Clock, out: LogFile = Deno.stderr) {
    this.#clock = clock;
    this.#out = out;
  }

  /** How many lines could not be written since the start. */
  get droppedLines(): number {
    return this.#droppedInAll;
  }

  /** Takes one line, its newline included. */
  readonly write = (line: string): void => {
    // Once one is dropped, all are until there is room, so that it can be said where they are missing.
    if (this.#dropped > 0 || this.#lines.length + line.length > logWaitingLengthMax) {
      this.#dropped++;
      this.#droppedInAll++;
      return;
    }
    this.#lines += line;
    if (this.#hasTurn || this.#writing !== undefined) return;
    this.#hasTurn = true;
    this.#clock.afterThisTurn(() => {
      this.#hasTurn = false;
      this.#begin();
    });
  };

  /** Resolves to `true` when nothing waits to be written any more; to `false` after `logEndMs`. */
  end(): Promise<boolean> {
    this.#begin();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#clock.setTimer(logEndMs, () => resolve(false));
    void Promise.resolve(this.#writing).then(() => resolve(true));
    return promise.finally(() => timer.cancel());
  }

  #begin(): void {
    if (this.#writing === undefined && this.#isWanted()) this.#writing = this.#writeAll();
  }

  #isWanted(): boolean {
    return this.#lines !== "" || this.#dropped > 0;
  }

  /** Never rejects; what can't be written is told of before what is written next. */
  async #writeAll(): Promise<void> {
    while (this.#isWanted()) {
      const text = notice(this.#lost) + this.#lines + notice(this.#dropped);
      const lines = this.#lines.split("\n").length - 1;
      const lost = this.#lost + this.#dropped + lines;
      this.#lines = "";
      this.#lost = this.#dropped = 0;
      try {
        await this.#write(text);
      } catch {
        // The chat goes on without its log: a full disk or a closed pipe is no reason to end it.
        this.#lost += lost;
        this.#droppedInAll += lines;
      }
    }
    this.#writing = undefined;
  }

  async #write(text: string): Promise<void> {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#out.write(bytes));
  }
}

function notice(lines: number): string {
  return lines === 0 ? "" : `${lines} lines of the log could not be written\n`;
}
