/**
 * Terminals that move no cursor.
 *
 * @module
 */

/**
 * Whether a terminal can do nothing but print.
 *
 * @param term The variable `TERM`: without it nothing is known of the terminal. Windows has none, and
 * a console that can do all.
 */
export function isDumb(
  term: string | undefined,
  { os }: { readonly os: string } = Deno.build,
): boolean {
  return term === "dumb" || ((term ?? "") === "" && os !== "windows");
}
