/**
 * The sequences that terminals send for keys: where one ends, and which key it is.
 *
 * They are those of xterm, the VT220, rxvt, the Linux console, tmux and screen, and the two forms in
 * which a key is told with its modifiers: `CSI 27;2;13~` of xterm and `CSI 13;2u` of kitty.
 *
 * @module
 */
import { altKeys, controlKeys, type Key, type KeyName } from "./key_names.ts";

/** How a sequence goes on after its introducer. */
type Kind = "control" | "shift3" | "string";

/** What ESC and this character begin. */
const introducers: Readonly<Record<string, Kind>> = {
  "[": "control",
  O: "shift3",
  P: "string",
  X: "string",
  "]": "string",
  "^": "string",
  _: "string",
};

/** The introducers that are one 8-bit control, and the second character of their 7-bit form. */
const eightBit: Readonly<Record<string, string>> = {
  "\x8f": "O",
  "\x90": "P",
  "\x98": "X",
  "\x9b": "[",
  "\x9d": "]",
  "\x9e": "^",
  "\x9f": "_",
};

// deno-lint-ignore no-control-regex -- sequences begin with a control character.
const begun = /^(?:\x1b|[\x8f\x90\x98\x9b\x9d-\x9f])/;
// deno-lint-ignore no-control-regex -- control characters end what they break.
const control = /[\x00-\x1f\x7f-\x9f]/;
// deno-lint-ignore no-control-regex -- a string ends at any control, a Backspace among them.
const stringEnd = /[\x00-\x1f\x7f\x9c]/;

/** Whether `text` begins as a sequence. */
export function beginsSequence(text: string): boolean {
  return begun.test(text);
}

/**
 * How many UTF-16 units the sequence at the start of `text` takes, broken or not; `undefined` if
 * its end may be still to come.
 */
