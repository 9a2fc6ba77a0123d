import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { graphemes } from "../../../../lib/text/text_width.ts";
import { draftCharactersMax } from "../../../../client/terminal/editor/editable_draft.ts";
import { queryUnitsMax } from "../../../../client/terminal/editor/history_search.ts";
import {
  historyLinesMax,
  historyUnitsMax,
} from "../../../../client/terminal/editor/input_history.ts";
import { type Key, type KeyName, KeyReader } from "../../../../client/terminal/keyboard/keys.ts";
import { killedTextsMax } from "../../../../client/terminal/editor/kill_ring.ts";
import { type EditorRequest, LineEditor } from "../../../../client/terminal/editor/line_editor.ts";
import { undoStepsMax, undoUnitsMax } from "../../../../client/terminal/editor/undo_log.ts";

/** Types, and gives what the editor asked for. */
function type(editor: LineEditor, typed: string): EditorRequest[] {
  return new KeyReader().read(new TextEncoder().encode(typed))
    .flatMap((key) => editor.press(key) ?? []);
}

/** The draft with `|` for the cursor. */
function shown({ draft: { before, after } }: LineEditor): string {
  return `${before.join("")}|${after.join("")}`;
}

const up = "\x1b[A";
const down = "\x1b[B";
const left = "\x1b[D";
const right = "\x1b[C";
const newline = "\x1b\r";
const undo = "\x1f";
const search = "\x12";

const edits: readonly (readonly [typed: string, shows: string])[] = [
  ["abc", "abc|"],
  // By characters.
  [`abc${left}X`, "abX|c"],
  [`abc\x02\x02\x06X`, "abX|c"],
  [`ab${left}${left}${left}${right}${right}${right}X`, "abX|"],
  ["abc\x7f", "ab|"],
  ["abc\b", "ab|"],
  [`abc${left}\x1b[3~`, "ab|"],
  [`abc${left}\x04`, "ab|"],
  [`👩‍👩‍👧${left}X`, "X|👩‍👩‍👧"],
  ["👩‍👩‍👧\x7f", "|"],
  ["e\u0301\x7f", "|"],
  [`🇩🇪🇫🇷${left}X`, "🇩🇪X|🇫🇷"],
  // By words.
  ["one two\x1bbX", "one X|two"],
  ["one two\x01\x1bfX", "oneX| two"],
  ["one, two.\x1b[1;5DX", "one, X|two."],
  ["привет, мир\x1bb\x1bbX", "X|привет, мир"],
  ["one two\x17", "one |"],
  ["one two.three  \x17", "one |"],
  ["one two.three\x1b\x7f", "one two.|"],
  ["one 👍\x1b\x7f", "one |"],
  ["one two three\x01\x1bd", "| two three"],
  // By lines.
  ["abc\x01X", "X|abc"],
  [`abc\x01\x05X`, "abcX|"],
  [`one${newline}two\x01X`, "one\nX|two"],
  [`one${newline}two${up}\x05X`, "oneX|\ntwo"],
  [`one${newline}two\x1b<X`, "X|one\ntwo"],
  [`one${newline}two\x1b<\x1b>X`, "one\ntwoX|"],
  [`long line${newline}two${up}X`, "lonXg line".replace("X", "X|") + "\ntwo"],
  [`one${newline}a${newline}three${up}${up}X`, "oneX|\na\nthree"],
  [`one${newline}a${newline}three${up}${up}${down}${down}X`, "one\na\nthreeX|"],
  [`one${newline}a${newline}three${up}${left}${up}X`, "X|one\na\nthree"],
  ["one two\x15", "|"],
  [`one two${left}${left}\x0b`, "one t|"],
  [`one${newline}two\x15`, "one\n|"],
  [`one${newline}two\x15\x15`, "one|"],
  [`one${newline}two${up}\x01\x0b`, "|\ntwo"],
  [`one${newline}two${up}\x01\x0b\x0b`, "|two"],
  ["a\x1b\rb", "a\nb|"],
  ["a\x1b[13;2ub", "a\nb|"],
  ["a\nb", "a\nb|"],
  // What was killed, put in again.
  ["one two\x17\x19\x19", "one twotwo|"],
  ["one two three\x17\x17\x01\x19", "two three|one "],
  ["one two\x01\x1bd\x0b\x19\x19", "one twoone two|"],
  ["one two\x17X\x17\x19", "one X|"],
  ["one two\x17X\x17\x19\x1by", "one two|"],
  ["one two\x17X\x17\x19\x1by\x1by", "one X|"],
  ["one two\x17X\x17\x19Y\x1by", "one XY|"],
  ["\x19\x1by", "|"],
  // Swapped.
  ["ab\x14", "ba|"],
  [`abc${left}\x14`, "acb|"],
  [`abc${left}${left}\x14`, "ba|c"],
  ["a\x14", "a|"],
  ["ab\x01\x14", "|ab"],
  [`ab${newline}c\x14`, "ab\nc|"],
  [`a👍${left}\x14`, "👍a|"],
  ["one two\x1bt", "two one|"],
  ["one, two  \x1bt", "two, one|  "],
  ["one two three\x1bb\x1bb\x1bt", "two one| three"],
  ["one\x1bt", "one|"],
  ["\x1bt", "|"],
  // Taken back.
  [`one two${undo}`, "one |"],
  [`one two${undo}${undo}${undo}`, "|"],
  [`one\x15${undo}`, "one|"],
  [`one two\x17\x17${undo}${undo}`, "one two|"],
  [`one two\x03${undo}`, "one two|"],
  [`ab${left}\x7f${undo}X`, "aX|b"],
  [`ab\x14${undo}`, "ab|"],
  [`\x1b[200~one two\x1b[201~X${undo}`, "one two|"],
  ["abc\x03", "|"],
  // Pasted, and never sent; the tab stays one.
  ["\x1b[200~x\ry\x1b[201~", "x\ny|"],
  ["\x1b[200~a\tb\r\n\x1b[201~", "a\tb\n|"],
  // A backslash at the end, as in a shell.
  ["a\\\rb", "a\nb|"],
  [`a\\${left}\r`, "a\n|"],
  ["a\\\\\\\rb", "a\\\\\nb|"],
  ["a\\\r\\\rb", "a\n\nb|"],
];

