/**
 * Runs the commands that need no terminal against a stub server.
 *
 * @module
 */
import { openAccount, type Surroundings } from "../../../client/account/account.ts";
import { clientOptions } from "../../../client/account/config.ts";
import { Interruption } from "../../../client/ending.ts";
import { showsColour } from "../../../client/lines/safe_line.ts";
import { explained, type Output } from "../../../client/plain/output.ts";
import { runPipe } from "../../../client/plain/pipe.ts";
import { runDownload } from "../../../client/plain/download.ts";
import { runHistory } from "../../../client/plain/history.ts";
import { runSend } from "../../../client/plain/send.ts";
import { runStatus } from "../../../client/plain/status.ts";
import { runTail } from "../../../client/plain/tail.ts";
import { runUpload } from "../../../client/plain/upload.ts";
import type { Transfer } from "../../../client/lines/progress_bar.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, json, messageOf, StubServer } from "../stub_server.ts";

/** One who runs commands against a stub server, with a configuration directory of their own. */
export class Shell {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly #random = new SeededRandom(1);
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly output: Output = {
    data: ({ plain }) => void this.out.push(plain),
    json: (value) => void this.out.push(JSON.stringify(value)),
    talk: ({ plain }) => void this.err.push(plain),
    bytes: (piece) => void this.out.push(new TextDecoder().decode(piece)),
    progress: (transfer) => void this.transfers.push(transfer),
    watched: false,
    coloured: (by) => {
      const colour = showsColour({ ...by, isTerminal: this.onTerminal });
      return { ...this.output, data: (each) => void this.out.push(each.text({ colour })) };
    },
  };
  /** Whether its output goes to a terminal. */
  onTerminal = false;
  interruption = new AbortController();
  /** What was asked, and what is answered, in order; without answers nobody can be asked. */
  readonly questions: string[] = [];
  answers: string[] | undefined;
  readonly transfers: (Transfer | undefined)[] = [];
  readonly environment: Record<string, string>;
  /** A directory of their own. */
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    this.environment = {
      XDG_CONFIG_HOME: directory,
      XDG_STATE_HOME: `${directory}/state`,
      CHAT_USER: "alice",
    };
    this.server.on("POST /connect", () => json(arrivalOf({ token: "secret" }), 201));
    this.server.on("POST /send", () => json(messageOf(7, { author: "alice" }), 201));
    this.server.on("POST /read", () => json({ room: "common", read_id: 1, unread: 0 }));
  }

  get surroundings(): Surroundings {
    const { clock, answers, questions } = this;
    const askSecret = (question: string) => {
      questions.push(question);
      const answer = answers?.shift();
      return answer === undefined
        ? Promise.reject(new Interruption({ exitCode: 130 }))
        : Promise.resolve(answer);
    };
    const { transport } = this.server;
    return { transport, clock, random: this.#random, ...(answers !== undefined && { askSecret }) };
  }

  send(args: string[], { input = "", isTerminal = false, watched = false } = {}): Promise<number> {
    const output = { ...this.output, watched };
    return runSend({ args, environment: this.environment }, output, {
      isTerminal: () => isTerminal,
      chunks: () => ReadableStream.from([new TextEncoder().encode(input)]),
    }, this.surroundings);
  }

  tail(...args: string[]): Promise<number> {
    return runTail({ args, environment: this.environment }, this.output, this.surroundings);
  }

  status(...args: string[]): Promise<number> {
    return runStatus({ args, environment: this.environment }, this.output, this.surroundings);
  }

  history(...args: string[]): Promise<number> {
    return runHistory({ args, environment: this.environment }, this.output, this.surroundings);
  }

  upload(...args: string[]): Promise<number> {
    const { environment, output, surroundings, interruption } = this;
    return runUpload({ args, environment }, output, surroundings, {
      interruption: interruption.signal,
    });
  }

  download(args: string[], { toTerminal = false } = {}): Promise<number> {
    const { environment, output, surroundings, interruption } = this;
    return runDownload({ args, environment }, output, surroundings, {
      toTerminal,
      interruption: interruption.signal,
    });
  }

  pipe(
    input: string | ReadableStream<Uint8Array>,
    { attended = false }: { readonly attended?: boolean } = {},
  ): Promise<number> {
    const chunks = typeof input === "string"
      ? ReadableStream.from([new TextEncoder().encode(input)])
      : input;
    const { environment, surroundings, output, interruption } = this;
    return explained(output, "sign in", async () => {
      const { account } = await openAccount({
        table: clientOptions,
        args: [],
        environment,
        surroundings,
      });
      const pipe = { output, chunks: () => chunks, attended, environment };
      return await runPipe(account, pipe, surroundings, { interruption: interruption.signal });
    });
  }

  get paths(): string[] {
    return this.server.requests.map(({ path }) => path);
  }
}

export function inShell(test: (shell: Shell) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = await Deno.makeTempDir();
    try {
      await test(new Shell(directory));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  };
}
