/**
 * A server, and people who sit before terminals and talk through it.
 *
 * @module
 */
import {
  denoDirectory,
  programWords,
  type ServerProcess,
  Workspace,
} from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { type TerminalSetup, TmuxTerminal } from "../../support/tmux.ts";
import { testWith } from "../../support/tools.ts";

/** What a seat is like, beside whose it is. */
export interface Seat
  extends Pick<TerminalSetup, "columns" | "rows" | "environment" | "transcript"> {
  /** Which of the user's devices it is; each has a home of its own. */
  readonly device?: string;
  /** Where the user takes the server to be. */
  readonly server?: string;
  /** Further words of the command line. */
  readonly words?: readonly string[];
}

export class Company implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly #args: readonly string[];
  /** What is to be ended, the last first. */
  readonly #ends = new AsyncDisposableStack();
  #server: ServerProcess;

  private constructor(workspace: Workspace, server: ServerProcess, args: readonly string[]) {
    this.workspace = this.#ends.use(workspace);
    this.#server = server;
    this.#args = args;
  }

  static async gather(args: readonly string[]): Promise<Company> {
    const workspace = new Workspace();
    return new Company(workspace, await workspace.serve({ args }), args);
  }

  get url(): string {
    return this.#server.url;
  }

  /** What the server has logged since it was started. */
  get log(): string {
    return this.#server.process.err.text;
  }

  /** Sends a signal to the server, as one that lets it hang or go on. */
  signalServer(signal: Deno.Signal): void {
    this.#server.process.signal(signal);
  }

  /** Ends the server without a word. */
  async killServer(): Promise<void> {
    await this.#server.process.kill("SIGKILL");
  }

  /** Starts it again, where it was. */
  async serveAgain(): Promise<void> {
    const port = Number(new URL(this.url).port);
    this.#server = await this.workspace.serve({ args: this.#args, port });
  }

  /** Someone sits down and starts the client; what comes then is up to the server. */
  async open(name: string, { words = [], server, ...seat }: Seat = {}): Promise<TmuxTerminal> {
    const command = [...programWords(), "client", name, "-s", server ?? this.url, ...words];
    return await this.run(command, { device: name, ...seat });
  }

  /** Someone sits down and talks: there when they are asked for what to say. */
  async seat(name: string, seat: Seat = {}): Promise<TmuxTerminal> {
    const terminal = await this.open(name, seat);
    await terminal.sees(prompt("common"));
    return terminal;
  }

  /** A terminal with any program; it ends with the company. */
  async run(
    command: readonly string[],
    seat: Omit<Seat, "server" | "words"> = {},
  ): Promise<TmuxTerminal> {
    const { device = "usual", environment, ...size } = seat;
    const home = this.workspace.path(`home-${device}`);
    return this.#ends.use(
      await TmuxTerminal.open({
        command,
        folder: this.workspace.folder,
        environment: {
          HOME: home,
          XDG_CONFIG_HOME: home,
          DENO_DIR: denoDirectory(),
          NO_COLOR: "1",
          ...environment,
        },
        ...size,
      }),
    );
  }

  /** Someone who talks by HTTP. */
  async guest(name: string): Promise<Guest> {
    return await Guest.arrive(this.url, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }
}

/** A limit that no test comes to by the way. */
const usualArgs = ["--limit", "1000"];

/** A test with a server of its own, where there are terminals. */
export function inCompany(
  title: string,
  test: (company: Company) => Promise<void>,
  args: readonly string[] = usualArgs,
): void {
  testWith(["tmux"], title, async () => {
    await using company = await Company.gather(args);
    await test(company);
  });
}

/** The row in which one types, empty; `chat` is what the current chat is called. */
export function prompt(chat: string): RegExp {
  return new RegExp(`^${RegExp.escape(chat)}> ?$`, "m");
}

/** The row in which one types, as far as it is filled. */
export function draft(chat: string, text: string): RegExp {
  return new RegExp(`^${RegExp.escape(chat)}> ${RegExp.escape(text)}$`, "m");
}

/** A message as it is shown; its group is its id. `marks` stand before the author. */
export function said(author: string, text: string, marks = ""): RegExp {
  const before = marks === "" ? "" : `${RegExp.escape(marks)} `;
  return new RegExp(`^\\d\\d:\\d\\d ${before}${author} ${RegExp.escape(text)} #(\\d+)$`, "m");
}

/** How often something is shown, here or there. */
export function times(lines: readonly string[], text: string): number {
  return lines.join("\n").split(text).length - 1;
}

/** The row that tells how things stand: the lowest one. */
export function statusOf(screen: readonly string[]): string {
  return screen.findLast((row) => row !== "") ?? "";
}

/** Waits until the status row tells what `pattern` matches. */
export async function tells(terminal: TmuxTerminal, pattern: RegExp): Promise<string> {
  const screen = await terminal.comes(
    `a status row like ${pattern}`,
    (screen) => pattern.test(statusOf(screen)),
  );
  return statusOf(screen);
}
