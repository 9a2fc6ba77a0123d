/**
 * The client on a terminal: what is said scrolls by, and below it stands what is being typed.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import { type Account, type SignedIn, signIn, type Surroundings } from "../account/account.ts";
import { Pause } from "../connection/backoff.ts";
import { Unreachable } from "../connection/failures.ts";
import type { Shelf } from "../connection/outbox.ts";
import type { ConnectionState } from "../connection/session.ts";
import { commands } from "../conversation/commands.ts";
import { Conversation } from "../conversation/conversation.ts";
import { pathsLike } from "../conversation/local_files.ts";
import { knownUsers, lastMessages, namedRooms } from "../conversation/model.ts";
import { chatAt, roomAt } from "../conversation/places.ts";
import { exitCodeOf, Interruption, onEndingSignal } from "../ending.ts";
import { draftText } from "../lines/draft_text.ts";
import { progressBar, type Transfer } from "../lines/progress_bar.ts";
import { countText } from "../lines/quantities.ts";
import { Line, line, showsColour, styled } from "../lines/safe_line.ts";
import { statusParts } from "../lines/status_parts.ts";
import { askSecretly } from "../secret_question.ts";
import { type Choices, messagesOfferedMax } from "./completion/completion.ts";
import type { Key } from "./keyboard/keys.ts";
import { type ReadBytes, readKeys } from "./keyboard/keyboard.ts";
import { type EditorRequest, LineEditor } from "./editor/line_editor.ts";
import type { LiveView } from "./screen/live_area.ts";
import { SecretEntry } from "./password_prompt.ts";
import { reflows } from "./screen/reflow.ts";
import { systemTerminal, TerminalScreen } from "./screen/screen.ts";
import { openShelf, waitingLine } from "./shelf.ts";
import { SuggestionBox } from "./completion/suggestion_box.ts";

/** How long leaving waits for the last answers; nobody watches a terminal that hangs. */
export const lastWordsMaxMs = 3000;

/** How often the live area is drawn when nothing happens: a limit may begin anew, a ban may end. */
const quietDrawMs = 10_000;

/** The same while the time to the next attempt to connect is counted down. */
const countdownDrawMs = 1000;

export interface InteractiveSetup {
  readonly account: Account;
  readonly color: "auto" | "always" | "never";
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly surroundings: Surroundings;
}

/** How the program may end beside returning; a failure that nobody caught raises no `unload`. */
const endings = ["unload", "error", "unhandledrejection"] as const;

/**
 * Talks until the user leaves; resolves to the exit code.
 *
 * @throws as {@linkcode signIn}, with the terminal as it was found.
 */
export async function runInteractive(
  { account, color, environment, surroundings }: InteractiveSetup,
): Promise<number> {
  const { clock, random } = surroundings;
  const colour = showsColour({ isTerminal: true, wish: color, environment });
  const screen = new TerminalScreen(systemTerminal, {
    colour,
    reflows: reflows(environment),
    clock,
  });
  const input = Deno.stdin.readable.getReader();
  const read: ReadBytes = async () => (await input.read()).value;
  // Whatever ends the program, the shell must find its terminal as it was.
  const restore = () => screen.close();
  for (const ending of endings) globalThis.addEventListener(ending, restore);
  try {
    const askSecret = (question: string) => askSecretly(question, read);
    let signedIn: SignedIn;
    try {
      signedIn = await signIn({ ...account, askSecret });
    } catch (failure) {
      const owner = { environment, origin: account.api.origin, user: account.user };
      const waiting = failure instanceof Unreachable ? await waitingLine(owner) : undefined;
      if (waiting !== undefined) screen.print([waiting]);
      throw failure;
    }
    const { api, answer } = signedIn;
    using shelf = await openShelf({
      environment,
      origin: api.origin,
      user: answer.user,
      formerly: account.user,
      clock,
      random,
    });
    const renamed = async (names: { readonly before: string; readonly now: string }) => {
      await account.tokens.rename(api.origin, names);
      await shelf.rename(names.now);
    };
    const interactive = new Interactive({ signedIn, surroundings, screen, shelf, renamed });
    return await interactive.run(read, shelf.warnings);
  } catch (failure) {
    if (!(failure instanceof Interruption)) throw failure;
    return failure.exitCode;
  } finally {
    screen.close();
    for (const ending of endings) globalThis.removeEventListener(ending, restore);
    await input.cancel();
  }
}

