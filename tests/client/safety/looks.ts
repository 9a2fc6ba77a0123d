/**
 * What must be true of all that reaches a terminal, whatever others have sent.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Line } from "../../../client/lines/safe_line.ts";
import { columnsAtMost } from "../../../lib/text/text_width.ts";
import { forgery } from "./hostile_values.ts";

/** Widths at which everything is looked at; `undefined`: a pipe. */
export const widths = [20, 80, 300, undefined] as const;

// deno-lint-ignore no-control-regex -- the colours that we write ourselves.
const ownColours = /\x1b\[(?:1|2|4|7|31|35)(?:;(?:1|2|4|7|31|35))*m([^\x1b]*)\x1b\[0m/g;

/** What commands a terminal, hides, reorders, or is drawn as nothing. */
const commanding =
  // deno-lint-ignore no-control-regex -- none of these may reach a terminal.
  /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|\p{Bidi_Control}|(?![\u200d\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;
const glue = /(?<!\p{Emoji}|\p{Emoji_Modifier}|[\ufe0e\ufe0f])[\u200d\ufe0e\ufe0f]/u;
const smear = /(?:(?![\ufe0e\ufe0f])[\p{Mn}\p{Me}]){13}/u;

/** Text that a terminal can't be commanded by. */
export function assertHarmless(text: string): void {
  assert(!commanding.test(text), `commands: ${JSON.stringify(text)}`);
  assert(!glue.test(text), `hides: ${JSON.stringify(text)}`);
  assert(!smear.test(text), `smears: ${JSON.stringify(text)}`);
}

/**
 * A line that is harmless in colour and without, and that no terminal of `columns` columns breaks,
 * with nothing from elsewhere at the start of a row.
 */
export function assertSafeLine(shown: Line, columns: number | undefined): void {
  for (const row of shown.wrapped(columns)) {
    assertHarmless(row.plain);
    // Our styles are all that is beside the text, and each of them ends where we end it.
    assertEquals(row.coloured.replaceAll(ownColours, "$1"), row.plain);
    assert(
      columns === undefined || columnsAtMost(row.plain) <= columns,
      `too wide for ${columns}: ${JSON.stringify(row.plain)}`,
    );
  }
}

/** No row passes for a message of someone who has not sent it. */
export function assertNoForgery(shown: Line, columns: number | undefined): void {
  const start = forgery.slice(0, 11);
  for (const { plain } of shown.wrapped(columns)) {
    assert(!plain.startsWith(start), `passes for a message: ${JSON.stringify(plain)}`);
  }
}
