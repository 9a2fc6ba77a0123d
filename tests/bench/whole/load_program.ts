/**
 * The program that makes the load: compiled where it is needed, and run plan by plan.
 *
 * @module
 */
import { undoOnSignal } from "../leftovers.ts";
import type { Target } from "../load.ts";
import { hasProgram } from "../pinning.ts";
import { type Opened, type Outcome, parseOpened, parseOutcome } from "./outcome.ts";
import { type Plan, planText } from "./plan.ts";

const source = new URL("load.c", import.meta.url).pathname;

/** What compiles it. */
export const compiler = "cc";

/** Makes loads of plans. */
export class LoadProgram {
  readonly #path: string;
  readonly #prefix: readonly string[];
  readonly #folder: string;
  #runs = 0;

  private constructor(folder: string, prefix: readonly string[]) {
    this.#folder = folder;
    this.#path = `${folder}/load`;
    this.#prefix = prefix;
  }

  /**
   * Compiles it into `folder`.
   *
   * @param prefix What goes before the command, such as `taskset`.
   * @throws {Error} if there is no compiler.
   */
  static async compile(folder: string, prefix: readonly string[] = []): Promise<LoadProgram> {
    if (!hasProgram(compiler)) {
      throw new Error(`Cannot make the load: there is no ${compiler} (Debian: gcc and libc6-dev)`);
    }
    const program = new LoadProgram(folder, prefix);
    const args = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program.#path, source];
    const { success, stderr } = await new Deno.Command(compiler, { args }).output();
    if (!success) throw new Error(`Cannot make the load: ${new TextDecoder().decode(stderr)}`);
    return program;
  }

  /** Begins a load; it opens its connections, and waits to be told to go on. */
  async start({ hostname, port }: Target, plan: Plan): Promise<Load> {
    this.#runs += 1;
    const file = `${this.#folder}/plan-${this.#runs}`;
    await Deno.writeTextFile(file, `target ${hostname} ${port}\n${planText(plan)}`);
    const [program = "", ...args] = [...this.#prefix, this.#path, file];
    const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped" }).spawn();
    return new Load(child);
  }

  /** A load from its beginning to its end. */
  async run(target: Target, plan: Plan): Promise<Outcome> {
    await using load = await this.start(target, plan);
    await load.opened();
    return await load.go();
  }

  /** A load that sends nothing, and ends when all have what they expect. */
  async expect(target: Target, plan: Plan): Promise<Outcome> {
    await using load = await this.start(target, plan);
    await load.opened();
    return await load.ended();
  }
}

/** A load that is under way. */
export class Load implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #calledOff: () => void;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#calledOff = undoOnSignal(() => child.kill("SIGKILL"));
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Resolves when all of its connections are ready. */
  async opened(): Promise<Opened> {
    return parseOpened(await this.#line());
  }

  /** Has it send; resolves when all has come. A load that expects something is not told. */
  async go(): Promise<Outcome> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("go\n"));
    writer.releaseLock();
    return await this.ended();
  }

  /** Resolves when all has come. */
  async ended(): Promise<Outcome> {
    return parseOutcome(await this.#line());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (failure) {
      // It has ended by itself.
      if (!(failure instanceof TypeError)) throw failure;
    }
    await this.#child.stdin.close().catch(() => "It does not read any more.");
    await this.#lines.cancel();
    await this.#child.status;
    this.#calledOff();
  }

  async #line(): Promise<string> {
    const parts = [this.#text];
    for (;;) {
      const last = parts.at(-1) ?? "";
      const end = last.indexOf("\n");
      if (end !== -1) {
        this.#text = last.slice(end + 1);
        return parts.slice(0, -1).join("") + last.slice(0, end);
      }
      const { done, value } = await this.#lines.read();
      if (done) return "";
      parts.push(value);
    }
  }
}
