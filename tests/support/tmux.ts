/**
 * A real terminal for the program, drawn by tmux: keys go in, the screen is read.
 *
 * Each terminal is a tmux server of its own, with nobody's settings, so that tests neither see nor
 * disturb each other or the tmux of the one who runs them.
 *
 * @module
 */
import { needTool, patienceMs, within } from "./tools.ts";

/** How long a screen that does not show what is waited for is left alone. */
const lookEveryMs = 50;

/** More lines than any test prints, so that none is dropped. */
const scrollbackLines = 50_000;

export interface TerminalSetup {
  /** The program and its arguments: at least two words, which no shell reads. */
  readonly command: readonly string[];
  /** Where the program runs, and where the socket of tmux is. */
  readonly folder: string;
  readonly columns?: number;
  readonly rows?: number;
  /** A file that is to hold each byte that the program writes. */
  readonly transcript?: string;
  /** Beside the environment of the test; `undefined` takes a variable away. `TERM` is obeyed. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Where the cursor is, from the top left, beginning with 0. */
export interface CursorPlace {
  readonly column: number;
  readonly row: number;
}

/** A command of tmux that prints rows. */
type Look = readonly string[];

const seen: Look = ["capture-pane", "-p"];
/** With each line whole that the terminal has wrapped. */
const everShown: Look = ["capture-pane", "-p", "-J", "-S", "-"];

/** Whether the program has ended, and how. */
const endingFormat = "#{pid} #{pane_dead} #{pane_dead_status} #{pane_dead_signal}";

/** Something that a screen may show. */
export type Sight = string | RegExp;

export class TmuxTerminal implements AsyncDisposable {
  readonly #socket: string;
  readonly #environment: Record<string, string>;
  #pid = 0;

  private constructor(socket: string, environment: Record<string, string>) {
    this.#socket = socket;
    this.#environment = environment;
  }

