/**
 * Writes log lines to standard error, all of one turn of the event loop at once.
 *
 * @module
 */
import type { Clock } from "../lib/clock.ts";

const encoder = new TextEncoder();

/** Gathers lines, so that a busy server does not make a system call for each. */
export class LogOutput {
  readonly #clock: Clock;
  #lines = "";

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one line, its newline included. */
  readonly write = (line: string): void => {
    if (this.#lines === "") this.#clock.afterThisTurn(() => this.flush());
    this.#lines += line;
  };

  /** Writes what has been gathered. */
  flush(): void {
    let bytes = encoder.encode(this.#lines);
    this.#lines = "";
    try {
      while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
    } catch (failure) {
      // Nobody reads the log any more; the chat goes on without it.
      if (!(failure instanceof Deno.errors.BrokenPipe)) throw failure;
    }
  }
}
