/**
 * Lines that are safe to print: the only form in which text reaches a screen.
 *
 * @module
 */
import { terminalSafe } from "../../lib/text/terminal.ts";
import { columnsAtMost, graphemes, type TextRange, wrapRanges } from "../../lib/text/text_width.ts";

/** How a part of a line is set off; what it means is told by signs or words as well. */
export type Style = "dim" | "bold" | "private" | "mention" | "own" | "failure" | "head";

// Of the sixteen colours, red and magenta can be read on light and on dark; all else is told by
// weight, lines and inverse video, which take the colours of the terminal.
const codes: Readonly<Record<Style, string>> = {
  dim: "2",
  bold: "1",
  private: "35",
  mention: "1;7",
  own: "4",
  failure: "31",
  head: "35",
};

const reset = "\x1b[0m";

/** Fewest columns that are left for text beside the wide mark of a row that goes on. */
export const textColumnsMin = 8;

// As wide as `HH:MM `, so that text stands under the author and never where a time does.
const wideMark = "      │ ";
const narrowMark = "│ ";

/** A part of a line in one style. */
interface Span {
  readonly text: string;
  /** The codes of its styles, the outer first; empty: as the terminal writes. */
  readonly codes: string;
}

/**
 * One line without a newline, free of control characters but for the colours that we wrote.
 *
 * Only this file makes one, so a screen that takes nothing else can't be fed anything raw.
 */
export class Line {
  /** Without colours. */
  readonly plain: string;
  readonly #spans: readonly Span[];
  #coloured: string | undefined;

  private constructor(spans: readonly Span[]) {
    this.#spans = spans.filter(({ text }) => text !== "");
    this.plain = this.#spans.map(({ text }) => text).join("");
  }

  /** Text from anywhere, made safe. */
  static of(text: string): Line {
    return new Line([{ text: terminalSafe(text), codes: "" }]);
  }

  static join(parts: readonly Line[]): Line {
    return new Line(parts.flatMap((part) => part.#spans));
  }

  /** With colours. */
  get coloured(): string {
    return this.#coloured ??= this.#spans.map(({ text, codes }) =>
      codes === "" ? text : `\x1b[${codes}m${text}${reset}`
    ).join("");
  }

  /** The same in another style; a part that has one already has both. */
  styled(style: Style): Line {
    return new Line(this.#spans.map(({ text, codes: inner }) => ({
      text,
      codes: inner === "" ? codes[style] : `${codes[style]};${inner}`,
    })));
  }

  /** The same in at most `columns` columns, ending with `…` if it was wider. */
  cut(columns: number): Line {
    if (columnsAtMost(this.plain) <= columns) return this;
    let room = columns - 1;
    let end = 0;
    for (const grapheme of graphemes(this.plain)) {
      room -= columnsAtMost(grapheme);
      if (room < 0) break;
      end += grapheme.length;
    }
    const left = new Line(this.#slice({ start: end, end: this.plain.length }));
    const more = { text: columns < 1 ? "" : "…", codes: left.#spans[0]?.codes ?? "" };
    return new Line([...this.#slice({ start: 0, end }), more]);
  }

  /**
   * The same in rows of at most `columns` columns, the first as it is, the others behind a mark of
   * ours: what stands at the start of a row, where a time and an author do, is never text from
   * elsewhere. `undefined`: as it is.
   */
  wrapped(columns: number | undefined): Line[] {
    if (columns === undefined || columnsAtMost(this.plain) <= columns) return [this];
    const mark = continuation(columns);
    const rest = columns - columnsAtMost(mark.plain);
    return this.broken({ first: columns, rest }).map((row, at) =>
      at === 0 ? row : Line.join([mark, row])
    );
  }

  /** The same in rows without marks, as {@linkcode wrapRanges} breaks them. */
  broken(columns: { readonly first: number; readonly rest: number }): Line[] {
    return wrapRanges(this.plain, columns).map((range) => new Line(this.#slice(range)));
  }

  #slice({ start, end }: TextRange): Span[] {
    let from = 0;
    return this.#spans.map(({ text, codes }) => {
      const part = text.slice(Math.max(0, start - from), Math.max(0, end - from));
      from += text.length;
      return { text: part, codes };
    });
  }

  /** As it is printed. */
  text({ colour }: { readonly colour: boolean }): string {
    return colour ? this.coloured : this.plain;
  }

  static isLine(value: unknown): value is Line {
    return typeof value === "object" && value !== null && #spans in value;
  }
}

/** A line from a template: what stands in `${}` is made safe, unless it is a line already. */
export function line(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | Line)[]
): Line {
  const parts: Line[] = [];
  texts.forEach((text, at) => {
    parts.push(Line.of(text));
    const value = values[at];
    if (value === undefined) return;
    parts.push(Line.isLine(value) ? value : Line.of(String(value)));
  });
  return Line.join(parts);
}

/** Text as a line in a style. */
export function styled(style: Style, text: string): Line {
  return Line.of(text).styled(style);
}

/**
 * The mark before a row that goes on with the one above, on a screen of so many columns, or of any
 * number. One of fewer than four has no room for it.
 */
export function continuation(columns: number = Infinity): Line {
  if (columns >= wideMark.length + textColumnsMin) return styled("dim", wideMark);
  return columns >= 4 ? styled("dim", narrowMark) : line``;
}

/** Whether an output shows colours, by the customs of `NO_COLOR` and `TERM`. */
export function showsColour(
  { isTerminal, wish, environment }: {
    readonly isTerminal: boolean;
    /** What the user asked for. */
    readonly wish: "auto" | "always" | "never";
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): boolean {
  if (wish !== "auto") return wish === "always";
  return isTerminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
}
