/**
 * Makes text from elsewhere safe to print on a terminal.
 *
 * @module
 */

/** How many combining marks may follow one character; more would smear over other lines. */
export const combiningMarksMax = 4;

/** What a caller may let through. */
export interface TerminalSafeOptions {
  /** Lets newlines stand; otherwise they become `⏎`. Tabs always become a space. */
  readonly keepNewlines?: boolean;
}

// Everything that could move the cursor, change colours, reorder or hide text: C0, DEL and C1
// controls, all that is drawn as nothing, line and paragraph separators, bidi controls,
// interlinear annotation, lone surrogates.
const suspect =
  // deno-lint-ignore no-control-regex -- control characters are what this looks for.
  /[\x00-\x1f\x7f-\x9f\p{Default_Ignorable_Code_Point}\u2028-\u202e\ufff9-\ufffb\ud800-\udfff]/u;

const asciiPlain = /^[\x20-\x7e]*$/;
const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;
const emojiBase = /\p{Emoji}/u;
const combining = /\p{M}/u;
const zeroWidthJoiner = "\u200d";
const emojiPresentation = "\ufe0f";

/**
 * Shows what could command a terminal as visible marks instead.
 *
 * Control bytes become their pictures (`␛`), invisible and reordering characters `�`-like marks
 * `‹U+202E›`; runs of combining marks are cut at {@linkcode combiningMarksMax}. The joiner and the
 * variation selector stay where they belong to an emoji. Safe text comes back unchanged.
 */
export function terminalSafe(text: string, options: TerminalSafeOptions = {}): string {
  if (asciiPlain.test(text)) return text;
  if (!suspect.test(text) && !combining.test(text)) return text;
  let safe = "";
  let previous = "";
  let marks = 0;
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (isEmojiGlue(character, previous, characters[at + 1] ?? "")) {
      safe += character;
    } else if (suspect.test(character)) {
      safe += visibleMark(character, options);
      marks = 0;
      // What was made visible is no part of an emoji any more.
      previous = "";
      continue;
    } else if (combining.test(character)) {
      marks += 1;
      if (marks <= combiningMarksMax) safe += character;
    } else {
      safe += character;
      marks = 0;
    }
    previous = character;
  }
  return safe;
}

function isEmojiGlue(character: string, previous: string, next: string): boolean {
  if (character === emojiPresentation) return emojiBase.test(previous);
  if (character !== zeroWidthJoiner) return false;
  return (pictograph.test(previous) || previous === emojiPresentation) && pictograph.test(next);
}

function visibleMark(character: string, options: TerminalSafeOptions): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n") return options.keepNewlines ? "\n" : "⏎";
  if (character === "\t") return " ";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}
