/**
 * Joins keys, conversation and screen: what is said scrolls by, and below it stands what is typed.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/command_line.ts";
import type { SignedIn, Surroundings } from "../account/account.ts";
import type { OpenShelf } from "../account/shelf.ts";
import { Pause } from "../connection/backoff.ts";
import type { ConnectionState } from "../connection/session.ts";
import { commands } from "../conversation/commands.ts";
import { Conversation } from "../conversation/conversation.ts";
import { exitCodeOf, onEndingSignal } from "../ending.ts";
import { leftLines } from "../lines/left_lines.ts";
import { progressBar, type Transfer } from "../lines/progress_bar.ts";
import { type Line, line, styled } from "../lines/safe_line.ts";
import { choicesAt } from "./completion/choices.ts";
import type { Key } from "./keyboard/keys.ts";
import { type ReadBytes, readKeys } from "./keyboard/keyboard.ts";
import { type EditorRequest, LineEditor } from "./editor/line_editor.ts";
import { entryView, statusView } from "./live_view.ts";
import { answerMaxMs } from "./screen/cursor_question.ts";
import { TerminalScreen } from "./screen/screen.ts";
import { SecretQuestions } from "./secret_questions.ts";
import { SuggestionBox } from "./completion/suggestion_box.ts";
import { Undertakings } from "./undertakings.ts";

/** How long leaving waits for the last answers; nobody watches a terminal that hangs. */
export const lastWordsMaxMs = 3000;

/** How long it waits before for the commands that are under way. */
export const lastCommandsMaxMs = 1000;

/** The exit code that tells of SIGHUP: the terminal is gone. */
const hangUpExitCode = 129;

/** How often the live area is drawn when nothing happens: a limit may begin anew, a ban may end. */
const quietDrawMs = 10_000;

/** The same while the time to the next attempt to connect is counted down. */
const countdownDrawMs = 1000;

/** What an interaction is made of. */
export interface InteractionParts {
  readonly signedIn: SignedIn;
  readonly surroundings: Surroundings;
  readonly screen: TerminalScreen;
  readonly shelf: OpenShelf;
  readonly renamed: (names: { readonly before: string; readonly now: string }) => Promise<void>;
}