for (const [typed, shows] of edits) {
  Deno.test(`LineEditor makes ${JSON.stringify(shows)} of ${JSON.stringify(typed)}`, () => {
    const editor = new LineEditor();
    assertEquals(type(editor, typed), []);
    assertEquals(shown(editor), shows);
  });
}

Deno.test("LineEditor moves a split character's parts and joins them again", () => {
  const editor = new LineEditor();
  type(editor, `ex\u0301${left}\x7f`);
  assertEquals(shown(editor), "|x\u0301");
  type(editor, `e${right}\x7f`);
  assertEquals(shown(editor), "e|");
  editor.replace("e", "\u0301f");
  type(editor, right);
  assertEquals(editor.draft, { before: ["e\u0301"], after: ["f"] });
  editor.replace("e", "\u0301f");
  type(editor, left);
  assertEquals(editor.draft, { before: [], after: ["e\u0301", "f"] });
  // Pairs of flags are counted from where the text begins.
  editor.replace("🇩", "🇩🇪🇫🇷");
  type(editor, left);
  assertEquals(editor.draft, { before: [], after: ["🇩🇩", "🇪🇫", "🇷"] });
});

Deno.test("LineEditor submits on Enter and begins anew", () => {
  const editor = new LineEditor();
  assertEquals(type(editor, "hello\r"), [{ kind: "submit", text: "hello" }]);
  assertEquals(editor.text, "");
  type(editor, undo);
  assertEquals(editor.text, "");
  assertEquals(type(editor, `one${newline}two${up}\r`), [{ kind: "submit", text: "one\ntwo" }]);
});

Deno.test("LineEditor sends half of the backslashes that a line ends with", () => {
  const editor = new LineEditor();
  assertEquals(type(editor, "C:\\dir\\\\\r"), [{ kind: "submit", text: "C:\\dir\\" }]);
  assertEquals(type(editor, "a\\\\\\\\\r"), [{ kind: "submit", text: "a\\\\" }]);
  assertEquals(type(editor, "a\\b\r"), [{ kind: "submit", text: "a\\b" }]);
  assertEquals(type(editor, "a\\ \r"), [{ kind: "submit", text: "a\\ " }]);
  // Recalled as it was typed, so that it means the same again.
  type(editor, up.repeat(4));
  assertEquals(editor.text, "C:\\dir\\\\");
});