export function sequenceLength(text: string): number | undefined {
  const [first = "", second] = text;
  const form = eightBit[first];
  if (form !== undefined) return afterIntroducer(introducers[form], text, 1);
  if (second === undefined) return undefined;
  if (second === "\x1b") {
    // Before a key that is a sequence itself, Escape stands for Alt.
    if (text.length === 2) return undefined;
    const inner = /^[[O]/.test(text.slice(2)) ? sequenceLength(text.slice(1)) : 0;
    return inner === undefined ? undefined : 1 + inner;
  }
  const kind = introducers[second];
  if (kind !== undefined) return afterIntroducer(kind, text, 2);
  // A control that means nothing with Alt is a key of its own, pressed after Escape: Ctrl-C is.
  if (control.test(second)) return altKeys[second] === undefined ? 1 : 2;
  return 1 + second.length;
}

function afterIntroducer(kind: Kind | undefined, text: string, from: number): number | undefined {
  const body = text.slice(from);
  const length = kind === "control"
    ? controlLength(body)
    : kind === "shift3"
    ? shift3Length(body)
    : stringLength(body);
  return length === undefined ? undefined : from + length;
}

function controlLength(body: string): number | undefined {
  // The Linux console sends F1 to F5 as `CSI [ A` to `CSI [ E`.
  if (body.startsWith("[")) {
    return body[1] === undefined ? undefined : /^\[[A-E]/.test(body) ? 2 : 1;
  }
  // A mouse that is told in the oldest way: three characters follow.
  if (body.startsWith("M")) return mouseLength(body);
  // What rxvt sends with Shift ends with what is no end elsewhere.
  const [shifted] = /^\d{1,2}\$/.exec(body) ?? [];
  if (shifted !== undefined) return shifted.length;
  const [parameters = ""] = /^[\x20-\x3f]*/.exec(body) ?? [];
  const end = body[parameters.length];
  if (end === undefined) return undefined;
  return parameters.length + (/[\x40-\x7e]/.test(end) ? 1 : 0);
}

function mouseLength(body: string): number | undefined {
  // deno-lint-ignore no-control-regex -- a control is no part of it.
  const [whole = ""] = /^M[^\x00-\x1f]{0,3}/u.exec(body) ?? [];
  const wanted = Array.from(whole).length < 4 && whole.length === body.length;
  return wanted ? undefined : whole.length;
}

function shift3Length(body: string): number | undefined {
  const [parameters = ""] = /^[\d;]{0,4}/.exec(body) ?? [];
  const end = body[parameters.length];
  if (end === undefined) return undefined;
  return parameters.length + (/[\x40-\x7e]/.test(end) ? 1 : 0);
}

/** Of OSC, DCS and their like: up to a BEL, an ST, or whatever else breaks them off. */
function stringLength(body: string): number | undefined {
  const at = body.search(stringEnd);
  if (at === -1) return undefined;
  const end = body[at] ?? "";
  if (end === "\x1b") {
    const next = body[at + 1];
    if (next === undefined) return undefined;
    return next === "\\" ? at + 2 : at;
  }
  return "\x07\x9c\x18\x1a".includes(end) ? at + 1 : at;
}

/** Keys that end with a letter: alone, and with Ctrl or Alt. */
const letterKeys: Readonly<Record<string, readonly [alone: KeyName, far: KeyName]>> = {
  A: ["up", "history_previous"],
  B: ["down", "history_next"],
  C: ["right", "word_right"],
  D: ["left", "word_left"],
  H: ["home", "draft_start"],
  F: ["end", "draft_end"],
  Z: ["backtab", "backtab"],
};

/** Keys that are told by a number: alone, and with Ctrl or Alt. */
const numberKeys: Readonly<Record<number, readonly [alone: KeyName, far: KeyName]>> = {
  1: ["home", "draft_start"],
  3: ["delete", "kill_word_right"],
  4: ["end", "draft_end"],
  7: ["home", "draft_start"],
  8: ["end", "draft_end"],
};

/** Which modifiers are held; those that no key of ours has make it another key, or none. */
interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
  /** Super, Hyper or Meta. */
  readonly other: boolean;
}

function modifiersOf(parameter: number, { alt = false } = {}): Modifiers {
  const bits = Math.max(0, parameter - 1);
  return {
    shift: (bits & 1) !== 0,
    alt: alt || (bits & 2) !== 0,
    ctrl: (bits & 4) !== 0,
    other: (bits & 0b111000) !== 0,
  };
}

/** Where a terminal says that its cursor is, from the top left, beginning with 1. */
export interface CursorReport {
  readonly row: number;
  readonly column: number;
}

/** What a whole sequence says of the cursor; `undefined` if it is anything else. */
export function cursorReportOf(sequence: string): CursorReport | undefined {
  // deno-lint-ignore no-control-regex -- sequences begin with a control character.
  const [, row, column] = /^(?:\x1b\[|\x9b)(\d{1,5});(\d{1,5})R$/.exec(sequence) ?? [];
  if (row === undefined || column === undefined) return undefined;
  return { row: Math.max(1, Number(row)), column: Math.max(1, Number(column)) };
}

/** The key of a whole sequence; `undefined` for a report, a mouse, or a key that means nothing. */
export function keyOf(sequence: string): Key | undefined {
  if (sequence === "\x1b") return named("escape");
  const form = eightBit[sequence[0] ?? ""];
  if (form !== undefined) return keyOf(`\x1b${form}${sequence.slice(1)}`);
  const alt = sequence.startsWith("\x1b\x1b");
  const plain = alt ? sequence.slice(1) : sequence;
  const body = plain.slice(1);
  if (introducers[body[0] ?? ""] === undefined) return named(altKeys[body.toLowerCase()]);
  // deno-lint-ignore no-control-regex -- sequences begin with a control character.
  const [, shift3, parameters = "", end = ""] = /^\x1b(?:\[|(O))([\d:;]*)([@-~$])$/.exec(plain) ??
    [];
  const numbers = parameters.split(";").map((parameter) => parameter.split(":").map(Number));
  if (end === "") return undefined;
  return shift3 === undefined ? controlKey(numbers, end, alt) : shift3Key(numbers, end, alt);
}

function shift3Key(numbers: readonly number[][], end: string, alt: boolean): Key | undefined {
  const modifier = numbers.at(-1)?.[0] ?? 1;
  if (end === "M") return typedKey(13, modifiersOf(modifier, { alt }));
  // What rxvt sends with Ctrl.
  if (/[a-d]/.test(end)) return named(letterKeys[end.toUpperCase()]?.[1]);
  return letterKey(end, modifiersOf(modifier, { alt }));
}

function controlKey(numbers: readonly number[][], end: string, alt: boolean): Key | undefined {
  const [[code = 0] = [], [modifier = 1, happening = 1] = [], [extended = 0] = []] = numbers;
  // A key that is let go.
  if (happening === 3) return undefined;
  switch (end) {
    case "u":
      return typedKey(code, modifiersOf(modifier, { alt }));
    case "~":
      return code === 27
        ? typedKey(extended, modifiersOf(modifier, { alt }))
        : numberKey(code, modifiersOf(modifier, { alt }));
    // What rxvt sends with Ctrl, with Shift, and with both.
    case "^":
    case "@":
      return numberKey(code, modifiersOf(5, { alt }));
    case "$":
      return numberKey(code, modifiersOf(2, { alt }));
  }
  // What rxvt sends with Shift.
  if (/[a-d]/.test(end) && code === 0) return named(letterKeys[end.toUpperCase()]?.[0]);
  // Older terminals leave out the 1 before the modifier.
  return letterKey(end, modifiersOf(numbers.length > 1 ? modifier : code, { alt }));
}

function letterKey(end: string, modifiers: Modifiers): Key | undefined {
  return chosen(letterKeys[end], modifiers);
}

function numberKey(code: number, modifiers: Modifiers): Key | undefined {
  return chosen(numberKeys[code], modifiers);
}

function chosen(
  names: readonly [alone: KeyName, far: KeyName] | undefined,
  { alt, ctrl, other }: Modifiers,
): Key | undefined {
  if (other) return undefined;
  return named(names?.[alt || ctrl ? 1 : 0]);
}

/** A key that is told by its code point. */
function typedKey(code: number, { shift, alt, ctrl, other }: Modifiers): Key | undefined {
  if (other) return undefined;
  switch (code) {
    case 13:
    // Enter of the keypad.
    case 57_414:
      return named(shift || alt || ctrl ? "newline" : "enter");
    case 9:
      return alt || ctrl ? undefined : named(shift ? "backtab" : "tab");
    case 27:
      return named("escape");
    case 8:
    case 127:
      return named(alt || ctrl ? "kill_word_left" : "backspace");
  }
  if (alt && ctrl) return undefined;
  const character = characterOf(code);
  if (character === undefined) return undefined;
  if (ctrl) return named(controlKeys[controlOf(character)]);
  if (alt) return named(altKeys[character.toLowerCase()]);
  return { kind: "text", text: shift ? character.toUpperCase() : character };
}

/** The character of a code point, if it can be typed; a private one stands for a key without any. */
function characterOf(code: number): string | undefined {
  if (!Number.isInteger(code) || code < 0x20 || code > 0x10ffff) return undefined;
  const character = String.fromCodePoint(code);
  return /[\p{Cc}\p{Cs}\p{Co}\ufffd]/u.test(character) ? undefined : character;
}

/** The control that a terminal sends for a key with Ctrl. */
function controlOf(character: string): string {
  // For want of one of its own, as all terminals do it.
  if (character === "/") return "\x1f";
  return /^[@-_a-z]$/.test(character)
    ? String.fromCharCode(character.toUpperCase().charCodeAt(0) & 0x1f)
    : "";
}

function named(name: KeyName | undefined): Key | undefined {
  return name === undefined ? undefined : { kind: "named", name };
}
