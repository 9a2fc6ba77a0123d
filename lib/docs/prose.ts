/**
 * Prose for the page of the documentation: words in backticks become code, and the code of a problem
 * a link to it.
 *
 * @module
 */
import { type Html, markup } from "../text/html.ts";
import { problemKinds } from "../api/problems.ts";

/** One run of text, within a paragraph. */
export function prose(text: string): Html {
  // Every second part is between backticks.
  const parts = text.split("`").map((part, at) => at % 2 === 0 ? markup`${part}` : codeOf(part));
  return markup`${parts}`;
}

/** What goes over the wire. */
function codeOf(text: string): Html {
  return Object.hasOwn(problemKinds, text) ? problemLink(text) : markup`<code>${text}</code>`;
}

export function problemLink(code: string): Html {
  return markup`<a href="#${code}"><code>${code}</code></a>`;
}

/** Lines for a shell. */
export function shell(lines: string): Html {
  return markup`<pre><code>${lines}</code></pre>`;
}
