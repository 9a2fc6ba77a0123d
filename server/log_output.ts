/**
 * Writes log lines to standard error, all of one turn of the event loop at once.
 *
 * @module
 */
import type { Clock } from "../lib/clock.ts";

/** Takes some of the bytes and says how many; throws if it can't. */
export interface LogFile {
  writeSync(bytes: Uint8Array): number;
}

const encoder = new TextEncoder();

/** Gathers lines, so that a busy server does not make a system call for each. */
export class LogOutput {
  readonly #clock: Clock;
  readonly #out: LogFile;
  #lines = "";
  #dropped = 0;

  constructor(clock: Clock, out: LogFile = Deno.stderr) {
    this.#clock = clock;
    this.#out = out;
  }

  /** Takes one line, its newline included. */
  readonly write = (line: string): void => {
    if (this.#lines === "") this.#clock.afterThisTurn(() => this.flush());
    this.#lines += line;
  };

  /** Writes what has been gathered; what can't be written is dropped, and told of afterwards. */
  flush(): void {
    const lines = this.#lines;
    this.#lines = "";
    try {
      if (this.#dropped > 0) {
        this.#write(`${this.#dropped} lines of the log could not be written\n`);
      }
      this.#dropped = 0;
      this.#write(lines);
    } catch {
      // The chat goes on without its log: a full disk or a closed pipe is no reason to end it.
      this.#dropped += lines.split("\n").length - 1;
    }
  }

  #write(text: string): void {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(this.#out.writeSync(bytes));
  }
}
