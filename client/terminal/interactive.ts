/**
 * The client on a terminal: an input row at the bottom, the chat above it.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { type Account, type SignedIn, signIn, type Surroundings } from "../account/account.ts";
import { Pause } from "../connection/backoff.ts";
import { NameTaken } from "../connection/failures.ts";
import type { ConnectionState } from "../connection/session.ts";
import { commands } from "../conversation/commands.ts";
import { Conversation } from "../conversation/conversation.ts";
import { pathsLike } from "../conversation/local_files.ts";
import { knownUsers, namedRooms } from "../conversation/model.ts";
import { exitCodeOf } from "../ending.ts";
import { draftText } from "../lines/draft_text.ts";
import { progressBar, type Transfer } from "../lines/progress_bar.ts";
import { Line, line, showsColour, styled } from "../lines/safe_line.ts";
import { stateLine } from "../lines/state_line.ts";
import { complete } from "./completion.ts";
import { type Key, KeyReader } from "./keys.ts";
import { type EditorRequest, LineEditor } from "./line_editor.ts";
import { askPassword, Interrupted, SecretEntry } from "./password_prompt.ts";
import { promptRow } from "./prompt_row.ts";
import { systemTerminal, type Terminal, TerminalScreen } from "./screen.ts";

/** How often a password may be mistyped. */
export const passwordAttemptsMax = 3;

/** How long leaving waits for the last answers; nobody watches a terminal that hangs. */
export const lastWordsMaxMs = 3000;

/** Most candidates that one Tab shows. */
const candidatesShownMax = 40;

export interface InteractiveSetup {
  readonly account: Account;
  readonly color: "auto" | "always" | "never";
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly surroundings: Surroundings;
}

/** How the program may end beside returning; a failure that nobody caught raises no `unload`. */
const endings = ["unload", "error", "unhandledrejection"] as const;

/** Signals that ask to end, with the exit code that tells of each. */
const endingSignals: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", exitCodes.interrupted]]
  : [["SIGINT", exitCodes.interrupted], ["SIGTERM", 143], ["SIGHUP", 129]];

/** Calls `end` when a signal asks to; gives a function that stops listening. */
function onEndingSignal(end: (exitCode: number) => void): () => void {
  const handlers = endingSignals.map(([signal, code]) => [signal, () => end(code)] as const);
  for (const [signal, handler] of handlers) Deno.addSignalListener(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) Deno.removeSignalListener(signal, handler);
  };
}

type ReadBytes = () => Promise<Uint8Array | undefined>;

/**
 * Talks until the user leaves; resolves to the exit code.
 *
 * @throws as {@linkcode signIn}, with the terminal as it was found.
 */
export async function runInteractive(setup: InteractiveSetup): Promise<number> {
  const { account, color, environment } = setup;
  const terminal = systemTerminal;
  const colour = showsColour({ isTerminal: true, wish: color, environment });
  const screen = new TerminalScreen(terminal, { colour });
  const input = Deno.stdin.readable.getReader();
  const read: ReadBytes = async () => (await input.read()).value;
  // Whatever ends the program, the shell must find its terminal as it was.
  const restore = () => screen.close();
  for (const ending of endings) globalThis.addEventListener(ending, restore);
  try {
    const signedIn = await signInAsking(account, terminal, read);
    return await new Interactive(setup, signedIn, screen, read).run();
  } catch (failure) {
    if (!(failure instanceof Interrupted)) throw failure;
    return exitCodes.interrupted;
  } finally {
    screen.close();
    for (const ending of endings) globalThis.removeEventListener(ending, restore);
    await input.cancel();
  }
}

/** Signs in; asks for the password of a name that has one. */
async function signInAsking(
  account: Account,
  terminal: Terminal,
  read: ReadBytes,
): Promise<SignedIn> {
  let tried = account;
  const stopListening = onEndingSignal((exitCode) => {
    terminal.setRaw({ raw: false });
    Deno.exit(exitCode);
  });
  try {
    for (let attempt = 0;; attempt++) {
      try {
        return await signIn(tried);
      } catch (failure) {
        if (!(failure instanceof NameTaken) || attempt >= passwordAttemptsMax) throw failure;
        // A name without a password refuses every one, so there is nothing to ask.
        if (failure.code === "name_taken" && tried.password !== undefined) throw failure;
        const again = failure.code === "bad_password" ? "Wrong password. " : "";
        const question = line`${again}Password of ${account.user}: `.plain;
        tried = { ...account, password: await askPassword(question, terminal, read) };
      }
    }
  } finally {
    stopListening();
  }
}

/** A question that waits for its answer. */
interface SecretQuestion {
  readonly question: string;
  readonly entry: SecretEntry;
  readonly resolve: (answer: string | undefined) => void;
}

