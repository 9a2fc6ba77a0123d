/**
 * The real program as processes: servers and clients, started and ended as their users would.
 *
 * `CHAT_BIN` names an executable to test; otherwise the program is run from its source.
 *
 * @module
 */
const root = new URL("../../", import.meta.url).pathname;

/** The words that start the program. */
export function programWords(): readonly [string, ...string[]] {
  const executable = Deno.env.get("CHAT_BIN");
  if (executable !== undefined) return [executable];
  return [Deno.execPath(), "run", "--quiet", "-A", `${root}main.ts`];
}

let fetchedAt: string | undefined;

/**
 * Where Deno keeps what it has fetched and compiled, for programs with a home of their own: there it
 * would do both anew.
 */
export function denoDirectory(): string {
  if (fetchedAt === undefined) {
    const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
    fetchedAt = String(JSON.parse(new TextDecoder().decode(stdout)).denoDir);
  }
  return fetchedAt;
}

/** A folder for one test, gone with it; also the home that clients keep their tokens in. */
export class Workspace implements AsyncDisposable {
  readonly folder: string;
  readonly #running = new Set<ChatProcess>();

  constructor() {
    this.folder = Deno.makeTempDirSync({ prefix: "chat-test-" });
  }

  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Starts `chat ARGS`. */
  start(args: readonly string[], environment: Record<string, string> = {}): ChatProcess {
    const process = new ChatProcess(args, {
      XDG_CONFIG_HOME: this.folder,
      HOME: this.folder,
      DENO_DIR: denoDirectory(),
      NO_COLOR: "1",
      ...environment,
    }, this.folder);
    this.#running.add(process);
    process.ended.then(() => this.#running.delete(process));
    return process;
  }

  /** Runs `chat ARGS` to its end, with `input` on its standard input. */
  async run(
    args: readonly string[],
    { input = "", environment = {} }: {
      readonly input?: string;
      readonly environment?: Record<string, string>;
    } = {},
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const process = this.start(args, environment);
    if (input !== "") await process.type(input);
    await process.endInput();
    const { code } = await process.ended;
    return { code, out: process.out.text, err: process.err.text };
  }

  /** Starts a server on a free port, or on `port`, and waits until it answers. */
  async serve(
    { args = [], port = 0, environment = {} }: {
      readonly args?: readonly string[];
      readonly port?: number;
      readonly environment?: Record<string, string>;
    } = {},
  ): Promise<ServerProcess> {
    const words = ["serve", "--port", String(port), "--db", this.path("chat.db"), ...args];
    const process = this.start([...words, "--log-format", "json"], environment);
    const told = await process.err.find(/"url":"([^"]+)"/);
    return { process, url: told[1] ?? "" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#running) await process.kill("SIGKILL");
    await Deno.remove(this.folder, { recursive: true });
  }
}

export interface ServerProcess {
  readonly process: ChatProcess;
  readonly url: string;
}

/** One process of the program. */
export class ChatProcess {
  readonly out: TextSoFar;
  readonly err: TextSoFar;
  /** Resolves when it has ended and all it said has been read. */
  readonly ended: Promise<{ readonly code: number; readonly signal: Deno.Signal | null }>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(args: readonly string[], environment: Record<string, string>, folder: string) {
    const [program, ...words] = programWords();
    this.#child = new Deno.Command(program, {
      args: [...words, ...args],
      env: environment,
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.out = new TextSoFar(this.#child.stdout);
    this.err = new TextSoFar(this.#child.stderr);
    this.ended = this.#end();
  }

  get pid(): number {
    return this.#child.pid;
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async endInput(): Promise<void> {
    // It may have ended, and closed its side, by itself.
    await this.#input.close().catch(() => {});
  }

  /** Sends a signal, if it has not ended yet. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (failure) {
      if (!(failure instanceof TypeError || failure instanceof Deno.errors.NotFound)) throw failure;
    }
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: Deno.Signal): Promise<{ code: number; signal: Deno.Signal | null }> {
    this.signal(signal);
    return await this.ended;
  }

  async #end(): Promise<{ code: number; signal: Deno.Signal | null }> {
    const { code, signal } = await this.#child.status;
    await Promise.all([this.out.all, this.err.all]);
    await this.endInput();
    return { code, signal };
  }
}

/** What a stream has said so far. */
export class TextSoFar {
  text = "";
  /** Resolves at its end. */
  readonly all: Promise<void>;
  #waiting: (() => void)[] = [];
  #ended = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.all = this.#read(stream);
  }

  /** Waits until it has said what `pattern` matches, after the first `from` characters. */
  async find(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text.slice(from));
      if (match !== null) return match;
      if (this.#ended) throw new Error(`${pattern} was never said, but:\n${this.text}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.text += decoder.decode(bytes, { stream: true });
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
