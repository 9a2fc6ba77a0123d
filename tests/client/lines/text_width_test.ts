import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { columnsAtMost, columnsOf, graphemes, wrapText } from "../../../client/lines/text_width.ts";

Deno.test("columnsOf() counts what a terminal shows", () => {
  const widths: readonly [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["Привет", 6],
    ["שלום", 4],
    ["漢字", 4],
    ["ｆｕ", 4],
    ["é", 1],
    ["👍", 2],
    ["👩‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
  ];
  for (const [text, columns] of widths) assertEquals([text, columnsOf(text)], [text, columns]);
});

Deno.test("columnsAtMost() counts what a terminal shows that joins nothing", () => {
  assertEquals(columnsAtMost("👩‍👩‍👧"), 6);
  assertEquals(columnsAtMost("👍🏽"), 4);
  assertEquals(columnsAtMost("e\u0301漢"), 3);
});

Deno.test("wrapText() breaks between words, and within a word only if it must", () => {
  assertEquals(wrapText("one two three", 8), ["one two", "three"]);
  assertEquals(wrapText("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assertEquals(wrapText("漢字漢字", 5), ["漢字", "漢字"]);
  assertEquals(wrapText("", 5), [""]);
  // A terminal that joins nothing would break a longer row itself.
  assertEquals(wrapText("👩‍👩‍👧👩‍👩‍👧", 8), ["👩‍👩‍👧", "👩‍👩‍👧"]);
});

Deno.test("wrapText() leaves out plain spaces alone, not the wide one of CJK", () => {
  assertEquals(wrapText("漢\u3000 字", 4), ["漢\u3000", "字"]);
});

Deno.test("wrapText() keeps every character but the spaces at which it breaks", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 20 }), (text, width) => {
      const rows = wrapText(text, width);
      assertEquals(rows.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      assert(rows.every((row) => columnsAtMost(row) <= width || graphemes(row).length === 1));
    }),
  );
});
