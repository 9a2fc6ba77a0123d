/**
 * Makes text from elsewhere safe to print on a terminal.
 *
 * @module
 */

/**
 * How many marks may stand above and below one character: pointed Hebrew and Tibetan need five, and
 * more would smear over other lines.
 */
export const combiningMarksMax = 6;

/** How many pictures may be joined to the first one of an emoji: a family of four needs three. */
export const joinedPicturesMax = 4;

/** What a caller may let through. */
export interface TerminalSafeOptions {
  /** Lets newlines stand; otherwise they become `⏎`. Tabs always become a space. */
  readonly keepNewlines?: boolean;
}

// Everything that could move the cursor, change colours, reorder or hide text: C0, DEL and C1
// controls, all that is drawn as nothing, line and paragraph separators, bidi controls,
// interlinear annotation, the joiners of hieroglyphs, noncharacters, lone surrogates.
const suspect =
  // deno-lint-ignore no-control-regex -- control characters are what this looks for.
  /[\x00-\x1f\x7f-\x9f\p{Default_Ignorable_Code_Point}\u2028-\u202e\ufff9-\ufffb\u{13430}-\u{1343f}\p{Noncharacter_Code_Point}\ud800-\udfff]/u;

const asciiPlain = /^[\x20-\x7e]*$/;
const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;
const modifier = /\p{Emoji_Modifier}/u;
const emojiBase = /\p{Emoji}/u;
const keycapBase = /[0-9#*]/;
const keycap = "\u20e3";
// Spacing marks, as vowels of Indic scripts are, stand beside their letter and are never too many.
const stacking = /[\p{Mn}\p{Me}]/u;
const zeroWidthJoiner = "\u200d";
const presentations: ReadonlySet<string> = new Set(["\ufe0e", "\ufe0f"]);

/**
 * Shows what could command a terminal as visible marks instead.
 *
 * Control bytes become their pictures (`␛`), invisible and reordering characters `�`-like marks
 * `‹U+202E›`; runs of marks above and below a character are cut at {@linkcode combiningMarksMax}.
 * Joiners, at most {@linkcode joinedPicturesMax} in a row, and the selectors of a presentation stay
 * where they belong to an emoji. Safe text comes back unchanged. Takes time in proportion to the
 * text, whatever it is.
 */
export function terminalSafe(text: string, options: TerminalSafeOptions = {}): string {
  if (asciiPlain.test(text)) return text;
  if (!suspect.test(text) && !stacking.test(text)) return text;
  let safe = "";
  let previous = "";
  let marks = 0;
  let joined = 0;
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const next = characters[at + 1] ?? "";
    if (character === zeroWidthJoiner && joined < joinedPicturesMax && joins(previous, next)) {
      joined += 1;
      safe += character;
    } else if (presentations.has(character) && isPresented(previous, next)) {
      safe += character;
    } else if (suspect.test(character)) {
      safe += visibleMark(character, options);
      marks = joined = 0;
      // What was made visible is no part of an emoji any more.
      previous = "";
      continue;
    } else if (stacking.test(character)) {
      marks += 1;
      if (marks <= combiningMarksMax) safe += character;
    } else {
      safe += character;
      marks = 0;
      if (previous !== zeroWidthJoiner && !modifier.test(character)) joined = 0;
    }
    previous = character;
  }
  return safe;
}

/** Whether a joiner between two characters makes one picture of them. */
function joins(previous: string, next: string): boolean {
  return (pictograph.test(previous) || presentations.has(previous)) && pictograph.test(next);
}

/** Whether a selector after a character says how an emoji is drawn. */
function isPresented(previous: string, next: string): boolean {
  return emojiBase.test(previous) && (!keycapBase.test(previous) || next === keycap);
}

function visibleMark(character: string, options: TerminalSafeOptions): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n") return options.keepNewlines ? "\n" : "⏎";
  if (character === "\t") return " ";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}
