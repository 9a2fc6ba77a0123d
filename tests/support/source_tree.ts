/**
 * The project's sources in a folder of their own, where nothing has been built yet.
 *
 * @module
 */
import { denoDirectory, TextSoFar } from "./chat_process.ts";

const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** What the program and its tasks consist of, relative to the root. */
const parts = ["client", "deno.json", "deno.lock", "lib", "main.ts", "server"];

/** A folder with a copy of the sources, gone when it is disposed of. */
export class SourceTree implements AsyncDisposable {
  /** Without a slash at its end; links in the way to it are resolved. */
  readonly folder: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "chat-test-" }));
  readonly #running = new Set<Task>();

  constructor() {
    for (const part of parts) copy(`${root}/${part}`, this.path(part));
  }

  /** Where a file is. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Starts `deno task ARGS`. */
  task(...args: readonly string[]): Task {
    const task = new Task(this.folder, args);
    this.#running.add(task);
    task.ended.then(() => this.#running.delete(task));
    return task;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const task of this.#running) await task.end();
    await Deno.remove(this.folder, { recursive: true });
    // What Deno has compiled of it, which nobody will need again.
    await Deno.remove(`${denoDirectory()}/gen/file${this.folder}`, { recursive: true })
      .catch((failure) => {
        if (!(failure instanceof Deno.errors.NotFound)) throw failure;
      });
  }
}

function copy(from: string, to: string): void {
  if (Deno.statSync(from).isFile) return Deno.copyFileSync(from, to);
  Deno.mkdirSync(to);
  for (const { name } of Deno.readDirSync(from)) copy(`${from}/${name}`, `${to}/${name}`);
}

/** A task at work. */
export class Task {
  readonly err: TextSoFar;
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
  readonly #child: Deno.ChildProcess;

  constructor(folder: string, args: readonly string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", ...args],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.err = new TextSoFar(this.#child.stderr);
    this.ended = Promise.all([this.#child.status, this.err.all]).then(([{ code }]) => code);
  }

  /** Tells it to end, and waits until it has. */
  async end(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.ended;
  }
}
