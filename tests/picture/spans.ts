/**
 * Reads what a terminal shows, as rows with escape sequences, into spans of one look each.
 *
 * @module
 */
import { columnsOf, graphemes } from "../../lib/text/text_width.ts";

/** How a span is written. */
export interface Look {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underlined: boolean;
  readonly inverse: boolean;
  /** One of the sixteen colours, from 0; `undefined`: that of the terminal. */
  readonly ink: number | undefined;
  readonly paper: number | undefined;
}

/** Text that stands side by side in one row and looks the same. */
export interface Span {
  /** Of its first character, from 0. */
  readonly column: number;
  /** How many it takes. */
  readonly columns: number;
  readonly text: string;
  readonly look: Look;
}

export const plainLook: Look = {
  bold: false,
  dim: false,
  italic: false,
  underlined: false,
  inverse: false,
  ink: undefined,
  paper: undefined,
};

/** What each code of an SGR sequence changes (ECMA-48 §8.3.117), but for colours. */
const changes: Readonly<Record<number, Partial<Look>>> = {
  0: plainLook,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underlined: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underlined: false },
  27: { inverse: false },
  39: { ink: undefined },
  49: { paper: undefined },
};

// deno-lint-ignore no-control-regex -- escape sequences are what this looks for.
const sequence = /\x1b\[([\d;]*)m/g;
// deno-lint-ignore no-control-regex -- no control character may be left.
const control = /[\x00-\x1f\x7f-\x9f]/;

/**
 * The spans of each row, without blanks that show nothing.
 *
 * A look goes on from one row into the next, as `tmux capture-pane -e` writes it. A character of
 * two columns has a span for itself, so that nobody else's idea of its width moves what is beside it.
 *
 * @throws {Error} for a sequence that is none of ours: it would be drawn wrongly.
 */
export function readSpans(rows: readonly string[]): Span[][] {
  let look = plainLook;
  return rows.map((row) => {
    const spans: Span[] = [];
    let column = 0;
    // The parts between sequences have even places, the codes of the sequences odd ones.
    row.split(sequence).forEach((part, at) => {
      if (at % 2 === 1) {
        look = lookAfter(look, part);
        return;
      }
      for (const text of pieces(part)) {
        const columns = columnsOf(text);
        if (isSeen(text, look)) spans.push({ column, columns, text, look });
        column += columns;
      }
    });
    return spans;
  });
}

function lookAfter(before: Look, codes: string): Look {
  return codes.split(";").map(Number).reduce((look, code) => {
    const colour = colourOf(code);
    const change = changes[code] ?? colour;
    if (change === undefined) throw new Error(`Cannot draw: nothing is known of the code ${code}`);
    return { ...look, ...change };
  }, before);
}

function colourOf(code: number): Partial<Look> | undefined {
  const colour = code % 10;
  if (colour > 7) return undefined;
  switch (code - colour) {
    case 30:
      return { ink: colour };
    case 40:
      return { paper: colour };
    case 90:
      return { ink: colour + 8 };
    case 100:
      return { paper: colour + 8 };
  }
  return undefined;
}

/** A text in parts: each character of two columns for itself. */
function pieces(text: string): string[] {
  if (control.test(text)) throw new Error(`Cannot draw: ${JSON.stringify(text)} is no text`);
  const parts: string[] = [];
  let narrow = "";
  for (const grapheme of graphemes(text)) {
    if (columnsOf(grapheme) < 2) {
      narrow += grapheme;
      continue;
    }
    parts.push(narrow, grapheme);
    narrow = "";
  }
  return [...parts, narrow].filter((part) => part !== "");
}

function isSeen(text: string, { inverse, underlined, paper }: Look): boolean {
  return inverse || underlined || paper !== undefined || text.trim() !== "";
}
