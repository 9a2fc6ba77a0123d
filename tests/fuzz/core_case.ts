/**
 * What one case of the core is made of: the bytes, the bounds, how the server answers, where the
 * bytes are cut.
 *
 * @module
 */
import { defaultHttpLimits, type HttpLimits } from "../../server/http/limits.ts";
import type { Dice } from "../simulation/dice.ts";

/** How one request is answered. */
export interface AnswerPlan {
  /** With the head of the request, at its end, or begun with the one and ended with the other. */
  readonly when: "head" | "end" | "both";
  /** Whether the answer says that it is the last. */
  readonly close: boolean;
  /** Whether a peer that waits to be asked for the body is asked. */
  readonly asks: boolean;
  readonly body: string;
}

/** One case. */
export interface CoreCase {
  /** What the peer sends, one character a byte. Then it ends its side. */
  readonly text: string;
  readonly limits: HttpLimits;
  /** The answers, used round and round. */
  readonly answers: readonly AnswerPlan[];
  /** Whether answers to requests that have ended wait for the next piece. */
  readonly late: boolean;
  /** Ways to cut the text: where pieces end, in ascending order. */
  readonly cuts: readonly (readonly number[])[];
}

export const plainAnswer: AnswerPlan = { when: "end", close: false, asks: true, body: "ok" };

/** Bounds so narrow that a short text comes to them. */
function narrowLimits(dice: Dice): HttpLimits {
  return {
    ...defaultHttpLimits,
    requestLineBytesMax: dice.between(16, 60),
    headerSectionBytesMax: dice.between(20, 150),
    headerLinesMax: dice.between(1, 6),
    knownHeadBytesMax: dice.between(0, 60),
    leadingEmptyLinesMax: dice.between(0, 3),
    chunkLineBytesMax: dice.between(2, 20),
    chunkExtensionsBytesMax: dice.between(0, 30),
    trailerSectionBytesMax: dice.between(0, 40),
    trailerLinesMax: dice.between(0, 3),
    discardedBodyBytesMax: dice.between(0, 40),
  };
}

/** Bounds that something in `text` just keeps, or just does not. */
function tightLimits(text: string, dice: Dice): HttpLimits {
  const lines = text.split("\r\n").map((line) => line.length);
  const bound = (bytes: number) => Math.max(0, bytes + dice.between(-1, 1));
  const line = () => bound(dice.pick(lines) ?? 0);
  const section = () => {
    const from = dice.below(lines.length);
    const some = lines.slice(from, from + dice.between(1, 6));
    return bound(some.reduce((bytes, line) => bytes + line + 2, 0));
  };
  const extensions = [...text.matchAll(/[\t ]*;[^\r\n]*(?=\r\n)/g)].map(([all]) => all.length);
  const some = extensions.slice(0, dice.between(1, 3));
  const changes: readonly Partial<HttpLimits>[] = [
    { requestLineBytesMax: Math.max(16, line()) },
    { headerSectionBytesMax: section(), headerLinesMax: dice.between(1, 100) },
    { chunkLineBytesMax: line() },
    { chunkExtensionsBytesMax: bound(some.reduce((bytes, extension) => bytes + extension, 0)) },
    { trailerSectionBytesMax: section() },
  ];
  const isAboutExtensions = some.length > 0 && dice.chance(0.5);
  return { ...defaultHttpLimits, ...isAboutExtensions ? changes[3] : dice.pick(changes) };
}

function limitsFor(text: string, dice: Dice): HttpLimits {
  const kind = dice.weighted({ usual: 60, narrow: 20, tight: 20 });
  if (kind === "usual") return defaultHttpLimits;
  return kind === "narrow" ? narrowLimits(dice) : tightLimits(text, dice);
}

/** A case about `text`. */
export function caseAbout(text: string, dice: Dice): CoreCase {
  return {
    text,
    limits: limitsFor(text, dice),
    answers: Array.from({ length: dice.between(1, 4) }, () => answerPlan(dice)),
    late: dice.chance(0.15),
    cuts: [someCuts(text, dice), someCuts(text, dice)],
  };
}

function answerPlan(dice: Dice): AnswerPlan {
  if (dice.chance(0.5)) return plainAnswer;
  return {
    when: dice.one("head", "end", "both"),
    close: dice.chance(0.1),
    asks: dice.chance(0.5),
    body: dice.one("", "ok", "\u20ac \u{1f642}", "x".repeat(300)),
  };
}

function someCuts(text: string, dice: Dice): number[] {
  const places = new Set<number>();
  for (let left = dice.one(1, 3, 12); left > 0; left--) places.add(dice.between(1, text.length));
  places.delete(text.length);
  return [...places].sort((a, b) => a - b);
}
