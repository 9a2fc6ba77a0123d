import { assertEquals } from "@std/assert";
import { KeyReader } from "../../../client/terminal/keys.ts";
import {
  type EditorRequest,
  historyLinesMax,
  LineEditor,
} from "../../../client/terminal/line_editor.ts";

/** Types, and gives what the editor asked for. */
function type(editor: LineEditor, typed: string): EditorRequest[] {
  return new KeyReader().read(new TextEncoder().encode(typed))
    .flatMap((key) => editor.press(key) ?? []);
}

const up = "\x1b[A";
const down = "\x1b[B";
const left = "\x1b[D";

const edits: readonly (readonly [typed: string, shows: string])[] = [
  ["abc", "abc|"],
  [`abc${left}X`, "abX|c"],
  ["abc\x01X", "X|abc"],
  [`abc\x01\x05X`, "abcX|"],
  ["abc\x7f", "ab|"],
  [`abc${left}\x1b[3~`, "ab|"],
  ["one two\x17", "one |"],
  ["one two\x15", "|"],
  [`one two${left}${left}\x0b`, "one t|"],
  ["one two\x1bbX", "one X|two"],
  ["one two\x01\x1bfX", "oneX| two"],
  [`👩‍👩‍👧${left}X`, "X|👩‍👩‍👧"],
  ["👩‍👩‍👧\x7f", "|"],
  ["e\u0301\x7f", "|"],
  ["a\x1b\rb", "a\nb|"],
  ["a\\\rb", "a\nb|"],
  ["\x1b[200~x\ry\x1b[201~", "x\ny|"],
  ["abc\x03", "|"],
];

for (const [typed, shows] of edits) {
  Deno.test(`LineEditor makes ${JSON.stringify(shows)} of ${JSON.stringify(typed)}`, () => {
    const editor = new LineEditor();
    assertEquals(type(editor, typed), []);
    const { before, after } = editor.draft;
    assertEquals(`${before.join("")}|${after.join("")}`, shows);
  });
}

Deno.test("LineEditor submits on Enter and begins anew", () => {
  const editor = new LineEditor();
  assertEquals(type(editor, "hello\r"), [{ kind: "submit", text: "hello" }]);
  assertEquals(editor.text, "");
});

Deno.test("LineEditor asks to leave for Ctrl-C and Ctrl-D only on an empty line", () => {
  const editor = new LineEditor();
  assertEquals(type(editor, "x\x03"), []);
  assertEquals(type(editor, "\x03"), [{ kind: "leave" }]);
  assertEquals(type(editor, "x\x01\x04"), []);
  assertEquals(type(editor, "\x04"), [{ kind: "leave" }]);
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

Deno.test("LineEditor keeps a bounded history", () => {
  const editor = new LineEditor();
  for (let at = 0; at < historyLinesMax + 5; at++) type(editor, `line ${at}\r`);
  type(editor, up.repeat(historyLinesMax + 5));
  assertEquals(editor.text, "line 5");
});