/** Joins keys, conversation and screen. */
export class Interaction {
  readonly #screen: TerminalScreen;
  readonly #clock: Clock;
  readonly #conversation: Conversation;
  readonly #shelf: OpenShelf;
  readonly #editor = new LineEditor();
  readonly #suggestions = new SuggestionBox(() => {
    const { model, place } = this.#conversation;
    return choicesAt(place, model);
  });
  #tick: Timer | undefined;
  /** The state that is counted down, and since when. */
  #counted: ConnectionState | undefined;
  #countedFromMs = 0;
  #transfer: Transfer | undefined;
  /** How many displacements there were when the draft was begun. */
  #begunAt: number | undefined;
  readonly #questions = new SecretQuestions();
  readonly #undertakings: Undertakings;
  readonly #patience: Pause;
  #hurries = false;
  /** The terminal is the shell's again: what comes late is not shown. */
  #closed = false;

  constructor({ signedIn, surroundings, screen, shelf, renamed }: InteractionParts) {
    this.#screen = screen;
    this.#clock = surroundings.clock;
    this.#patience = new Pause(surroundings.clock);
    this.#shelf = shelf;
    this.#conversation = new Conversation({
      ...signedIn,
      clock: surroundings.clock,
      random: surroundings.random,
      shelf,
      renamed,
      screen: {
        print: (lines) => this.#print(lines),
        talk: (lines) => this.#print(lines),
        refresh: () => this.#draw(),
        get layout() {
          return { columns: screen.size.columns };
        },
        interactive: true,
        progress: (transfer) => {
          this.#transfer = transfer;
          this.#draw();
        },
        takeBack: (typed) => this.#takeBack(typed),
        askSecret: (question) => {
          const answer = this.#questions.ask(question);
          this.#draw();
          return answer;
        },
      },
    });
    this.#undertakings = new Undertakings({
      commands,
      enter: (...entered) => this.#conversation.enter(...entered),
      done: (defect) => {
        // A defect in a command must end the program, not vanish.
        if (defect !== undefined) this.#conversation.breakDown(defect);
        if (!this.#undertakings.mayAsk) this.#questions.drop();
        this.#draw();
      },
    });
  }

  /** Runs until the user leaves or is put out; resolves to the exit code. */
  async run(read: ReadBytes, warnings: readonly string[]): Promise<number> {
    const conversation = this.#conversation;
    let signalled: number | undefined;
    const stopListening = onEndingSignal((exitCode) => {
      // Who asks twice does not want to wait; and without its terminal nobody does.
      if (conversation.over || exitCode === hangUpExitCode) this.#hurry();
      signalled ??= exitCode;
      conversation.leave();
    });
    const stopWatching = this.#watchTerminal();
    this.#screen.open();
    try {
      const { user } = conversation.model;
      this.#screen.print([
        styled("dim", `You are ${user}. /help shows the commands, /exit leaves.`),
        ...warnings.map((each) => styled("failure", each)),
      ]);
      conversation.start();
      this.#draw();
      const keys = readKeys(read, this.#clock, {
        take: (keys) => this.#take(keys),
        hear: (report) => this.#screen.hear(report),
      });
      await Promise.race([keys, conversation.ended()]);
    } finally {
      stopWatching();
      try {
        await this.#close();
      } finally {
        // Until the terminal is the shell's again, a signal must not end the program by itself.
        stopListening();
      }
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
    this.#questions.close();
    try {
      if (this.#conversation.connection.kind === "live") {
        await this.#wait(this.#undertakings.settled(), lastCommandsMaxMs);
        await this.#wait(this.#conversation.settled(), lastWordsMaxMs);
      }
    } finally {
      this.#closed = true;
      this.#tick?.cancel();
      // Closing ends what is under way.
      const told = this.#undertakings.undone;
      try {
        const left = await this.#conversation.close();
        const why = "they could not be kept";
        told.unshift(
          ...leftLines(left, this.#shelf.lasting ? { kept: true } : { kept: false, why }),
        );
      } finally {
        // Neither may the shell find a report among its keys.
        await this.#wait(this.#screen.settled(), answerMaxMs);
        this.#screen.close();
        this.#screen.print(told);
      }
    }
  }

  async #wait(end: Promise<void>, mostMs: number): Promise<void> {
    if (this.#hurries) return;
    try {
      await Promise.race([end, this.#patience.wait(mostMs)]);
    } finally {
      this.#patience.end();
    }
  }

  /** Waits for nothing any more. */
  #hurry(): void {
    this.#hurries = true;
    this.#patience.end();
  }

  #print(lines: readonly Line[]): void {
    if (!this.#closed) this.#screen.print(lines);
  }

  /** Takes keys; says whether more are wanted. */
  #take(keys: readonly Key[]): boolean {
    // There may have been a report alone, which changes nothing.
    if (keys.length === 0) return true;
    // Also while it ends: what nobody reads would be typed into the shell.
    if (this.#conversation.over) return this.#drop(keys);
    for (const [at, key] of keys.entries()) {
      if (this.#conversation.over) return this.#drop(keys.slice(at));
      const isOpen = this.#questions.open !== undefined;
      if (isOpen || this.#undertakings.mayAsk) {
        // Who waits for a server that gives no answer can leave all the same.
        if (!isOpen && key.kind === "named" && key.name === "interrupt") {
          this.#conversation.leave();
          continue;
        }
        this.#questions.press(key);
        continue;
      }
      // A key may submit what it finds.
      const begunAt = this.#begunAt;
      const request = this.#editor.press(key);
      this.#bind();
      if (request?.kind === "leave") this.#conversation.leave();
      else if (request?.kind === "submit") this.#submit(request.text, begunAt);
      else if (request !== undefined) this.#grant(request);
    }
    if (this.#conversation.over) return true;
    this.#draw({ isTyped: true });
    return true;
  }

  /** Throws away what is typed while it ends, and wants more; but Ctrl-C ends it at once. */
  #drop(keys: readonly Key[]): true {
    if (keys.some((key) => key.kind === "named" && key.name === "interrupt")) this.#hurry();
    return true;
  }

  /** Notes, when a draft begins, where its typist is. */
  #bind(): void {
    if (this.#editor.isEmpty) this.#begunAt = undefined;
    else this.#begunAt ??= this.#conversation.displacements;
  }

  #submit(text: string, begunAt = this.#conversation.displacements): void {
    if (this.#undertakings.add(text, begunAt)) return;
    this.#screen.print([
      line`Too much waits for the server; not done: ${text}`.styled("failure"),
    ]);
  }

  /** Puts what was not sent where it was typed, unless something else stands there by now. */
  #takeBack(typed: string): boolean {
    if (this.#closed || this.#conversation.over || !this.#editor.isEmpty) return false;
    this.#editor.replace(typed, "");
    this.#bind();
    return true;
  }

  #grant(request: Exclude<EditorRequest, { kind: "leave" | "submit" }>): void {
    switch (request.kind) {
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
        this.#suspend().catch((failure) => this.#conversation.breakDown(failure));
        return;
      case "full":
        this.#screen.print([
          styled("failure", "There is no room for more; Enter sends what is there"),
        ]);
    }
  }

  /** Stops the program, as Ctrl-Z does, until the shell lets it go on. */
  async #suspend(): Promise<void> {
    if (Deno.build.os === "windows") return;
    // To stop a program, be it this one, is a permission; asking for it would ask on our screen.
    if (Deno.permissions.querySync({ name: "run" }).state !== "granted") {
      this.#screen.print([styled("dim", "Ctrl-Z needs Deno's --allow-run; /exit leaves")]);
      return;
    }
    await this.#screen.settled();
    if (this.#conversation.over) return;
    this.#screen.suspend();
    // The whole job: a program that started this one must not go on alone.
    Deno.kill(0, "SIGTSTP");
  }

  #sides(): { readonly before: string; readonly after: string } {
    const { before, after } = this.#editor.draft;
    return { before: before.join(""), after: after.join("") };
  }

  #draw(how: { readonly isTyped: boolean } = { isTyped: false }): void {
    if (this.#closed) return;
    const { connection } = this.#conversation;
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
    this.#screen.draw(() => ({
      ...entryView({
        conversation: this.#conversation,
        editor: this.#editor,
        suggestions: this.#suggestions,
        question: this.#questions.open,
        columns: this.#screen.size.columns,
      }),
      progress: this.#transfer === undefined ? undefined : progressBar(this.#transfer),
      status: statusView({
        conversation: this.#conversation,
        waitedMs: this.#clock.monotonic() - this.#countedFromMs,
        nowMs: this.#clock.now(),
        summary: this.#undertakings.summary,
      }),
    }), how);
  }
}
