/**
 * How many columns text takes on a terminal, and where to break it.
 *
 * @module
 */

const ascii = /^[\x20-\x7e]*$/;
const emoji = /\p{Emoji_Presentation}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0f|\u200d/u;
// Marks above and below, the joiner, and vowels and ends of Hangul, which their syllable holds.
const overlaid = /[\p{Mn}\p{Me}\u200d\u1160-\u11ff\ud7b0-\ud7ff]/u;
// East Asian Wide and Fullwidth (Unicode Standard Annex #11), by block.
const wide =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d7f}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;
const hangulPart = /[\u1160-\u11ff\ud7b0-\ud7ff]/;
// Pictures; what no table of widths knows, or not yet, and fonts draw as they like; and symbols of
// which only some tables say that they are wide.
const perhapsWide =
  /[\p{Emoji_Presentation}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Co}\p{Cn}\u{1d300}-\u{1d37f}]/u;

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as its reader sees them. */
export function graphemes(text: string): string[] {
  if (ascii.test(text)) return text.split("");
  // It takes longer to make one than to start without.
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of one character as its reader sees it. */
function graphemeColumns(grapheme: string): number {
  if (ascii.test(grapheme)) return 1;
  if (emoji.test(grapheme)) return 2;
  // But for emoji, terminals join nothing: letters of Indic scripts stand side by side.
  return Array.from(grapheme).reduce((sum, character) => sum + characterColumns(character), 0);
}

function characterColumns(character: string): number {
  if (overlaid.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns of a text without control characters, on a terminal that joins what belongs together. */
export function columnsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeColumns(grapheme), 0);
}

/**
 * Columns of a text on a terminal that joins nothing: a family is then four people.
 *
 * What must not run over the edge is measured so, or a text could reach the start of a row, where
 * only our own marks belong. On a terminal that is told to draw all of East Asian Ambiguous in two
 * columns, Cyrillic too, it is too few.
 */
export function columnsAtMost(text: string): number {
  if (ascii.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + characterColumnsMax(character), 0);
}

function characterColumnsMax(character: string): number {
  // Makes a picture of two columns from a symbol of one.
  if (character === "\ufe0f") return 1;
  if (perhapsWide.test(character)) return 2;
  // A vowel of Hangul by itself is drawn by some.
  if (hangulPart.test(character)) return 1;
  return characterColumns(character);
}

/** A part of a text, from its first UTF-16 unit to the one after its last. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The rows of one line of text, the first of at most `first` columns and the others of `rest`,
 * broken between words where it can.
 *
 * The spaces at which it breaks are left out. Gives at least one row. Measured by
 * {@linkcode columnsAtMost}, of two columns at least; what a reader sees as one character is parted
 * if a row can't hold it, so that no row is wider.
 */
export function wrapRanges(
  text: string,
  { first, rest }: { readonly first: number; readonly rest: number },
): TextRange[] {
  const restLimit = Math.max(2, rest);
  let limit = Math.max(2, first);
  if (columnsAtMost(text) <= limit) return [{ start: 0, end: text.length }];
  const rows: TextRange[] = [];
  /** Where the row begins, where it could be broken, and the width from either on. */
  let start = 0;
  let breakAt = 0;
  let width = 0;
  let widthAfterBreak = 0;
  let at = 0;
  const breakRow = (end: number, next: number) => {
    rows.push({ start, end: beforeSpaces(text, start, end) });
    width = next === breakAt ? widthAfterBreak : 0;
    start = breakAt = next;
    widthAfterBreak = width;
    limit = restLimit;
  };
  for (const piece of pieces(text, Math.min(limit, restLimit))) {
    const own = columnsAtMost(piece);
    const after = at + piece.length;
    while (width + own > limit && at > start) {
      if (piece === " ") {
        breakRow(at, after);
        break;
      }
      const end = breakAt > start && widthAfterBreak <= restLimit ? breakAt : at;
      breakRow(end, end);
    }
    at = after;
    if (start === after) continue;
    width += own;
    widthAfterBreak += own;
    if (piece === " ") {
      breakAt = after;
      widthAfterBreak = 0;
    }
  }
  rows.push({ start, end: text.length });
  return rows;
}

/** Breaks one line of text into rows of at most `columns` columns, as {@linkcode wrapRanges} does. */
export function wrapText(text: string, columns: number): string[] {
  return wrapRanges(text, { first: columns, rest: columns })
    .map(({ start, end }) => text.slice(start, end));
}

/** What a row holds or does not: the characters as a reader sees them, or what fits of them. */
function* pieces(text: string, columns: number): Generator<string, void, void> {
  for (const grapheme of graphemes(text)) {
    if (columnsAtMost(grapheme) <= columns) {
      yield grapheme;
      continue;
    }
    let piece = "";
    for (const character of grapheme) {
      if (piece !== "" && columnsAtMost(character) > 0) {
        yield piece;
        piece = "";
      }
      piece += character;
    }
    yield piece;
  }
}

/** The end of a row without its last spaces, and only these: a wide space of CJK is a character. */
function beforeSpaces(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && text[last - 1] === " ") last--;
  return last;
}