Deno.test("LineEditor asks its owner for what is not editing", () => {
  const editor = new LineEditor();
  assertEquals(type(editor, "x\t\x1b[Z\x0c\x1a\x07\x1b[27u"), [
    { kind: "complete", step: "next" },
    { kind: "complete", step: "previous" },
    { kind: "redraw" },
    { kind: "suspend" },
    { kind: "dismiss" },
    { kind: "dismiss" },
  ]);
  assertEquals(shown(editor), "x|");
});

Deno.test("LineEditor asks to leave for Ctrl-C and Ctrl-D only on an empty line", () => {
  const editor = new LineEditor();
  assertEquals(type(editor, "x\x03"), []);
  assertEquals(type(editor, "\x03"), [{ kind: "leave" }]);
  assertEquals(type(editor, "x\x01\x04"), []);
  assertEquals(type(editor, "\x04"), [{ kind: "leave" }]);
});

Deno.test("LineEditor.replace() puts a completion in, which can be undone", () => {
  const editor = new LineEditor();
  type(editor, `/msg bo hello${"\x1b[D".repeat(6)}`);
  assertEquals(editor.replace("/msg bob", " hello"), undefined);
  assertEquals(shown(editor), "/msg bob| hello");
  type(editor, undo);
  assertEquals(shown(editor), "/msg bo| hello");
  editor.replace("/msg bo", " hello");
  type(editor, undo);
  assertEquals(shown(editor), "/msg bo |");
  assertEquals(editor.replace("x".repeat(draftCharactersMax), "y"), { kind: "full" });
  assertEquals(shown(editor), "/msg bo |");
  editor.replace("a\r\nb\r", "\r\nc");
  assertEquals(shown(editor), "a\nb\n|\nc");
});

Deno.test("LineEditor walks through the history and back to what was being typed", () => {
  const editor = new LineEditor();
  type(editor, "one\rtwo\rtwo\rdra");
  const seen = [up, up, up, down, down, down].map((key) => {
    type(editor, key);
    return editor.text;
  });
  assertEquals(seen, ["two", "one", "one", "two", "dra", "dra"]);
});

Deno.test("LineEditor goes through the lines of a draft before it goes through the history", () => {
  const editor = new LineEditor();
  type(editor, `old${newline}er\rold\rnew${newline}draft`);
  const seen = [up, up, up, up, up, down, down, down, down].map((key) => {
    type(editor, key);
    return shown(editor);
  });
  assertEquals(seen, [
    "new|\ndraft",
    "old|",
    "old\ner|",
    "ol|d\ner",
    "ol|d\ner",
    "old\ner|",
    "old|",
    // As it was left.
    "new|\ndraft",
    "new\ndra|ft",
  ]);
  // Ctrl-P and Ctrl-N pass the lines over.
  type(editor, "\x10\x10");
  assertEquals(shown(editor), "old\ner|");
  type(editor, "\x0e\x0e\x0e");
  assertEquals(shown(editor), "new\ndra|ft");
});

Deno.test("LineEditor leaves the history as it was, whatever is made of its lines", () => {
  const editor = new LineEditor();
  type(editor, `one\rtwo\r${up}!${up}!${down}`);
  assertEquals(shown(editor), "two!|");
  type(editor, `${undo}${undo}${up}${undo}`);
  assertEquals(shown(editor), "one|");
  type(editor, `?${down}`);
  assertEquals(type(editor, "three\r"), [{ kind: "submit", text: "twothree" }]);
  type(editor, up.repeat(2));
  assertEquals(shown(editor), "two|");
  type(editor, up);
  assertEquals(shown(editor), "one|");
});

Deno.test("LineEditor empties an old line on Ctrl-C, and only what is shown", () => {
  const editor = new LineEditor();
  type(editor, `one\rtwo\rdraft${up}!${up}!${down}\x03`);
  assertEquals(editor.text, "");
  type(editor, up);
  assertEquals(editor.text, "two");
  type(editor, `${down}${undo}`);
  assertEquals(editor.text, "two!");
});

Deno.test("LineEditor keeps a bounded history", () => {
  const editor = new LineEditor();
  for (let at = 0; at < historyLinesMax + 5; at++) type(editor, `line ${at}\r`);
  type(editor, up.repeat(historyLinesMax + 5));
  assertEquals(editor.text, "line 5");
  const large = new LineEditor();
  const lines = historyUnitsMax / draftCharactersMax;
  for (let at = 0; at <= lines; at++) {
    large.replace(`${at}`.padEnd(draftCharactersMax, "x"), "");
    type(large, "\r");
  }
  type(large, up.repeat(lines + 5));
  assertEquals(large.text.slice(0, 2), "1x");
  // Nor does it keep what says nothing.
  const blank = new LineEditor();
  type(blank, `one\r\r  \r${up}`);
  assertEquals(blank.text, "one");
});

