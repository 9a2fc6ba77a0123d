/**
 * How many columns text takes on a terminal, and where to break it.
 *
 * @module
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const ascii = /^[\x20-\x7e]*$/;
const emoji = /\p{Emoji_Presentation}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0f|\u200d/u;
const zeroWidth = /^[\p{M}\p{Cf}]+$/u;
// East Asian Wide and Fullwidth (Unicode Standard Annex #11), by block.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;

/** The characters of a text as its reader sees them. */
export function graphemes(text: string): string[] {
  return ascii.test(text)
    ? text.split("")
    : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of one character as its reader sees it. */
function graphemeColumns(grapheme: string): number {
  if (ascii.test(grapheme)) return 1;
  if (emoji.test(grapheme) || wide.test(grapheme)) return 2;
  return zeroWidth.test(grapheme) ? 0 : 1;
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
 * only our own marks belong.
 */
export function columnsAtMost(text: string): number {
  if (ascii.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + characterColumnsMax(character), 0);
}

function characterColumnsMax(character: string): number {
  if (character === "\u200d") return 0;
  // Makes a picture of two columns from a symbol of one.
  if (character === "\ufe0f") return 1;
  return graphemeColumns(character);
}

/**
 * Breaks one line of text into rows of at most `columns` columns, between words where it can.
 *
 * The spaces at which it breaks are left out. Gives at least one row. Measured by
 * {@linkcode columnsAtMost}; a character that is wider than a row has one for itself.
 */
export function wrapText(text: string, columns: number): string[] {
  const limit = Math.max(2, columns);
  const rows: string[] = [];
  let row: string[] = [];
  let width = 0;
  /** Length of the row up to its last space, and the width after it. */
  let breakAt = 0;
  let widthAfterBreak = 0;
  for (const grapheme of graphemes(text)) {
    const own = columnsAtMost(grapheme);
    if (width + own > limit) {
      if (grapheme === " ") {
        rows.push(withoutSpaces(row));
        row = [];
        width = breakAt = widthAfterBreak = 0;
        continue;
      }
      const at = breakAt > 0 ? breakAt : row.length;
      rows.push(withoutSpaces(row.slice(0, at)));
      row = row.slice(at);
      width = breakAt > 0 ? widthAfterBreak : 0;
      breakAt = widthAfterBreak = 0;
    }
    row.push(grapheme);
    width += own;
    widthAfterBreak += own;
    if (grapheme === " ") {
      breakAt = row.length;
      widthAfterBreak = 0;
    }
  }
  rows.push(row.join(""));
  return rows;
}

/** A row without the spaces at its end, and only these: a wide space of CJK is a character. */
function withoutSpaces(row: readonly string[]): string {
  return row.join("").replace(/ +$/, "");
}
