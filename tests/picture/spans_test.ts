import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Style, styled } from "../../client/lines/safe_line.ts";
import { columnsOf } from "../../lib/text/text_width.ts";
import { plainLook, readSpans } from "./spans.ts";

Deno.test("readSpans() parts a row where its look changes", () => {
  assertEquals(readSpans(["\x1b[2m18:02\x1b[0m \x1b[1;35mcarol\x1b[22m hi"]), [[
    { column: 0, columns: 5, text: "18:02", look: { ...plainLook, dim: true } },
    { column: 6, columns: 5, text: "carol", look: { ...plainLook, bold: true, ink: 5 } },
    { column: 11, columns: 3, text: " hi", look: { ...plainLook, ink: 5 } },
  ]]);
});

Deno.test("readSpans() goes on with the look of the row above", () => {
  const [, second] = readSpans(["\x1b[7mone", "two\x1b[m", "three"]);
  assertEquals(second, [{
    column: 0,
    columns: 3,
    text: "two",
    look: { ...plainLook, inverse: true },
  }]);
});

Deno.test("readSpans() gives a character of two columns a span for itself", () => {
  const places = readSpans(["да 👋漢 #7"])[0]?.map(({ column, columns, text }) => [
    column,
    columns,
    text,
  ]);
  assertEquals(places, [[0, 3, "да "], [3, 2, "👋"], [5, 2, "漢"], [7, 3, " #7"]]);
});

Deno.test("readSpans() leaves out blanks, but for those that one sees", () => {
  const [spans = []] = readSpans(["  \x1b[7m \x1b[0m \x1b[4m \x1b[0m \x1b[44m \x1b[49m a"]);
  assertEquals(spans.map(({ column, text }) => [column, text]), [
    [2, " "],
    [4, " "],
    [6, " "],
    [7, " a"],
  ]);
});

for (
  const [code, change] of [
    ["31", { ink: 1 }],
    ["97", { ink: 15 }],
    ["42", { paper: 2 }],
    ["100", { paper: 8 }],
    ["3;4", { italic: true, underlined: true }],
    ["1;31;0;2", { dim: true }],
    ["31;39", {}],
  ] as const
) {
  Deno.test(`readSpans() knows the code ${code}`, () => {
    const [[span] = []] = readSpans([`\x1b[${code}mx`]);
    assertEquals(span?.look, { ...plainLook, ...change });
  });
}

for (const row of ["\x1b[38;5;200mx", "\x1b[53mx", "\x1b[2Jx", "\x1b]8;;http://x\x07y", "a\tb"]) {
  Deno.test(`readSpans() refuses to draw ${JSON.stringify(row)}`, () => {
    assertThrows(() => readSpans([row]), Error, "Cannot draw: ");
  });
}

/** A list that the compiler keeps whole. */
const styles: Readonly<Record<Style, true>> = {
  dim: true,
  bold: true,
  private: true,
  mention: true,
  own: true,
  failure: true,
  head: true,
};

for (const style of Object.keys(styles) as Style[]) {
  Deno.test(`readSpans() can draw what the client styles as ${style}`, () => {
    const [[span] = []] = readSpans([styled(style, "words").coloured]);
    assertEquals(span?.text, "words");
    assertEquals(JSON.stringify(span?.look) === JSON.stringify(plainLook), false);
  });
}

Deno.test("readSpans() keeps every character in its column", () => {
  const part = fc.tuple(
    fc.constantFrom("", "\x1b[1m", "\x1b[0m", "\x1b[4;31m"),
    fc.stringMatching(/^[ -~ёж漢👋]*$/u),
  );
  fc.assert(fc.property(fc.array(part), (parts) => {
    const plain = parts.map(([, text]) => text).join("");
    const [spans = []] = readSpans([parts.flat().join("")]);
    let drawn = "";
    for (const { column, columns, text } of spans) {
      drawn += " ".repeat(column - columnsOf(drawn)) + text;
      assertEquals(columns, columnsOf(text));
    }
    assertEquals(drawn.trimEnd(), plain.trimEnd());
  }));
});
