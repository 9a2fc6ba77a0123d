/**
 * The server, as processes one after the other on one file and one port, each killed in its turn.
 *
 * @module
 */
import type { ChatProcess, Workspace } from "../support/chat_process.ts";
import { must } from "./violation.ts";

export interface MortalServerSetup {
  readonly workspace: Workspace;
  readonly database: string;
  readonly options: readonly string[];
}

export class MortalServer {
  kills = 0;
  port = 0;
  readonly #setup: MortalServerSetup;
  #process: ChatProcess | undefined;

  constructor(setup: MortalServerSetup) {
    this.#setup = setup;
  }

  /** What it logged last. */
  get lastLines(): readonly string[] {
    return (this.#process?.err.text ?? "").trimEnd().split("\n").slice(-8);
  }

  /**
   * Starts it, and waits until it listens; `false` if it was killed before that, or, where there is
   * trouble with the disk, said that it can't open its database.
   */
  async start({ inTrouble = () => false }: { inTrouble?: () => boolean } = {}): Promise<boolean> {
    const { workspace, database, options } = this.#setup;
    const words = ["serve", "--port", String(this.port), "--db", database];
    const process = workspace.start([...words, "--log-format", "json", ...options]);
    this.#process = process;
    try {
      const told = await process.err.find(/"url":"([^"]+)"/);
      this.port = Number(new URL(told[1] ?? "").port);
      return true;
    } catch (failure) {
      const { signal, code } = await process.ended;
      const isExcused = inTrouble() && code === 1 &&
        /Cannot open \S+chat\.db: /.test(process.err.text);
      if (isExcused) this.#process = undefined;
      must(signal === "SIGKILL" || isExcused, `the server starts again, but ${failure}`);
      return false;
    }
  }

  /** Ends it in the midst of whatever it does. */
  async kill(): Promise<void> {
    if (this.#process === undefined) return;
    this.kills += 1;
    const { code, signal } = await this.#process.kill("SIGKILL");
    must(signal === "SIGKILL", () => `the server runs until it is killed, but ended with ${code}`);
  }

  /** Starts it where it cannot work; gives what it said and its exit code. */
  async startInVain(): Promise<{ readonly code: number; readonly err: string }> {
    const { workspace, database } = this.#setup;
    const words = ["serve", "--port", String(this.port), "--db", database];
    const process = workspace.start([...words, "--log-format", "pretty"]);
    const { code } = await process.ended;
    return { code, err: process.err.text };
  }

  /** Ends it as its operator would; gives its exit code. */
  async stop(): Promise<number> {
    if (this.#process === undefined) return 0;
    const { code } = await this.#process.kill("SIGTERM");
    this.#process = undefined;
    return code;
  }
}
