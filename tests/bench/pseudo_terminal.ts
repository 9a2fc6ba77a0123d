/**
 * A program on a pseudo-terminal that is read as soon as it shows something, as real ones are.
 *
 * `script` of util-linux makes it; all that this adds to a time is what two pipes take.
 *
 * @module
 */
import { undoOnSignal } from "./leftovers.ts";
import type { Command } from "./server_process.ts";

/** How long something to be shown is waited for. */
const patienceMs = 60_000;

/** Time to end when asked to. */
const graceMs = 5000;

/** What is kept of the output: more than any text that is looked for. */
const recentUnits = 4096;

/** A moment at which something was shown, by `performance.now()`. */
type MomentMs = number;

interface Awaited {
  readonly pattern: RegExp;
  readonly resolve: (shownMs: MomentMs) => void;
  readonly reject: (failure: Error) => void;
}

export class PseudoTerminal implements AsyncDisposable {
  /** When the program was started: the shell that made its terminal is not counted. */
  startedMs: MomentMs = 0;
  /** The highest number `N` of a word `nN` that was shown. */
  highestShown = 0;
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #drained: Promise<void>;
  readonly #calledOff: () => void;
  #pid = 0;
  #recent = "";
  #awaited: Awaited[] = [];
  #ended = false;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#calledOff = undoOnSignal(() => child.kill("SIGKILL"));
    this.#keyboard = child.stdin.getWriter();
    this.#drained = this.#drain();
  }

  /** Starts `command` on a terminal of 80 columns and 24 rows. */
  static async open(
    command: Command,
    environment: Readonly<Record<string, string>>,
  ): Promise<PseudoTerminal> {
    // The shell becomes the program, so its id is the program's.
    const words = ["stty rows 24 cols 80;", 'echo "pid $$";', "exec", ...command.map(quoted)];
    const terminal = new PseudoTerminal(
      new Deno.Command("script", {
        args: ["--quiet", "--flush", "--return", "--command", words.join(" "), "/dev/null"],
        env: { ...environment },
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn(),
    );
    terminal.startedMs = await terminal.shows(/pid \d+\r?\n/);
    terminal.#pid = Number(await terminal.finds(/pid (\d+)/));
    return terminal;
  }

  /** Types; gives the moment before. */
  async type(text: string): Promise<MomentMs> {
    const typedMs = performance.now();
    await this.#keyboard.write(new TextEncoder().encode(text));
    return typedMs;
  }

  /** Waits until `pattern` is among what was lately shown. */
  async shows(pattern: RegExp): Promise<MomentMs> {
    if (pattern.test(this.#recent)) return performance.now();
    if (this.#ended) throw this.#missed(pattern);
    const { promise, resolve, reject } = Promise.withResolvers<MomentMs>();
    this.#awaited.push({ pattern, resolve, reject });
    const timer = setTimeout(() => reject(this.#missed(pattern)), patienceMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The first group of `pattern`, when it is among what was lately shown. */
  async finds(pattern: RegExp): Promise<string> {
    await this.shows(pattern);
    return pattern.exec(this.#recent)?.[1] ?? "";
  }

  /** Resident memory of the program, in KiB. */
  residentKib(): number {
    const status = Deno.readTextFileSync(`/proc/${this.#pid}/status`);
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  }

  /** Ends the program, and with it the terminal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    await Promise.all([this.#child.status, this.#drained]);
    clearTimeout(timer);
    this.#calledOff();
    // The other end is gone.
    await this.#keyboard.abort().catch(() => {});
  }

  #signal(signal: Deno.Signal): void {
    try {
      if (this.#pid === 0) this.#child.kill(signal);
      else Deno.kill(this.#pid, signal);
    } catch (failure) {
      // It has ended by itself.
      if (!(failure instanceof Deno.errors.NotFound || failure instanceof TypeError)) throw failure;
    }
  }

  async #drain(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const shownMs = performance.now();
      this.#recent = (this.#recent + text).slice(-recentUnits);
      for (const [, number] of text.matchAll(/\bn(\d+)\b/g)) {
        this.highestShown = Math.max(this.highestShown, Number(number));
      }
      const still = this.#awaited.filter(({ pattern }) => !pattern.test(this.#recent));
      const come = this.#awaited.filter((each) => !still.includes(each));
      this.#awaited = still;
      for (const { resolve } of come) resolve(shownMs);
    }
    this.#ended = true;
    for (const { pattern, reject } of this.#awaited) reject(this.#missed(pattern));
  }

  #missed(pattern: RegExp): Error {
    const recent = JSON.stringify(this.#recent.slice(-500));
    return new Error(`The terminal never showed ${pattern}, but in the end: ${recent}`);
  }
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
