import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  columnsAtMost,
  columnsOf,
  graphemes,
  wrapRanges,
  wrapText,
} from "../../../lib/text/text_width.ts";

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
    ["हिन्दी", 5],
    ["क्ष", 2],
    ["বাংলা", 5],
    ["မြန်မာ", 5],
    ["ភាសាខ្មែរ", 8],
    ["ไทยน้ำ", 5],
    ["\u1100\u1161\u11a8", 2],
    ["か\u3099", 2],
    ["שָׁלוֹם", 4],
    ["\u0600\u0661", 2],
    ["│─█…↳✓", 6],
  ];
  for (const [text, columns] of widths) assertEquals([text, columnsOf(text)], [text, columns]);
});

Deno.test("columnsAtMost() counts what a terminal shows that joins nothing", () => {
  assertEquals(columnsAtMost("👩‍👩‍👧"), 6);
  assertEquals(columnsAtMost("👍🏽"), 4);
  assertEquals(columnsAtMost("e\u0301漢"), 3);
  assertEquals(columnsAtMost("❤\ufe0f"), 2);
  assertEquals(columnsAtMost("\ue000\u{f0000}\u0378"), 6);
  assertEquals(columnsAtMost("\u1160"), 1);
});

Deno.test("wrapText() breaks between words, and within a word only if it must", () => {
  assertEquals(wrapText("one two three", 8), ["one two", "three"]);
  assertEquals(wrapText("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assertEquals(wrapText("漢字漢字", 5), ["漢字", "漢字"]);
  assertEquals(wrapText("", 5), [""]);
  assertEquals(wrapText("one   two", 4), ["one", " two"]);
  assertEquals(wrapText("one ", 3), ["one", ""]);
  // A terminal that joins nothing would break a longer row itself.
  assertEquals(wrapText("👩‍👩‍👧👩‍👩‍👧", 8), ["👩‍👩‍👧", "👩‍👩‍👧"]);
});

Deno.test("wrapText() leaves out plain spaces alone, not the wide one of CJK", () => {
  assertEquals(wrapText("漢\u3000 字", 4), ["漢\u3000", "字"]);
});

for (
  const [what, text] of [
    ["pictures joined", "👩\u200d👩\u200d👧\u200d👦\u200d👦\u200d👦"],
    ["skin tones", "👍" + "🏽".repeat(20)],
    ["beginnings of a syllable", "\u1100".repeat(20)],
    ["letters of a conjunct", "क\u094d".repeat(30)],
    ["vowels of one letter", "क" + "\u093e".repeat(30)],
    ["signs that begin a number", "\u0600".repeat(30) + "1"],
  ] as const
) {
  Deno.test(`wrapText() parts one character of many ${what} that no row can hold`, () => {
    assertEquals(graphemes(text).length, 1);
    const rows = wrapText(text, 7);
    assert(rows.length > 1);
    assertEquals(rows.join(""), text);
    for (const row of rows) {
      assert(columnsAtMost(row) <= 7, row);
      assert(!/^[\p{M}\u200d]/u.test(row) || /^\p{Mc}/u.test(row), "a mark without its letter");
    }
  });
}

Deno.test("wrapRanges() gives the first row a width of its own", () => {
  const rows = (text: string, first: number, rest: number) =>
    wrapRanges(text, { first, rest }).map(({ start, end }) => text.slice(start, end));
  assertEquals(rows("aa bbb cccc", 3, 8), ["aa", "bbb cccc"]);
  assertEquals(rows("aaaa bbbb", 9, 3), ["aaaa bbbb"]);
  assertEquals(rows("aaaa bbbbb", 9, 3), ["aaaa bbbb", "b"]);
});

const anyText = fc.array(
  fc.oneof(
    fc.constantFrom("👩", "\u200d", "🏽", "क", "\u094d", "\u0301", "漢", "\u1100", " ", "a", "🇺"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  { maxLength: 60 },
).map((parts) => parts.join(""));

Deno.test("wrapText() keeps every character but the spaces at which it breaks", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 20 }), (text, width) => {
      const rows = wrapText(text, width);
      assertEquals(rows.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      assert(rows.every((row) => columnsAtMost(row) <= width), JSON.stringify(rows));
    }),
  );
});
