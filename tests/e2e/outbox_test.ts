/**
 * What was written outlives a `kill -9` of the client, and is sent exactly once.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { programWords, type ServerProcess, Workspace } from "../support/chat_process.ts";
import { Guest } from "../support/guest.ts";
import { TmuxTerminal } from "../support/tmux.ts";
import { testWith } from "../support/tools.ts";
import { prompt, said, times } from "./terminal/company.ts";

const killed = 128 + 9;

/** One machine of alice's, and a server that can be stopped. */
class Desk implements AsyncDisposable {
  readonly #workspace = new Workspace();
  readonly #ends = new AsyncDisposableStack();
  #server: ServerProcess | undefined;
  #reader: Guest | undefined;

  get server(): ServerProcess {
    if (this.#server === undefined) throw new Error("no server has been started");
    return this.#server;
  }

  /** Starts the server, where it was. */
  async serve(): Promise<void> {
    const port = this.#server === undefined ? 0 : Number(new URL(this.#server.url).port);
    this.#server = await this.#workspace.serve({ port });
  }

  /** Starts a client of alice on a terminal of its own. */
  async open(...options: string[]): Promise<TmuxTerminal> {
    const home = this.#workspace.path("home");
    const terminal = await TmuxTerminal.open({
      command: [...programWords(), "client", "alice", "--server", this.server.url, ...options],
      folder: this.#workspace.folder,
      environment: {
        HOME: home,
        XDG_CONFIG_HOME: home,
        XDG_STATE_HOME: `${home}/state`,
        // In a home of its own, the program would be fetched and compiled first.
        DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
        NO_COLOR: "1",
      },
    });
    return this.#ends.use(terminal);
  }

  /** The same, once it asks for what to say. */
  async seat(): Promise<TmuxTerminal> {
    const terminal = await this.open();
    await terminal.sees(prompt("common"));
    return terminal;
  }

  /** Names of what the client keeps for the time when it is not there. */
  kept(): string[] {
    try {
      return [...Deno.readDirSync(this.#workspace.path("home/state/chat"))]
        .map(({ name }) => name).filter((name) => name.endsWith(".jsonl"));
    } catch (failure) {
      // Nothing was ever kept.
      if (failure instanceof Deno.errors.NotFound) return [];
      throw failure;
    }
  }

  /** What is in the common chat, as someone else reads it. */
  async texts(): Promise<string[]> {
    this.#reader ??= await Guest.arrive(this.server.url, "bob");
    return await this.#reader.texts("limit=100");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
    await this.#workspace[Symbol.asyncDispose]();
  }
}

function atDesk(title: string, test: (desk: Desk) => Promise<void>): void {
  testWith(["tmux"], title, async () => {
    await using desk = new Desk();
    await desk.serve();
    await test(desk);
  });
}

async function kill(terminal: TmuxTerminal): Promise<void> {
  terminal.signal("SIGKILL");
  assertEquals(await terminal.exited(), killed);
}

atDesk("what is written while the server is away outlives the client, and is sent once", async (
  desk,
) => {
  const alice = await desk.seat();
  await desk.server.process.kill("SIGKILL");
  await alice.sees(/reconnecting/);
  for (const text of ["one", "два", "three 👋"]) await alice.enter(text);
  await alice.sees(/^… three 👋$/m);
  await kill(alice);
  assertEquals(desk.kept().length, 1);

  const early = await desk.open();
  assertEquals(await early.exited(), 10);
  assertMatch((await early.lines()).join("\n"), /3 messages of yours wait to be sent/);

  await desk.serve();
  const back = await desk.seat();
  await back.hasSeen(said("alice", "three 👋", "✓"));
  assertEquals(await desk.texts(), ["one", "два", "three 👋"]);
  const lines = await back.lines();
  for (const text of ["one", "два", "three 👋"]) assertEquals(times(lines, ` ${text} #`), 1);
  await back.enter("four");
  await back.hasSeen(said("alice", "four", "✓"));
  await back.enter("/exit");
  assertEquals(await back.exited(), 0);
  assertEquals(desk.kept(), []);
  assertEquals(await desk.texts(), ["one", "два", "three 👋", "four"]);
});

atDesk("a client killed in the midst of an attempt sends once", async (desk) => {
  const alice = await desk.seat();
  await alice.enter("before");
  await alice.sees(said("alice", "before", "✓"));
  // The server does not answer, and takes up later what has come to it.
  desk.server.process.signal("SIGSTOP");
  await alice.enter("in flight");
  await alice.enter("behind it");
  await alice.sees(/2 unsent/);
  await kill(alice);
  desk.server.process.signal("SIGCONT");
  const back = await desk.seat();
  await back.hasSeen(/alice behind it #\d+/);
  assertEquals(await desk.texts(), ["before", "in flight", "behind it"]);
});

atDesk("of two clients that were killed, the next one sends all", async (desk) => {
  const [first, second] = [await desk.seat(), await desk.seat()];
  await desk.server.process.kill("SIGKILL");
  for (const [terminal, text] of [[first, "from one"], [second, "from another"]] as const) {
    await terminal.sees(/reconnecting/);
    await terminal.enter(text);
    await terminal.sees(`… ${text}`);
  }
  assertEquals(desk.kept().length, 2);
  await kill(first);
  await kill(second);
  await desk.serve();
  const back = await desk.seat();
  await back.hasSeen(said("alice", "from another", "✓"));
  assertEquals(await desk.texts(), ["from one", "from another"]);
  assertEquals(desk.kept().length, 1);
});

atDesk("who leaves while the server is away finds what they wrote sent by the next client", async (
  desk,
) => {
  const alice = await desk.seat();
  await desk.server.process.kill("SIGKILL");
  await alice.sees(/reconnecting/);
  await alice.enter("see you");
  await alice.sees("… see you");
  await alice.enter("/exit");
  assertEquals(await alice.exited(), 0);
  await desk.serve();
  const back = await desk.seat();
  await back.hasSeen(said("alice", "see you", "✓"));
  assertEquals(await desk.texts(), ["see you"]);
});

atDesk("what is typed into a plain client outlives it as well", async (desk) => {
  const alice = await desk.open("--plain");
  await alice.sees("You are alice");
  await desk.server.process.kill("SIGKILL");
  await alice.sees(/reconnecting/);
  await alice.enter("plain offline text");
  await alice.comes("a journal", () => desk.kept().length === 1);
  alice.signal("SIGINT");
  assertEquals(await alice.exited(), 130);
  assertMatch(
    (await alice.lines()).join("\n"),
    /1 message not sent; the next start of the client sends them:\n {2}… plain offline text/,
  );

  const early = await desk.open("--plain");
  assertEquals(await early.exited(), 10);
  assertMatch((await early.lines()).join("\n"), /1 message of yours waits to be sent/);

  await desk.serve();
  const back = await desk.open("--plain");
  await back.hasSeen(/alice plain offline text #\d+/);
  assertEquals(await desk.texts(), ["plain offline text"]);
});
