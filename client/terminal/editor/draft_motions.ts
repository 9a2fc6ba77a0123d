/**
 * Where the cursor can go: by characters, words and lines of the draft, as offsets of its buffer.
 *
 * @module
 */
import type { DraftBuffer } from "./draft_buffer.ts";

// Pictures count as words, so that they are not taken for what stands between two.
const wordCharacter = /^[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}_]/u;

type Test = (character: string) => boolean;

const isWord: Test = (character) => wordCharacter.test(character);
const isOther: Test = (character) => !isWord(character);
const isSpace: Test = (character) => character.trim() === "";
const isSolid: Test = (character) => !isSpace(character);
const isInLine: Test = (character) => character !== "\n";

/** Characters on one side of the cursor. */
interface Stretch {
  readonly characters: number;
  /** Their UTF-16 units. */
  readonly units: number;
}

const nothing: Stretch = { characters: 0, units: 0 };

/** As far as `test` holds, from `start` on, and not over more than so many characters. */
function stretch(
  at: (place: number) => string | undefined,
  test: Test,
  start: Stretch = nothing,
  charactersMax = Infinity,
): Stretch {
  let { characters, units } = start;
  while (characters - start.characters < charactersMax) {
    const character = at(characters);
    if (character === undefined || !test(character)) break;
    characters += 1;
    units += character.length;
  }
  return { characters, units };
}

function leftward(buffer: DraftBuffer, ...tests: readonly Test[]): number {
  const at = (place: number) => buffer.left(place);
  return buffer.offset - tests.reduce((far, test) => stretch(at, test, far), nothing).units;
}

function rightward(buffer: DraftBuffer, ...tests: readonly Test[]): number {
  const at = (place: number) => buffer.right(place);
  return buffer.offset + tests.reduce((far, test) => stretch(at, test, far), nothing).units;
}

export function characterLeft(buffer: DraftBuffer): number {
  return buffer.offset - (buffer.left(0)?.length ?? 0);
}

export function characterRight(buffer: DraftBuffer): number {
  return buffer.offset + (buffer.right(0)?.length ?? 0);
}

/** The start of the word before the cursor; a word is made of letters, digits and pictures. */
export function wordLeft(buffer: DraftBuffer): number {
  return leftward(buffer, isOther, isWord);
}

/** The end of the word after the cursor. */
export function wordRight(buffer: DraftBuffer): number {
  return rightward(buffer, isOther, isWord);
}

/** The start of what stands before the cursor without a space. */
export function spaceLeft(buffer: DraftBuffer): number {
  return leftward(buffer, isSpace, isSolid);
}

export function lineStart(buffer: DraftBuffer): number {
  return leftward(buffer, isInLine);
}

export function lineEnd(buffer: DraftBuffer): number {
  return rightward(buffer, isInLine);
}

/** How many characters stand in the line before the cursor. */
export function columnOf(buffer: DraftBuffer): number {
  return stretch((place) => buffer.left(place), isInLine).characters;
}

/** The same column in the line above, or the end of that; `undefined` if there is none. */
export function lineAbove(buffer: DraftBuffer, column: number): number | undefined {
  const at = (place: number) => buffer.left(place);
  const line = stretch(at, isInLine);
  if (at(line.characters) === undefined) return undefined;
  const end = { characters: line.characters + 1, units: line.units + 1 };
  const { characters } = stretch(at, isInLine, end);
  const beyond = Math.max(0, characters - end.characters - column);
  return buffer.offset - stretch(at, isInLine, end, beyond).units;
}

/** The same column in the line below, or the end of that; `undefined` if there is none. */
export function lineBelow(buffer: DraftBuffer, column: number): number | undefined {
  const at = (place: number) => buffer.right(place);
  const line = stretch(at, isInLine);
  if (at(line.characters) === undefined) return undefined;
  const start = { characters: line.characters + 1, units: line.units + 1 };
  return buffer.offset + stretch(at, isInLine, start, column).units;
}
