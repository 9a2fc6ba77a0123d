/**
 * Text that a terminal can't take as a command.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { combiningMarksMax, joinedPicturesMax, terminalSafe } from "../../../lib/text/terminal.ts";

const acute = "\u0301";

for (
  const [text, safe, why] of [
    ["\x1b[31mred", "␛[31mred", "an escape sequence"],
    ["a\x07\x08\x7f", "a␇␈␡", "bell, backspace, delete"],
    ["a\0b", "a␀b", "NUL"],
    ["a\nb\r\tc", "a⏎b␍ c", "newline, return, tab"],
    ["\x9b31m", "‹U+009B›31m", "a C1 control that begins a sequence"],
    ["a\u202eb\u2066c", "a‹U+202E›b‹U+2066›c", "bidi controls"],
    ["a\u200bb\u200cc\ufeff", "a‹U+200B›b‹U+200C›c‹U+FEFF›", "zero-width characters"],
    ["a\u2028b", "a‹U+2028›b", "a line separator"],
    ["a\u00adb\u3164", "a‹U+00AD›b‹U+3164›", "what is drawn as nothing"],
    ["\u{1bca0}", "‹U+1BCA0›", "a shorthand format control"],
    ["a\u{e0041}", "a‹U+E0041›", "a tag character"],
    ["\ufff9a\ufffab\ufffb", "‹U+FFF9›a‹U+FFFA›b‹U+FFFB›", "annotations"],
    ["a\ud800b", "a‹U+D800›b", "half a character"],
    ["a\ufe0fb", "a‹U+FE0F›b", "a variation selector after a letter"],
    ["a\u200d😀", "a‹U+200D›😀", "a joiner after a letter"],
    ["😀\u200da", "😀‹U+200D›a", "a joiner before a letter"],
    ["😀\u200d", "😀‹U+200D›", "a joiner at the end"],
    ["a\ufe0f\u200d😀", "a‹U+FE0F›‹U+200D›😀", "a joiner after a selector that is no emoji's"],
    ["😀\u200d\u200d😀", "😀‹U+200D›‹U+200D›😀", "two joiners"],
    ["葛\u{e0100}", "葛‹U+E0100›", "a variation selector of Han"],
    ["1\ufe0f2", "1‹U+FE0F›2", "a variation selector after a digit that is no keycap"],
    ["❤\ufe0f\ufe0e", "❤\ufe0f‹U+FE0E›", "a second variation selector"],
    ["a\u115f\u1160\u3164\uffa0", "a‹U+115F›‹U+1160›‹U+3164›‹U+FFA0›", "Hangul fillers"],
    ["\u034f\u061c\u180e\u2061", "‹U+034F›‹U+061C›‹U+180E›‹U+2061›", "joiners and operators"],
    [
      "\u{1f3f4}\u{e0067}\u{e007f}",
      "\u{1f3f4}‹U+E0067›‹U+E007F›",
      "the tags of a region's flag",
    ],
    ["\ufdd0\uffff\u{10fffe}", "‹U+FDD0›‹U+FFFF›‹U+10FFFE›", "noncharacters"],
    ["\u{13000}\u{13430}", "\u{13000}‹U+13430›", "the joiner of hieroglyphs"],
    [
      `a${acute.repeat(combiningMarksMax + 1)}b`,
      `a${acute.repeat(combiningMarksMax)}b`,
      "no more marks than may be",
    ],
    [`${acute.repeat(99)}b`, `${acute.repeat(combiningMarksMax)}b`, "few marks without a letter"],
    ["a" + "\u20dd".repeat(99), "a" + "\u20dd".repeat(combiningMarksMax), "few enclosing marks"],
    [
      "😀" + "\u200d😀".repeat(joinedPicturesMax + 1),
      "😀" + "\u200d😀".repeat(joinedPicturesMax) + "‹U+200D›😀",
      "a joiner after as many pictures as may be joined",
    ],
  ] as const
) {
  Deno.test(`terminalSafe() shows ${why}`, () => assertEquals(terminalSafe(text), safe));
}

for (
  const text of [
    "",
    "plain ASCII ~!@#",
    "Привет, мир",
    "שלום עולם",
    "नमस्ते",
    "日本語 한국어",
    "👩\u200d🚀 👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👍🏽 🇺🇦 ❤\ufe0f ☺\ufe0e 1\ufe0f\u20e3",
    "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏾 👨\u200d👩\u200d👧\u200d👦",
    "😀" + "\u200d😀".repeat(joinedPicturesMax) + " 😀" + "\u200d😀".repeat(joinedPicturesMax),
    "ש\u05c1\u05bc\u05b8\u05a3\u05bd",
    "मृत्युंजय மொழி မြွှောင့် ភាសាខ្មែរ སངས་རྒྱས",
    `क${"\u093e".repeat(99)}`,
    "﷽ 𒀱 ⠿\u2800 \u0600١",
    "\ue000 \u{f0000} \u0378",
    `a${acute.repeat(combiningMarksMax)}b${acute.repeat(combiningMarksMax)}`,
    "␛ ‹U+202E› ⏎",
  ]
) {
  Deno.test(`terminalSafe() leaves alone what is safe: ${JSON.stringify(text)}`, () => {
    assertEquals(terminalSafe(text), text);
  });
}

Deno.test("terminalSafe() lets newlines stand where it is told to, and nothing else", () => {
  assertEquals(terminalSafe("a\nb\r\x1b\u2028", { keepNewlines: true }), "a\nb␍␛‹U+2028›");
});

/** What could command a terminal, reorder or hide text. */
const dangerous =
  // deno-lint-ignore no-control-regex -- control characters are what must not be there.
  /[\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Bidi_Control}|(?![\u200d\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

Deno.test("terminalSafe() lets no dangerous character through, whatever it stands between", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    for (const text of [character, `a${character}b`, `😀${character}b`, `a${character}😀`]) {
      const safe = terminalSafe(text);
      const isSelector = code === 0xfe0e || code === 0xfe0f;
      const glueIsHidden = code === 0x200d || (isSelector && !text.startsWith("😀"));
      if (dangerous.test(safe) || (glueIsHidden && safe.includes(character))) {
        throw new Error(`U+${code.toString(16)} comes through in ${JSON.stringify(text)}`);
      }
    }
  }
});

