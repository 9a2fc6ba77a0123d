/**
 * Lines that are safe to print: the only form in which text reaches a screen.
 *
 * @module
 */
import { terminalSafe } from "../../lib/text/terminal.ts";

/** How a part of a line is set off. */
export type Style = "dim" | "bold" | "private" | "mention" | "own" | "failure" | "head";

const codes: Readonly<Record<Style, string>> = {
  dim: "2",
  bold: "1",
  private: "35",
  mention: "1;33",
  own: "36",
  failure: "31",
  head: "1;34",
};

/**
 * One line without a newline, free of control characters but for the colours that we wrote.
 *
 * Only this file makes one, so a screen that takes nothing else can't be fed anything raw.
 */
export class Line {
  /** With colours. */
  readonly coloured: string;
  /** Without. */
  readonly plain: string;
  readonly #made = true;

  private constructor(coloured: string, plain: string) {
    this.coloured = coloured;
    this.plain = plain;
  }

  /** Text from anywhere, made safe. */
  static of(text: string): Line {
    const safe = terminalSafe(text);
    return new Line(safe, safe);
  }

  static join(parts: readonly Line[]): Line {
    return new Line(
      parts.map(({ coloured }) => coloured).join(""),
      parts.map(({ plain }) => plain).join(""),
    );
  }

  /** The same in another style. */
  styled(style: Style): Line {
    if (this.plain === "") return this;
    // A style inside would otherwise end the one around it.
    const inside = this.coloured.replaceAll("\x1b[0m", `\x1b[0m\x1b[${codes[style]}m`);
    return new Line(`\x1b[${codes[style]}m${inside}\x1b[0m`, this.plain);
  }

  /** As it is printed. */
  text({ colour }: { readonly colour: boolean }): string {
    return colour ? this.coloured : this.plain;
  }

  static isLine(value: unknown): value is Line {
    return typeof value === "object" && value !== null && #made in value;
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
