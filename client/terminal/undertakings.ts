/**
 * What was entered and is not done yet: what is under way, and what waits behind it.
 *
 * @module
 */
import { parseLine } from "../conversation/command_parser.ts";
import type { Command } from "../conversation/commands/command.ts";
import { type Line, line, styled } from "../lines/safe_line.ts";

/** Most that is under way or waits at once. */
export const undertakingsMax = 500;

export interface UndertakingsSetup {
  readonly commands: readonly Command[];
  /** Does what was entered; begins with it before it returns. Rejects for a defect only. */
  readonly enter: (typed: string, displacements: number) => Promise<void>;
  /** Something is done; `defect` is what broke it, if anything did. */
  readonly done: (defect: unknown) => void;
}

interface Undertaking {
  readonly typed: string;
  readonly displacements: number;
  /** `undefined`: a text, or what is none of the commands. */
  readonly command: Command | undefined;
  isUnderWay: boolean;
}

/** Does what is entered at once, but for what must wait for something that was entered before. */
export class Undertakings {
  readonly #setup: UndertakingsSetup;
  #all: readonly Undertaking[] = [];
  #idle: (() => void)[] = [];

  constructor(setup: UndertakingsSetup) {
    this.#setup = setup;
  }

  /**
   * Takes what was entered; says whether there was room for it.
   *
   * @param displacements How many there were when it was begun.
   */
  add(typed: string, displacements = 0): boolean {
    const parsed = parseLine(this.#setup.commands, typed);
    const command = parsed.kind === "command" ? parsed.command : undefined;
    if (this.#all.length >= undertakingsMax && !command?.atOnce) return false;
    this.#all = [...this.#all, { typed, displacements, command, isUnderWay: false }];
    this.#beginAll();
    return true;
  }

  /** Whether a command may still ask, be it one that waits. */
  get mayAsk(): boolean {
    return this.#all.some(({ command }) => command?.asks);
  }

  /** In a few words, as `… /who +2`; `undefined` if no command is under way. */
  get summary(): Line | undefined {
    const first = this.#all.find(({ command }) => command !== undefined)?.command;
    if (first === undefined) return undefined;
    const others = this.#all.length - 1;
    return styled("dim", `… /${first.name}${others === 0 ? "" : ` +${others}`}`);
  }

  /** What is not done, in words: commands, and the texts that wait for them. */
  get undone(): Line[] {
    return this.#all.map(({ typed, command }) =>
      command === undefined ? line`not sent: ${typed}` : line`not done: ${typed}`
    );
  }

  /** Resolves when all is done. */
  settled(): Promise<void> {
    if (this.#all.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #beginAll(): void {
    for (const each of this.#all) {
      if (!each.isUnderWay && !this.#mustWait(each)) void this.#begin(each);
    }
  }

  #mustWait(it: Undertaking): boolean {
    if (it.command?.atOnce) return false;
    return this.#all.slice(0, this.#all.indexOf(it)).some(({ command }) =>
      command?.holdsBack === "all" || (command?.holdsBack === "same" && command === it.command)
    );
  }

  async #begin(it: Undertaking): Promise<void> {
    it.isUnderWay = true;
    let defect: unknown;
    try {
      await this.#setup.enter(it.typed, it.displacements);
    } catch (failure) {
      defect = failure;
    }
    this.#all = this.#all.filter((other) => other !== it);
    this.#setup.done(defect);
    this.#beginAll();
    if (this.#all.length > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