class Interactive {
  readonly #screen: TerminalScreen;
  readonly #read: ReadBytes;
  readonly #editor = new LineEditor();
  readonly #conversation: Conversation;
  readonly #clock: Clock;
  #tick: Timer | undefined;
  /** The state that the prompt counts down, and since when. */
  #counted: ConnectionState | undefined;
  #countedFromMs = 0;
  #transfer: Transfer | undefined;
  /** A question whose answer nobody may see; while there is one, keys go there. */
  #secret: SecretQuestion | undefined;
  /** What was entered is done in order, while keys are still taken. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    { account, surroundings }: InteractiveSetup,
    { api, answer }: SignedIn,
    screen: TerminalScreen,
    read: ReadBytes,
  ) {
    this.#screen = screen;
    this.#read = read;
    this.#clock = surroundings.clock;
    this.#conversation = new Conversation({
      api,
      answer,
      clock: surroundings.clock,
      random: surroundings.random,
      screen: {
        print: (lines) => screen.print(lines),
        talk: (lines) => screen.print(lines),
        refresh: () => this.#draw(),
        get layout() {
          return { columns: screen.columns };
        },
        interactive: true,
        progress: (transfer) => {
          this.#transfer = transfer;
          this.#draw();
        },
        askSecret: (question) => this.#ask(question),
      },
      renamed: (names) => account.tokens.rename(api.origin, names),
    });
  }

  /** Runs until the user leaves or is put out; resolves to the exit code. */
  async run(): Promise<number> {
    let signalled: number | undefined;
    const stopListening = onEndingSignal((exitCode) => {
      signalled ??= exitCode;
      this.#conversation.leave();
    });
    const onResize = () => this.#draw();
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGWINCH", onResize);
    this.#screen.open();
    try {
      const user = this.#conversation.model.user;
      this.#screen.print([styled("dim", `You are ${user}. /help shows the commands.`)]);
      this.#conversation.start();
      this.#draw();
      await Promise.race([this.#readKeys(), this.#conversation.ended()]);
    } finally {
      stopListening();
      if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGWINCH", onResize);
      await this.#close();
    }
    if (signalled !== undefined) return signalled;
    // Refusals were told on the way; only being put out ends the program badly.
    const state = this.#conversation.connection;
    return state.kind === "stopped" && state.failure !== undefined
      ? exitCodeOf(state.failure)
      : exitCodes.ok;
  }

  async #close(): Promise<void> {
    if (this.#conversation.connection.kind === "live") {
      const patience = new Pause(this.#clock);
      await Promise.race([this.#conversation.settled(), patience.wait(lastWordsMaxMs)]);
      patience.end();
    }
    const left = await this.#conversation.close();
    this.#tick?.cancel();
    this.#screen.close();
    if (left.length === 0) return;
    this.#screen.print([
      line`These were not sent:`,
      ...left.map(({ draft }) => line`  ✗ ${draftText(draft)}`),
    ]);
  }

  async #readKeys(): Promise<void> {
    const keys = new KeyReader();
    for (;;) {
      const bytes = await this.#read();
      if (bytes === undefined) return;
      for (const key of keys.read(bytes)) {
        if (this.#secret !== undefined) {
          this.#answer(this.#secret, key);
          continue;
        }
        const request = this.#editor.press(key);
        if (request?.kind === "leave") return;
        if (request !== undefined) this.#grant(request);
      }
      if (this.#conversation.over) return;
      this.#draw();
    }
  }

  #ask(question: string): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#secret = { question, entry: new SecretEntry(), resolve };
    this.#draw();
    return promise;
  }

  #answer({ entry, resolve }: SecretQuestion, key: Key): void {
    const state = entry.press(key);
    if (state === "more") return;
    this.#secret = undefined;
    resolve(state === "done" ? entry.text : undefined);
  }

  #grant(request: EditorRequest): void {
    switch (request.kind) {
      case "submit":
        this.#work = this.#work.then(() => this.#conversation.enter(request.text));
        // A defect in a command must end the program, not vanish.
        this.#work.catch((defect) => this.#conversation.breakDown(defect));
        return;
      case "complete":
        this.#complete();
        return;
    }
  }

  #complete(): void {
    const { before, after } = this.#editor.draft;
    const typed = before.join("");
    const { model } = this.#conversation;
    const { text, candidates } = complete(typed, {
      commands,
      users: knownUsers(model),
      rooms: namedRooms(model).map(({ name }) => name),
      paths: pathsLike,
    });
    this.#editor.replace(text, after.join(""));
    if (text !== typed || candidates.length < 2) return;
    const shown = candidates.slice(0, candidatesShownMax);
    const more = candidates.length > shown.length ? " …" : "";
    this.#screen.print([styled("dim", shown.join("  ") + more)]);
  }

  /** Draws, and again each second while a wait is counted down. */
  #draw(): void {
    const { connection } = this.#conversation;
    if (connection !== this.#counted) {
      this.#counted = connection;
      this.#countedFromMs = this.#clock.monotonic();
    }
    this.#tick?.cancel();
    this.#tick = connection.kind === "waiting"
      ? this.#clock.setTimer(1000, () => this.#draw())
      : undefined;
    // Of what nobody may see, not even the length is shown.
    const draft = this.#secret === undefined ? this.#editor.draft : { before: [], after: [] };
    this.#screen.draw(promptRow(this.#prompt(), draft, this.#screen.columns));
  }

  #prompt(): Line {
    const { place, placeName, connection, model } = this.#conversation;
    if (this.#secret !== undefined) return line`${this.#secret.question}`;
    if (this.#transfer !== undefined) return line`${progressBar(this.#transfer)} > `;
    const parts: Line[] = [];
    if (connection.kind !== "live") {
      parts.push(line`${styled("mention", this.#stateWords(connection))} `);
    }
    if (model.outgoing.length > 0) parts.push(styled("dim", `… ${model.outgoing.length} unsent `));
    parts.push(
      place.kind === "private" ? styled("private", `>> ${placeName}`) : line`${placeName}`,
    );
    parts.push(line`> `);
    return Line.join(parts);
  }

  /** The state without its reason, which a prompt has no room for. */
  #stateWords(state: ConnectionState): string {
    if (state.kind !== "waiting") return stateLine(state).plain;
    const waitedMs = this.#clock.monotonic() - this.#countedFromMs;
    return `reconnecting in ${Math.max(0, Math.ceil((state.retryMs - waitedMs) / 1000))} s`;
  }
}