Deno.test("LineEditor searches the history on Ctrl-R", () => {
  const editor = new LineEditor();
  type(editor, "foo 1\rbar\rFoo 2\rfoo 1\rdraft");
  const steps: readonly (readonly [typed: string, shows: string, query: string, failed?: true])[] =
    [
      [search, "draft|", ""],
      ["o", "f|oo 1", "o"],
      ["o", "f|oo 1", "oo"],
      [search, "F|oo 2", "oo"],
      // What is the same as what is shown is passed over.
      [search, "f|oo 1", "oo"],
      [search, "f|oo 1", "oo", true],
      ["\x13", "F|oo 2", "oo"],
      ["zz", "F|oo 2", "oozz", true],
      ["\x7f\x7f\x7f", "f|oo 1", "o"],
      ["\x7f", "draft|", ""],
      ["\x7f", "draft|", ""],
      ["F", "|Foo 2", "F"],
      ["\x1b[200~oo\nx\x1b[201~", "|Foo 2", "Foo"],
    ];
  for (const [typed, shows, query, failed = false] of steps) {
    assertEquals(type(editor, typed), []);
    assertEquals([shown(editor), editor.search], [shows, { query, failed }]);
  }
  type(editor, "\x07");
  assertEquals([shown(editor), editor.search], ["draft|", undefined]);
});

const searchEnds: readonly (readonly [typed: string, shows: string, EditorRequest[]])[] = [
  ["\r", "|", [{ kind: "submit", text: "one two" }]],
  ["\x1b[27u", "one |two", []],
  ["\x05", "one two|", []],
  [left, "one| two", []],
  ["\t", "one |two", [{ kind: "complete", step: "next" }]],
  ["\x03", "draft|", []],
];

for (const [typed, shows, requests] of searchEnds) {
  Deno.test(`LineEditor ends a search on ${JSON.stringify(typed)} with what it does`, () => {
    const editor = new LineEditor();
    type(editor, `one two\rdraft${search}two`);
    assertEquals(type(editor, typed), requests);
    assertEquals([shown(editor), editor.search], [shows, undefined]);
  });
}

Deno.test("LineEditor's search passes over what is the same, and what differs in case if asked", () => {
  const editor = new LineEditor();
  type(editor, `Foo\rbar\rFoo\r${search}foo`);
  assertEquals([shown(editor), editor.search?.failed], ["|Foo", false]);
  type(editor, search);
  assertEquals([shown(editor), editor.search?.failed], ["|Foo", true]);
  type(editor, `\x07${search}FO`);
  assertEquals([shown(editor), editor.search?.failed], ["|Foo", true]);
});

Deno.test("LineEditor searches again for what was searched for last", () => {
  const editor = new LineEditor();
  type(editor, `one (1)\rtwo\r${search}(1\x07`);
  type(editor, search + search);
  assertEquals([shown(editor), editor.search], ["one |(1)", { query: "(1", failed: false }]);
  assertEquals(type(editor, "\x0c"), [{ kind: "redraw" }]);
  assert(editor.search !== undefined);
});

Deno.test("LineEditor bounds what is searched for", () => {
  const editor = new LineEditor();
  type(editor, search);
  for (
    const [typed, length] of [[queryUnitsMax - 1, queryUnitsMax - 1], [1, queryUnitsMax], [
      1,
      queryUnitsMax,
    ]] as const
  ) {
    type(editor, "x".repeat(typed));
    assertEquals(editor.search?.query.length, length);
  }
});

Deno.test("LineEditor drops what a draft has no room for, and says so", () => {
  const editor = new LineEditor();
  editor.replace("x".repeat(draftCharactersMax - 3), "");
  assertEquals(type(editor, "a"), []);
  assertEquals(type(editor, "bcd"), [{ kind: "full" }]);
  assertEquals(editor.text.slice(-4), "xabc");
  assertEquals(type(editor, "\x7f"), []);
  // A character goes in whole or not at all.
  assertEquals(type(editor, "👍"), [{ kind: "full" }]);
  assertEquals(type(editor, "\x1b[200~yz\x1b[201~"), [{ kind: "full" }]);
  assertEquals(editor.text.slice(-4), "xaby");
  assertEquals(editor.text.length, draftCharactersMax);
  assertEquals(type(editor, "\n"), [{ kind: "full" }]);
  type(editor, "\x17");
  assertEquals(type(editor, "z\x19"), [{ kind: "full" }]);
  assertEquals(editor.text.length, draftCharactersMax);
});

