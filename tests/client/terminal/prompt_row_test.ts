import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { line } from "../../../client/lines/safe_line.ts";
import { columnsOf, graphemes } from "../../../client/lines/text_width.ts";
import { promptRow } from "../../../client/terminal/prompt_row.ts";

function draft(before: string, after = "") {
  return { before: graphemes(before), after: graphemes(after) };
}

Deno.test("promptRow() shows the prompt, the input and where the cursor is", () => {
  const { row, cursorColumn } = promptRow(line`common> `, draft("hel", "lo"), 40);
  assertEquals([row.plain, cursorColumn], ["common> hello", 11]);
});

Deno.test("promptRow() scrolls so that the cursor is seen", () => {
  const { row, cursorColumn } = promptRow(line`> `, draft("abcdefghijklmnopqrstuvwxyz"), 20);
  assert(row.plain.endsWith("wxyz"));
  assert(row.plain.startsWith("> …"));
  assert(cursorColumn < 20);
});

Deno.test("promptRow() gives the prompt up on a narrow screen", () => {
  const { row } = promptRow(line`reconnecting in 4 s common> `, draft("hi"), 20);
  assertEquals(row.plain, "> hi");
});

Deno.test("promptRow() stays in one row whatever was typed or pasted, at any width", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(fc.property(text, text, fc.integer({ min: 4, max: 80 }), (before, after, columns) => {
    const { row, cursorColumn } = promptRow(line`common> `, draft(before, after), columns);
    // deno-lint-ignore no-control-regex -- none of these may be drawn.
    assert(!/[\x00-\x1f\x7f-\x9f]/.test(row.plain));
    assert(cursorColumn <= columns);
    assert(columns < 20 || columnsOf(row.plain) <= columns, row.plain);
  }));
});
