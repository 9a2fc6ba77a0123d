/**
 * HTML in which no text can pass for markup.
 *
 * @module
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it stands in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** What is taken for markup, and must be: {@linkcode markup} makes it of text. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Insert = string | number | Html | undefined | readonly Insert[];

/** A template whose inserts are escaped unless they are markup; what is `undefined` is left out. */
export function markup(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  let text = "";
  for (const [at, part] of parts.entries()) text += part + written(inserts[at]);
  return new Html(text);
}

function written(insert: Insert): string {
  if (insert === undefined) return "";
  if (insert instanceof Html) return insert.toString();
  if (typeof insert === "object") return insert.map(written).join("");
  return escapeHtml(String(insert));
}

/** Many inserts with something between each two. */
export function joined(inserts: readonly Insert[], separator: Insert): Html {
  return markup`${inserts.flatMap((insert, at) => at === 0 ? [insert] : [separator, insert])}`;
}