Deno.test("LineEditor keeps so many killed texts, which Alt-Y goes around", () => {
  for (const [kills, oldest] of [[killedTextsMax, 1], [killedTextsMax + 1, 2]] as const) {
    const editor = new LineEditor();
    for (let kill = 1; kill <= kills; kill++) type(editor, `${kill}\x15 \x7f`);
    type(editor, "\x19" + "\x1by".repeat(killedTextsMax - 1));
    assertEquals(editor.text, `${oldest}`);
    type(editor, "\x1by");
    assertEquals(editor.text, `${kills}`);
  }
});

Deno.test("LineEditor puts in by Alt-Y what the room of the text before is enough for", () => {
  const editor = new LineEditor();
  type(editor, "ab\x15 \x7fcd\x15");
  editor.replace("x".repeat(draftCharactersMax - 2), "");
  assertEquals(type(editor, "\x19\x1by"), []);
  assertEquals(editor.text.slice(-3), "xab");
});

Deno.test("LineEditor keeps so many changes", () => {
  const editor = new LineEditor();
  type(editor, "a ".repeat(undoStepsMax));
  type(editor, undo.repeat(undoStepsMax));
  assertEquals(editor.text, "");
  type(editor, "a ".repeat(undoStepsMax + 1));
  type(editor, undo.repeat(undoStepsMax + 1));
  assertEquals(editor.text, "a ");
});

Deno.test("LineEditor keeps changes of so many units", () => {
  const texts = undoUnitsMax / draftCharactersMax;
  for (const [changes, left] of [[texts, ""], [texts + 1, "x"]] as const) {
    const editor = new LineEditor();
    for (let change = 0; change < changes; change++) {
      if (change % 2 === 0) editor.replace("x".repeat(draftCharactersMax), "");
      else type(editor, "\x15");
    }
    type(editor, undo.repeat(changes));
    assertEquals(editor.text.slice(0, 1), left);
  }
});

Deno.test("LineEditor takes keys up to the longest draft", () => {
  const editor = new LineEditor();
  const unit = "ж";
  for (let at = 0; at < draftCharactersMax; at++) editor.press({ kind: "text", text: unit });
  assertEquals(editor.text, unit.repeat(draftCharactersMax));
});

const names: readonly KeyName[] = [
  "newline",
  "backspace",
  "delete",
  "left",
  "right",
  "word_left",
  "word_right",
  "up",
  "down",
  "home",
  "end",
  "draft_start",
  "draft_end",
  "history_previous",
  "history_next",
  "kill_left",
  "kill_right",
  "kill_word",
  "kill_word_left",
  "kill_word_right",
  "yank",
  "yank_pop",
  "transpose",
  "transpose_words",
  "undo",
  "search",
  "search_forward",
  "abort",
  "escape",
  "interrupt",
  "end_of_input",
  "enter",
];

// Parts of characters that join what stands beside them, among others.
const parts = fc.constantFrom(
  "a",
  " ",
  "Ж",
  "\u0301",
  "👍",
  "🏽",
  "👩",
  "\u200d",
  "🇩",
  "🇪",
  "한",
  "ᄒ",
  "ᅡ",
  "क",
  "्",
  "ष",
  "\\",
  ".",
);
const keys: fc.Arbitrary<Key> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...names).map((name): Key => ({ kind: "named", name })) },
  {
    weight: 3,
    arbitrary: fc.array(parts, { minLength: 1, maxLength: 4 })
      .map((all): Key => ({ kind: "text", text: all.join("") })),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(parts, fc.constant("\n")), { maxLength: 5 })
      .map((all): Key => ({ kind: "paste", text: all.join("") })),
  },
);

Deno.test("LineEditor's draft is what its two sides read as, whatever is pressed", () => {
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 60 }), (pressed) => {
      const editor = new LineEditor();
      for (const key of pressed) {
        editor.press(key);
        const { before, after } = editor.draft;
        assertEquals(before, graphemes(before.join("")));
        assertEquals(after, graphemes(after.join("")));
        assertEquals(before.join("") + after.join(""), editor.text);
      }
    }),
    { numRuns: 500 },
  );
});