  /** Starts a program on a terminal of its own. */
  static async open(setup: TerminalSetup): Promise<TmuxTerminal> {
    const { command, folder, columns = 80, rows = 24, transcript, environment = {} } = setup;
    // Within the length of a socket's path, which is about a hundred bytes.
    const socket = `${folder}/tmux-${crypto.randomUUID().slice(0, 8)}`;
    const terminal = new TmuxTerminal(socket, environmentWith(environment));
    const shown = await terminal.#ask([
      ["start-server"],
      // Nothing but the program is on the screen, not even the news that it has ended.
      ["set-option", "-g", "status", "off"],
      ["set-option", "-wg", "remain-on-exit", "on"],
      ["set-option", "-wg", "remain-on-exit-format", ""],
      ["set-option", "-g", "history-limit", String(scrollbackLines)],
      ["set-option", "-g", "default-terminal", environment["TERM"] ?? "xterm-256color"],
      [
        "new-session",
        ...["-d", "-P", "-F", "#{pane_pid}", "-c", folder],
        ...["-x", String(columns), "-y", String(rows), "--", ...command],
      ],
      ...(transcript === undefined ? [] : [["pipe-pane", "-O", `exec cat >'${transcript}'`]]),
    ]);
    terminal.#pid = Number(shown);
    return terminal;
  }

  /** The id of the program's process. */
  get pid(): number {
    return this.#pid;
  }

  /** Types text as it is; a line break in it is Ctrl-J. */
  async type(text: string): Promise<void> {
    await this.#ask([["send-keys", "-l", "--", text]]);
  }

  /** Presses keys by the names that tmux has for them: `Enter`, `C-c`, `M-Enter`, `Up`. */
  async key(...names: readonly string[]): Promise<void> {
    await this.#ask([["send-keys", "--", ...names]]);
  }

  /** Types a line and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.#ask([["send-keys", "-l", "--", text], ["send-keys", "Enter"]]);
  }

  /** Pastes, in brackets if the program has asked for them; line breaks go in as Enter does. */
  async paste(text: string): Promise<void> {
    await this.#ask([["set-buffer", "--", text], ["paste-buffer", "-d", "-p"]]);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#ask([["resize-window", "-x", String(columns), "-y", String(rows)]]);
  }

  /** Sends a signal to the program. */
  signal(signal: Deno.Signal): void {
    Deno.kill(this.#pid, signal);
  }

  /** The rows that are seen, without the blanks at their ends. */
  async screen(): Promise<string[]> {
    return rowsOf(await this.#ask([seen]));
  }

  /** All rows from the first one on, those that are seen included. */
  async scrollback(): Promise<string[]> {
    return rowsOf(await this.#ask([["capture-pane", "-p", "-S", "-"]]));
  }

  /** As the scrollback, with each line whole that the terminal has wrapped. */
  async lines(): Promise<string[]> {
    return rowsOf(await this.#ask([everShown])).map((line) => line.trimEnd());
  }

  /** The rows that are seen, with the escape sequences of their colours and weights. */
  async styled(): Promise<string[]> {
    return rowsOf(await this.#ask([["capture-pane", "-p", "-e"]]));
  }

  async cursor(): Promise<CursorPlace> {
    const [column = 0, row = 0] = (await this.#tell("#{cursor_x} #{cursor_y}"))
      .split(" ").map(Number);
    return { column, row };
  }

  /** Waits until the screen shows `sight`; gives what was matched, and its groups. */
  async sees(sight: Sight): Promise<RegExpExecArray> {
    return await this.#find(sight, seen);
  }

  /** Waits until `sight` is shown, or has scrolled away. */
  async hasSeen(sight: Sight): Promise<RegExpExecArray> {
    return await this.#find(sight, everShown);
  }

  /** Waits until the screen, looked at as a whole, is as `isSo` wants it. */
  async comes(what: string, isSo: (screen: readonly string[]) => boolean): Promise<string[]> {
    return await this.#wait(what, seen, (screen) => isSo(screen) ? screen : undefined);
  }

  /** Waits until the program has ended; gives its exit code, or 128 and its signal. */
  async exited(): Promise<number> {
    return await this.#wait("the end of the program", seen, (_, exitCode) => exitCode);
  }

  /** Ends this terminal, and whatever still runs on it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (exitCodeOf(await this.#tell(endingFormat)) === undefined) {
        // All that it has started too: nothing may write into a folder that is about to go.
        killGroup(this.#pid);
        await this.exited();
      }
    } finally {
      await this.#ask([["kill-server"]]);
    }
  }

  #find(sight: Sight, look: Look): Promise<RegExpExecArray> {
    const pattern = typeof sight === "string" ? new RegExp(RegExp.escape(sight)) : sight;
    return this.#wait(String(sight), look, (rows) => pattern.exec(rows.join("\n")) ?? undefined);
  }

  /** Looks again and again, until `find` gives something of what is seen. */
  async #wait<Found>(
    what: string,
    look: Look,
    find: (rows: string[], exitCode: number | undefined) => Found | undefined,
  ): Promise<Found> {
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const [ending = "", ...rows] = rowsOf(
        await this.#ask([["display-message", "-p", endingFormat], look]),
      );
      const exitCode = exitCodeOf(ending);
      const found = find(rows.map((row) => row.trimEnd()), exitCode);
      if (found !== undefined) return found;
      if (exitCode !== undefined) throw await this.#missed(`${what}: it ended with ${exitCode}`);
      if (performance.now() > untilMs) throw await this.#missed(what);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #missed(what: string): Promise<Error> {
    const { column, row } = await this.cursor();
    const screen = (await this.screen()).map((each) => `| ${each}`).join("\n");
    return new Error(
      `Never came: ${what}\nThe cursor is at column ${column} of row ${row} of:\n${screen}`,
    );
  }

  #tell(format: string): Promise<string> {
    return this.#ask([["display-message", "-p", format]]);
  }

  /** Has tmux carry out commands; gives what it prints, without the last line break. */
  async #ask(commands: readonly (readonly string[])[]): Promise<string> {
    const words = commands.flatMap((command, at) => [
      ...(at === 0 ? [] : [";"]),
      // A semicolon at the end of a word would end the command.
      ...command.map((word) => word.replace(/;$/, "\\;")),
    ]);
    const { success, stdout, stderr } = await within(
      new Deno.Command(needTool("tmux"), {
        args: ["-u", "-S", this.#socket, "-f", "/dev/null", ...words],
        env: this.#environment,
        clearEnv: true,
        stdin: "null",
      }).output(),
      `an answer of tmux to ${commands[0]?.[0]}`,
    );
    const decoder = new TextDecoder();
    if (!success) throw new Error(`tmux: ${decoder.decode(stderr).trim()}`);
    return decoder.decode(stdout).replace(/\n$/, "");
  }
}

function environmentWith(
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  // The tmux around the test is not that of the test.
  const { TMUX: _, TMUX_PANE: __, ...outer } = Deno.env.toObject();
  return Object.fromEntries(
    Object.entries({ ...outer, ...changes }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]]
    ),
  );
}

/** Kills a process and all that it has started, unless they have just ended. */
function killGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (failure) {
    if (!(failure instanceof Deno.errors.NotFound)) throw failure;
  }
}

/** The exit code in an {@linkcode endingFormat}; `undefined` if there is none yet. */
function exitCodeOf(ending: string): number | undefined {
  const [tmux, dead, status = "", signal = ""] = ending.split(" ");
  if (dead !== "1") return undefined;
  if (status !== "") return Number(status);
  if (signal !== "") return 128 + Number(signal);
  // tmux asks how a program has ended when it is told that one has. On a busy machine it now and
  // then asks too early, and is not told again.
  Deno.kill(Number(tmux), "SIGCHLD");
  return undefined;
}

function rowsOf(captured: string): string[] {
  return captured.split("\n");
}