const anyCharacter = fc.oneof(
  fc.constantFrom(..."aé1#😀👩🚀🏽🇺", acute, "\u20e3", "\u200d", "\ufe0f", "\u202e", "\x1b", "\n"),
  fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
);
const anyText = fc.array(anyCharacter, { maxLength: 20 }).map((characters) => characters.join(""));

const tooManyMarks = new RegExp(
  `(?:(?![\\ufe0e\\ufe0f])[\\p{Mn}\\p{Me}]){${combiningMarksMax + 1}}`,
  "u",
);
const tooManyJoined = new RegExp(`(?:\\u200d[^\\u200d]{1,3}){${joinedPicturesMax + 1}}`, "u");

Deno.test("terminalSafe() gives text that is safe, and stays as it is the second time", () => {
  fc.assert(
    fc.property(anyText, fc.boolean(), (text, keepNewlines) => {
      const safe = terminalSafe(text, { keepNewlines });
      assert(!dangerous.test(keepNewlines ? safe.replaceAll("\n", "") : safe), safe);
      assertEquals(terminalSafe(safe, { keepNewlines }), safe);
      assert(!tooManyMarks.test(safe), "marks are stacked");
      // A joiner stands between pictures, a variation selector after one, or not at all.
      assert(
        !/(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{RI}\ufe0e\ufe0f])\u200d/u.test(safe),
      );
      assert(!/\u200d(?![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{RI}])/u.test(safe));
      assert(!/(?<!\p{Emoji})[\ufe0e\ufe0f]/u.test(safe));
      assert(!tooManyJoined.test(safe), "pictures are joined");
    }),
    { numRuns: 1000 },
  );
});

const units = 65_536;

for (
  const [what, text] of [
    ["marks", acute.repeat(units)],
    ["joiners", "😀\u200d".repeat(units / 3)],
    ["selectors", "1\ufe0f".repeat(units / 2)],
    ["escapes", "\x1b[".repeat(units / 2)],
    ["fillers", "\u3164".repeat(units)],
    ["halves of characters", "\ud800".repeat(units)],
    ["letters of two scripts", "aש".repeat(units / 2)],
  ] as const
) {
  Deno.test(`terminalSafe() takes time in proportion to a text of ${what}`, () => {
    const msOf = (part: string) => {
      const startMs = performance.now();
      terminalSafe(part);
      return performance.now() - startMs;
    };
    const best = (part: string) => Math.min(...Array.from({ length: 5 }, () => msOf(part)));
    best(text);
    // In proportion: eight times as long. By its square it would be 64 times; a busy machine
    // makes both slower.
    const [small, large] = [best(text.slice(0, units / 8)), best(text)];
    assert(large < 24 * small + 20, `${small} ms for an eighth, ${large} ms for the whole`);
  });
}