/** A text and a place in it: what the editor should do, in the plainest way. */
interface Plain {
  readonly text: string;
  readonly at: number;
}

function plainPress({ text, at }: Plain, key: Key): Plain {
  const before = text.slice(0, at);
  const after = text.slice(at);
  if (key.kind !== "named") return { text: before + key.text + after, at: at + key.text.length };
  const back = graphemes(before).at(-1) ?? "";
  const ahead = graphemes(after).at(0) ?? "";
  const startLength = before.lastIndexOf("\n") + 1;
  const endLength = after.includes("\n") ? after.indexOf("\n") : after.length;
  const cut = (from: number, to: number) => ({
    text: text.slice(0, from) + text.slice(to),
    at: from,
  });
  const isWord = (character = "") =>
    /^[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}_]/u.test(character);
  const wordStart = () => {
    const all = graphemes(before);
    while (all.length > 0 && !isWord(all.at(-1))) all.pop();
    while (all.length > 0 && isWord(all.at(-1))) all.pop();
    return all.join("").length;
  };
  const spaceStart = () => {
    const all = graphemes(before);
    while (all.length > 0 && all.at(-1)?.trim() === "") all.pop();
    while (all.length > 0 && all.at(-1)?.trim() !== "") all.pop();
    return all.join("").length;
  };
  const wordEnd = () => {
    const all = graphemes(after);
    while (all.length > 0 && !isWord(all[0])) all.shift();
    while (all.length > 0 && isWord(all[0])) all.shift();
    return text.length - all.join("").length;
  };
  switch (key.name) {
    case "left":
      return { text, at: at - back.length };
    case "right":
      return { text, at: at + ahead.length };
    case "home":
      return { text, at: startLength };
    case "end":
      return { text, at: at + endLength };
    case "draft_start":
      return { text, at: 0 };
    case "draft_end":
      return { text, at: text.length };
    case "word_left":
      return { text, at: wordStart() };
    case "word_right":
      return { text, at: wordEnd() };
    case "backspace":
      return cut(at - back.length, at);
    case "delete":
      return cut(at, at + ahead.length);
    case "kill_left":
      return cut(startLength === at ? at - back.length : startLength, at);
    case "kill_right":
      return cut(at, at + (endLength === 0 ? ahead.length : endLength));
    case "kill_word":
      return cut(spaceStart(), at);
    case "kill_word_left":
      return cut(wordStart(), at);
    case "kill_word_right":
      return cut(at, wordEnd());
    case "newline":
      return { text: `${before}\n${after}`, at: at + 1 };
    default:
      return { text, at };
  }
}

const modelled = new Set<KeyName>([
  "newline",
  "backspace",
  "delete",
  "left",
  "right",
  "word_left",
  "word_right",
  "home",
  "end",
  "draft_start",
  "draft_end",
  "kill_left",
  "kill_right",
  "kill_word",
  "kill_word_left",
  "kill_word_right",
]);

Deno.test("LineEditor does what a plain text and a place in it would, and undoes all of it", () => {
  const some = keys.filter((key) => key.kind !== "named" || modelled.has(key.name));
  fc.assert(
    fc.property(fc.array(some, { maxLength: 60 }), (pressed) => {
      const editor = new LineEditor();
      let plain: Plain = { text: "", at: 0 };
      for (const key of pressed) {
        editor.press(key);
        plain = plainPress(plain, key);
        assertEquals(
          shown(editor),
          `${plain.text.slice(0, plain.at)}|${plain.text.slice(plain.at)}`,
        );
      }
      for (let at = 0; at < pressed.length * 5; at++) editor.press({ kind: "named", name: "undo" });
      assertEquals(shown(editor), "|");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("LineEditor undoes a key, however its text came", () => {
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 30 }), (pressed) => {
      const whole = new LineEditor();
      const single = new LineEditor();
      for (const key of [...pressed, ...Array<Key>(5).fill({ kind: "named", name: "undo" })]) {
        whole.press(key);
        if (key.kind !== "text") single.press(key);
        else for (const character of key.text) single.press({ kind: "text", text: character });
        assertEquals(shown(single), shown(whole));
      }
    }),
    { numRuns: 300 },
  );
});
