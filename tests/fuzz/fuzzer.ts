/**
 * The loop: makes one case after another, has it checked, keeps what was new to build on.
 *
 * @module
 */
import { Connection } from "../../server/http/protocol/connection.ts";
import { Dice } from "../simulation/dice.ts";
import type { Canary } from "./canaries.ts";
import { conversation } from "./conversations.ts";
import { caseAbout, type CoreCase } from "./core_case.ts";
import { checkCore } from "./core_checks.ts";
import { checkDialogue, type DialogueCase, dialogueCaseAbout } from "./dialogue_checks.ts";
import { type Finding, findingOf, shortest } from "./finding.ts";
import { movedPlace } from "./minimiser.ts";
import { mutated } from "./mutations.ts";
import { SocketArena, type SocketCase, socketCaseAbout } from "./socket_arena.ts";

/** What to do. */
export interface FuzzPlan {
  readonly seed: number;
  /** Asked before each case, with its number from 0. */
  readonly goesOn: (caseNumber: number) => boolean;
  readonly canary?: Canary;
  /** Whether a part of the cases goes over real sockets too. */
  readonly sockets?: boolean;
  /** Whether what is found is told as it was found, and not made as short as it gets. */
  readonly asFound?: boolean;
}

/** What came of it. */
export interface FuzzReport {
  readonly cases: number;
  readonly dialogues: number;
  readonly connections: number;
  /** How often each kind of outcome was seen. */
  readonly shapes: ReadonlyMap<string, number>;
  /** How often each message of a refusal was seen. */
  readonly messages: ReadonlyMap<string, number>;
  readonly finding: Finding | undefined;
}

/** Longest text of a case. */
const textBytesMax = 20_000;
/** Texts that were new when they came, to build on. */
const corpusMax = 1000;
/** One case of so many is also a dialogue, and one a connection. */
const dialogueEvery = 3;
const connectionEvery = 6;
const connectionsAtOnce = 32;

/** Runs cases until the plan says that it is enough, or something is found. */
export async function fuzz(plan: FuzzPlan): Promise<FuzzReport> {
  const arena = plan.sockets ? new SocketArena(plan.canary?.wrap) : undefined;
  try {
    return await new Fuzzer(plan, arena).run();
  } finally {
    await arena?.close();
  }
}

class Fuzzer {
  readonly #plan: FuzzPlan;
  readonly #arena: SocketArena | undefined;
  readonly #dice: Dice;
  readonly #corpus: string[] = [];
  readonly #shapes = new Map<string, number>();
  readonly #messages = new Map<string, number>();
  #waiting: SocketCase[] = [];
  #dialogues = 0;
  #connections = 0;

  constructor(plan: FuzzPlan, arena: SocketArena | undefined) {
    this.#plan = plan;
    this.#arena = arena;
    this.#dice = new Dice(plan.seed);
  }

  async run(): Promise<FuzzReport> {
    let finding: Finding | undefined;
    let cases = 0;
    while (finding === undefined && this.#plan.goesOn(cases)) {
      finding = await this.#runCase(cases);
      cases++;
    }
    finding ??= await this.#playRound(cases - 1);
    return {
      cases,
      dialogues: this.#dialogues,
      connections: this.#connections,
      shapes: this.#shapes,
      messages: this.#messages,
      finding,
    };
  }

  async #runCase(number: number): Promise<Finding | undefined> {
    const text = this.#text();
    const found = this.#runCore(caseAbout(text, this.#dice), number);
    if (found !== undefined) return await found;
    if (number % dialogueEvery === 0) {
      this.#dialogues++;
      const found = await this.#runDialogue(dialogueCaseAbout(text, this.#dice), number);
      if (found !== undefined) return found;
    }
    if (this.#arena !== undefined && number % connectionEvery === 0) {
      this.#waiting.push(socketCaseAbout(text, this.#dice));
      if (this.#waiting.length >= connectionsAtOnce) return await this.#playRound(number);
    }
    return undefined;
  }

  /** A promise only if there is something to be told. */
  #runCore(subject: CoreCase, number: number): Promise<Finding> | undefined {
    const make = this.#plan.canary?.make ?? ((limits) => new Connection(limits));
    try {
      const { shape, message } = checkCore(make, subject);
      if (!this.#shapes.has(shape)) this.#keep(subject.text);
      count(this.#shapes, shape);
      if (message !== undefined) count(this.#messages, message);
      return undefined;
    } catch (fault) {
      const check = (shorter: CoreCase) => void checkCore(make, shorter);
      const finding = findingOf("core", number, subject, fault);
      return this.#plan.asFound
        ? Promise.resolve(finding)
        : shortest(finding, subject, coreWithout, check);
    }
  }

  async #runDialogue(subject: DialogueCase, number: number): Promise<Finding | undefined> {
    const check = (subject: DialogueCase) => checkDialogue(subject, this.#plan.canary?.wrap);
    try {
      await check(subject);
      return undefined;
    } catch (fault) {
      const finding = findingOf("dialogue", number, subject, fault);
      if (this.#plan.asFound) return finding;
      return await shortest(finding, subject, dialogueWithout, check);
    }
  }

  async #playRound(number: number): Promise<Finding | undefined> {
    const arena = this.#arena;
    const cases = this.#waiting;
    if (arena === undefined || cases.length === 0) return undefined;
    this.#waiting = [];
    this.#connections += cases.length;
    try {
      await arena.round(cases);
      return undefined;
    } catch (fault) {
      // The server may not be well any more, so it is not asked again.
      return findingOf("sockets", number, cases, fault);
    }
  }

  #text(): string {
    const dice = this.#dice;
    const fresh = conversation(dice);
    if (dice.chance(0.1)) return fresh;
    const known = dice.chance(0.5) ? dice.pick(this.#corpus) : undefined;
    const text = mutated(known ?? fresh, dice, known === undefined ? conversation(dice) : fresh, {
      bytesMax: textBytesMax,
    });
    return text === "" ? fresh : text;
  }

  #keep(text: string): void {
    if (this.#corpus.length < corpusMax) this.#corpus.push(text);
    else this.#corpus[this.#dice.below(corpusMax)] = text;
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function textWithout(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(to);
}

function coreWithout(subject: CoreCase, from: number, to: number): CoreCase {
  const text = textWithout(subject.text, from, to);
  const moved = (cuts: readonly number[]) =>
    [...new Set(cuts.map((at) => movedPlace(at, from, to)))]
      .filter((at) => at > 0 && at < text.length);
  return { ...subject, text, cuts: subject.cuts.map(moved) };
}

function dialogueWithout(subject: DialogueCase, from: number, to: number): DialogueCase {
  const text = textWithout(subject.text, from, to);
  return { ...subject, text, cuts: subject.cuts.map((at) => movedPlace(at, from, to)) };
}
