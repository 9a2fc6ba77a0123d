/**
 * What may be a name, and when two are the same.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { canonicalName, foldName, nameCharactersMax, nameFault } from "../../../lib/text/names.ts";
import { combiningMarksMax } from "../../../lib/text/terminal.ts";

const onlySome = "may contain only letters, digits, emoji and _ . - '";
const wrongStart = "must start with a letter, a digit or an emoji";
const acute = "\u0301";

for (
  const [name, why] of [
    ["a", "one letter"],
    ["7", "one digit"],
    ["a".repeat(nameCharactersMax), "the longest"],
    ["😀".repeat(nameCharactersMax), "the longest, of characters outside the basic plane"],
    ["e\u0301".repeat(nameCharactersMax), "the longest once it is composed"],
    ["O'Neill", "an apostrophe"],
    ["O’Neill", "a typographic apostrophe"],
    ["jean-luc_p.2", "the punctuation of everyday names"],
    ["Иван", "Cyrillic"],
    ["李小龍", "Han"],
    ["שלום", "Hebrew, written from right to left"],
    ["محمد", "Arabic, written from right to left"],
    ["अमित", "Devanagari with vowel signs"],
    ["สมชาย", "Thai"],
    ["😀", "an emoji"],
    ["👍🏽", "an emoji with a skin tone"],
    ["❤\ufe0f", "an emoji with its variation selector"],
    ["👩\u200d🚀", "an emoji joined of two"],
    ["👨\u200d👩\u200d👧\u200d👦", "a family"],
    ["🏳\ufe0f\u200d🌈", "a flag of two parts, one with a variation selector"],
    ["🇺🇦", "a flag of two letters"],
    ["1\ufe0f\u20e3", "a keycap"],
    [`a${acute.repeat(combiningMarksMax + 1)}`, "as many marks as there may be: one is composed"],
    [`q${acute.repeat(combiningMarksMax)}`, "as many marks as there may be"],
  ] as const
) {
  Deno.test(`nameFault() takes ${JSON.stringify(name)}: ${why}`, () => {
    assertEquals(nameFault(name), undefined);
  });
}

for (
  const [name, fault, why] of [
    ["", "must not be empty", "nothing"],
    ["a".repeat(nameCharactersMax + 1), "must have at most 32 characters", "one too many"],
    ["😀".repeat(nameCharactersMax + 1), "must have at most 32 characters", "one emoji too many"],
    ["a b", "must not contain spaces", "a space"],
    ["a\u00a0b", "must not contain spaces", "a no-break space"],
    ["a\u3000b", "must not contain spaces", "an ideographic space"],
    ["a\tb", "must not contain spaces", "a tab"],
    ["a\n", "must not contain spaces", "a newline at the end"],
    ["-a", wrongStart, "what would look like an option"],
    ["/a", wrongStart, "what would look like a command"],
    ["@a", wrongStart, "what would look like a mention"],
    ["_a", wrongStart, "an underscore at the start"],
    ["'a", wrongStart, "an apostrophe at the start"],
    [acute, wrongStart, "a mark without a letter"],
    ["a/b", onlySome, "a slash"],
    ["a@b", onlySome, "an at sign"],
    ["a:b", onlySome, "a colon"],
    ["a\0", onlySome, "a NUL"],
    ["a\x1b[31m", onlySome, "an escape sequence"],
    ["a\x9b", onlySome, "a C1 control"],
    ["a\u202eb", onlySome, "a bidi override"],
    ["a\u2066b", onlySome, "a bidi isolate"],
    ["a\u200fb", onlySome, "a right-to-left mark"],
    ["a\u200bb", onlySome, "a zero-width space"],
    ["a\u200cb", onlySome, "a zero-width non-joiner"],
    ["a\u200db", onlySome, "a joiner between letters"],
    ["👩\u200d", onlySome, "a joiner that joins nothing"],
    ["👩\u200da", onlySome, "a joiner before a letter"],
    ["a\u00adb", onlySome, "a soft hyphen"],
    ["a\ufe0fb", onlySome, "a variation selector after a letter"],
    ["1\ufe0f", onlySome, "a variation selector after a digit that is no keycap"],
    ["❤\ufe0f\ufe0f", onlySome, "a second variation selector"],
    ["a\u034fb", onlySome, "a combining grapheme joiner"],
    ["a\u3164b", onlySome, "a Hangul filler"],
    ["a\u{e0101}", onlySome, "an ideographic variation selector"],
    ["a\u{e0061}", onlySome, "a tag character"],
    ["a\ud800", onlySome, "half a character"],
    [`q${acute.repeat(combiningMarksMax + 1)}`, "must not stack more than 6 marks on a letter", ""],
  ] as const
) {
  Deno.test(`nameFault() refuses ${JSON.stringify(name)}: ${why}`, () => {
    assertEquals(nameFault(name), fault);
  });
}

Deno.test("nameFault() takes nothing that is drawn as nothing, whatever character it is", () => {
  const invisible = /\p{Default_Ignorable_Code_Point}/u;
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!invisible.test(character)) continue;
    const hex = code.toString(16);
    assert(nameFault(`a${character}b`) !== undefined, `between letters: ${hex}`);
    assert(nameFault(character) !== undefined, `alone: ${hex}`);
  }
});

Deno.test("foldName() makes one name of two that differ by what can't be seen", () => {
  // Two names that are drawn alike but for characters of no width must not be two people.
  const part = fc.constantFrom("a", "1", "😀", "❤", "👩", "🏽", "\u200d", "\ufe0f", "\u20e3", "🇺");
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const name = parts.join("");
      if (nameFault(name) !== undefined) return;
      assertEquals(foldName(name), foldName(name.replaceAll(/[\u200d\ufe0f]/g, "")));
    }),
    { numRuns: 500 },
  );
});

Deno.test("foldName() makes one name of all cases and normal forms, of every character", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const name = String.fromCodePoint(code);
    if (nameFault(name) !== undefined) continue;
    const folded = foldName(name);
    const forms = [
      name.toUpperCase(),
      name.toLowerCase(),
      ...(["NFC", "NFD", "NFKC", "NFKD"] as const).map((form) => name.normalize(form)),
    ];
    for (const form of forms) {
      if (foldName(form) !== folded) throw new Error(`${name} (${code.toString(16)}) and ${form}`);
    }
    if (foldName(folded) !== folded) throw new Error(`${name} (${code.toString(16)}) twice`);
  }
});

Deno.test("foldName() makes one name of all cases, of words too", () => {
  const letter = fc.constantFrom(..."abIİıiΣσςΟδßẞÉé", "e\u0301", "ﬁ", "ᾳ", "Ж", "ж", "Ǆ", "ǅ");
  fc.assert(
    fc.property(fc.array(letter, { minLength: 1, maxLength: 6 }), (letters) => {
      const name = letters.join("");
      assertEquals(foldName(name.toUpperCase()), foldName(name));
      assertEquals(foldName(name.toLowerCase()), foldName(name));
      assertEquals(foldName(name.normalize("NFD")), foldName(name));
    }),
    { numRuns: 500 },
  );
});

Deno.test("foldName() keeps the names of two scripts apart that only look alike", () => {
  assert(foldName("аlice") !== foldName("alice"), "the first letter is Cyrillic");
});

Deno.test("canonicalName() composes, and leaves case and width as they were", () => {
  assertEquals(canonicalName("Zoe\u0308"), "Zo\u00eb");
  assertEquals(canonicalName("Ａlice"), "Ａlice");
});