/** A question that waits for its answer. */
interface SecretQuestion {
  readonly question: string;
  readonly entry: SecretEntry;
  readonly resolve: (answer: string | undefined) => void;
}

interface Parts {
  readonly signedIn: SignedIn;
  readonly surroundings: Surroundings;
  readonly screen: TerminalScreen;
  readonly shelf: Shelf;
  readonly renamed: (names: { readonly before: string; readonly now: string }) => Promise<void>;
}

/** Joins keys, conversation and screen. */
class Interactive {
  readonly #screen: TerminalScreen;
  readonly #clock: Clock;
  readonly #conversation: Conversation;
  readonly #editor = new LineEditor();
  readonly #suggestions = new SuggestionBox(() => this.#choices());
  #tick: Timer | undefined;
  /** The state that is counted down, and since when. */
  #counted: ConnectionState | undefined;
  #countedFromMs = 0;
  #transfer: Transfer | undefined;
  /** A question whose answer nobody may see; while there is one, keys go there. */
  #secret: SecretQuestion | undefined;
  /** What was entered is done in order, while keys are still taken. */
  #work: Promise<void> = Promise.resolve();

  constructor({ signedIn, surroundings, screen, shelf, renamed }: Parts) {
    this.#screen = screen;
    this.#clock = surroundings.clock;
    this.#conversation = new Conversation({
      ...signedIn,
      clock: surroundings.clock,
      random: surroundings.random,
      shelf,
      renamed,
      screen: {
        print: (lines) => screen.print(lines),
        talk: (lines) => screen.print(lines),
        refresh: () => this.#draw(),
        get layout() {
          return { columns: screen.size.columns };
        },
        interactive: true,
        progress: (transfer) => {
          this.#transfer = transfer;
          this.#draw();
        },
        askSecret: (question) => this.#ask(question),
      },
    });
  }

  /** Runs until the user leaves or is put out; resolves to the exit code. */
  async run(read: ReadBytes, warnings: readonly Line[]): Promise<number> {
    const conversation = this.#conversation;
    let signalled: number | undefined;
    const stopListening = onEndingSignal((exitCode) => {
      signalled ??= exitCode;
      conversation.leave();
    });
    const stopWatching = this.#watchTerminal();
    this.#screen.open();
    try {
      const { user } = conversation.model;
      this.#screen.print([
        styled("dim", `You are ${user}. /help shows the commands, /exit leaves.`),
        ...warnings.map((each) => each.styled("failure")),
      ]);
      conversation.start();
      this.#draw();
      const keys = readKeys(read, this.#clock, (keys) => this.#take(keys));
      await Promise.race([keys, conversation.ended()]);
    } finally {
      stopListening();
      stopWatching();
      await this.#close();
    }
    if (signalled !== undefined) return signalled;
    // Refusals were told on the way; only being put out ends the program badly.
    const state = conversation.connection;
    return state.kind === "stopped" && state.failure !== undefined
      ? exitCodeOf(state.failure)
      : exitCodes.ok;
  }

  /** Draws anew when the terminal's size changes, and when the program goes on after a stop. */
  #watchTerminal(): () => void {
    if (Deno.build.os === "windows") return () => {};
    const onResize = () => this.#screen.redraw();
    const onContinue = () => this.#screen.resume();
    Deno.addSignalListener("SIGWINCH", onResize);
    Deno.addSignalListener("SIGCONT", onContinue);
    return () => {
      Deno.removeSignalListener("SIGWINCH", onResize);
      Deno.removeSignalListener("SIGCONT", onContinue);
    };
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
      line`${countText(left.length, "message")} not sent; the next start of the client sends them:`,
      ...left.map(({ draft }) => line`  … ${draftText(draft)}`),
    ]);
  }

  /** Takes keys; says whether more are wanted. */
  #take(keys: readonly Key[]): boolean {
    for (const key of keys) {
      if (this.#secret !== undefined) {
        this.#answer(this.#secret, key);
        continue;
      }
      const request = this.#editor.press(key);
      if (request?.kind === "leave") {
        this.#conversation.leave();
        return false;
      }
      if (request !== undefined) this.#grant(request);
    }
    if (this.#conversation.over) return false;
    this.#draw();
    this.#screen.flush();
    return true;
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

  #grant(request: Exclude<EditorRequest, { kind: "leave" }>): void {
    switch (request.kind) {
      case "submit":
        this.#work = this.#work.then(() => this.#conversation.enter(request.text));
        // A defect in a command must end the program, not vanish.
        this.#work.catch((defect) => this.#conversation.breakDown(defect));
        return;
      case "complete": {
        const { before, after } = this.#sides();
        this.#editor.replace(this.#suggestions.complete(before, request.step), after);
        return;
      }
      case "dismiss":
        this.#suggestions.dismiss(this.#sides().before);
        return;
      case "redraw":
        this.#screen.redraw();
        return;
      case "suspend":
        this.#suspend();
        return;
      case "full":
        this.#screen.print([
          styled("failure", "There is no room for more; Enter sends what is there"),
        ]);
    }
  }

  /** Stops the program, as Ctrl-Z does, until the shell lets it go on. */
  #suspend(): void {
    if (Deno.build.os === "windows") return;
    // To stop a program, be it this one, is a permission; asking for it would ask on our screen.
    if (Deno.permissions.querySync({ name: "run" }).state !== "granted") {
      this.#screen.print([styled("dim", "Ctrl-Z needs Deno's --allow-run; /exit leaves")]);
      return;
    }
    this.#screen.suspend();
    // The whole job: a program that started this one must not go on alone.
    Deno.kill(0, "SIGTSTP");
  }

  #sides(): { readonly before: string; readonly after: string } {
    const { before, after } = this.#editor.draft;
    return { before: before.join(""), after: after.join("") };
  }

  #choices(): Choices {
    const { model, place } = this.#conversation;
    const room = roomAt(place, model)?.id;
    return {
      commands,
      users: knownUsers(model),
      rooms: namedRooms(model).map(({ name }) => name),
      messages: lastMessages(model, {
        count: 4 * messagesOfferedMax,
        ...(room !== undefined && { room }),
      })
        .map(({ id, author, text }) => ({ id, author, text, mine: author === model.user })),
      paths: pathsLike,
    };
  }

  #draw(): void {
    const { connection, model, place } = this.#conversation;
    if (connection !== this.#counted) {
      this.#counted = connection;
      this.#countedFromMs = this.#clock.monotonic();
    }
    const waits = connection.kind === "waiting";
    this.#tick?.cancel();
    this.#tick = this.#clock.setTimer(
      waits ? countdownDrawMs : quietDrawMs,
      () => this.#draw(),
    );
    const waitedMs = this.#clock.monotonic() - this.#countedFromMs;
    this.#screen.draw({
      ...this.#entry(),
      progress: this.#transfer === undefined ? undefined : progressBar(this.#transfer),
      status: statusParts({
        model,
        connection,
        secondsLeft: waits ? (connection.retryMs - waitedMs) / 1000 : undefined,
        chat: chatAt(place, model),
        nowMs: this.#clock.now(),
      }),
    });
  }

  /** What is being typed, and where it goes. */
  #entry(): Pick<LiveView, "prompt" | "draft" | "suggestions"> {
    if (this.#secret !== undefined) {
      // Of what nobody may see, not even the length is shown.
      const prompt = line`${this.#secret.question}`;
      return { prompt, draft: { before: [], after: [] }, suggestions: [] };
    }
    const { draft, search } = this.#editor;
    if (search !== undefined) {
      const found = search.failed ? "nothing more for" : "search";
      return { prompt: line`${found} '${search.query}': `, draft, suggestions: [] };
    }
    const { place, placeName } = this.#conversation;
    const name = place.kind === "private"
      ? styled("private", `>> ${placeName}`)
      : line`${placeName}`;
    return {
      prompt: Line.join([name, line`> `]),
      draft,
      suggestions: this.#suggestions.rows(this.#sides().before, this.#screen.size.columns - 1),
    };
  }
}
